"""The stand-ins for Telegram and Twilio: their judges find faults, the real clients can talk to them."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import telegram
from aiohttp import web
from judge import SPECS, TelegramJudge, TwilioJudge
from peer import Peer, read_fields
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram_peer import TelegramPeer
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio_peer import Shown as Rendered
from twilio_peer import TwilioPeer, error_body

TOKEN = "700000001:sample-token"
ACCOUNT, SECRET = "AC" + "1" * 32, "sample-auth-token"
OURS, THEIRS = "whatsapp:+41445550100", "whatsapp:+41791234567"
MESSAGES = f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"
LIST = MESSAGES.replace("POST", "GET")
CONTENT = "POST /v1/Content"
judged = pytest.mark.skipif(not SPECS.exists(), reason=f"the providers' descriptions are not at {SPECS}")


def keyboard(**button: Any) -> str:
    return json.dumps({"inline_keyboard": [[{"text": "Yes", **button}]]})


def quick_reply(**changed: Any) -> dict[str, Any]:
    body = {"body": "Choose", "actions": [{"title": "Yes", "id": "/yes"}], **changed}
    return {"language": "en", "types": {"twilio/quick-reply": body}}


def picker(items: list[dict[str, str]] | None = None, **changed: Any) -> dict[str, Any]:
    rows = items or [{"id": "/one", "item": "One"}, {"id": "/two", "item": "Two", "description": "The second"}]
    return {
        "language": "en",
        "types": {"twilio/list-picker": {"body": "Choose", "button": "Open", "items": rows, **changed}},
    }


def items(count: int) -> list[dict[str, str]]:
    return [{"id": f"/{i}", "item": f"Item {i}"} for i in range(count)]


def commands(command: str = "start", description: str = "Begin") -> dict[str, str]:
    return {"commands": json.dumps([{"command": command, "description": description}])}


TELEGRAM_GOOD = [
    ("getMe", {}),
    ("sendMessage", {"chat_id": "5", "text": "Hello", "reply_markup": keyboard(callback_data="/yes")}),
    ("sendMessage", {"chat_id": -1001, "text": "x" * 4096, "disable_notification": "true"}),
    ("sendMessage", {"chat_id": "@channel", "text": f"<b>{'x' * 4096}</b>", "parse_mode": "HTML"}),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "link_preview_options": '{"is_disabled": true}'}),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": '{"remove_keyboard": true}'}),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": {"keyboard": [[{"text": "a"}]]}}),
    ("setMyCommands", commands() | {"language_code": "fr", "scope": '{"type": "all_private_chats"}'}),
    ("setWebhook", {"url": "https://example.org/", "secret_token": "aZ_-09", "allowed_updates": '["message"]'}),
    ("sendLocation", {"chat_id": "5", "latitude": "46.2", "longitude": "6"}),
    ("sendDocument", {"chat_id": "5", "document": b"%PDF"}),
    ("sendMediaGroup", {"chat_id": "5", "media": '[{"type": "photo", "media": "attach://p"}]', "p": b"photo"}),
    ("answerCallbackQuery", {"callback_query_id": "77", "text": "x" * 200, "show_alert": "false"}),
]

TELEGRAM_BAD = [
    ("sendMesage", {}, "there is no such method"),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "texd": "x"}, "texd is not known here"),
    ("sendMessage", {"chat_id": 5}, "text is required"),
    ("sendChatAction", {"chat_id": "5.5.", "action": 7}, "action: 7 is not of the type String"),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "message_thread_id": "one"}, "one is not of the type Integer"),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "protect_content": "yes"}, "yes is not of the type Boolean"),
    ("sendLocation", {"chat_id": 5, "latitude": "north", "longitude": 6}, "north is not of the type Float"),
    ("sendMessage", {"chat_id": 5, "text": ""}, "text: 0 characters, allowed are 1-4096"),
    ("sendMessage", {"chat_id": 5, "text": " \n "}, "text: 0 characters"),
    ("sendMessage", {"chat_id": 5, "text": "x" * 4097}, "text: 4097 characters"),
    ("sendMessage", {"chat_id": 5, "text": "\U0001f600" * 2049}, "text: 4098 characters"),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": "{"}, "is not the JSON text of"),
    (
        "sendMessage",
        {"chat_id": 5, "text": "Hi", "reply_markup": keyboard(callback_data="x" * 65)},
        "65 bytes, allowed",
    ),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": keyboard(callback_data="é" * 33)}, "66 bytes"),
    ("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": keyboard(callback_data="")}, "0 bytes"),
    (
        "sendMessage",
        {"chat_id": 5, "text": "Hi", "reply_markup": keyboard()},
        "does exactly one thing, this one does 0",
    ),
    (
        "sendMessage",
        {"chat_id": 5, "text": "Hi", "reply_markup": keyboard(callback_data="a", payload="b")},
        "payload is not",
    ),
    (
        "sendMessage",
        {"chat_id": 5, "text": "Hi", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
        "not an array of",
    ),
    (
        "sendMessage",
        {"chat_id": 5, "text": "Hi", "reply_markup": {"inline_keyboard": [[{"url": "a"}]]}},
        "text is required",
    ),
    (
        "sendMessage",
        {"chat_id": 5, "text": "Hi", "entities": '[{"type": "bold", "offset": "0", "length": 1}]'},
        "Integer",
    ),
    ("setMyCommands", commands("Start"), "Start has other characters"),
    ("setMyCommands", commands("s" * 33), "33 characters, allowed are 1-32"),
    ("setMyCommands", commands(description="d" * 257), "257 characters, allowed are 1-256"),
    ("setMyCommands", commands(description=""), "0 characters, allowed are 1-256"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "b"}] * 101}, "101 entries, at most 100"),
    ("setMyCommands", commands() | {"scope": '{"type": "everybody"}'}, "everybody is not"),
    ("setMyCommands", commands() | {"scope": '{"type": "chat"}'}, "chat_id is required"),
    ("setWebhook", {"url": "https://example.org/", "secret_token": "a b"}, "a b has other characters"),
    ("setWebhook", {"url": "https://example.org/", "secret_token": "a" * 257}, "257 characters"),
    ("setWebhook", {"url": "https://example.org/", "allowed_updates": "[1]"}, "1 is not of the type String"),
    ("getUpdates", {"limit": "101"}, "101 is outside 1-100"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "201 characters, allowed are 0-200"),
    ("sendMediaGroup", {"chat_id": 5, "media": "[]", "left": b"over"}, "left is not known here"),
]

TWILIO_GOOD = [
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "x" * 1600, "StatusCallback": "https://example.org/status"}),
    (MESSAGES, {"To": THEIRS, "MessagingServiceSid": "MG" + "a" * 32, "ContentSid": "HX" + "a" * 32}),
    (MESSAGES, {"To": THEIRS, "From": OURS, "ContentSid": "HX" + "a" * 32, "ContentVariables": '{"1": "a"}'}),
    (MESSAGES, {"To": THEIRS, "From": OURS, "MediaUrl": ["https://a.example/1", "https://a.example/2"]}),
    (LIST, {"To": OURS, "DateSent>": "2026-01-02T03:04:05Z", "DateSent<": "2026-01-03", "PageSize": "50"}),
    (CONTENT, quick_reply(actions=[{"title": "x" * 20, "id": "y" * 200}] * 3)),
    (CONTENT, picker(items(10))),
    (CONTENT, {"language": "en", "types": {"twilio/text": {"body": "Hi {{1}}"}}, "variables": {"1": "you"}}),
]

TWILIO_BAD = [
    ("POST /2010-04-01/Accounts/x/Texts.json", {}, "there is no such call"),
    (MESSAGES.replace(ACCOUNT, "AC1"), {"To": THEIRS, "From": OURS, "Body": "Hi"}, "AC1 does not look like"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "Text": "Hi"}, "Text is not known here"),
    (MESSAGES, {"From": OURS, "Body": "Hi"}, "To is required"),
    (MESSAGES, {"To": THEIRS, "Body": "Hi"}, "From is required"),
    (MESSAGES, {"To": THEIRS, "From": OURS}, "one of Body, ContentSid and MediaUrl is required"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "x" * 1601}, "Body: 1601 characters, allowed are 0-1600"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": ["a", "b"]}, "is not a text"),
    (MESSAGES, {"To": "whatsapp:0791234567", "From": OURS, "Body": "Hi"}, "not of the format phone-number"),
    (MESSAGES, {"To": THEIRS, "From": "+41445550100", "Body": "Hi"}, "addresses of different channels"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "ContentSid": "HX1"}, "HX1 does not look like"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "ContentVariables": "{"}, "is not JSON"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "ContentVariables": '{"1": 2}'}, "not an object of texts"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "StatusCallback": "/status"}, "not of the format uri"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "ValidityPeriod": "long"}, "long is not of the type integer"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "ShortenUrls": "perhaps"}, "not of the type boolean"),
    (MESSAGES, {"To": THEIRS, "From": OURS, "Body": "Hi", "ContentRetention": "keep"}, "none of retain, discard"),
    (LIST, {"Since": "2026-01-01"}, "Since is not known here"),
    (LIST, {"DateSent": "yesterday"}, "not of the format date-time"),
    (LIST, {"PageSize": "1001"}, "1001 is outside 1-1000"),
    (CONTENT, {"types": {"twilio/text": {"body": "Hi"}}}, "language is required"),
    (CONTENT, {"language": "en", "types": {}}, "types names no type"),
    (CONTENT, {"language": "en", "types": {"twilio/buttons": {}}}, "twilio/buttons is not known here"),
    (CONTENT, {"language": "en", "types": {"twilio/text": {"body": 5}}}, "5 is not a text"),
    (CONTENT, {"language": "en", "types": {"twilio/text": {"body": "Hi"}}, "variables": {"1": 2}}, "2 is not a text"),
    (CONTENT, quick_reply(footer="x"), "footer is not known here"),
    (CONTENT, quick_reply(body="x" * 1025), "body: 1025 characters"),
    (CONTENT, quick_reply(body=""), "body: 0 characters"),
    (CONTENT, quick_reply(actions=[]), "0 actions, allowed are 1-3"),
    (CONTENT, quick_reply(actions=[{"title": "a"}] * 4), "4 actions"),
    (CONTENT, quick_reply(actions=[{"title": ""}]), "title: 0 characters"),
    (CONTENT, quick_reply(actions=[{"title": "x" * 21}]), "title: 21 characters"),
    (CONTENT, quick_reply(actions=[{"title": "a", "id": "x" * 201}]), "id: 201 characters"),
    (CONTENT, quick_reply(actions=[{"id": "a"}]), "title is required"),
    (CONTENT, quick_reply(actions={"title": "a"}), "is not an array"),
    (CONTENT, picker(body="x" * 1025), "body: 1025 characters"),
    (CONTENT, picker(button="x" * 21), "button: 21 characters"),
    (CONTENT, picker(items(11)), "11 items, allowed are 1-10"),
    (CONTENT, picker([{"id": "a", "item": "x" * 25}]), "item: 25 characters"),
    (CONTENT, picker([{"id": "", "item": "x"}]), "id: 0 characters"),
    (CONTENT, picker([{"id": "x" * 201, "item": "x"}]), "id: 201 characters"),
    (CONTENT, picker([{"id": "a", "item": "x", "description": "d" * 73}]), "description: 73 characters"),
    (CONTENT, picker([{"id": "a", "item": "x"}, {"id": "a", "item": "y"}]), "two items have one id"),
    (CONTENT, picker([{"item": "x"}]), "id is required"),
]


@judged
@pytest.mark.parametrize(("method", "fields"), TELEGRAM_GOOD)
def test_telegram_judge_accepts(method: str, fields: dict[str, Any]) -> None:
    assert TelegramJudge().check(method, fields) == []


@judged
@pytest.mark.parametrize(("method", "fields", "fault"), TELEGRAM_BAD)
def test_telegram_judge_rejects(method: str, fields: dict[str, Any], fault: str) -> None:
    faults = TelegramJudge().check(method, fields)
    assert any(fault in found and found.startswith(method) for found in faults), faults


@judged
def test_telegram_judge_names_the_place() -> None:
    markup = json.dumps({"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}] * 3] * 2})
    faults = TelegramJudge().check("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": markup})
    assert len(faults) == 6
    assert faults[0].startswith("sendMessage: reply_markup.inline_keyboard[0][0].callback_data: 65 bytes")


@judged
@pytest.mark.parametrize(("path", "fields"), TWILIO_GOOD)
def test_twilio_judge_accepts(path: str, fields: dict[str, Any]) -> None:
    assert TwilioJudge().check(path, fields) == []


@judged
@pytest.mark.parametrize(("path", "fields", "fault"), TWILIO_BAD)
def test_twilio_judge_rejects(path: str, fields: dict[str, Any], fault: str) -> None:
    faults = TwilioJudge().check(path, fields)
    assert any(fault in found and found.startswith(path) for found in faults), faults


def test_without_descriptions_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.read_spec", lambda name: {})
    assert TelegramJudge().check("noSuchMethod", {"a": 1}) == []
    assert TwilioJudge().check("POST /nowhere", {}) == []
    with TelegramPeer(TOKEN) as peer:
        answer = httpx.post(f"{peer.base_url}{TOKEN}/sendMessage", data={"chat_id": 5, "text": "Hi"})
        assert answer.json()["result"]["text"] == "Hi"
        assert [shown.text for shown in peer.shown(5)] == ["Hi"]


@pytest.fixture
def chat_peer() -> Iterator[TelegramPeer]:
    with TelegramPeer(TOKEN) as peer:
        yield peer


@pytest.fixture
async def bot(chat_peer: TelegramPeer) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=chat_peer.base_url, base_file_url=chat_peer.file_url) as bot:
        yield bot


def markup(*titles: str) -> telegram.InlineKeyboardMarkup:
    row = [telegram.InlineKeyboardButton(title, callback_data=f"/{title.lower()}") for title in titles]
    return telegram.InlineKeyboardMarkup([row])


async def test_bot_sends_a_keyboard(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    options = telegram.LinkPreviewOptions(is_disabled=True)
    sent = await bot.send_message(
        5, "<b>Agree</b>?", "HTML", reply_markup=markup("Yes", "No"), link_preview_options=options
    )
    (shown,) = chat_peer.shown(5)
    assert (shown.message_id, shown.text, shown.link_preview_off) == (sent.message_id, "Agree?", True)
    assert shown.buttons == [[("Yes", "/yes"), ("No", "/no")]]
    assert shown.keyboard is None
    assert sent.reply_markup == markup("Yes", "No")
    assert chat_peer.calls_of("sendMessage")[0].fields["reply_markup"]["inline_keyboard"][0][1]["text"] == "No"
    assert chat_peer.faults == []


async def test_bot_knows_itself_and_its_webhook(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    await bot.set_webhook("https://example.org/hook", secret_token="s3cret", allowed_updates=["message"])
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.allowed_updates) == ("https://example.org/hook", 0, ("message",))
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    assert bot.username == "sample_bot"
    assert chat_peer.faults == []


async def test_bot_edits_and_answers(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    sent = await bot.send_message(5, "Agree?", reply_markup=markup("Yes"))
    tap = telegram.Update.de_json(chat_peer.tap(5, "Yes", language_code="ar"), bot)
    assert (tap.callback_query.data, tap.effective_user.language_code) == ("/yes", "ar")
    assert tap.callback_query.message.reply_markup == markup("Yes")
    assert await tap.callback_query.answer()
    await bot.edit_message_reply_markup(5, sent.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("Agree?", 5, sent.message_id)
    await bot.edit_message_text("Agreed", 5, sent.message_id)
    assert [(shown.text, shown.buttons) for shown in chat_peer.shown(5)] == [("Agreed", [])]
    with pytest.raises(LookupError):
        chat_peer.tap(5, "Yes")
    with pytest.raises(BadRequest, match="uery is too old"):
        await bot.answer_callback_query("1")


async def test_bot_gets_updates_with_offset(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    first, second = (chat_peer.queue(chat_peer.text(5, text)) for text in ("One", "Two"))
    assert [update.message.text for update in await bot.get_updates()] == ["One", "Two"]
    assert len(await bot.get_updates(limit=1)) == 1
    (left,) = await bot.get_updates(offset=first["update_id"] + 1)
    assert left.update_id == second["update_id"]
    assert await bot.get_updates(offset=second["update_id"] + 1) == ()


async def test_bot_waits_for_an_update(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    started = time.monotonic()
    asking = asyncio.create_task(bot.get_updates(timeout=60))
    await asyncio.to_thread(chat_peer.wait_calls, "getUpdates", 1, 5)
    chat_peer.queue(chat_peer.command(5, "/start"))
    (update,) = await asking
    assert update.message.text == "/start"
    assert time.monotonic() - started < 40


async def test_bot_sets_commands_per_language(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    await bot.set_my_commands([("start", "Begin")])
    await bot.set_my_commands([("start", "Commencer")], language_code="fr")
    assert chat_peer.commands["fr"] == [{"command": "start", "description": "Commencer"}]
    assert [command.description for command in await bot.get_my_commands()] == ["Begin"]


async def test_bot_shows_a_reply_keyboard(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    button = telegram.KeyboardButton("My number", request_contact=True)
    await bot.send_message(5, "Your number?", reply_markup=telegram.ReplyKeyboardMarkup([[button]]))
    await bot.send_message(5, "Thanks", reply_markup=telegram.ReplyKeyboardRemove())
    asked, thanked = chat_peer.shown(5)
    assert asked.keyboard["keyboard"] == [[{"text": "My number", "request_contact": True}]]
    assert thanked.keyboard == {"remove_keyboard": True}


async def test_bot_gets_a_file(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    voice = telegram.Update.de_json(chat_peer.voice(5, content=b"OggS sound"), bot).message.voice
    file = await bot.get_file(voice.file_id)
    assert bytes(await file.download_as_bytearray()) == b"OggS sound"
    large = chat_peer.document(5, file_size=21 * 1024 * 1024)["message"]["document"]
    with pytest.raises(BadRequest, match="too big"):
        await bot.get_file(large["file_id"])


async def test_bot_is_told_to_wait(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    chat_peer.flood("sendMessage", 3)
    with pytest.raises(RetryAfter) as told:
        await bot.send_message(5, "Hi")
    wait = told.value.retry_after
    assert (wait.total_seconds() if isinstance(wait, timedelta) else wait) == 3
    assert chat_peer.shown(5) == []
    assert (await bot.send_message(5, "Hi")).text == "Hi"


async def test_bot_is_blocked(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    chat_peer.block(5)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(5, "Hi")
    assert (await bot.send_message(6, "Hi")).chat.id == 6
    chat_peer.unblock(5)
    assert (await bot.send_message(5, "Hi")).chat.id == 5


async def test_bot_leaves_a_group(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    added = telegram.Update.de_json(chat_peer.added_to_group(-1001), bot)
    assert added.my_chat_member.new_chat_member.status == "member"
    assert await bot.leave_chat(-1001)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(-1001, "Hi")


async def test_prepared_failures(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    chat_peer.fail("sendMessage", 502, match=lambda fields: fields["text"] == "Hi")
    assert (await bot.send_message(5, "Hello")).text == "Hello"
    with pytest.raises(NetworkError):
        await bot.send_message(5, "Hi")
    chat_peer.fail("sendMessage", 0)
    with pytest.raises(NetworkError):
        await bot.send_message(5, "Hi")
    chat_peer.fail("sendMessage", 500, taken=True)
    with pytest.raises(NetworkError):
        await bot.send_message(5, "Taken")
    assert [shown.text for shown in chat_peer.shown(5)] == ["Hello", "Taken"]


async def test_wrong_token(chat_peer: TelegramPeer) -> None:
    with pytest.raises(InvalidToken):
        await telegram.Bot("700000001:other", base_url=chat_peer.base_url).initialize()
    assert chat_peer.calls == []


@judged
async def test_faults_are_kept_and_refused(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    with pytest.raises(BadRequest, match="65 bytes"):
        await bot.send_message(5, "Hi", reply_markup=markup("x" * 64))
    assert len(chat_peer.faults) == 1
    assert chat_peer.shown(5) == []


@judged
async def test_unknown_calls(chat_peer: TelegramPeer, phone_peer: TwilioPeer) -> None:
    assert httpx.get(f"{chat_peer.base_url}{TOKEN}/getMyself").status_code == 404
    assert httpx.get(f"{chat_peer.base_url}{TOKEN}/unpinAllChatMessages?chat_id=5").json() == {
        "ok": True,
        "result": True,
    }
    assert httpx.get(f"{phone_peer.url}/v2/Texts", auth=(ACCOUNT, SECRET)).json()["code"] == 20404
    assert chat_peer.faults == ["getMyself: there is no such method"]
    assert phone_peer.faults == ["GET /v2/Texts: there is no such call"]


@judged
def test_a_body_that_is_no_json(phone_peer: TwilioPeer) -> None:
    kind = {"Content-Type": "application/json"}
    answer = httpx.post(f"{phone_peer.url}/v1/Content", content="language=en", headers=kind, auth=(ACCOUNT, SECRET))
    assert answer.status_code == 400
    assert "(not a JSON object) is not known here" in phone_peer.faults[0]


async def test_peer_stops_while_it_is_asked_for_updates(chat_peer: TelegramPeer, bot: telegram.Bot) -> None:
    asking = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.to_thread(chat_peer.wait_calls, "getUpdates", 1, 5)
    started = time.monotonic()
    await asyncio.to_thread(chat_peer.stop)
    assert time.monotonic() - started < 20
    await asyncio.gather(asking, return_exceptions=True)
    await asyncio.to_thread(chat_peer.start)
    assert await bot.get_updates() == ()


async def test_peer_comes_back_on_its_port(chat_peer: TelegramPeer, bot: telegram.Bot) -> None:
    await bot.send_message(5, "Before")
    await asyncio.to_thread(chat_peer.stop)
    with pytest.raises(NetworkError):
        await bot.send_message(5, "Meanwhile")
    await asyncio.to_thread(chat_peer.start)
    await bot.send_message(5, "After")
    assert [shown.text for shown in chat_peer.shown(5)] == ["Before", "After"]


def all_updates(peer: TelegramPeer) -> list[dict[str, Any]]:
    language = {"language_code": "ti"}
    plain = [peer.voice, peer.photo, peer.video, peer.document, peer.sticker, peer.location, peer.contact, peer.poll]
    told = [peer.text, peer.edited, peer.forwarded]
    found = [build(5, **language) for build in [*plain, peer.reaction, peer.blocked, peer.unblocked]]
    found += [build(5, "Hello", **language) for build in told]
    found += [peer.command(5, "/start now", **language), peer.old_tap(5, "/gone", **language)]
    found += [peer.contact(5, own=False), peer.photo(5, caption="Look"), peer.text(5, "Hello")]
    return [*found, peer.group_text(-1001, "Hello"), peer.group_text(-7, "Hello"), peer.added_to_group(-7, **language)]


@judged
def test_updates_are_as_described(chat_peer: TelegramPeer) -> None:
    updates = all_updates(chat_peer)
    for update in updates:
        assert chat_peer.judge.check_type("Update", update) == []
        assert telegram.Update.de_json(update, None).effective_chat.id in (5, -1001, -7)
    numbers = [update["update_id"] for update in updates]
    assert numbers == sorted(set(numbers))
    assert telegram.Update.de_json(chat_peer.unknown(5), None).effective_chat is None


@judged
async def test_answers_are_as_described(bot: telegram.Bot, chat_peer: TelegramPeer) -> None:
    sent = await bot.send_message(5, "Agree?", reply_markup=markup("Yes"))
    assert chat_peer.judge.check_type("Message", sent.to_dict()) == []
    assert chat_peer.judge.check_type("User", (await bot.get_me()).to_dict()) == []
    assert chat_peer.judge.check_type("WebhookInfo", (await bot.get_webhook_info()).to_dict()) == []


class Receiver(Peer):
    """Our side: notes what the providers post."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/hook", self._take)]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        fields = {**await read_fields(request), "headers": dict(request.headers)}
        failure = self.arrive("hook", fields, [])
        return self.finish(request, failure, [], lambda: web.Response(text="<Response/>"))

    def failure_body(self, status: int) -> str:
        return "no"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_updates_reach_the_webhook(chat_peer: TelegramPeer, receiver: Receiver) -> None:
    registered = {"url": f"{receiver.url}/hook", "secret_token": "s3cret"}
    httpx.post(f"{chat_peer.base_url}{TOKEN}/setWebhook", json=registered)
    update = chat_peer.text(5, "Hello")
    assert [chat_peer.deliver(update), chat_peer.deliver(update, "other"), chat_peer.deliver(update, None)] == [200] * 3
    got = [call.fields["headers"].get("X-Telegram-Bot-Api-Secret-Token") for call in receiver.calls]
    assert got == ["s3cret", "other", None]
    assert receiver.calls[0].fields["message"]["text"] == "Hello"


