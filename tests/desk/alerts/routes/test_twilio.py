"""SMS and WhatsApp, sent by Twilio's real client to its stand-in."""

import logging

import pytest

from desk.alerts.routes import twilio as route
from desk.alerts.routes.target import Message, NotSent, Target

NUMBER = "+212612345679"
WORDS = Message("alert-1", "URGENT", "long", "URGENT AAA-333\nby 14:00")


def target(means="sms"):
    return Target(means, NUMBER, "fr")


def test_an_sms_goes_out_from_the_number_of_the_settings(twilio):
    sid = route.send_sms(target(), WORDS)
    (sent,) = twilio.messages
    assert (sent["sid"], sent["to"], sent["from"], sent["body"]) == (sid, NUMBER, "+14155550100", WORDS.short)


def test_whatsapp_gets_the_template_of_the_language_on_one_line(twilio, chosen):
    content = twilio._new_content(
        {"language": "fr", "types": {"twilio/text": {"body": "Alerte : {{1}}"}}, "variables": {"1": "x"}}
    )["sid"]
    chosen(ALERT_TEMPLATES={"fr": content})
    route.send_whatsapp(target("whatsapp"), WORDS)
    (shown,) = twilio.shown(f"whatsapp:{NUMBER}")
    assert shown.text == "Alerte : URGENT AAA-333 by 14:00"


@pytest.mark.parametrize(
    ("status", "arrived"), [("queued", False), ("sending", False), ("sent", True), ("delivered", True)]
)
def test_arrival_is_asked_for(twilio, status, arrived):
    sid = route.send_sms(target(), WORDS)
    twilio.status(sid, status)
    assert route.has_arrived(sid) is arrived


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_a_lost_message_is_a_failure(twilio, status):
    sid = route.send_sms(target(), WORDS)
    twilio.status(sid, status, 30005)
    with pytest.raises(NotSent, match="30005"):
        route.has_arrived(sid)


@pytest.mark.parametrize("status", [400, 401, 429, 500, 0])
def test_whatever_twilio_answers_the_route_says_that_it_failed(twilio, status, caplog):
    caplog.set_level(logging.DEBUG)
    twilio.fail("messages.create", status)
    with pytest.raises(NotSent) as caught:
        route.send_sms(target(), WORDS)
    assert NUMBER not in str(caught.value)
    assert NUMBER not in caplog.text
