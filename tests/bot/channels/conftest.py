"""A small stand-in for Rasa's agent: real domain, real trackers, real replies; only understanding and forms are left out.

The stand-ins of Telegram and Twilio are those of the end-to-end tests.
"""

import asyncio
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "e2e"))


class Agent:
    """Answers each text with the responses it was told, and saves the conversation as Rasa does."""

    def __init__(self, domain) -> None:
        from rasa.core.tracker_store import InMemoryTrackerStore

        from bot.nlg import CatalogueNLG

        self.domain, self.tracker_store, self.nlg = domain, InMemoryTrackerStore(domain), CatalogueNLG(None, domain)
        self.processor = self
        self.heard: list = []  # every message that came through
        self.answers: dict[str, list[str]] = {}  # text to names of responses
        self.topics: dict[str, str] = {}  # text to topic
        self.intents: dict[str, str] = {}  # text to intent
        self.error: Exception | None = None
        self.going_on = asyncio.Event()
        self.going_on.set()

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.heard]

    async def handle_message(self, message) -> None:
        self.heard.append(message)
        await self.going_on.wait()
        if self.error:
            raise self.error
        names = self.answers.get(message.text, ["utter_menu"])
        await self.say(message.sender_id, *names, message=message)

    async def say(self, sender_id, *names, message=None, events=(), **slots):
        """Add slots, events, a message and replies to a conversation."""
        from rasa.shared.core.events import SlotSet

        tracker = await self.tracker_store.get_or_create_tracker(sender_id)
        said = [_uttered(message, await self.parse_message(message))] if message else []
        for event in (*(SlotSet(name, value) for name, value in slots.items()), *events, *said):
            tracker.update(event, self.domain)
        for name in names:
            event = _reply(name, await self.nlg.generate(name, tracker, "phone"))
            tracker.update(event, self.domain)
            if message:
                await message.output_channel.send_response(sender_id, event.message())
        await self.tracker_store.save(tracker)

    async def parse_message(self, message, tracker=None) -> dict:
        topic = self.topics.get(message.text)
        intent = (
            {"name": "faq", "full_retrieval_intent_name": f"faq/{topic}"}
            if topic
            else {"name": self.intents.get(message.text, "greet")}
        )
        return {"intent": {**intent, "confidence": 1.0}, "entities": []}


def _uttered(message, parsed):
    from rasa.shared.core.events import UserUttered

    return UserUttered(message.text, parsed["intent"], [], parsed, message_id=message.message_id)


def _reply(name, reply):
    from rasa.shared.core.events import BotUttered

    more = {key: value for key, value in reply.items() if key not in ("text", "buttons")}
    return BotUttered(reply["text"], {"buttons": reply.get("buttons", [])}, {"utter_action": name, **more})


@pytest.fixture
async def agent(domain):
    return Agent(domain)


@pytest.fixture
def words(agent, conversation):
    """The text of a response in a language."""

    async def say(name, language, **slots):
        return (await agent.nlg.generate(name, conversation(language=language, **slots), "phone"))["text"]

    return say


@pytest.fixture
def twilio():
    """Twilio on a port of this machine; every call to it must be as its description says."""
    from twilio_peer import TwilioPeer

    with TwilioPeer("AC" + "1" * 32, "sample-auth-token", "+41445550100") as peer:
        yield peer
    assert peer.faults == []


@pytest.fixture
def telegram():
    """Telegram on a port of this machine; every call to it must be as its description says."""
    from telegram_peer import TelegramPeer

    with TelegramPeer("700000001:sample-token") as peer:
        yield peer
    assert peer.faults == []


@pytest.fixture
def posted():
    """A call of a provider as Sanic hands it over: through a proxy, so that it names an address of this machine."""
    from sanic.compat import Header
    from sanic.request import Request

    def build(body, headers, path="/webhook"):
        values = {"host": "127.0.0.1:5005", **headers}
        request = Request(path.encode(), Header(values), "1.1", "POST", None, None)
        request.body = body
        return request

    return build


@pytest.fixture
def settled():
    """Waits until a channel has nothing more to do."""

    async def wait(channel):
        while channel._tasks:
            await asyncio.wait_for(asyncio.gather(*channel._tasks, return_exceptions=True), 10)
            await asyncio.sleep(0)

    return wait


@pytest.fixture
async def phone(transactional_db, agent):
    from tests.bot.channels.telephone import Telephone

    channel = Telephone()
    channel.agent = agent
    yield channel
    agent.going_on.set()
    await channel._stop()


@pytest.fixture
def write(phone):
    """A message of a person, handled to its end; returns what they were sent for it."""
    from bot.channels.phone import Incoming
    from tests.bot.channels.telephone import PERSON

    numbers = iter(range(1, 1000))

    async def take(text="", person=PERSON, **more):
        before = len(phone.sent)
        await phone.take(Incoming(f"m{next(numbers)}", person, text, **more))
        return phone.texts[before:]

    return take
