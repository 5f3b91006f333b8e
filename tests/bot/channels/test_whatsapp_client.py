import asyncio
import logging
from types import SimpleNamespace

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from bot.channels import whatsapp_client
from bot.channels.whatsapp_client import TwilioHttp, seconds
from bot.errors import BotError, NotNow

THEIRS = "whatsapp:+212612345678"
QUICK = {"twilio/quick-reply": {"body": "Où ?", "actions": [{"type": "QUICK_REPLY", "title": "Maroc", "id": "t1"}]}}


@pytest.fixture
async def http(twilio):
    made = TwilioHttp(twilio.url)
    yield made
    await made.close()


@pytest.fixture
def client(twilio, http):
    """Twilio's own client over ours."""
    return Client(twilio.account_sid, twilio.auth_token, http_client=http)


@pytest.fixture
def send(client, twilio):
    return lambda text="Bonjour": client.messages.create_async(to=THEIRS, from_=twilio.number, body=text)


@pytest.fixture
async def other_host():
    """Another server: answers with a file and remembers what it was asked; silent when it is told so."""
    asked, writers = [], []

    async def answer(reader, writer):
        writers.append(writer)
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if not asked[0].startswith("GET /silent"):
            head = b"HTTP/1.1 200 OK\r\nContent-Type: audio/ogg\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
            writer.write(head + b"OggS")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield SimpleNamespace(asked=asked, url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    for writer in writers:
        writer.close()
    server.close()


# --- calls --------------------------------------------------------------------------------------


async def test_a_message_goes_out(send, twilio):
    sent = await send("سلام 🙏")
    (message,) = twilio.shown(THEIRS)
    assert (message.sid, message.text) == (sent.sid, "سلام 🙏")


async def test_a_content_is_sent_as_json_without_what_is_not_used(client, twilio):
    wanted = ContentList.ContentCreateRequest({"friendly_name": "menu", "language": "fr", "types": QUICK})
    made = await client.content.v1.contents.create_async(wanted)
    (call,) = twilio.calls_of("contents.create")
    assert call.fields == {"friendly_name": "menu", "language": "fr", "types": QUICK}
    assert twilio.contents[made.sid]["types"] == QUICK


@pytest.mark.parametrize("status", [429, 500, 502, 503, 0])
async def test_when_twilio_is_busy_or_away_the_call_may_be_repeated(send, twilio, status):
    twilio.fail("messages.create", status)
    with pytest.raises(NotNow):
        await send()
    assert (await send()).sid


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("header", "wait_s"), [("7", 7), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)])
async def test_the_wait_that_twilio_asks_for_is_read(send, twilio, status, header, wait_s):
    twilio.fail("messages.create", status, headers={"Retry-After": header} if header else None)
    with pytest.raises(NotNow) as caught:
        await send()
    assert caught.value.after_s == wait_s


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_a_refusal_is_twilios_own_error(send, twilio, status):
    twilio.fail("messages.create", status)
    with pytest.raises(TwilioRestException) as caught:
        await send()
    assert caught.value.status == status


async def test_a_provider_that_does_not_answer_is_not_waited_for_for_ever(other_host, monkeypatch):
    monkeypatch.setattr(whatsapp_client, "TIMEOUT_S", 0.1)
    silent = TwilioHttp(f"{other_host.url}/silent")
    account = Client("AC1", "sample", http_client=silent)
    listing = account.messages.list_async(limit=1)
    with pytest.raises(NotNow):
        await asyncio.wait_for(listing, 5)
    await silent.close()


@pytest.mark.parametrize("status", [None, 400, 503])
async def test_nothing_of_a_message_is_in_the_log(send, twilio, caplog, status):
    caplog.set_level(logging.DEBUG)
    if status:
        twilio.fail("messages.create", status)
    try:
        await send("je suis Fatou Diallo")
    except (NotNow, TwilioRestException):
        assert status
    assert "Fatou" not in caplog.text
    assert "612345678" not in caplog.text


async def test_no_number_that_is_asked_for_is_in_the_log(client, twilio, caplog):
    caplog.set_level(logging.DEBUG)
    twilio.text(THEIRS, "je suis Fatou Diallo")
    (message,) = await client.messages.list_async(from_=THEIRS, limit=5)
    assert message.body == "je suis Fatou Diallo"
    assert "Fatou" not in caplog.text
    assert "612345678" not in caplog.text


# --- addresses ----------------------------------------------------------------------------------

MESSAGES, CONTENT = "/2010-04-01/Accounts/AC1/Messages.json", "/v1/Content"


@pytest.mark.parametrize("url", [f"https://api.twilio.com{MESSAGES}", f"https://content.twilio.com{CONTENT}"])
async def test_without_another_address_twilio_is_called(url):
    http = TwilioHttp()
    assert http.address(url) == url
    await http.close()


@pytest.mark.parametrize(("host", "path"), [("api", MESSAGES), ("content", CONTENT)])
async def test_another_address_stands_for_all_of_twilio(http, twilio, host, path):
    assert http.address(f"https://{host}.twilio.com{path}") == twilio.url + path


# --- received files -----------------------------------------------------------------------------


@pytest.fixture
def fetch(http, twilio):
    """A voice message of a person, fetched by its two ids or by others."""
    url = twilio.voice(THEIRS, b"OggS-my-voice")["MediaUrl0"].split("/")

    async def get(message=url[-3], item=url[-1], password=twilio.auth_token):
        return await http.media(twilio.account_sid, password, message, item)

    return get


async def test_a_file_comes_with_its_type(fetch):
    assert await fetch() == (b"OggS-my-voice", "audio/ogg")


@pytest.mark.parametrize("other", [{"message": "MM0"}, {"item": "ME0"}, {"password": "wrong"}])
async def test_a_file_that_twilio_does_not_give_is_an_error(fetch, other):
    with pytest.raises(BotError):
        await fetch(**other)


@pytest.mark.parametrize("status", [404, 429, 500, 0])
async def test_when_twilio_fails_the_error_names_neither_account_nor_password(fetch, twilio, status):
    twilio.fail("media.fetch", status)
    with pytest.raises(BotError) as caught:
        await fetch()
    assert twilio.account_sid not in str(caught.value)
    assert twilio.auth_token not in str(caught.value)


async def test_the_password_stays_with_twilio_when_the_file_lies_elsewhere(fetch, twilio, other_host):
    twilio.fail("media.fetch", 307, headers={"Location": f"{other_host.url}/storage/ME1"})
    assert await fetch() == (b"OggS", "audio/ogg")
    (asked,) = other_host.asked
    assert asked.startswith("GET /storage/ME1")
    assert "authorization" not in asked.lower()


# --- small things -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wait_s"), [("0", 0), ("30", 30), ("", None), ("-1", None), ("soon", None), ("Wed, 21 Oct 2026", None)]
)
def test_a_wait_is_a_number_of_seconds_or_unknown(text, wait_s):
    assert seconds(text) == wait_s
