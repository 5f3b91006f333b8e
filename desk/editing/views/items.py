"""Pages and steps that questions and facts have in common."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk.callbacks.forms import complaint
from desk.content.documents import TOPIC, Document
from desk.editing import services
from desk.editing.compare import differences
from desk.editing.forms import office_of
from desk.editing.models import Version
from desk.editing.selectors import document_now, document_of_files, reader_beside, version_open, versions_all
from desk.editing.views import facts, topics
from desk.editing.views.way import STEPS, begun_with, known_kind, page_address
from desk.errors import Refused
from desk.people.guard import for_editors

FILES = "files"


@require_POST
@for_editors
def step(http: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of the way; what it does not allow is said on the page."""
    version = get_object_or_404(Version.objects.select_related("item"), pk=pk)
    if step not in STEPS:
        raise Http404
    item = version.item
    try:
        STEPS[step].service(pk=pk, by=http.user, **values_of(http, step))
    except Refused as refused:
        messages.error(http, str(refused))
        return refused_page(http, item.kind, item.key, step, refused)
    messages.success(http, str(STEPS[step].done))
    is_there = version_open(kind=item.kind, key=item.key) or document_now(kind=item.kind, key=item.key)
    return redirect(page_address(item.kind, item.key) if is_there else "content:topics")


def values_of(http: HttpRequest, step: str) -> dict[str, Any]:
    """What the form of a step holds. Raises Refused naming the field."""
    form = STEPS[step].form(http.POST)
    if not form.is_valid():
        raise Refused(complaint(form))
    return form.values(office_of(http.user))


def refused_page(http: HttpRequest, kind: str, key: str, step: str, refused: Refused) -> HttpResponse:
    """The page of the question or fact, with what was written and what is wrong with it."""
    if kind == TOPIC:
        return topics.page_of(http, key, step=step, refused=refused)
    return facts.page_of(http, key, step=step, refused=refused)


@require_POST
@for_editors
def opened(http: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Asked for every minute by an open page: who else has it before them."""
    begun_with(known_kind(kind), key)
    beside = reader_beside(kind=kind, key=key, user=http.user, now=timezone.now())
    services.item_opened(kind=kind, key=key, by=http.user)
    return render(http, "editing/beside.html", {"beside": beside})


@require_GET
@for_editors
def versions(http: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What was written of a question or a fact, and two of it side by side."""
    kept = {str(version.pk): version for version in versions_all(kind=known_kind(kind), key=key)}
    documents = {name: version.document for name, version in kept.items()}
    files = document_of_files(kind=kind, key=key)
    if files:
        documents[FILES] = files
    if not documents:
        raise Http404
    new = chosen(http, "new", documents, 0)
    old = chosen(http, "old", documents, 1)
    return render(
        http,
        "editing/versions.html",
        {
            "kind": kind,
            "key": key,
            "room": "topics" if kind == TOPIC else "facts",
            "address": page_address(kind, key),
            "versions": list(kept.values()),
            "files": files,
            "old": old,
            "new": new,
            "changes": differences(kind, documents[old], documents[new]),
            "office": office_of(http.user),
            "has_draft": any(version.is_open for version in kept.values()),
        },
    )


def chosen(http: HttpRequest, side: str, documents: dict[str, Document], number: int) -> str:
    """The version that the address names, else the newest or the one before it."""
    asked, names = http.GET.get(side, ""), list(documents)
    return asked if asked in documents else names[min(number, len(names) - 1)]


@require_POST
@for_editors
def restore(http: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Begin a draft with an earlier version, or with the text of the files."""
    asked = http.POST.get("version", "")
    try:
        if asked == FILES:
            services.file_restore(kind=known_kind(kind), key=key, by=http.user)
        else:
            services.version_restore(pk=earlier(kind, key, asked).pk, by=http.user)
    except Refused as refused:
        messages.error(http, str(refused))
        return redirect("content:versions", kind, key)
    return redirect(page_address(kind, key))


def earlier(kind: str, key: str, asked: str) -> Version:
    """The version of this question or fact that was chosen. Raises Refused."""
    found = Version.objects.filter(item__kind=kind, item__key=key, pk=asked if asked.isdecimal() else 0).first()
    if found is None:
        raise Refused(_("Choose a version."))
    return found
