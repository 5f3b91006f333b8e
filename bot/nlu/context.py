"""What the conversation so far adds to the meaning of a message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from bot.answers import place_named, present_place
from bot.nlu.language import add_entity
from bot.nlu.normalise import NORMALISED
from bot.nlu.payload import is_button, set_intent
from bot.rating import RATED
from bot.topics import FAQ, response_selector
from desk.content.selectors import handover_topics


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ContextReader(GraphComponent):
    """Reads the answer to "Where are you now?", the place in "I am in Belgium", and asks for the language when it is not clear."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ContextReader:
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Complete each typed message, in place."""
        for message in messages:
            if not is_button(message):
                self._read(message, tracker)
        return messages

    def _read(self, message: Message, tracker: DialogueStateTracker | None) -> None:
        named = {item["entity"] for item in message.get(ENTITIES) or []}
        if "language_choice" in named:
            return set_intent(message, "choose_language", 1.0)
        if tracker is None or tracker.active_loop_name:
            return
        self._read_place(message, tracker)
        knows_language = tracker.get_slot("language") or tracker.get_slot("language_choice") or "language" in named
        if not knows_language and not self._in_danger(message) and not was_asked(tracker, "language"):
            set_intent(message, "choose_language", 1.0)

    def _read_place(self, message: Message, tracker: DialogueStateTracker) -> None:
        pending = pending_topic(tracker)
        place = place_named(message.get(NORMALISED)) if pending else present_place(message.get(NORMALISED))
        if place:
            add_entity(message, "programme", place)
        if place and pending and not self._in_danger(message):
            set_intent(message, FAQ, 1.0)
            message.set("response_selector", response_selector([(pending, 1.0)]), add_to_output=True)

    @staticmethod
    def _in_danger(message: Message) -> bool:
        selected = (message.get("response_selector") or {}).get(FAQ, {}).get("response", {})
        topic = selected.get("intent_response_key", "").removeprefix(f"{FAQ}/")
        return message.get("intent", {}).get("name") == FAQ and topic in handover_topics()


def last_reply(tracker: DialogueStateTracker) -> dict[str, Any]:
    """The metadata of the assistant's last message; a word of thanks for a rating is none."""
    said = (event.metadata for event in reversed(tracker.events) if isinstance(event, BotUttered))
    return next((metadata for metadata in said if metadata.get("utter_action") != RATED), {})


def pending_topic(tracker: DialogueStateTracker) -> str | None:
    """The topic whose answer waits for "Where are you now?"."""
    reply = last_reply(tracker)
    return reply["utter_action"].removeprefix(f"utter_{FAQ}/") if reply.get("asked") == "place" else None


def was_asked(tracker: DialogueStateTracker, question: str) -> bool:
    """Whether the assistant already asked this in the session."""
    return any(isinstance(event, BotUttered) and event.metadata.get("asked") == question for event in tracker.events)
