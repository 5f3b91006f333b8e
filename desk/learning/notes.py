"""What the dialogue server notes of a message, until it is written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["answered", "suggested", "unanswered", ""]


@dataclass(frozen=True)
class Note:
    """One message: what was asked and what came of it.

    Only a note with a text or a rating has a reference: what stands for the conversation, so that it can be erased.
    A rating has no outcome; `topic` is then the answer that is rated, and `text` the scrubbed message it answered.
    """

    at: datetime
    topic: str  # the id of a topic, or the name of an intent
    language: str
    programme: str
    channel: str
    outcome: Outcome = ""
    is_helpful: bool | None = None
    reference: str = ""
    text: str = ""
    text_language: str = ""  # as training messages name it: en, fr, ar, ary
    nearest: tuple[str, ...] = ()  # what the message could have meant, the likeliest first
