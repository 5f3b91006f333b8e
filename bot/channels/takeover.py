"""While a counsellor writes in a conversation, what the person types is kept for the counsellor and the assistant is quiet.

It answers taps, danger, stopping, erasing, and what is neither text nor voice all the same; the word "menu" brings it
back. A voice message is for the counsellor, who can listen to it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.answers import read_answer
from bot.topics import speaks_of_danger
from desk.conversations.takeover import received_write, takeover_active, takeover_end
from desk.database import in_database

if TYPE_CHECKING:
    from bot.channels.phone import Incoming

ANSWERED_ALWAYS = ("stop_messages", "erase_my_data")
ERASE_CONFIRM = "utter_erase_confirm"


async def is_taken_over(message: Incoming) -> bool:
    """Whether a counsellor writes in this conversation; what came is then kept for them. The word "menu" ends it."""
    if message.token or not await in_database(takeover_active, conversation_id=message.conversation_id):
        return False
    voice = details_of(message.payload).get("voice", "")
    words = message.text or ("" if voice else kind_of(message.payload))
    known = {"conversation_id": message.conversation_id, "message_id": message.message_id}
    await in_database(received_write, **known, text=words, voice=voice)
    if is_said("menu", message.text):
        await in_database(takeover_end, conversation_id=message.conversation_id)
        return False
    return bool(message.text or voice)


def is_answered_all_the_same(parsed: dict[str, Any], last_reply: dict[str, Any] | None) -> bool:
    """Whether a typed message is so important that the assistant answers although a counsellor writes."""
    intent = parsed["intent"].get("name")
    is_confirmed = intent == "affirm" and (last_reply or {}).get("utter_action") == ERASE_CONFIRM
    return is_confirmed or intent in ANSWERED_ALWAYS or speaks_of_danger(parsed)


def is_said(question: str, written: str) -> bool:
    """Whether a text is exactly one of the words of data/answers.yml for this."""
    found = read_answer(question, written) if written else None
    return bool(found and found.exact)


def kind_of(payload: str) -> str:
    """What came that is not text, for a counsellor to read: "[picture]"."""
    return f"[{details_of(payload).get('kind', payload.lstrip('/'))}]"


def details_of(payload: str) -> dict[str, str]:
    """What a channel says about something that is not text."""
    return json.loads(payload.partition("{")[1] + payload.partition("{")[2] or "{}")
