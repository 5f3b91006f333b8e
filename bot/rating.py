"""Whether an answer asks if it helped: not the first one, not every one, and never where it would be in the way."""

from typing import Any

from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.topics import FAQ
from desk.content.schema import MOST_BUTTONS
from desk.content.selectors import handover_topics

FIRST, THEN = 2, 5  # the second answer of a conversation asks, then every fifth
LONGEST_QUICK = 20  # letters of a button below a message of WhatsApp
RATED = "utter_rated"


def is_due(tracker: DialogueStateTracker) -> bool:
    """Whether it is time to ask; never when danger was spoken of."""
    said = [event.metadata for event in tracker.events if isinstance(event, BotUttered)]
    answers = [metadata for metadata in said if answered_topic(metadata)]
    if any(answered_topic(metadata) in handover_topics() for metadata in answers):
        return False
    asked = [place for place, metadata in enumerate(answers) if metadata.get("asks_rating")]
    return len(answers) - asked[-1] >= THEN if asked else len(answers) + 1 >= FIRST


def answered_topic(metadata: dict[str, Any]) -> str:
    """The topic that a reply answered, "" when it did something else, such as asking for the place first."""
    name = metadata.get("utter_action") or ""
    prefix = f"utter_{FAQ}/"
    topic = name.removeprefix(prefix) if name.startswith(prefix) else ""
    return topic if topic in handover_topics() or metadata.get("asked") != "place" else ""


def has_room(buttons: list[dict[str, str]], more: list[dict[str, str]], tracker: DialogueStateTracker) -> bool:
    """WhatsApp shows three short buttons below a message, and others as a list: a rating may not turn these into a list."""
    channel = tracker.latest_message.input_channel if tracker.latest_message else ""
    return channel != "whatsapp" or _is_quick(buttons + more) or not _is_quick(buttons)


def _is_quick(buttons: list[dict[str, str]]) -> bool:
    return len(buttons) <= MOST_BUTTONS and all(len(button["title"]) <= LONGEST_QUICK for button in buttons)
