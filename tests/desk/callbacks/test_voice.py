"""A voice message that came with a request or while a counsellor wrote, heard by a counsellor and kept nowhere."""

import pytest
from django.urls import reverse

from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import callback_request_save
from desk.callbacks.work import request_claim
from desk.conversations.identity import conversation_id
from desk.conversations.models import Received
from desk.conversations.takeover import received_write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def rows(model) -> list[dict]:
    return list(model.objects.order_by("pk").values())


def request_page(request: CallbackRequest) -> str:
    return reverse("requests:request", args=[request.reference])


OGG = b"OggS\x00\x02\xff" + bytes(range(256))
LISTEN = {"fr": "Écouter le message vocal", "ar": "الاستماع إلى الرسالة الصوتية", "en": "Listen to the voice message"}
LATER = {"fr": "Réessayez plus tard", "ar": "المحاولة لاحقًا", "en": "Please try again later"}


@pytest.fixture
def said(answers) -> CallbackRequest:
    """A request with a voice message of Telegram."""
    person = conversation_id("telegram", "12345")
    return callback_request_save(**answers(conversation_id=person, voice="AwACAgQ-x_1"))[0]


@pytest.fixture
def counsellor(client, account):
    client.force_login(account())
    return client


def voice_page(reference: str) -> str:
    return reverse("requests:voice", args=[reference])


@pytest.mark.parametrize("language", LISTEN)
def test_a_request_with_a_voice_message_has_a_link_to_listen(counsellor, said, language):
    page = counsellor.get(request_page(said), headers={"accept-language": language}).content.decode()
    assert f'<a href="{voice_page(said.reference)}">{LISTEN[language]}</a>' in page
    assert said.voice not in page


def test_a_request_without_a_voice_message_has_none_to_listen_to(counsellor, waiting, dialogue_server):
    request = waiting()
    page = counsellor.get(request_page(request), headers={"accept-language": "en"}).content.decode()
    assert "Listen" not in page
    assert counsellor.get(voice_page(request.reference)).status_code == 404


@pytest.mark.parametrize("kind", ["audio/ogg", "audio/ogg; codecs=opus", "audio/mpeg"])
def test_a_counsellor_hears_what_the_person_said_and_it_is_stored_nowhere(counsellor, said, dialogue_server, kind):
    dialogue_server.kind, dialogue_server.body = kind, OGG
    response = counsellor.get(voice_page(said.reference))
    assert (response.status_code, response.content) == (200, OGG)
    assert response.headers["Content-Type"] == kind
    assert "no-store" in response.headers["Cache-Control"]
    ((_, called, _, _),) = dialogue_server.calls
    assert called.partition("?")[0] == f"/webhooks/telegram/media/{said.voice}"


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/javascript", "audiox/ogg", "x-audio/ogg"])
def test_what_is_no_sound_is_not_opened_by_the_browser(counsellor, said, dialogue_server, kind):
    dialogue_server.kind, dialogue_server.body = kind, b"<script>alert(1)</script>"
    response = counsellor.get(voice_page(said.reference))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("language", LATER)
@pytest.mark.parametrize("status", [404, 500])
def test_a_voice_message_that_cannot_be_fetched_is_told_on_the_page_of_the_request(
    counsellor, said, dialogue_server, status, language
):
    dialogue_server.status = status
    headers = {"accept-language": language}
    response = counsellor.get(voice_page(said.reference), headers=headers, follow=True)
    assert response.redirect_chain == [(request_page(said), 302)]
    assert LATER[language] in response.content.decode()


def test_a_dialogue_server_that_is_away_is_told_too(counsellor, said, settings, free_port):
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{free_port}"
    assert counsellor.get(voice_page(said.reference)).url == request_page(said)


def test_a_voice_message_of_no_phone_is_told_too(counsellor, answers, dialogue_server):
    request, _ = callback_request_save(**answers(voice="AwACAgQ-x_1"))
    assert counsellor.get(voice_page(request.reference)).url == request_page(request)
    assert dialogue_server.calls == []


