"""Malformed bodies at both webhooks: never a 5xx, never a word of the body in the log."""

import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from phones import AUTH_TOKEN, PUBLIC_URL, SECRET, Phones
from twilio.request_validator import RequestValidator

MARK = "zqxj-told-in-confidence"
ROUNDS = 200
NASTY = [
    None,
    True,
    0,
    -1,
    2**70,
    1e308,
    "",
    "x" * 5000,
    "\u0000",
    "\ud83d",
    "٣",
    [],
    [[]],
    {},
    {"": None},
    MARK,
    "/start " + MARK,
]


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    running = Phones(tmp_path_factory.mktemp("fuzz"))
    try:
        running.start("dialogue")
        yield running
    finally:
        running.stop()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60, trust_env=False) as running:
        yield running


def spoiled(value: Any, chance: random.Random, depth: int = 0) -> Any:
    """The same structure with some of its parts replaced, dropped or doubled."""
    if chance.random() < 0.08 + 0.02 * depth:
        return chance.choice(NASTY)
    if isinstance(value, dict):
        kept = {key: spoiled(item, chance, depth + 1) for key, item in value.items() if chance.random() > 0.05}
        return kept | ({chance.choice(("text", "chat", MARK)): chance.choice(NASTY)} if chance.random() < 0.1 else {})
    return [spoiled(item, chance, depth + 1) for item in value] if isinstance(value, list) else value


def updates(phones: Phones, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Every kind of update, with a text that must not be told."""
    peer = phones.telegram
    builders = (
        peer.voice,
        peer.photo,
        peer.sticker,
        peer.location,
        peer.contact,
        peer.poll,
        peer.reaction,
        peer.blocked,
    )
    for _ in range(ROUNDS):
        number = chance.randrange(10**6, 10**8)
        kind = chance.randrange(len(builders) + 2)
        if kind >= len(builders):
            yield peer.text(number, f"{MARK} {chance.choice(('bonjour', '/language', '👍'))}")
        else:
            yield builders[kind](number)


def check_log(phones: Phones) -> None:
    assert MARK not in phones.system.log("dialogue")
    assert "Traceback" not in phones.system.log("dialogue").split("Rasa server is up and running")[-1]


def test_telegram_takes_any_json_with_the_right_secret(phones: Phones, client: httpx.Client):
    chance = random.Random(20261124)
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    seen = set()
    for update in updates(phones, chance):
        body = json.dumps(spoiled(update, chance)).encode()
        seen.add(client.post(phones.telegram.webhook_url, content=body, headers=headers).status_code)
    assert seen <= {200, 400}, phones.system.log("dialogue")[-2000:]
    check_log(phones)


BODIES = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xff\xfe\x00" * 100,
    b"null",
    b'"text"',
    b"[]",
    b"{}",
    b'{"update_id": "1"}',
    b'{"update_id": 1e400}',
    b'{"update_id": 99999999999999999999999, "message": {"date": 1e300, "chat": {"id": {}}}}',
    b"a=%ff%fe&b=\x00",
    b"=&&&=;;%",
    MARK.encode() * 5,
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""]
)
def test_raw_bodies_are_refused_or_ignored(phones: Phones, client: httpx.Client, body: bytes, kind: str):
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET} | ({"Content-Type": kind} if kind else {})
    assert client.post(phones.telegram.webhook_url, content=body, headers=headers).status_code in (200, 400)
    signed = {"Content-Type": kind, "X-Twilio-Signature": RequestValidator(AUTH_TOKEN).compute_signature(ADDRESS, {})}
    assert client.post(phones.whatsapp_webhook, content=body, headers=signed).status_code in (200, 400, 403)
    check_log(phones)


ADDRESS = f"{PUBLIC_URL}/webhooks/whatsapp/webhook"


def test_a_huge_body_is_refused(phones: Phones, client: httpx.Client):
    for address, headers in (
        (phones.telegram.webhook_url, {"X-Telegram-Bot-Api-Secret-Token": SECRET}),
        (phones.whatsapp_webhook, {}),
    ):
        assert client.post(address, content=b"x" * 3_000_000, headers=headers).status_code == 413


def test_whatsapp_takes_any_signed_form(phones: Phones, client: httpx.Client):
    chance = random.Random(42)
    names = ("Body", "NumMedia", "MediaContentType0", "MediaUrl0", "Latitude", "Longitude", "ListId", "ButtonPayload")
    names += ("From", "MessageSid", "MessageStatus", "ErrorCode", "MessageType", "SmsStatus", MARK)
    values = (
        "",
        "\u0000",
        "1",
        "-1",
        "9" * 400,
        "NaN",
        "1e999",
        MARK,
        "whatsapp:",
        "whatsapp:+212600",
        "/x{",
        "٣",
        "read",
        "é\ud7ff",
    )
    seen = set()
    for _ in range(ROUNDS):
        form = phones.twilio.text(f"+2126{chance.randrange(10**8):08d}", f"{MARK} bonjour")
        form |= {chance.choice(names): chance.choice(values) for _ in range(chance.randrange(4))}
        signature = RequestValidator(AUTH_TOKEN).compute_signature(ADDRESS, form)
        seen.add(client.post(phones.whatsapp_webhook, data=form, headers={"X-Twilio-Signature": signature}).status_code)
    assert seen == {200}, phones.system.log("dialogue")[-2000:]
    check_log(phones)
