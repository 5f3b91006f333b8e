"""Talk to the dialogue server over HTTP."""

from typing import Any

import httpx
from django.conf import settings

from desk.errors import DeskError

TIMEOUT_S = 30.0


class DialogueServerDown(DeskError):
    """The dialogue server does not answer."""


async def message_send(*, conversation_id: str, text: str, typed: bool) -> list[dict[str, Any]]:
    """Hand over what a person wrote (typed) or tapped; returns the replies. Raises DialogueServerDown."""
    body = {"sender": conversation_id, "message": text, "metadata": {"typed": typed}}
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            answer = await client.post(f"{settings.DIALOGUE_SERVER_URL}/webhooks/rest/webhook", json=body)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as error:  # ValueError: an answer that is not JSON
        raise DialogueServerDown(type(error).__name__) from error
