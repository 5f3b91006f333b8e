"""What an alert says, in three languages, and what it never says."""

import pytest

from desk.alerts.models import Alert
from desk.alerts.words import alert_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
URGENT = {"fr": "URGENT", "ar": "عاجل", "en": "URGENT"}


@pytest.fixture
def message(waiting):
    """Builds the words about a request."""

    def build(language="en", **values):
        waiting(**values)
        return alert_message(Alert.objects.order_by("-pk").first(), language)

    return build


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_short_text_says_how_urgent_and_by_when(message, language):
    built = message(language, urgent=True, programme="belgium")
    first, second, *more = built.short.splitlines()
    assert first == built.subject
    assert first.startswith(URGENT[language])
    assert built.reference in first
    assert "العربية" in second
    assert more == []


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_nothing_of_the_story_leaves_the_desk(message, language):
    built = message(language, name="فاطمة", topic="safety_suicide", phone="+212612345678", wish="morning")
    everything = f"{built.subject} {built.text} {built.short} {built.event}"
    for secret in ("فاطمة", "suicide", "612345678", "web-1"):
        assert secret not in everything


def test_a_link_leads_to_the_request_when_the_desk_has_an_address(message, chosen):
    chosen(DESK_URL="https://desk.example.org")
    built = message()
    address = f"https://desk.example.org/requests/{built.reference}/"
    assert built.short.splitlines()[-1] == address
    assert address in built.text


def test_only_what_can_be_taken_has_a_button(message, account):
    built = message()
    assert built.claim
    alert = Alert.objects.first()
    alert.request.claimed_by = account()
    assert alert_message(alert, "en").claim == ""
    alert.request.claimed_by, alert.kind = None, "cancelled"
    assert alert_message(alert, "en").claim == ""


def test_another_system_reads_what_it_needs_to_count_and_to_link(message):
    event = message(urgent=True).event
    assert event["type"] == "callback_request.created"
    assert set(event["data"]) == {"reference", "programme", "language", "urgent", "status", "expected_at"}
    assert event["data"]["urgent"] is True
    assert event["data"]["expected_at"].endswith("+00:00")
