"""Talk to the dialogue server over HTTP."""

import re
import ssl
from functools import cache
from typing import Any

import httpx
from django.conf import settings

from desk.conversations.identity import channel_of
from desk.conversations.models import Delivery
from desk.errors import DeskError

TIMEOUT_S = 30.0
PAGE_TIMEOUT_S = 3.0  # a counsellor waits for the page
PHONE_CHANNELS = ("telegram", "whatsapp")
REFERENCE = re.compile(r"[\w-]+(?:/[\w-]+)?", re.ASCII)  # a channel's name of a voice message


class DialogueServerDown(DeskError):
    """The dialogue server does not answer."""


async def message_send(*, conversation_id: str, text: str, typed: bool) -> list[dict[str, Any]]:
    """Hand over what a person wrote (typed) or tapped; returns the replies. Raises DialogueServerDown."""
    body = {"sender": conversation_id, "message": text, "metadata": {"typed": typed}}
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False, verify=_certificates()) as client:
            answer = await client.post(f"{settings.DIALOGUE_SERVER_URL}/webhooks/rest/webhook", json=body)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as error:  # ValueError: an answer that is not JSON
        raise DialogueServerDown(type(error).__name__) from error


class NotOnPhone(DeskError):
    """The conversation is on the web chat: nobody can write into it from outside."""


async def message_push(*, conversation_id: str, text: str, language: str) -> list[Delivery]:
    """Write to a person on their own channel; returns what became of it (held, failed, sent ...), a row a part.

    What is written beside it, an answer or the template that asks the person to write, is not meant.
    Raises NotOnPhone and DialogueServerDown.
    """
    channel = channel_of(conversation_id)
    if channel not in PHONE_CHANNELS:
        raise NotOnPhone(conversation_id)
    written = Delivery.objects.filter(conversation_id=conversation_id).order_by("-pk")
    last = await written.afirst()
    event = {"event": "bot", "text": text, "metadata": {"language": language}}
    query = {"output_channel": channel, "execute_side_effects": "true"}
    await _call("POST", f"/conversations/{conversation_id}/tracker/events", params=query, json=event)
    rows = written.filter(pk__gt=last.pk if last else 0, inbound=None).order_by("pk")
    return [row for place, row in enumerate([row async for row in rows]) if row.position == place]


async def tracker_get(*, conversation_id: str) -> dict[str, Any]:
    """The whole conversation, as Rasa describes it: not only its present session. Raises DialogueServerDown."""
    path, query = f"/conversations/{conversation_id}/tracker", {"include_events": "ALL"}
    try:
        return (await _call("GET", path, params=query, timeout_s=PAGE_TIMEOUT_S)).json()
    except ValueError as error:
        raise DialogueServerDown("no JSON") from error


async def voice_get(*, conversation_id: str, reference: str) -> tuple[bytes, str]:
    """A voice message and its type, from the provider. Raises NotOnPhone and DialogueServerDown."""
    channel = channel_of(conversation_id)
    if channel not in PHONE_CHANNELS or not REFERENCE.fullmatch(reference):
        raise NotOnPhone(conversation_id)
    bearer = {"Authorization": f"Bearer {settings.RASA_TOKEN}"}
    answer = await _call("GET", f"/webhooks/{channel}/media/{reference}", headers=bearer)
    return answer.content, answer.headers.get("Content-Type", "application/octet-stream")


async def trial_send(
    *, conversation_id: str, text: str, typed: bool, content: dict[str, Any] | None, model: str = ""
) -> dict[str, Any]:
    """Hand over what a member of staff wrote or tapped, to be answered with `content` over what is published, and by the
    model of this fingerprint ("" for the one in use).

    Returns {"replies", "understood"} of bot/channels/staff.py. Raises DialogueServerDown.
    """
    body = {"sender": conversation_id, "message": text, "metadata": {"typed": typed}}
    body |= {"content": content, "model": model}
    bearer = {"Authorization": f"Bearer {settings.RASA_TOKEN}"}
    try:
        return (await _call("POST", "/webhooks/staff/webhook", headers=bearer, json=body)).json()
    except ValueError as error:
        raise DialogueServerDown("no JSON") from error


async def _call(
    method: str, path: str, params: dict[str, str] | None = None, timeout_s: float | None = None, **options: Any
) -> httpx.Response:
    query = {**(params or {}), "token": settings.RASA_TOKEN}
    try:
        async with httpx.AsyncClient(timeout=timeout_s or TIMEOUT_S, trust_env=False, verify=_certificates()) as client:
            answer = await client.request(method, settings.DIALOGUE_SERVER_URL + path, params=query, **options)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise DialogueServerDown(type(error).__name__) from error
    return answer


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: for each call it would take longer than the call."""
    return httpx.create_ssl_context(trust_env=False)
