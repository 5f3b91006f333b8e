"""The counsellors' pages."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from desk.callbacks.models import Alert, CallbackRequest
from desk.callbacks.services import callback_request_cancel, callback_request_save
from desk.conversations.identity import conversation_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
LISTS = ["admin:index", "admin:callbacks_callbackrequest_changelist", "admin:callbacks_alert_changelist"]
REQUESTS = LISTS[1]


@pytest.fixture
def request_made(answers) -> CallbackRequest:
    return callback_request_save(**answers())[0]


def change_page(request: CallbackRequest) -> str:
    return reverse("admin:callbacks_callbackrequest_change", args=[request.pk])


def rows(model) -> list[dict]:
    """What the database holds; saving a page, even unchanged, moves the time of the last change."""
    return [
        {name: value for name, value in row.items() if name != "updated_at"}
        for row in model.objects.order_by("pk").values()
    ]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_needs_a_login(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


def test_a_person_without_rights_sees_no_request(client, django_user_model, request_made):
    client.force_login(django_user_model.objects.create_user("amina", is_staff=True))
    assert client.get(reverse(REQUESTS)).status_code == 403


def test_the_address_of_the_desk_leads_to_its_pages(client):
    assert client.get("/").url == reverse("admin:index")


@pytest.mark.parametrize(
    ("language", "direction", "word"), [("fr", "ltr", "Demandes"), ("ar", "rtl", "طلبات"), ("en", "ltr", "Callback")]
)
def test_the_list_opens_in_the_language_of_the_counsellor(admin_client, request_made, language, direction, word):
    response = admin_client.get(reverse(REQUESTS), headers={"accept-language": language})
    page = response.content.decode()
    assert response.status_code == 200
    assert f'lang="{language}"' in page
    assert f'dir="{direction}"' in page
    assert word in page
    assert request_made.reference in page


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens(admin_client, request_made, name, language):
    response = admin_client.get(reverse(name), headers={"accept-language": language})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


def test_the_list_shows_neither_name_nor_phone(admin_client, request_made):
    page = admin_client.get(reverse(REQUESTS)).content.decode()
    assert request_made.name not in page
    assert request_made.phone not in page


def test_a_request_shows_what_a_counsellor_needs(admin_client, request_made):
    page = admin_client.get(change_page(request_made)).content.decode()
    assert request_made.name in page
    assert request_made.phone in page


def test_a_request_is_found_by_its_reference(admin_client, answers, request_made):
    other, _ = callback_request_save(**answers(conversation_id="web-2"))
    page = admin_client.get(reverse(REQUESTS), {"q": other.reference}).content.decode()
    assert other.reference in page
    assert request_made.reference not in page


@pytest.mark.parametrize("model", ["callbackrequest", "alert"])
def test_nobody_adds_requests_or_alerts_by_hand(admin_client, model):
    assert admin_client.get(reverse(f"admin:callbacks_{model}_add")).status_code == 403


def test_marking_as_done_closes_the_chosen_requests_only(admin_client, answers, request_made):
    other, _ = callback_request_save(**answers(conversation_id="web-2"))
    admin_client.post(reverse(REQUESTS), {"action": "mark_done", "_selected_action": [request_made.pk]})
    assert dict(CallbackRequest.objects.values_list("reference", "status")) == {
        request_made.reference: "done",
        other.reference: "open",
    }


def test_a_counsellor_reads_a_request_and_changes_nothing(admin_client, request_made):
    before = rows(CallbackRequest), rows(Alert)
    posted = {name: str(value) for name, value in before[0][0].items()} | {
        "status": "cancelled",
        "urgent": "on",
        "name": "Autre",
        "phone": "+212600000000",
        "contact": "chat",
        "safety": "chat_only",
        "language": "fr",
        "reference": "AAA-AAA",
        "conversation_id": "web-2",
        "promised_at_0": "01/12/2026",
        "promised_at_1": "09:00:00",
        "alerts-TOTAL_FORMS": "2",
        "alerts-INITIAL_FORMS": "2",
    }
    for index, alert in enumerate(before[1]):
        posted |= {f"alerts-{index}-id": alert["id"], f"alerts-{index}-request": request_made.pk}
        posted |= {f"alerts-{index}-recipient": "other@example.org", f"alerts-{index}-DELETE": "on"}
    response = admin_client.post(change_page(request_made), posted, headers={"accept-language": "fr"})
    assert response.status_code == 302
    assert (rows(CallbackRequest), rows(Alert)) == before


def test_a_cancelled_request_is_not_marked_as_done(admin_client, request_made):
    callback_request_cancel(conversation_id="web-1")
    admin_client.post(reverse(REQUESTS), {"action": "mark_done", "_selected_action": [request_made.pk]})
    assert CallbackRequest.objects.get().status == "cancelled"


def test_a_person_who_may_only_look_does_not_mark_as_done(client, django_user_model, request_made):
    reader = django_user_model.objects.create_user("amina", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_callbackrequest"))
    client.force_login(reader)
    client.post(reverse(REQUESTS), {"action": "mark_done", "_selected_action": [request_made.pk]})
    assert CallbackRequest.objects.get().status == "open"


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_request_shows_one_promised_time_and_its_phone_from_left_to_right(admin_client, request_made, language):
    page = admin_client.get(change_page(request_made), headers={"accept-language": language}).content.decode()
    assert page.count("field-promised") == 1
    assert f'<bdi dir="ltr">{request_made.phone}</bdi>' in page
    assert page.count(request_made.phone) == 1


# --- voice messages -----------------------------------------------------------------------------

OGG = b"OggS\x00\x02\xff" + bytes(range(256))
LISTEN = {"fr": "Écouter", "ar": "استماع", "en": "Listen"}
LATER = {"fr": "Réessayez plus tard", "ar": "المحاولة لاحقا", "en": "Please try again later"}


@pytest.fixture
def said(answers) -> CallbackRequest:
    """A request with a voice message of Telegram."""
    person = conversation_id("telegram", "12345")
    return callback_request_save(**answers(conversation_id=person, voice="AwACAgQ-x_1"))[0]


@pytest.fixture
def counsellor(client, django_user_model):
    """Somebody with the right to look at requests."""
    user = django_user_model.objects.create_user("khadija", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_callbackrequest"))
    client.force_login(user)
    return client


def voice_page(pk: int) -> str:
    return reverse("admin:callbacks_voice", args=[pk])


@pytest.mark.parametrize("language", LISTEN)
def test_a_request_with_a_voice_message_has_a_link_to_listen(counsellor, said, language):
    page = counsellor.get(change_page(said), headers={"accept-language": language}).content.decode()
    assert f'<a href="{voice_page(said.pk)}">{LISTEN[language]}</a>' in page
    assert said.voice not in page


def test_a_request_without_a_voice_message_has_none_to_listen_to(counsellor, request_made, dialogue_server):
    page = counsellor.get(change_page(request_made), headers={"accept-language": "en"}).content.decode()
    assert "Listen" not in page
    assert counsellor.get(voice_page(request_made.pk)).status_code == 404
    assert dialogue_server.calls == []


@pytest.mark.parametrize("kind", ["audio/ogg", "audio/ogg; codecs=opus", "audio/mpeg"])
def test_a_counsellor_hears_what_the_person_said_and_it_is_stored_nowhere(counsellor, said, dialogue_server, kind):
    dialogue_server.kind, dialogue_server.body = kind, OGG
    response = counsellor.get(voice_page(said.pk))
    assert (response.status_code, response.content) == (200, OGG)
    assert response.headers["Content-Type"] == kind
    assert "no-store" in response.headers["Cache-Control"]
    ((_, called, _, _),) = dialogue_server.calls
    assert called.partition("?")[0] == f"/webhooks/telegram/media/{said.voice}"


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/javascript", "audiox/ogg", "x-audio/ogg"])
def test_what_is_no_sound_is_not_opened_by_the_browser(counsellor, said, dialogue_server, kind):
    dialogue_server.kind, dialogue_server.body = kind, b"<script>alert(1)</script>"
    response = counsellor.get(voice_page(said.pk))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("language", LATER)
@pytest.mark.parametrize("status", [404, 500])
def test_a_voice_message_that_cannot_be_fetched_is_told_on_the_page_of_the_request(
    counsellor, said, dialogue_server, status, language
):
    dialogue_server.status = status
    headers = {"accept-language": language}
    response = counsellor.get(voice_page(said.pk), headers=headers, follow=True)
    assert response.redirect_chain == [(change_page(said), 302)]
    assert LATER[language] in response.content.decode()


def test_a_dialogue_server_that_is_away_is_told_too(counsellor, said, settings, free_port):
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{free_port}"
    assert counsellor.get(voice_page(said.pk)).url == change_page(said)


def test_a_voice_message_of_no_phone_is_told_too(counsellor, answers, dialogue_server):
    request, _ = callback_request_save(**answers(voice="AwACAgQ-x_1"))
    assert counsellor.get(voice_page(request.pk)).url == change_page(request)
    assert dialogue_server.calls == []


def test_listening_needs_a_login(client, said, dialogue_server):
    assert client.get(voice_page(said.pk)).url.startswith(reverse("admin:login"))
    assert dialogue_server.calls == []


def test_a_person_without_rights_hears_nothing(client, django_user_model, said, dialogue_server):
    client.force_login(django_user_model.objects.create_user("amina", is_staff=True))
    assert client.get(voice_page(said.pk)).status_code == 403
    assert dialogue_server.calls == []


def test_a_request_that_does_not_exist_has_no_voice(counsellor, said, dialogue_server):
    assert counsellor.get(voice_page(said.pk + 1)).status_code == 404


def test_listening_changes_nothing(counsellor, said, dialogue_server):
    before = rows(CallbackRequest), rows(Alert)
    dialogue_server.kind = "audio/ogg"
    counsellor.get(voice_page(said.pk))
    assert (rows(CallbackRequest), rows(Alert)) == before
