"""Conversations as the dialogue server sends them to the action server."""

import json

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions  # noqa: F401  (sets up Django as the action server does)

LISTEN = {"event": "action", "name": "action_listen"}


@pytest.fixture
def dispatcher():
    return CollectingDispatcher()


@pytest.fixture
def typed():
    """A conversation whose last message is this text, understood as this intent or topic."""

    def build(
        text="",
        *,
        slots=None,
        intent="out_of_scope",
        confidence=0.9,
        topic=None,
        form=None,
        entities=None,
        events=(LISTEN,),
        button=False,
    ):
        understood = {"name": "faq" if topic else intent, "confidence": confidence}
        if topic:
            understood["full_retrieval_intent_name"] = f"faq/{topic}"
        named = [{"entity": name, "value": value} for name, value in (entities or {}).items()]
        message = {"text": text, "intent": understood, "entities": named}
        if button:
            message["button"] = True
        return Tracker(
            "conversation", slots or {}, message, list(events), False, None, {"name": form} if form else {}, None
        )

    return build


@pytest.fixture
def tapped(typed):
    """A conversation whose last message is a tapped answer of a form."""

    def build(answer, **options):
        payload = f"/inform{json.dumps({'answer': answer})}"
        return typed(payload, intent="inform", confidence=1.0, entities={"answer": answer}, button=True, **options)

    return build


@pytest.fixture(scope="session")
def received():
    """A conversation whose last message went through the payload component and Rasa's own tracker."""
    from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
    from rasa.shared.nlu.training_data.message import Message

    from bot.nlu.payload import PayloadReader

    def build(text, is_typed=False, **slots):
        message = Message(data={"text": text, "metadata": {"typed": is_typed}})
        parsed = PayloadReader().process([message])[0].as_dict(only_output_properties=True)
        topic = parsed.get("response_selector", {}).get("faq", {}).get("response", {}).get("intent_response_key")
        if topic:
            parsed["intent"]["full_retrieval_intent_name"] = topic
        events = [SlotSet(name, value) for name, value in slots.items()]
        said = UserUttered(text, parsed.get("intent"), parsed.get("entities"), parsed)
        tracker = DialogueStateTracker.from_events("conversation", [*events, ActionExecuted("action_listen"), said])
        return Tracker.from_dict({**tracker.current_state(EventVerbosity.ALL), "slots": slots})

    return build


@pytest.fixture
def texts(dispatcher):
    """The names of the responses said so far."""
    return lambda: [message["response"] for message in dispatcher.messages]


@pytest.fixture
def changes():
    """Slots set by events, the last value of each."""
    return lambda events: {event["name"]: event["value"] for event in events if event["event"] == "slot"}


@pytest.fixture(scope="session")
def domain():
    """domain.yml as it is written."""
    from desk.datafiles import DATA, read_yaml

    return read_yaml(DATA.parent / "domain.yml")
