"""The web chat."""

import json
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from desk.conversations.dialogue import DialogueServerDown, message_send

COOKIE = "conversation"
LANGUAGES = ("fr", "ar", "en")


@require_GET
@ensure_csrf_cookie
def chat_page(request: HttpRequest) -> HttpResponse:
    """The page, in ?lang= (remembered) or the browser's language."""
    chosen = request.GET.get("lang")
    language = chosen if chosen in LANGUAGES else translation.get_language()
    with translation.override(language):
        response = render(request, "conversations/chat.html")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    if request.get_signed_cookie(COOKIE, default=None) is None:
        response.set_signed_cookie(
            COOKIE, f"web-{secrets.token_urlsafe(16)}", httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_POST
async def chat_message(request: HttpRequest) -> JsonResponse:
    """{"text": ...} or {"payload": ...} in, {"messages": [...]} out."""
    conversation_id = request.get_signed_cookie(COOKIE, default=None)
    text, typed = _read(request.body)
    if conversation_id is None or text is None:
        return JsonResponse({"error": _("Please reload this page and try again.")}, status=400)
    try:
        messages = await message_send(conversation_id=conversation_id, text=text, typed=typed)
    except DialogueServerDown:
        return JsonResponse(
            {"error": _("The assistant does not answer. Please try again in a few minutes.")}, status=503
        )
    return JsonResponse({"messages": messages})


def _read(body: bytes) -> tuple[str | None, bool]:
    """The text and whether a person typed it; no text when the body is not understood."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, or nested without end
        return None, True
    values = data if isinstance(data, dict) else {}
    text = values.get("text", values.get("payload"))
    return (text if isinstance(text, str) and text.strip() else None), "payload" not in values
