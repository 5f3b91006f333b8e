"""What happens on the phone when a part is killed, frozen, away or broken: nothing is lost, nothing is said twice."""

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from phones import PUBLIC_URL, Phones, Someone, Telegrammer, until

CHANNELS = pytest.mark.parametrize("channel", ["telegram", "whatsapp"])


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    running = Phones(tmp_path_factory.mktemp("failures"))
    try:
        running.start("dialogue", "actions")
        yield running
        assert running.telegram.faults == []
        assert running.twilio.faults == []
    finally:
        running.stop()


@contextmanager
def frozen(phones: Phones, name: str) -> Iterator[None]:
    """A process that does not move: who calls it waits."""
    process = phones.system.running[name]
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def post(someone: Someone, text: str) -> Callable[[], int]:
    """One message, to be delivered as often as wanted; returns the provider's view of the answer."""
    if isinstance(someone, Telegrammer):
        update = someone.peer.text(someone.number, text, language_code="fr")
        return lambda: someone.peer.deliver(update)
    form = someone.peer.text(someone.address, text)
    address = f"{PUBLIC_URL}/webhooks/whatsapp/webhook"
    return lambda: someone.peer.deliver(form, someone.phones.whatsapp_webhook, address)[0]


def in_background(call: Callable[[], int]) -> None:
    threading.Thread(target=call, daemon=True).start()


def claims(phones: Phones) -> int:
    return phones.system.rows("SELECT count(*) FROM conversations_inboundmessage WHERE finished_at IS NULL")[0][0]


@CHANNELS
def test_a_server_killed_between_claim_and_reply_loses_nothing(phones: Phones, channel: str):
    someone = phones.person(channel, "fr" if channel == "telegram" else "")
    someone.writes("bonjour à tous")
    deliver = post(someone, "je veux parler à quelqu'un")
    with frozen(phones, "actions"):
        in_background(deliver)
        until(lambda: claims(phones) == 1)
        phones.system.kill("dialogue")
    phones.start("dialogue")
    until(lambda: len(someone.shown()) == 2)
    assert "Êtes-vous d'accord" in someone.shown()[-1].text
    assert deliver() == 200, "a late repeat is acknowledged"
    someone.taps("Oui, je suis d'accord")
    assert [message.text.count("Êtes-vous d'accord") for message in someone.shown()].count(1) == 1, "asked once"


@CHANNELS
def test_a_server_killed_while_it_sends_sends_again(phones: Phones, channel: str):
    someone = phones.person(channel, "fr" if channel == "telegram" else "")
    peer, call = (phones.telegram, "sendMessage") if channel == "telegram" else (phones.twilio, "messages.create")
    peer.flood(call, retry_after=15, times=1)
    before = len(peer.calls_of(call))
    in_background(post(someone, "bonjour à tous"))
    until(lambda: len(peer.calls_of(call)) > before)
    phones.system.kill("dialogue")
    phones.start("dialogue")
    until(lambda: someone.shown(), seconds=90)
    assert len(someone.shown()) == 1
    row = "SELECT status FROM conversations_delivery ORDER BY id DESC LIMIT 1"
    assert until(lambda: phones.system.rows(row)[0][0] == "sent")


def test_messages_that_came_while_whatsapp_was_down_are_answered_at_the_start(phones: Phones):
    people = [phones.person("whatsapp") for _ in range(3)]
    phones.system.kill("dialogue")
    for someone in people:
        assert post(someone, "bonjour à tous")() == 0, "nobody answers Twilio"
    picture = phones.person("whatsapp")
    phones.twilio.photo(picture.address)
    phones.start("dialogue")
    for someone in [*people, picture]:
        until(someone.shown)
    assert ["Bonjour" in someone.shown()[0].text for someone in people] == [True] * 3
    assert "images" in picture.shown()[0].text
    phones.system.kill("dialogue")
    phones.start("dialogue")
    phones.twilio.wait_calls("messages.list", 1)
    time.sleep(1)
    assert {len(someone.shown()) for someone in [*people, picture]} == {1}, "not again"


@CHANNELS
def test_a_broken_database_makes_the_provider_repeat_the_message(phones: Phones, channel: str):
    someone = phones.person(channel, "fr" if channel == "telegram" else "")
    deliver = post(someone, "bonjour à tous")
    with broken(phones, "conversations_inboundmessage"):
        assert deliver() == 500
    assert deliver() == 200
    assert len(someone.shown()) == 1
    assert deliver() == 200
    assert len(someone.shown()) == 1


@contextmanager
def broken(phones: Phones, table: str) -> Iterator[None]:
    for change in (f"ALTER TABLE {table} RENAME TO away", f"ALTER TABLE away RENAME TO {table}"):
        with sqlite3.connect(phones.system.var / "desk.sqlite3", timeout=20) as database:
            database.execute("PRAGMA legacy_alter_table=ON")
            database.execute(change)
        if "TO away" in change:
            yield


def test_with_the_action_server_down_a_person_on_the_phone_hears_so(phones: Phones):
    someone = phones.person("telegram", "ar")
    phones.system.kill("actions")
    try:
        assert "+212 5 37 65 28 81" in someone.writes("اريد التحدث مع شخص")
    finally:
        phones.system.start("actions")


def test_a_provider_that_stays_away_is_visible_and_gets_the_message_later(phones: Phones):
    someone = phones.person("whatsapp")
    phones.twilio.flood("messages.create", retry_after=25, times=1)
    someone.writes("bonjour à tous")
    assert someone.shown() == []
    row = "SELECT status, error FROM conversations_delivery ORDER BY id DESC LIMIT 1"
    assert phones.system.rows(row) == [("queued", "status 429")]
    until(someone.shown)
    assert until(lambda: phones.system.rows(row)[0][0] == "sent")
