"""Who calls the dialogue server."""

import hmac

from django.conf import settings
from sanic.request import Request


def is_desk(request: Request) -> bool:
    """Whether the caller knows the password of the HTTP API (Authorization: Bearer)."""
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {settings.RASA_TOKEN}".encode())
