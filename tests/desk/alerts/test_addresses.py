"""What may stand as an address, and what is said about what may not."""

import pytest
from django.utils import translation

from desk.alerts.addresses import address_checked
from desk.errors import Refused

READY = {
    "TELEGRAM_TOKEN": "1:a",
    "TWILIO_ACCOUNT_SID": "AC",
    "ALERT_SMS_FROM": "+14155550100",
    "WHATSAPP_NUMBER": "+14155238886",
    "ALERT_TEMPLATES": {"fr": "HX1"},
}


@pytest.fixture(autouse=True)
def ready(chosen):
    chosen(**READY)
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("means", "written", "used"),
    [
        ("email", "duty@example.org", "duty@example.org"),
        ("telegram", "-1001234567890", "-1001234567890"),
        ("sms", "+212 612-345-678", "+212612345678"),
        ("whatsapp", "+32 470 12 34 56", "+32470123456"),
        ("webhook", "https://example.org/hook?x=1", "https://example.org/hook?x=1"),
        ("webhook", "http://127.0.0.1:8080/hook", "http://127.0.0.1:8080/hook"),
    ],
)
def test_an_address_is_taken_in_the_form_that_is_used(means, written, used):
    assert address_checked(means, written, "fr") == used


@pytest.mark.parametrize(
    ("means", "written", "hint"),
    [
        ("email", "duty", "name@example.org"),
        ("telegram", "1234", "-1001234567890"),
        ("telegram", "@group", "-1001234567890"),
        ("sms", "0612345678", "country code"),
        ("sms", "+2126", "country code"),
        ("whatsapp", "hello", "country code"),
        ("webhook", "http://example.org", "https://"),
        ("webhook", "ftp://example.org", "https://"),
        ("webhook", "https://user:password@example.org", "without a name"),
        ("webhook", "https://", "https://"),
        ("webhook", "https://[", "https://"),
        ("webhook", "https://exa mple.org", "https://"),
    ],
)
def test_what_is_wrong_is_explained(means, written, hint):
    with pytest.raises(Refused, match=hint):
        address_checked(means, written, "fr")


@pytest.mark.parametrize(
    ("means", "name"),
    [
        ("telegram", "TELEGRAM_TOKEN"),
        ("sms", "ALERT_SMS_FROM"),
        ("sms", "TWILIO_ACCOUNT_SID"),
        ("whatsapp", "ALERT_TEMPLATES"),
    ],
)
def test_a_missing_setting_is_named(chosen, means, name):
    chosen(**{name: ""})
    with pytest.raises(Refused, match=name):
        address_checked(means, "+212612345678", "fr")


def test_whatsapp_needs_a_template_in_the_language():
    with pytest.raises(Refused, match="ALERT_TEMPLATES"):
        address_checked("whatsapp", "+212612345678", "ar")