def test_listening_needs_a_login(client, said, dialogue_server):
    assert client.get(voice_page(said.reference)).url.startswith(reverse("login"))
    assert dialogue_server.calls == []


def test_a_person_without_rights_hears_nothing(client, django_user_model, said, dialogue_server):
    client.force_login(django_user_model.objects.create_user("amina", is_staff=True))
    assert client.get(voice_page(said.reference)).status_code == 403
    assert dialogue_server.calls == []


def test_a_request_that_does_not_exist_has_no_voice(counsellor, said, dialogue_server):
    assert counsellor.get(voice_page("AAA-AAA")).status_code == 404


def test_listening_changes_nothing(counsellor, said, dialogue_server):
    before = rows(CallbackRequest), rows(Alert)
    dialogue_server.kind = "audio/ogg"
    counsellor.get(voice_page(said.reference))
    assert (rows(CallbackRequest), rows(Alert)) == before


# --- a voice message that came while a counsellor wrote -----------------------------------------------


@pytest.fixture
def answered(said) -> Received:
    """The person spoke to the counsellor."""
    received_write(conversation_id=said.conversation_id, message_id="m1", text="", voice="AwACAgQ-y_2")
    return Received.objects.get()


def received_page(request: CallbackRequest, row: Received) -> str:
    return reverse("requests:received_voice", args=[request.reference, row.pk])


@pytest.mark.parametrize("language", LISTEN)
def test_the_talk_has_a_link_to_listen(counsellor, said, answered, dialogue_server, language):
    received_write(conversation_id=said.conversation_id, message_id="m2", text="only words")
    address = reverse("requests:talk", args=[said.reference])
    page = counsellor.get(address, headers={"accept-language": language}).content.decode()
    assert page.count(LISTEN[language]) == 1
    assert f'href="{received_page(said, answered)}"' in page
    assert answered.voice not in page


def test_what_was_said_to_the_counsellor_is_heard_and_stored_nowhere(counsellor, said, answered, dialogue_server):
    dialogue_server.kind, dialogue_server.body = "audio/ogg", OGG
    before = rows(Received), rows(CallbackRequest)
    response = counsellor.get(received_page(said, answered))
    assert (response.status_code, response.content) == (200, OGG)
    assert "no-store" in response.headers["Cache-Control"]
    ((_, called, _, _),) = dialogue_server.calls
    assert called.partition("?")[0] == f"/webhooks/telegram/media/{answered.voice}"
    assert (rows(Received), rows(CallbackRequest)) == before


def test_when_it_cannot_be_fetched_the_page_of_the_request_tells(counsellor, said, answered, dialogue_server):
    dialogue_server.status = 404
    assert counsellor.get(received_page(said, answered)).url == request_page(said)


def test_words_are_not_listened_to(counsellor, said, answered, dialogue_server):
    Received.objects.update(text="yes", voice="")
    assert counsellor.get(received_page(said, answered)).status_code == 404
    assert dialogue_server.calls == []


def test_what_another_person_said_is_not_heard_by_a_request_of_ones_own(counsellor, answered, waiting, dialogue_server):
    other = waiting(conversation_id=conversation_id("telegram", "999"))
    assert counsellor.get(received_page(other, answered)).status_code == 404
    assert dialogue_server.calls == []


@pytest.mark.parametrize(
    ("values", "status"),
    [({"programmes": ["belgium"]}, 404), ({"role": "editor"}, 403), ({"role": ""}, 403)],
    ids=["other programme", "editor", "no role"],
)
def test_who_may_not_see_the_request_hears_nothing(client, account, said, answered, dialogue_server, values, status):
    client.force_login(account("brahim", **values))
    assert client.get(received_page(said, answered)).status_code == status
    client.logout()
    assert client.get(received_page(said, answered)).url.startswith(reverse("login"))
    assert dialogue_server.calls == []


def test_listening_to_a_colleagues_talk_leaves_it_unseen(counsellor, said, answered, account, dialogue_server):
    request_claim(pk=said.pk, by=account("brahim"))
    counsellor.get(received_page(said, answered))
    assert Received.objects.get().seen_at is None
