"""Messages with buttons as Twilio's Content API wants them."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

LONGEST_BODY = 1024  # characters of a message with buttons
MOST_REPLIES, REPLY_LENGTH = 3, 20
MOST_ITEMS, ITEM_LENGTH = 10, 24
Buttons = Sequence[tuple[str, str]]  # title and token


def is_quick(buttons: Buttons) -> bool:
    """Whether the buttons fit as quick replies below the message."""
    return len(buttons) <= MOST_REPLIES and all(len(title) <= REPLY_LENGTH for title, _ in buttons)


def is_pickable(buttons: Buttons) -> bool:
    """Whether WhatsApp can show the buttons at all: as quick replies or as a list. Titles must differ."""
    titles = [title for title, _ in buttons]
    fits = len(buttons) <= MOST_ITEMS and all(len(title) <= ITEM_LENGTH for title in titles)
    return fits and len(set(titles)) == len(titles)


def content_types(body: str, buttons: Buttons, list_title: str) -> dict[str, Any]:
    """The `types` of a Content resource: a quick reply for few short buttons, else a list to pick from."""
    if is_quick(buttons):
        actions = [{"type": "QUICK_REPLY", "title": title, "id": token} for title, token in buttons]
        return {"twilio/quick-reply": {"body": body, "actions": actions}}
    items = [{"item": title, "id": token} for title, token in buttons]
    return {"twilio/list-picker": {"body": body, "button": list_title, "items": items}}


def content_key(language: str, types: dict[str, Any]) -> str:
    """The same for the same text, buttons and language."""
    return hashlib.sha256(json.dumps([language, types], sort_keys=True).encode()).hexdigest()
