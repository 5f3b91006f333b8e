"""The page on which staff talk to the drafts. The dialogue server is a stand-in here: test_staff.py has the real channel."""

import json

import pytest
from django.urls import reverse

from desk.trial.selectors import drafts_get
from tests.desk.callbacks.conftest import open_as, quiet  # noqa: F401
from tests.desk.conftest import DialogueServer
from tests.desk.editing.conftest import *  # noqa: F403
from tests.desk.editing.test_services import NEW

pytestmark = pytest.mark.django_db
UNDERSTOOD = {
    "intent": "faq", "topic": "time_how_long", "confidence": 0.9, "language": "ar", "normalised": "كم الوقت",
    "scores": [["time_how_long", 0.9], ["greet", 0.1]],
}  # fmt: skip


@pytest.fixture
def server(settings, dialogue_server) -> DialogueServer:
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{dialogue_server.server_port}"
    reply = {"text": "<b>مرحبا</b>", "language": "ar", "buttons": [{"title": "كم؟", "payload": '/faq/x{"a": "b"}'}]}
    dialogue_server.body = json.dumps({"replies": [reply], "understood": UNDERSTOOD}).encode()
    return dialogue_server


def say(client, **changes):
    values = {"conversation": "staff-12345678", "draft": "", "text": "كم الوقت؟", **changes}
    return client.post(reverse("trial:message"), {name: value for name, value in values.items() if value is not None})


def test_one_message_goes_to_both_and_the_drafts_to_one_side_only(open_as, server, draft):  # noqa: F811
    draft(**NEW)
    page = say(open_as(name="edith", role="editor")).content.decode()
    bodies = {call[3]["sender"]: call[3] for call in server.calls}
    assert bodies["staff-12345678-live"]["content"] is None
    sent = bodies["staff-12345678-draft"]["content"]
    assert sent["topics"]["time_how_long"]["answer"] == NEW["en"]
    assert sent["texts"]["ar"][NEW["en"]] == NEW["ar"]
    assert {body["message"] for body in bodies.values()} == {"كم الوقت؟"}
    assert all(body["metadata"] == {"typed": True} for body in bodies.values())
    assert 'dir="rtl"' in page
    assert "&lt;b&gt;مرحبا" in page
    assert "90,0" in page
    assert "كم الوقت" in page


def test_another_model_answers_on_the_side_of_the_drafts(open_as, server):  # noqa: F811
    say(open_as(name="edith", role="editor"), model="a" * 64)
    models = {call[3]["sender"]: call[3]["model"] for call in server.calls}
    assert models == {"staff-12345678-live": "", "staff-12345678-draft": "a" * 64}


def test_a_tapped_button_is_sent_as_one(open_as, server):  # noqa: F811
    say(open_as(name="edith", role="editor"), text=None, payload='/faq/x{"a": "b"}', title="كم؟")
    assert {(call[3]["message"], call[3]["metadata"]["typed"]) for call in server.calls} == {
        ('/faq/x{"a": "b"}', False)
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"conversation": "web-12345678"},
        {"conversation": "staff-x/../y"},
        {"model": "../x"},
        {"text": None},
        {"text": "x" * 2001},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(open_as, server, changes):  # noqa: F811
    assert say(open_as(name="edith", role="editor"), **changes).status_code == 400
    assert server.calls == []


@pytest.mark.parametrize(("language", "word"), [("fr", "ne répond pas"), ("ar", "لا يرد"), ("en", "does not answer")])
def test_when_the_dialogue_server_is_away_the_page_says_so(open_as, quiet, language, word):  # noqa: F811
    client = open_as(name="edith", role="editor")
    answer = client.post(
        reverse("trial:message"),
        {"conversation": "staff-12345678", "text": "bonjour"},
        headers={"accept-language": language},
    )
    assert word in answer.content.decode()


def test_a_draft_that_cannot_be_tried_is_named(open_as, draft):  # noqa: F811
    version = draft(**NEW)
    version.document["parts"]["title"]["en"] = "x" * 40
    version.save()
    page = open_as(name="edith", role="editor").get(reverse("trial:page")).content.decode()
    assert "time_how_long" in page
    assert "at most 24" in page
    assert drafts_get().ready == []


def test_one_draft_can_be_tried_alone(draft):
    draft(**NEW)
    draft(key="money_when_paid", en="Nobody knows.")
    assert [version.item.key for version in drafts_get("money_when_paid").ready] == ["money_when_paid"]
    assert len(drafts_get().ready) == 2
