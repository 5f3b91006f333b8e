"""Talk to what is published and to the drafts, side by side."""

import asyncio
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from desk.conversations.dialogue import DialogueServerDown, trial_send
from desk.conversations.record import title
from desk.people.guard import for_editors
from desk.trial.forms import Said, conversation_new
from desk.trial.selectors import drafts_get
from desk.understanding.selectors import models_kept

LIVE, DRAFT = "-live", "-draft"  # each side has a conversation of its own


@require_GET
@for_editors
def page(http: HttpRequest) -> HttpResponse:
    """An empty conversation; ?draft= names the topic or fact whose draft is tried, ?model= the model."""
    chosen = {"draft": http.GET.get("draft", ""), "model": http.GET.get("model", "")}
    context = {"drafts": drafts_get(), "models": models_kept(), "conversation": conversation_new(), "chosen": chosen}
    return render(http, "trial/page.html", context)


@require_POST
@for_editors
def message(http: HttpRequest) -> HttpResponse:
    """One message, answered by both."""
    said = Said(http.POST)
    if not said.is_valid():
        return HttpResponse(status=400)
    values = said.cleaned_data
    try:
        live, draft = _both(values)
    except DialogueServerDown:
        return render(http, "trial/down.html", {"said": values["title"] or values["text"]})
    sides = [_side("published", live), _side("draft", draft)]
    context = {
        "said": values["title"] or values["text"],
        "sides": sides,
        "is_same": _texts(live) == _texts(draft),
        "conversation": values["conversation"],
        "chosen": {"draft": values["draft"], "model": values["model"]},
    }
    return render(http, "trial/answer.html", context)


def _both(values: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    content = drafts_get(values["draft"]).content()
    said = {"text": values["payload"] or values["text"], "typed": not values["payload"]}

    async def ask() -> list[dict[str, Any]]:
        return await asyncio.gather(
            trial_send(conversation_id=values["conversation"] + LIVE, content=None, **said),
            trial_send(conversation_id=values["conversation"] + DRAFT, content=content, model=values["model"], **said),
        )

    live, draft = async_to_sync(ask)()
    return live, draft


def _side(name: str, answer: dict[str, Any]) -> dict[str, Any]:
    understood = answer["understood"]
    scores = [(title(label, get_language() or "en"), label, score) for label, score in understood["scores"]]
    return {"name": name, "replies": answer["replies"], "understood": understood, "scores": scores}


def _texts(answer: dict[str, Any]) -> list[Any]:
    return [(reply["text"], reply.get("buttons")) for reply in answer["replies"]]
