import pytest
from rasa.core.channels.channel import UserMessage

from bot.channels.inbound import LONGEST_TEXT, Recorder, kept, receive, tracker_get

PERSON = "web-1"
BUTTON = {"title": "Oui", "payload": "/affirm"}
HELLO = {"fr": "bonjour", "ar": "السلام عليكم", "en": "hello", "ary": "salam, labas"}


@pytest.fixture
def hear(agent):
    """The replies to a message."""

    async def said(text):
        return await receive(agent, UserMessage(text, Recorder(), PERSON, input_channel="phone"))

    return said


class BrokenStore:
    """A tracker store whose database is away."""

    async def retrieve(self, sender_id):
        raise ConnectionError("no database")


# --- what is kept of a reply --------------------------------------------------------------------


def test_text_buttons_and_language_are_kept():
    reply = {"text": "Bonjour", "buttons": [BUTTON], "language": "fr"}
    assert kept({**reply, "recipient_id": PERSON, "timestamp": 1.0, "image": "x"}) == reply


def test_metadata_may_stand_apart():
    message = {"text": "مرحبا", "metadata": {"language": "ar", "utter_action": "utter_menu", "other": 1}}
    assert kept(message) == {"text": "مرحبا", "language": "ar", "utter_action": "utter_menu"}


def test_what_the_reply_itself_says_wins_over_its_metadata():
    assert kept({"text": "new", "metadata": {"text": "old"}}) == {"text": "new"}


@pytest.mark.parametrize("empty", [None, "", [], {}, False])
def test_what_is_empty_is_not_kept(empty):
    assert kept({"text": "Hello", "buttons": empty, "personal": empty, "metadata": None}) == {"text": "Hello"}


async def test_a_recorder_keeps_each_reply_in_order():
    recorder = Recorder()
    for text in ("Bonjour", "مرحبا"):
        await recorder.send_response(PERSON, {"text": text, "metadata": {"language": "fr"}, "timestamp": 1})
    assert [reply["text"] for reply in recorder.messages] == ["Bonjour", "مرحبا"]
    assert {reply["language"] for reply in recorder.messages} == {"fr"}


# --- every message is answered ------------------------------------------------------------------


@pytest.mark.parametrize("text", HELLO.values(), ids=HELLO)
async def test_the_replies_come_back_in_order(agent, hear, text):
    agent.answers[text] = ["utter_menu", "utter_language"]
    assert [reply["utter_action"] for reply in await hear(text)] == ["utter_menu", "utter_language"]


async def test_what_stands_behind_the_longest_text_is_not_read(agent, hear):
    await hear("é" * (LONGEST_TEXT + 5))
    assert agent.texts == ["é" * LONGEST_TEXT]


@pytest.mark.parametrize("text", [None, ""])
async def test_a_message_without_text_is_handled_as_an_empty_one(agent, hear, text):
    assert await hear(text)
    assert agent.texts == [""]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_when_something_breaks_the_person_hears_so(agent, hear, words, language):
    await agent.say(PERSON, language=language)
    agent.error = RuntimeError("broken")
    assert [reply["text"] for reply in await hear("bonjour")] == [await words("utter_trouble", language)]


async def test_what_was_said_before_it_broke_is_not_shown(agent, hear, words):
    async def breaks(message):
        await message.output_channel.send_response(PERSON, {"text": "half an answer"})
        raise RuntimeError("broken")

    agent.handle_message = breaks
    assert [reply["text"] for reply in await hear("bonjour")] == [await words("utter_trouble", "fr")]


async def test_a_message_that_got_no_reply_gets_one(agent, hear, words):
    agent.answers["bonjour"] = []
    assert [reply["text"] for reply in await hear("bonjour")] == [await words("utter_trouble", "fr")]


async def test_a_question_is_answered_even_when_the_actions_are_away(agent, hear, words):
    agent.topics["c'est gratuit ?"] = "cost_free"
    agent.answers["c'est gratuit ?"] = []
    texts = [reply["text"] for reply in await hear("c'est gratuit ?")]
    assert texts == [await words("utter_faq/cost_free", "fr"), await words("utter_trouble", "fr")]


async def test_when_the_tracker_store_is_away_the_person_still_hears(agent, hear, words, caplog):
    agent.tracker_store, agent.error = BrokenStore(), ConnectionError("no database")
    assert [reply["text"] for reply in await hear("bonjour")] == [await words("utter_trouble", "fr")]
    assert "tracker store does not answer" in caplog.text


# --- the conversation so far --------------------------------------------------------------------


async def test_a_known_conversation_is_found(agent):
    await agent.say(PERSON, "utter_menu", language="ar")
    assert (await tracker_get(agent, PERSON)).get_slot("language") == "ar"


async def test_an_unknown_conversation_is_an_empty_one(agent):
    tracker = await tracker_get(agent, "web-new")
    assert (tracker.sender_id, list(tracker.events)) == ("web-new", [])
    assert tracker.get_slot("language") is None


async def test_when_the_store_is_away_the_conversation_is_an_empty_one(agent):
    agent.tracker_store = BrokenStore()
    assert (await tracker_get(agent, PERSON)).sender_id == PERSON
