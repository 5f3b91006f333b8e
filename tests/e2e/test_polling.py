"""Long polling: a bot that was given nothing but its token."""

from collections.abc import Iterator

import pytest
from phones import Phones, until
from test_phone_failures import claims, frozen


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    nothing = dict.fromkeys(("PUBLIC_URL", "TELEGRAM_SECRET", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), "")
    running = Phones(tmp_path_factory.mktemp("polled"), WHATSAPP_NUMBER="", **nothing)
    try:
        running.start("dialogue", "actions")
        yield running
        assert running.telegram.faults == []
    finally:
        running.stop()


def test_with_nothing_but_a_token_the_bot_answers(polled: Phones):
    someone = polled.person("telegram", "ar")
    polled.telegram.queue(polled.telegram.command(someone.number, "/start", language_code="ar"))
    assert "مرحبا" in polled.telegram.wait_shown(someone.number, 1)[0].text
    polled.telegram.queue(polled.telegram.tap(someone.number, "اللغة"))
    polled.telegram.wait_shown(someone.number, 2)
    assert polled.telegram.calls_of("setWebhook") == []
    assert polled.telegram.commands["ar"][0]["command"] == "start"


def test_updates_of_one_poll_are_answered_once_and_in_order(polled: Phones):
    someone = polled.person("telegram", "fr")
    for kind in ("sticker", "document", "video"):
        polled.telegram.queue(getattr(polled.telegram, kind)(someone.number, language_code="fr"))
    texts = [message.text for message in polled.telegram.wait_shown(someone.number, 3)]
    assert [word in text for word, text in zip(("autocollants", "documents", "vidéos"), texts, strict=True)] == [
        True
    ] * 3


def test_a_killed_bot_goes_on_where_it_was(polled: Phones):
    someone = polled.person("telegram", "fr")
    polled.telegram.queue(polled.telegram.text(someone.number, "bonjour à tous", language_code="fr"))
    polled.telegram.wait_shown(someone.number, 1)
    with frozen(polled, "actions"):
        polled.telegram.queue(polled.telegram.text(someone.number, "je veux parler à quelqu'un", language_code="fr"))
        until(lambda: claims(polled) == 1)
        polled.system.kill("dialogue")
    polled.telegram.queue(polled.telegram.sticker(someone.number, language_code="fr"))
    polled.start("dialogue")
    polled.telegram.wait_shown(someone.number, 3, timeout_s=60)
    texts = "\n".join(message.text for message in someone.shown())
    assert texts.count("Êtes-vous d'accord") >= 1
    assert "autocollants" in texts


def test_telegram_away_for_a_while_is_asked_again(polled: Phones):
    someone = polled.person("telegram", "fr")
    polled.telegram.fail("getUpdates", 502, times=3)
    polled.telegram.queue(polled.telegram.text(someone.number, "bonjour à tous", language_code="fr"))
    assert "Bonjour" in polled.telegram.wait_shown(someone.number, 1, timeout_s=60)[0].text
