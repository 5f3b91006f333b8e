"""Read a conversation's tracker as the phone channels need it."""

from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.inbound import kept

Reply = dict[str, Any]
QUESTION = "utter_ask_"
NO_QUESTION = "utter_ask_question"


def replies_to(tracker: DialogueStateTracker, message_id: str) -> list[Reply] | None:
    """What was answered to a message before; None when the conversation does not hold it."""
    events = list(tracker.events)
    places = [
        at for at, event in enumerate(events) if isinstance(event, UserUttered) and event.message_id == message_id
    ]
    return (
        [kept(event.message()) for event in events[places[-1] :] if isinstance(event, BotUttered)] if places else None
    )


def last_reply(tracker: DialogueStateTracker) -> Reply | None:
    """The last reply with buttons."""
    said = (kept(event.message()) for event in reversed(tracker.events) if isinstance(event, BotUttered))
    return next((reply for reply in said if reply.get("buttons")), None)


def open_question(tracker: DialogueStateTracker) -> str:
    """The response name of the form's question that waits for an answer, "" when none does."""
    name = (last_reply(tracker) or {}).get("utter_action", "") if tracker.active_loop_name else ""
    return name if is_question(name) else ""


def is_question(name: str) -> bool:
    """Whether a response is a question of a form."""
    return name.startswith(QUESTION) and name != NO_QUESTION
