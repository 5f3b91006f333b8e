"""Read what Twilio says a person sent. The person's ProfileName is not read."""

import re
from contextlib import suppress

from twilio.rest.api.v2010.account.message import MessageInstance

from bot.channels.phone import Incoming, received
from desk.conversations.identity import conversation_id
from desk.programmes.offices import offices_nearest

NAME = "whatsapp"
PREFIX = "whatsapp:"
STICKER = "image/webp"
KINDS = {"audio": "voice", "image": "picture", "video": "video", "application": "document", "text": "document"}
TYPES = {"audio": "voice", "image": "picture", "video": "video", "document": "document", "sticker": "sticker"}
FILE_NAME = re.compile(r"\.\w{2,5}$")
WORDLESS = {"reaction": "reaction", "contacts": "contact", "order": "other"}  # whatever stands in Body


def incoming(form: dict[str, str]) -> Incoming:
    """One message as Twilio posts it."""
    return Incoming(
        message_id=form["MessageSid"][:80],
        conversation_id=conversation_id(NAME, form["From"].removeprefix(PREFIX)),
        **_said(form),
    )


def from_history(message: MessageInstance, kind: str) -> Incoming:
    """One message as Twilio's list of messages gives it: a tapped button is only its title there."""
    body = message.body or ""
    payload = received(kind) if kind else ("" if body else received("empty"))
    person = conversation_id(NAME, (message.from_ or "").removeprefix(PREFIX))
    said = _caption(kind, body)
    return Incoming(message_id=message.sid or "", conversation_id=person, text=said, payload=payload)


def _said(form: dict[str, str]) -> dict[str, str]:
    token = form.get("ButtonPayload") or form.get("ListId")
    if token:
        return {"token": token[:100]}
    if form.get("Latitude") and form.get("Longitude"):
        return {"payload": received("location", places=_places(form))}
    body = form.get("Body", "")
    if form.get("NumMedia", "0") not in ("", "0"):
        kind = kind_of_media(form.get("MediaContentType0", ""))
        return {"payload": _media(kind, form), "text": _caption(kind, body)}
    kind = form.get("MessageType", "text")
    if body and kind not in WORDLESS:
        return {"text": body}
    return {"payload": received((TYPES | WORDLESS).get(kind, "empty"))}


def _caption(kind: str, body: str) -> str:
    """The words below a file; below a document WhatsApp writes its name."""
    return "" if kind == "document" and FILE_NAME.search(body) else body


def _media(kind: str, form: dict[str, str]) -> str:
    if kind == "voice":
        return received("voice", voice=_reference(form.get("MediaUrl0", "")))
    return received(kind)


def _reference(url: str) -> str:
    """ "MM.../ME..." of .../Messages/MM.../Media/ME..."""
    parts = url.split("/")
    return f"{parts[-3]}/{parts[-1]}" if len(parts) > 3 and parts[-2] == "Media" else ""


def kind_of_media(content_type: str) -> str:
    """The kind of a file by its type: kind_of_media("audio/ogg") is "voice"."""
    if content_type == STICKER:
        return "sticker"
    if "vcard" in content_type:
        return "contact"
    return KINDS.get(content_type.partition("/")[0], "other")


def _places(form: dict[str, str]) -> str:
    with suppress(ValueError):
        return offices_nearest(float(form["Latitude"]), float(form["Longitude"]))
    return ""
