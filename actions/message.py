"""What the person just said or tapped."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from desk.content.spelling import normalise

FAQ = "faq"
BUTTON = "button"  # set by bot/nlu/payload.py on what was tapped


@dataclass(frozen=True)
class Said:
    """One message: the tapped answer, or the text with what the classifier made of it."""

    answer: str | None
    text: str
    intent: str
    confidence: float
    topic: str | None

    @property
    def normalised(self) -> str:
        return normalise(self.text)


def read_message(tracker: Tracker) -> Said:
    """The latest message of the conversation."""
    message: dict[str, Any] = tracker.latest_message
    intent = message.get("intent") or {}
    is_button = bool(message.get(BUTTON))
    topic = (intent.get("full_retrieval_intent_name") or "").removeprefix(f"{FAQ}/") or None
    return Said(
        answer=next(tracker.get_latest_entity_values("answer"), None),
        text="" if is_button else message.get("text") or "",
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0),
        topic=topic if intent.get("name") == FAQ else None,
    )


def is_new_answer(tracker: Tracker, form: str) -> bool:
    """Whether the form runs because the person wrote, and not at its start or after an interruption."""
    actions = (
        event["name"] for event in reversed(tracker.events) if event["event"] == "action" and event["name"] != form
    )
    return next(actions, None) == "action_listen"
