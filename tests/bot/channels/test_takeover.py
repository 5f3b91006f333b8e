"""What the assistant still answers while a counsellor writes, and what is kept for the counsellor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bot.channels.flood import BURST
from bot.channels.phone import received
from bot.channels.takeover import kind_of
from desk.conversations.models import Received, Takeover
from desk.conversations.takeover import received_write, takeover_extend
from desk.database import in_database
from tests.bot.channels.telephone import DANGER, OTHER, PERSON, message


@pytest.fixture
async def taken_over(phone):
    await in_database(takeover_extend, conversation_id=PERSON)


async def kept():
    return [row.text async for row in Received.objects.order_by("pk")]


async def test_words_go_to_the_counsellor_and_the_assistant_is_quiet(write, agent, taken_over):
    assert await write("yes, at five please") == []
    assert agent.heard == []
    assert await kept() == ["yes, at five please"]


async def test_only_a_counsellor_keeps_the_assistant_quiet_for_longer(write, taken_over):
    soon = timezone.now() + timedelta(minutes=1)
    await Takeover.objects.aupdate(until=soon)
    await write("yes")
    assert (await Takeover.objects.aget()).until == soon


async def test_danger_is_answered_all_the_same_and_the_counsellor_sees_it(write, agent, taken_over):
    agent.topics[DANGER] = "safety_suicide"
    assert await write(DANGER) != []
    assert await kept() == [DANGER]


@pytest.mark.parametrize("word", ["menu", "Menu", "القائمة"])
async def test_the_word_menu_brings_the_assistant_back(write, taken_over, word):
    assert await write(word) != []
    assert not await Takeover.objects.aexists()


@pytest.mark.parametrize("word", ["help", "aide moi", "1", "2"])
async def test_short_answers_are_for_the_counsellor_and_no_commands(write, agent, taken_over, word):
    agent.intents[word] = "help_menu"
    assert await write(word) == []
    assert await kept() == [word]


@pytest.mark.parametrize("intent", ["stop_messages", "erase_my_data"])
async def test_stopping_and_erasing_work_as_always_and_the_counsellor_sees_it(write, agent, taken_over, intent):
    agent.intents["please delete all of my data now"] = intent
    assert await write("please delete all of my data now") != []
    assert await kept() == ["please delete all of my data now"]


async def test_a_yes_to_erasing_is_heard(write, agent, taken_over):
    await agent.say(PERSON, "utter_erase_confirm")
    agent.intents["yes"] = "affirm"
    assert await write("yes") != []


async def test_a_tap_is_for_the_assistant(write, phone, taken_over):
    assert await write(token="nothing-we-know") != []
    assert await kept() == []


async def test_after_silence_the_assistant_answers_again(write, taken_over):
    await Takeover.objects.aupdate(until=timezone.now() - timedelta(seconds=1))
    assert await write("bonjour") != []
    assert await kept() == []


async def test_others_are_answered_as_always(write, taken_over):
    assert await write("bonjour", person=OTHER) != []


async def test_a_voice_message_is_for_the_counsellor_who_can_listen_to_it(write, agent, taken_over):
    assert await write(payload=received("voice", voice="MM1/ME1")) == []
    assert agent.heard == []
    assert [(row.text, row.voice) async for row in Received.objects.all()] == [("", "MM1/ME1")]


async def test_words_with_a_voice_message_are_kept_with_it_and_danger_in_them_is_answered(write, agent, taken_over):
    agent.topics[DANGER] = "safety_suicide"
    assert await write(DANGER, payload=received("voice", voice="AwACAgQ-x_1")) != []
    assert [(row.text, row.voice) async for row in Received.objects.all()] == [(DANGER, "AwACAgQ-x_1")]


@pytest.mark.parametrize("payload", [received("voice"), received("voice", voice=""), received("picture")])
async def test_what_nobody_can_listen_to_is_noted_for_the_counsellor_and_answered(write, taken_over, payload):
    assert await write(payload=payload) != []
    assert await kept() == [kind_of(payload)]


async def test_many_words_at_once_reach_the_counsellor(write, taken_over):
    for number in range(BURST + 5):
        await write(f"word {number}")
    assert len(await kept()) == BURST + 5


async def test_a_repeated_message_is_kept_once(phone, taken_over):
    for _ in range(2):
        await phone.take(message(1, "yes"))
    await in_database(received_write, conversation_id=PERSON, message_id="m1", text="yes")
    assert await kept() == ["yes"]


@pytest.mark.parametrize(
    ("payload", "shown"),
    [(received("voice"), "[voice]"), ("/menu", "[menu]"), ("", "[]")],
    ids=["voice", "command", "none"],
)
def test_what_is_not_text_is_named(payload, shown):
    assert kind_of(payload) == shown
