"""The way to the dialogue server, over real HTTP."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from desk.conversations import dialogue
from desk.conversations.dialogue import DialogueServerDown, NotOnPhone, message_push, voice_get
from desk.conversations.identity import conversation_id
from desk.conversations.inbox import inbound_finish
from desk.conversations.models import Delivery
from desk.conversations.outbox import contact_ask_again
from desk.database import in_database
from desk.errors import DeskError
from tests.desk.conversations.rows import REPLY, claim, delivery

TEXTS = ["Bonjour, nous vous appelons demain.", "مرحبا، سنتصل بك غدا.", "salam, ghadi n3eytou lik 📞", "a\nb & c=d?"]
OGG = b"OggS\x00\x02\xff\xfe\r\n\r\n" + bytes(range(256))
WEB = ["web-1", "web-0f8fad5b-d9cb-469f-a165-70867728950e", "", "telegram2-abc", "sms-abc"]
BROKEN = [301, 400, 401, 403, 404, 409, 500, 503]


@pytest.fixture(params=["telegram", "whatsapp"])
def person(request) -> str:
    return conversation_id(request.param, "212612345678")


@pytest.fixture
def telegram() -> str:
    return conversation_id("telegram", "12345")


def push(person: str, text: str = TEXTS[0], language: str = "fr"):
    return message_push(conversation_id=person, text=text, language=language)


def voice(person: str, reference: str = "AwACAgQ-x_1"):
    return voice_get(conversation_id=person, reference=reference)


CALLS = pytest.mark.parametrize("call", [push, voice])


# --- write to a person --------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
async def test_a_message_goes_to_the_persons_conversation_on_their_channel(
    transactional_db, dialogue_server, person, text
):
    await push(person, text, "ar")
    ((method, address, _, body),) = dialogue_server.calls
    called = urlsplit(address)
    assert (method, called.path) == ("POST", f"/conversations/{person}/tracker/events")
    assert parse_qs(called.query) == {
        "output_channel": [person.partition("-")[0]],
        "execute_side_effects": ["true"],
        "token": ["token-of-the-tests"],
    }
    assert (body["text"], body["metadata"]["language"]) == (text, "ar")


async def test_rasa_reads_the_message_as_said_by_the_assistant(transactional_db, dialogue_server, telegram):
    from rasa.shared.core.events import BotUttered, Event

    await push(telegram, TEXTS[1], "ar")
    event = Event.from_parameters(dialogue_server.calls[0][3])
    assert isinstance(event, BotUttered)
    assert (event.text, event.metadata) == (TEXTS[1], {"language": "ar"})


async def test_what_became_of_a_message_is_told_in_order(transactional_db, dialogue_server, telegram):
    await in_database(delivery, conversation_id=telegram, status="sent")

    def write() -> None:
        delivery(telegram, status="sent", provider_id="1")
        delivery(conversation_id("telegram", "67890"))
        delivery(telegram, status="held", reason="window", position=1)

    dialogue_server.before_answer = write
    rows = await push(telegram)
    assert [(row.status, row.provider_id, row.reason) for row in rows] == [("sent", "1", ""), ("held", "", "window")]


async def test_a_template_and_an_answer_are_not_taken_for_the_message(transactional_db, dialogue_server, person):
    def write() -> None:
        inbound_finish(row=claim("m1", person).row, replies=[REPLY])
        delivery(person, status="held", reason="window")
        delivery(person, status="held", reason="window", position=1)
        contact_ask_again(conversation_id=person, template={"text": "Please write to us."})

    dialogue_server.before_answer = write
    assert [(row.status, row.position) for row in await push(person)] == [("held", 0), ("held", 1)]
    assert await Delivery.objects.acount() == 4


@pytest.mark.parametrize("earlier", [0, 1])
async def test_a_message_that_left_no_row_tells_of_none(transactional_db, dialogue_server, telegram, earlier):
    for _ in range(earlier):
        await in_database(delivery, conversation_id=telegram)
    assert await push(telegram) == []


# --- listen to a person -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["audio/ogg", "audio/ogg; codecs=opus", "application/octet-stream"])
async def test_a_voice_message_comes_as_the_provider_has_it(dialogue_server, person, kind):
    dialogue_server.kind, dialogue_server.body = kind, OGG
    assert await voice(person) == (OGG, kind)


@pytest.mark.parametrize("reference", ["AwACAgQAAxkBAAIB-x_1", "MM0123456789abcdef/ME0123456789abcdef"])
async def test_a_voice_message_is_asked_for_by_its_reference_and_with_the_password(dialogue_server, person, reference):
    await voice(person, reference)
    ((method, address, authorization, _),) = dialogue_server.calls
    channel = person.partition("-")[0]
    assert (method, urlsplit(address).path) == ("GET", f"/webhooks/{channel}/media/{reference}")
    assert authorization == "Bearer token-of-the-tests"


# --- what may go wrong --------------------------------------------------------------------------


@CALLS
@pytest.mark.parametrize("conversation", WEB)
async def test_nobody_writes_into_the_web_chat_from_outside(dialogue_server, call, conversation):
    with pytest.raises(NotOnPhone):
        await call(conversation)
    assert dialogue_server.calls == []


@CALLS
@pytest.mark.parametrize("status", BROKEN)
async def test_a_dialogue_server_that_refuses_or_fails_is_down(
    transactional_db, dialogue_server, telegram, call, status
):
    dialogue_server.status = status
    with pytest.raises(DialogueServerDown):
        await call(telegram)


@CALLS
async def test_a_dialogue_server_that_is_away_is_down(transactional_db, settings, free_port, telegram, call):
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{free_port}"
    with pytest.raises(DialogueServerDown):
        await call(telegram)


@CALLS
async def test_a_dialogue_server_that_does_not_answer_in_time_is_down(
    transactional_db, dialogue_server, monkeypatch, telegram, call
):
    monkeypatch.setattr(dialogue, "TIMEOUT_S", 0.2)
    dialogue_server.before_answer = lambda: time.sleep(0.6)
    with pytest.raises(DialogueServerDown):
        await call(telegram)


@CALLS
@pytest.mark.parametrize("status", [403, 500])
async def test_the_error_names_neither_person_nor_password(transactional_db, dialogue_server, telegram, call, status):
    dialogue_server.status = status
    with pytest.raises(DeskError) as caught:
        await call(telegram)
    assert telegram not in str(caught.value)
    assert "token-of-the-tests" not in str(caught.value)


@CALLS
async def test_the_dialogue_server_is_called_past_any_proxy(
    transactional_db, dialogue_server, monkeypatch, telegram, call
):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await call(telegram)
    assert len(dialogue_server.calls) == 1
