"""A counsellor and a person write to each other."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from desk.callbacks.work import request_claim, request_close
from desk.conversations.models import Received
from desk.conversations.takeover import received_write, takeover_active

pytestmark = pytest.mark.django_db
PERSON = "telegram-Xk3"


@pytest.fixture
def working(open_as, waiting):
    """A signed-in client that has taken a request, and that request."""
    request, client = waiting(conversation_id=PERSON, safety="call_and_message"), open_as()
    request_claim(pk=request.pk, by=get_user_model().objects.get())
    return client, request


def send(client, request, text="Can I call you at five?"):
    return client.post(reverse("requests:message", args=[request.reference]), {"text": text}, follow=True)


def test_a_message_goes_to_the_dialogue_server_and_the_assistant_keeps_quiet(working, dialogue_server):
    client, request = working
    send(client, request)
    method, path, _, body = dialogue_server.calls[0]
    assert method == "POST"
    assert body["text"].startswith("Can I call you at five?\n\n")
    assert "القائمة" in body["text"]
    assert path.startswith(f"/conversations/{PERSON}/tracker/events")
    assert request.entries.last().text == "Can I call you at five?"
    assert takeover_active(conversation_id=PERSON)


def test_only_the_first_message_says_how_to_get_the_assistant_back(working, dialogue_server):
    client, request = working
    send(client, request)
    send(client, request, "Or at six?")
    assert [body["text"] for method, _, _, body in dialogue_server.calls if method == "POST"][1] == "Or at six?"


def test_nothing_is_written_to_the_person_of_a_closed_request(working, dialogue_server):
    client, request = working
    request_close(pk=request.pk, by=get_user_model().objects.get(), outcome="informed")
    send(client, request)
    assert not any(method == "POST" for method, *_ in dialogue_server.calls)


def test_a_colleague_does_not_hand_back(working, dialogue_server, account):
    client, request = working
    send(client, request)
    client.force_login(account("brahim"))
    client.post(reverse("requests:back", args=[request.reference]))
    assert takeover_active(conversation_id=PERSON)


def test_handing_back_is_one_tap(working, dialogue_server):
    client, request = working
    send(client, request)
    client.post(reverse("requests:back", args=[request.reference]))
    assert not takeover_active(conversation_id=PERSON)


def test_what_the_person_answers_is_shown_and_marked_as_seen(working, dialogue_server):
    client, request = working
    send(client, request)
    received_write(conversation_id=PERSON, message_id="m1", text="yes, at five")
    queue = client.get(reverse("requests:queue"))
    assert [item.is_answered for item in queue.context["page"].rows] == [True]
    shown = client.get(reverse("requests:talk", args=[request.reference])).content.decode()
    assert shown.index("Can I call you") < shown.index("yes, at five")
    assert [item.is_answered for item in client.get(reverse("requests:queue")).context["page"].rows] == [False]


def test_a_colleague_who_looks_leaves_it_unseen(working, dialogue_server, account):
    client, request = working
    received_write(conversation_id=PERSON, message_id="m1", text="yes")
    client.force_login(account("brahim"))
    client.get(reverse("requests:talk", args=[request.reference]))
    assert Received.objects.get().seen_at is None


def test_only_who_works_on_a_request_writes(open_as, waiting, dialogue_server):
    request, client = waiting(conversation_id=PERSON, safety="call_and_message"), open_as()
    answer = send(client, request)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not any(method == "POST" for method, *_ in dialogue_server.calls)


@pytest.mark.usefixtures("quiet")
def test_a_message_that_cannot_be_sent_is_not_noted_as_sent(working):
    client, request = working
    answer = send(client, request)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not request.entries.filter(kind="written").exists()
    assert not takeover_active(conversation_id=PERSON)


@pytest.mark.parametrize("values", [{"conversation_id": "web-1"}, {"conversation_id": PERSON, "safety": "call_only"}])
def test_no_message_where_none_is_possible_or_safe(open_as, waiting, dialogue_server, values):
    request, client = waiting(**values), open_as()
    request_claim(pk=request.pk, by=get_user_model().objects.get())
    send(client, request)
    assert not any(method == "POST" for method, *_ in dialogue_server.calls)
    assert not request.entries.filter(kind="written").exists()
