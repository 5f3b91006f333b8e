"""Read Telegram's updates: one message of ours, or None for what needs no answer."""

import re

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType

from bot.channels.phone import Incoming, received
from desk.content.i18n import LANGUAGES
from desk.conversations.identity import conversation_id
from desk.programmes.offices import offices_nearest
from desk.programmes.selectors import programmes

NAME = "telegram"
ALLOWED = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
KINDS = {
    "voice": "voice",
    "audio": "voice",
    "photo": "picture",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "document",
    "sticker": "sticker",
    "contact": "contact",
}
_START = re.compile(r"/start ([A-Za-z0-9_-]{1,64})")


def incoming(update: Update) -> Incoming | None:
    """What a private chat's update says. May raise on an update that is not as Telegram documents it."""
    said = _said(update)
    if said is None or update.effective_chat is None:
        return None
    if not isinstance(update.effective_chat.id, int) or not all(isinstance(value, str) for value in said.values()):
        raise TypeError("not as Telegram documents it")
    return Incoming(
        message_id=str(update.update_id),
        conversation_id=conversation_id(NAME, str(update.effective_chat.id)),
        hint=language_of(update),
        order=update.update_id,
        **said,
    )


def group_of(update: Update) -> int | None:
    """The id of the group or channel an update comes from."""
    chat = update.effective_chat
    return chat.id if chat and chat.type != ChatType.PRIVATE else None


def tap_in_group(update: Update) -> str:
    """The data of a button that was tapped in a group."""
    return (update.callback_query.data or "") if update.callback_query and group_of(update) else ""


def membership_of(update: Update) -> tuple[str, bool] | None:
    """The conversation of a person who blocked the bot or let it in again, and whether they are gone."""
    change = update.my_chat_member
    if change is None:
        return None
    is_gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    return conversation_id(NAME, str(change.chat.id)), is_gone


def language_of(update: Update) -> str:
    """The language of the person's phone, if it is one of ours."""
    code = (update.effective_user.language_code or "") if update.effective_user else ""
    return code[:2] if code[:2] in LANGUAGES else ""


def _said(update: Update) -> dict[str, str] | None:
    if update.callback_query:
        return {"token": update.callback_query.data or "-"}
    if update.edited_message:
        return {"payload": received("edited")}
    if update.message_reaction:
        return {"payload": received("reaction")} if update.message_reaction.new_reaction else None
    return _of_message(update.message) if update.message else None


def _of_message(message: Message) -> dict[str, str] | None:
    if message.text is not None:
        return _of_text(message.text)
    if message.location:
        places = offices_nearest(message.location.latitude, message.location.longitude)
        return {"payload": received("location", places=places)}
    if message.contact and message.from_user and message.contact.user_id == message.from_user.id:
        return {"phone": "+" + message.contact.phone_number.lstrip("+")}
    kind = next((KINDS[name] for name in KINDS if getattr(message, name)), None)
    if kind is None and message.effective_attachment is None:
        return None  # a note of Telegram's own, such as a changed picture of the chat
    return _of_attachment(message, kind or "other")


def _of_attachment(message: Message, kind: str) -> dict[str, str]:
    voice = message.voice or message.audio
    payload = received(kind, voice=voice.file_id) if kind == "voice" and voice else received(kind)
    return {"payload": payload, "text": message.caption or ""}


def _of_text(written: str) -> dict[str, str]:
    """A text; `/start belgium-fr` from a poster names programme and language."""
    match = _START.fullmatch(written)
    if not match:
        return {"text": written}
    words = re.split("[-_]", match[1])
    entities = [f'"programme": "{word}"' for word in words if word in programmes()][:1]
    entities += [f'"language": "{word}"' for word in words if word in LANGUAGES][:1]
    return {"payload": "/greet{" + ", ".join(entities) + "}"}
