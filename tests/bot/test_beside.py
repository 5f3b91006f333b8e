"""What staff try stays beside the live conversation."""

import pytest
from rasa.core.channels.channel import UserMessage

from bot import beside
from bot.beside import agent_beside, forget_some, understood
from bot.channels.inbound import Recorder, receive, tracker_get


@pytest.fixture(scope="module")
def live():
    from bot.agent import Agent
    from tests.bot.conftest import ROOT

    agent = Agent()
    agent.load_model(str(ROOT / "models"))
    return agent


async def say(agent, text: str, sender: str = "staff-1"):
    message = UserMessage(text, Recorder(), sender, input_channel="staff", metadata={"typed": True})
    await receive(agent, message)
    return await tracker_get(agent, sender)


@pytest.mark.parametrize(
    ("text", "language", "topic", "normalised"),
    [
        ("Combien d'argent je peux avoir ?", "fr", "money_how_much", "combien d argent je peux avoir ?"),
        ("How much money can I get?", "en", "money_how_much", "how much money can i get?"),
        ("كم من المال يمكنني أن أحصل عليه؟", "ar", "money_how_much", "كم من المال يمكنني ان احصل عليه"),
        ("ch7al dyal lflous kay3tiw", "ar", "money_how_much", "chhal dyal lflous kayatiw"),
    ],
)
async def test_what_was_understood_is_told(live, text, language, topic, normalised):
    found = understood(await say(agent_beside(live), text))
    assert (found["topic"], found["language"]) == (topic, language)
    assert found["scores"][0] == [topic, found["confidence"]]
    assert [score for _, score in found["scores"]] == sorted((score for _, score in found["scores"]), reverse=True)
    assert found["normalised"].replace("?", " ?").split() == normalised.replace("?", " ?").split()


async def test_the_live_conversations_know_nothing_of_it(live):
    await say(agent_beside(live), "bonjour")
    assert await live.tracker_store.retrieve("staff-1") is None
    assert live.processor.tracker_store is live.tracker_store


async def test_conversations_are_forgotten_when_there_are_many(live, monkeypatch):
    monkeypatch.setattr(beside, "MOST_CONVERSATIONS", 2)
    agent = agent_beside(live)
    for number in range(3):
        await say(agent, "bonjour", f"staff-{number}")
    forget_some(agent)
    assert await agent.tracker_store.retrieve("staff-0") is None


def test_before_a_word_nothing_was_understood(conversation):
    assert understood(conversation())["scores"] == []
