"""Alerts in a Telegram group, sent by the real client to Telegram's stand-in."""

import pytest

from desk.alerts.routes import telegram as route
from desk.alerts.routes.target import Message, NotSent, Target

GROUP = Target("telegram", "-1001", "fr")
WORDS = Message("alert-1", "URGENT", "long", "URGENT\nby 14:00", "Je le prends", "AAA-333")


def test_the_group_reads_the_alert_with_a_button(telegram):
    assert route.send(GROUP, WORDS) == ""
    (shown,) = telegram.shown(-1001)
    assert shown.text == "URGENT\nby 14:00"
    assert [button for row in shown.buttons for button in row] == [("Je le prends", "claim:AAA-333")]


def test_without_something_to_take_there_is_no_button(telegram):
    route.send(GROUP, Message("alert-1", "a", "b", "c"))
    assert telegram.shown(-1001)[0].buttons == []


@pytest.mark.parametrize("status", [400, 403, 429, 502, 0])
def test_whatever_telegram_answers_the_route_says_that_it_failed(telegram, status):
    telegram.fail("sendMessage", status)
    with pytest.raises(NotSent):
        route.send(GROUP, WORDS)


def test_a_group_with_a_new_number_is_named(telegram):
    body = {"ok": False, "error_code": 400, "description": "upgraded", "parameters": {"migrate_to_chat_id": -1002}}
    telegram.fail("sendMessage", 400, body=body)
    with pytest.raises(NotSent, match="-1002"):
        route.send(GROUP, WORDS)


def test_without_telegram_the_route_fails(chosen):
    chosen(TELEGRAM_TOKEN="1:" + 35 * "a", TELEGRAM_API_URL="http://127.0.0.1:9")
    with pytest.raises(NotSent, match="NetworkError"):
        route.send(GROUP, WORDS)
