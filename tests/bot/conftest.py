"""The real domain and conversations over it. Rasa is imported when a test first asks for it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def domain():
    from rasa.shared.core.domain import Domain

    return Domain.load(ROOT / "domain.yml")


@pytest.fixture
def conversation(domain):
    """Builds a tracker from slots and events, as Rasa does."""
    from rasa.shared.core.events import SlotSet
    from rasa.shared.core.trackers import DialogueStateTracker

    def build(*events, **slots):
        tracker = DialogueStateTracker("conversation", domain.slots)
        for event in (*(SlotSet(name, value) for name, value in slots.items()), *events):
            tracker.update(event, domain)
        return tracker

    return build


@pytest.fixture(scope="session")
def processor():
    """The trained model in our processor."""
    from bot.agent import Agent

    agent = Agent()
    agent.load_model(str(ROOT / "models"))
    return agent.processor


@pytest.fixture(scope="session")
def rasas_processor():
    """The same model in Rasa's own."""
    from rasa.core.agent import Agent

    return Agent.load(ROOT / "models").processor
