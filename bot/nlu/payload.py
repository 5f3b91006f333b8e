"""A tapped button says what it means: no classifier is asked."""

from __future__ import annotations

import json
import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.topics import FAQ, response_selector
from desk.content.selectors import topics

PAYLOAD = re.compile(r"^/(?P<intent>[a-z_]+)(?:/(?P<topic>[a-z_]+))?(?P<entities>\{.*\})?$")
COMMANDS = {
    "start": "greet",
    "menu": "help_menu",
    "help": "help_menu",
    "language": "choose_language",
    "human": "request_callback",
    "delete": "erase_my_data",
    "stop": "stop_messages",
}
READ = "button"  # set on a message that this component has read


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PayloadReader(GraphComponent):
    """Reads `/intent`, `/faq/topic` and `/intent{"entity": "value"}`, and typed commands such as /language."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PayloadReader:
        return cls()

    def process(self, messages: list[Message], domain: Domain | None = None) -> list[Message]:
        """Set intent, entities and topic of each button message, in place."""
        for message in messages:
            match = PAYLOAD.match(message.get(TEXT) or "")
            if match and self._may_read(message, match["intent"], domain):
                self._read(message, **match.groupdict())
            # Rasa's own reader of payloads comes last in the graph; without the slash it leaves a message alone.
            message.set(TEXT, (message.get(TEXT) or "").lstrip("/"))
        return messages

    @staticmethod
    def _may_read(message: Message, intent: str, domain: Domain | None) -> bool:
        if intent in COMMANDS:
            return True
        return not is_typed(message) and (domain is None or intent in domain.intents)

    def _read(self, message: Message, intent: str, topic: str | None, entities: str | None) -> None:
        try:
            values = json.loads(entities) if entities and not is_typed(message) else {}
        except ValueError:
            return
        if intent == FAQ and topic not in topics():
            intent = "ask_question"  # a button of an answer that no longer exists
        set_intent(message, COMMANDS.get(intent, intent), 1.0)
        message.set(ENTITIES, [entity(name, value) for name, value in values.items()], add_to_output=True)
        if intent == FAQ:
            message.set("response_selector", response_selector([(topic, 1.0)]), add_to_output=True)
        message.set(READ, True, add_to_output=True)


def is_typed(message: Message) -> bool:
    """Whether a person typed this text, as the channel says; then it is never a payload."""
    return bool((message.get("metadata") or {}).get("typed"))


def is_button(message: Message) -> bool:
    """Whether the message was a tapped button (or a command)."""
    return bool(message.get(READ))


def set_intent(message: Message, name: str, confidence: float) -> None:
    """Decide the intent of a message."""
    intent = {"name": name, "confidence": confidence}
    message.set(INTENT, intent, add_to_output=True)
    if not message.get(INTENT_RANKING_KEY):
        message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)


def entity(name: str, value: str) -> dict[str, Any]:
    """An entity that covers no particular letters."""
    return {"entity": name, "value": value, "start": 0, "end": 0}
