"""The list "Messages to people" in the desk: what became of each message, and nothing of what it said."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from desk.conversations.models import Delivery
from tests.desk.conversations.rows import REPLY, delivery

pytestmark = pytest.mark.django_db
LIST = "admin:conversations_delivery_changelist"
PERSON, OTHER = "whatsapp-Xk3abc", "telegram-Yz9def"


def change_page(row: Delivery) -> str:
    return reverse("admin:conversations_delivery_change", args=[row.pk])


def listed(client, language: str = "en", **query) -> str:
    response = client.get(reverse(LIST), query, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def admin_user(django_user_model):
    """Of admin_client; without a password, which takes longer to make than a test."""
    return django_user_model.objects.create_superuser("admin")


@pytest.fixture
def reader(client, django_user_model):
    """A counsellor who may only look."""
    user = django_user_model.objects.create_user("amina", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client.force_login(user)
    return client


def test_the_list_needs_a_login(client):
    assert client.get(reverse(LIST)).url.startswith(reverse("admin:login"))


def test_a_person_without_rights_sees_no_message(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("amina", is_staff=True))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(change_page(delivery(PERSON))).status_code == 403


def test_the_list_is_named_on_the_first_page(admin_client):
    page = admin_client.get(reverse("admin:index"), headers={"accept-language": "en"}).content.decode()
    assert reverse(LIST) in page
    assert "Messages to people" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "messages aux personnes"), ("ar", "الرسائل إلى الأشخاص"), ("en", "message to a person")],
)
def test_the_list_opens_in_the_language_of_the_counsellor(admin_client, language, words):
    delivery(PERSON)
    page = listed(admin_client, language)
    assert f'lang="{language}"' in page
    assert words in page


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, ["waiting to be sent"]),
        ({"status": "held", "reason": "window"}, ["held back", "the person last wrote more than 24 hours ago"]),
        ({"status": "held", "reason": "stopped"}, ["held back", "the person wants no more messages"]),
        ({"status": "failed", "reason": "blocked"}, ["failed", "blocked the assistant or left"]),
        ({"status": "failed", "reason": "undelivered", "error": "63024"}, ["failed", "could not deliver", "63024"]),
        ({"error": "TimedOut", "attempts": 7}, ["waiting to be sent", "TimedOut", "7"]),
        ({"status": "read"}, ["read"]),
    ],
)
def test_a_counsellor_sees_what_became_of_a_message_and_why(reader, changes, shown):
    page = change_page(delivery(PERSON, **changes))
    for html in (listed(reader), reader.get(page, headers={"accept-language": "en"}).content.decode()):
        table = html[html.index('id="content"') :]
        assert [words for words in (PERSON, *shown) if words not in table] == []


@pytest.mark.parametrize("text", [REPLY["text"], "Bonjour", "أهلا"])
def test_what_a_message_says_is_shown_nowhere(admin_client, text):
    page = change_page(delivery(PERSON))
    assert text not in listed(admin_client)
    assert text not in admin_client.get(page).content.decode()


def test_the_newest_message_is_first(admin_client):
    for name in (PERSON, OTHER):
        delivery(name)
    page = listed(admin_client)
    assert page.index(OTHER) < page.index(PERSON)


@pytest.mark.parametrize("query", [{"q": OTHER}, {"status__exact": "held"}, {"reason__exact": "window"}])
def test_messages_are_found_by_person_status_and_reason(admin_client, query):
    delivery(PERSON)
    delivery(OTHER, status="held", reason="window")
    page = listed(admin_client, **query)
    assert OTHER in page
    assert PERSON not in page


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_message_opens_in_the_language_of_the_counsellor(admin_client, language):
    response = admin_client.get(change_page(delivery(PERSON)), headers={"accept-language": language})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


def test_nobody_adds_a_message_by_hand(admin_client):
    assert admin_client.get(reverse("admin:conversations_delivery_add")).status_code == 403


def test_nobody_changes_a_message_by_hand(admin_client):
    row = delivery(PERSON, status="failed", reason="blocked")
    posted = {"status": "queued", "reason": "", "conversation_id": OTHER, "content": '{"text": "x"}', "attempts": "0"}
    before = Delivery.objects.values().get()
    response = admin_client.post(change_page(row), posted)
    assert response.status_code == 302
    assert Delivery.objects.values().get() | {"updated_at": 0} == before | {"updated_at": 0}