def test_updates_are_repeated(chat_peer: TelegramPeer, receiver: Receiver) -> None:
    chat_peer.webhook_url = f"{receiver.url}/hook"
    receiver.fail("hook", 503, times=2)
    assert chat_peer.deliver_until_taken(chat_peer.text(5, "Hello"), tries=5, pause_s=0.01) == 200
    assert len(receiver.calls) == 3
    receiver.fail("hook", 500, times=9)
    assert chat_peer.deliver_until_taken(chat_peer.text(5, "Hello"), tries=2, pause_s=0.01) == 500
    chat_peer.webhook_url = "http://127.0.0.1:9/closed"
    assert chat_peer.deliver(chat_peer.text(5, "Hello")) == 0


def test_waiting_ends_when_a_phone_shows_enough(chat_peer: TelegramPeer) -> None:
    post = {"chat_id": 5, "text": "Hi"}
    later = threading.Timer(0.05, httpx.post, [f"{chat_peer.base_url}{TOKEN}/sendMessage"], {"data": post})
    later.start()
    assert [shown.text for shown in chat_peer.wait_shown(5, 1, timeout_s=5)] == ["Hi"]
    with pytest.raises(TimeoutError, match="1 of 2"):
        chat_peer.wait_shown(5, 2, timeout_s=0.01)


class LocalHttp(AsyncTwilioHttpClient):
    """Twilio's own client with the base address replaced."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        # The asynchronous client forgets to write JSON where its headers promise it.
        if kwargs.get("headers", {}).get("Content-Type") == "application/json":
            kwargs["data"] = json.dumps(kwargs["data"])
        return await super().request(method, f"{self.base}{parts.path}{query}", *args, **kwargs)


@pytest.fixture
def phone_peer() -> Iterator[TwilioPeer]:
    with TwilioPeer(ACCOUNT, SECRET, OURS) as peer:
        yield peer


@pytest.fixture
async def client(phone_peer: TwilioPeer) -> AsyncIterator[Client]:
    async with LocalHttp(phone_peer.url) as http:
        yield Client(ACCOUNT, SECRET, http_client=http)


async def say(client: Client, **what: Any) -> Any:
    return await client.messages.create_async(to=THEIRS, from_=OURS, **what)


async def create_content(client: Client, fields: dict[str, Any]) -> Any:
    return await client.content.v1.contents.create_async(ContentList.ContentCreateRequest(fields))


async def test_client_sends_a_text(client: Client, phone_peer: TwilioPeer) -> None:
    sent = await say(client, body="Hello", status_callback="https://example.org/status")
    assert (sent.status, sent.direction, sent.sid[:2]) == ("queued", "outbound-api", "SM")
    assert phone_peer.shown(THEIRS) == [Rendered(sent.sid, "Hello", [], "text")]
    assert (await client.messages(sent.sid).fetch_async()).status == "sent"
    assert phone_peer.calls_of("messages.create")[0].fields["Body"] == "Hello"
    assert phone_peer.faults == []


async def test_client_sends_quick_replies(client: Client, phone_peer: TwilioPeer) -> None:
    wanted = quick_reply(body="Hi {{1}}", actions=[{"type": "QUICK_REPLY", "title": "Yes", "id": "/{{2}}"}])
    content = await create_content(client, wanted)
    sent = await say(client, content_sid=content.sid, content_variables='{"1": "Sam", "2": "yes"}')
    assert phone_peer.shown(THEIRS) == [Rendered(sent.sid, "Hi Sam", [("Yes", "/yes")], "quick-reply")]
    tap = phone_peer.tap(THEIRS, "Yes")
    told = [tap[name] for name in ("MessageType", "ButtonText", "ButtonPayload", "Body", "OriginalRepliedMessageSid")]
    assert told == ["button", "Yes", "/yes", "Yes", sent.sid]
    assert phone_peer.faults == []


async def test_client_sends_a_list(client: Client, phone_peer: TwilioPeer) -> None:
    content = await create_content(client, picker())
    await say(client, content_sid=content.sid)
    (shown,) = phone_peer.shown(THEIRS)
    assert (shown.kind, shown.buttons) == ("list-picker", [("One", "/one"), ("Two", "/two")])
    tap = phone_peer.tap(THEIRS, "Two")
    assert [tap[name] for name in ("MessageType", "ListId", "ListTitle", "Body")] == [
        "interactive",
        "/two",
        "Two",
        "Two",
    ]
    with pytest.raises(LookupError):
        phone_peer.tap(THEIRS, "Three")


async def test_client_sends_a_template(client: Client, phone_peer: TwilioPeer) -> None:
    sid = phone_peer.add_content({"twilio/text": {"body": "Dear {{1}}"}}, variables={"1": "person"})
    await say(client, content_sid=sid)
    assert [(shown.kind, shown.text) for shown in phone_peer.shown(THEIRS)] == [("template", "Dear person")]
    with pytest.raises(TwilioRestException) as refused:
        await say(client, content_sid="HX" + "0" * 32)
    assert (refused.value.status, refused.value.code) == (400, 21655)


async def test_client_lists_messages(client: Client, phone_peer: TwilioPeer) -> None:
    for number in range(3):
        await say(client, body=f"Message {number}")
    phone_peer.text(THEIRS, "Answer")
    inbound = await client.messages.list_async(to=OURS)
    assert [(message.body, message.direction) for message in inbound] == [("Answer", "inbound")]
    paged = await client.messages.list_async(from_=OURS, page_size=2)
    assert [message.body for message in paged] == ["Message 2", "Message 1", "Message 0"]
    assert len(phone_peer.calls_of("messages.list")) == 3
    assert phone_peer.faults == []


async def test_client_lists_messages_by_date(client: Client, phone_peer: TwilioPeer) -> None:
    await say(client, body="Hello")
    now, hour = datetime.now(timezone.utc), timedelta(hours=1)
    asked = [
        {"date_sent": now},
        {"date_sent": now - timedelta(days=2)},
        {"date_sent_after": now - hour, "date_sent_before": now + hour},
        {"date_sent_after": now + hour},
        {"date_sent_before": now - hour},
    ]
    assert [len(await client.messages.list_async(**dates)) for dates in asked] == [1, 0, 1, 0, 0]
    assert phone_peer.faults == []


async def test_client_lists_contents(client: Client, phone_peer: TwilioPeer) -> None:
    made = [(await create_content(client, quick_reply(body=f"Choose {i}"))).sid for i in range(3)]
    listed = await client.content.v1.contents.list_async(page_size=2)
    assert [content.sid for content in listed] == made
    assert listed[0].types["twilio/quick-reply"]["body"] == "Choose 0"
    assert await client.content.v1.contents(made[0]).delete_async()
    assert made[0] not in phone_peer.contents
    assert phone_peer.faults == []


async def test_client_reads_media(client: Client, phone_peer: TwilioPeer) -> None:
    form = phone_peer.voice(THEIRS, b"OggS sound")
    (media,) = await client.messages(form["MessageSid"]).media.list_async()
    assert media.content_type == form["MediaContentType0"] == "audio/ogg"
    async with httpx.AsyncClient(auth=(ACCOUNT, SECRET), follow_redirects=True) as http:
        assert (await http.get(form["MediaUrl0"])).content == b"OggS sound"
        assert (await http.get(form["MediaUrl0"], auth=("a", "b"))).status_code == 401
    assert await client.messages(form["MessageSid"]).delete_async()
    assert phone_peer.messages == []


async def test_client_meets_failures(client: Client, phone_peer: TwilioPeer) -> None:
    phone_peer.flood("messages.create", 2)
    phone_peer.fail("messages.create", 503)
    phone_peer.fail("messages.create", 400, body=error_body(63016))
    phone_peer.refuse(THEIRS, 21610)
    met = []
    for _ in range(4):
        with pytest.raises(TwilioRestException) as failed:
            await say(client, body="Hello")
        met.append((failed.value.status, failed.value.code))
    assert met == [(429, 20429), (503, 20503), (400, 63016), (400, 21610)]
    phone_peer.accept(THEIRS)
    assert (await say(client, body="Hello")).body == "Hello"
    assert [shown.text for shown in phone_peer.shown(THEIRS)] == ["Hello"]


def test_flood_says_how_long_to_wait(phone_peer: TwilioPeer) -> None:
    phone_peer.flood("messages.list", 2)
    address = phone_peer.url + LIST.removeprefix("GET ")
    answer = httpx.get(address, auth=(ACCOUNT, SECRET))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")


async def test_wrong_password(phone_peer: TwilioPeer) -> None:
    async with LocalHttp(phone_peer.url) as http:
        with pytest.raises(TwilioRestException) as refused:
            await say(Client(ACCOUNT, "other", http_client=http), body="Hello")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert phone_peer.calls == []


@judged
async def test_faults_of_the_client_are_kept(client: Client, phone_peer: TwilioPeer) -> None:
    with pytest.raises(TwilioRestException, match="1601 characters"):
        await say(client, body="x" * 1601)
    assert len(phone_peer.faults) == 1
    assert phone_peer.shown(THEIRS) == []


@judged
async def test_resources_are_as_described(client: Client, phone_peer: TwilioPeer) -> None:
    await say(client, body="Hello")
    phone_peer.photo(THEIRS, "Look")
    await create_content(client, picker())
    for message in phone_peer.messages:
        assert phone_peer.judge.check_type("api.v2010.account.message", message) == []
    for content in phone_peer.contents.values():
        assert phone_peer.judge.check_type("content.v1.content", content) == []


def all_forms(peer: TwilioPeer) -> dict[str, dict[str, str]]:
    names = ("text", "forwarded")
    bare = ("empty", "voice", "photo", "document", "video", "sticker", "location", "contact")
    forms = {name: getattr(peer, name)(THEIRS, "Hello") for name in names}
    return forms | {name: getattr(peer, name)(THEIRS) for name in bare}


def test_inbound_forms_tell_what_they_are(phone_peer: TwilioPeer) -> None:
    forms = all_forms(phone_peer)
    for form in forms.values():
        assert (form["From"], form["To"], form["WaId"], form["SmsStatus"]) == (THEIRS, OURS, "41791234567", "received")
        assert form["MessageSid"] == form["SmsMessageSid"] == form["SmsSid"]
        assert all(isinstance(value, str) for value in form.values())
    media = {name for name, form in forms.items() if form["NumMedia"] == "1"}
    assert media == {"voice", "photo", "document", "video", "sticker", "contact"}
    assert (forms["contact"]["MediaContentType0"], forms["location"]["Latitude"]) == ("text/vcard", "46.2")
    assert (forms["empty"]["Body"], forms["forwarded"]["Forwarded"]) == ("", "true")
    assert len(phone_peer.messages) == len(forms)


def test_forms_reach_the_webhook_signed(phone_peer: TwilioPeer, receiver: Receiver) -> None:
    public, form = "https://example.org/hook", phone_peer.text(THEIRS, "Salut à toi")
    for signature in ("right", "wrong", None):
        assert phone_peer.deliver(form, f"{receiver.url}/hook", public, signature) == (200, "<Response/>")
    check, valid = RequestValidator(SECRET), []
    for call in receiver.calls:
        headers = call.fields.pop("headers")
        valid.append(check.validate(public, call.fields, headers.get("X-Twilio-Signature", "")))
    assert valid == [True, False, False]
    assert phone_peer.deliver(form, "http://127.0.0.1:9/closed", public) == (0, "")


async def test_status_callback(client: Client, phone_peer: TwilioPeer) -> None:
    sent = await say(client, body="Hello")
    form = phone_peer.status(sent.sid, "undelivered", 63016)
    assert (form["MessageSid"], form["MessageStatus"], form["ErrorCode"]) == (sent.sid, "undelivered", "63016")
    assert (form["To"], form["From"], form["AccountSid"]) == (THEIRS, OURS, ACCOUNT)
    assert (await client.messages(sent.sid).fetch_async()).error_code == 63016
    assert "ErrorCode" not in phone_peer.status(sent.sid, "read")
