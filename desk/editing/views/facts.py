"""The pages of facts: what is due, those of a programme, and one of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk.callbacks.forms import complaint
from desk.content.checks import topics_naming
from desk.content.documents import FACT, Document, content_with
from desk.content.i18n import LANGUAGES, fact_value
from desk.content.published import content, using
from desk.editing.compare import Difference, differences
from desk.editing.fact_forms import VALUES, FactForm, NewFact, Ownership, Value
from desk.editing.listing import fact_lines, titles_of
from desk.editing.selectors import (
    answers_without,
    facts_due,
    faults_get,
    owners_of,
    version_open,
    versions_open,
)
from desk.editing.services import Overtaken, draft_save, item_opened, owner_set
from desk.editing.views.way import begun_with, way_of
from desk.errors import DataError, Refused
from desk.people.guard import for_editors
from desk.programmes.selectors import programmes

Forms = tuple[FactForm, Value]


@require_GET
@for_editors
def facts_page(http: HttpRequest) -> HttpResponse:
    """What has to be checked again, and which answers say "ask the office" instead."""
    today, language = timezone.localdate(), get_language() or "en"
    without = {reference: titles_of(names, language) for reference, names in answers_without(today=today).items()}
    return render(
        http,
        "editing/facts.html",
        {"due": facts_due(today=today), "without": without, "programmes": list(programmes()), "today": today},
    )


@require_GET
@for_editors
def programme_page(http: HttpRequest, programme: str) -> HttpResponse:
    """All facts of a programme."""
    if programme not in programmes():
        raise Http404
    opened = [version for version in versions_open() if version.item.kind == FACT]
    lines = fact_lines(programme, opened, timezone.localdate(), get_language() or "en")
    new = [version for version in opened if version.based_on is None and version.item.key.startswith(f"{programme}.")]
    return render(http, "editing/programme.html", {"programme": programme, "lines": lines, "new": new})


@require_http_methods(["GET", "POST"])
@for_editors
def fact_new_page(http: HttpRequest) -> HttpResponse:
    """Name a new fact and say of what kind it is."""
    form = NewFact(http.POST or None, initial={"programme": http.GET.get("programme", "")})
    if form.is_valid():
        programme, name = form.cleaned_data["programme"], form.cleaned_data["name"]
        try:
            draft_save(kind=FACT, key=f"{programme}.{name}", document=form.document(), by=http.user, revision=0)
            return redirect("content:fact", programme, name)
        except Refused as refused:
            form.add_error("name", str(refused))
    return render(http, "editing/fact_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@for_editors
def fact_page(http: HttpRequest, programme: str, name: str) -> HttpResponse:
    """One fact; a POST saves it as a draft."""
    key = f"{programme}.{name}"
    return save(http, key) if http.method == "POST" else page_of(http, key)


def save(http: HttpRequest, key: str) -> HttpResponse:
    """Save what was written; what somebody else saved meanwhile stays, and is shown beside it."""
    form, value = forms_of(key, http.POST)
    if not (form.is_valid() and value.is_valid()):
        return page_of(http, key, forms=(form, value))
    try:
        draft_save(
            kind=FACT, key=key, document=written(key, form, value), by=http.user, revision=form.cleaned_data["revision"]
        )
    except Refused as refused:
        messages.error(http, str(refused))
        return page_of(http, key, forms=again(http, key), is_overtaken=isinstance(refused, Overtaken))
    messages.success(http, _("The draft is saved. People read it when it is published."))
    return redirect("content:fact", *key.split(".", 1))


def forms_of(key: str, data: Any = None) -> Forms:
    """The form of the source and that of the value."""
    version, document = begun_with(FACT, key)
    kind = VALUES[document["kind"]]
    about = {**document, "revision": version.revision if version else 0}
    return FactForm(data, initial=about), kind(data, initial=kind.initial_of(document))


def written(key: str, form: FactForm, value: Value) -> Document:
    """The document with what was written."""
    _version, before = begun_with(FACT, key)
    return {**before, **form.changes(), **value.changes()}


def again(http: HttpRequest, key: str) -> Forms:
    """What was written, over what is there now: saving once more is meant."""
    version, data = version_open(kind=FACT, key=key), http.POST.copy()
    data["revision"] = version.revision if version else 0
    return forms_of(key, data)


def page_of(
    http: HttpRequest,
    key: str,
    *,
    forms: Forms | None = None,
    is_overtaken: bool = False,
    step: str = "",
    refused: Refused | None = None,
) -> HttpResponse:
    """The page; after something was refused it still holds what was written."""
    version, document = begun_with(FACT, key)
    form, value = forms or forms_of(key)
    owner = owners_of(key.partition(".")[0]).get(key)
    way = way_of(http, FACT, key, version, step, refused)
    item_opened(kind=FACT, key=key, by=http.user)
    return render(
        http,
        "editing/fact.html",
        {
            **way,
            "programme": key.partition(".")[0],
            "name": key.partition(".")[2],
            "document": document,
            "form": form,
            "value": value,
            "readings": readings_of(key, document),
            "is_shown_now": is_shown_now(key),
            "faults": faults_get(kind=FACT, key=key, document=document, today=timezone.localdate()),
            "theirs": theirs_of(key, form, value) if is_overtaken else [],
            "topics": titles_of(topics_naming(key), get_language() or "en"),
            "ownership": Ownership(initial={"owner": owner}),
        },
    )


def theirs_of(key: str, form: FactForm, value: Value) -> list[Difference]:
    """What somebody else saved, set against what was written here."""
    _version, document = begun_with(FACT, key)
    if not (form.is_valid() and value.is_valid()):
        return []
    return differences(FACT, written(key, form, value), document)


def readings_of(key: str, document: Document) -> dict[str, str]:
    """The value as each language writes it; empty while it is not right."""
    try:
        changed = content_with(content(), FACT, key, document)
        with using(changed):
            return {language: fact_value(language, changed.facts[key]) for language in LANGUAGES}
    except DataError:
        return {}


def is_shown_now(key: str) -> bool:
    """Whether people read the value now."""
    programme, _dot, name = key.partition(".")
    fact = programmes()[programme].facts.get(name)
    return bool(fact) and fact.may_be_shown(timezone.localdate())


@require_POST
@for_editors
def owner(http: HttpRequest, programme: str, name: str) -> HttpResponse:
    """Say who keeps a fact right, and is reminded when it is due."""
    key = f"{programme}.{name}"
    begun_with(FACT, key)
    form = Ownership(http.POST)
    if form.is_valid():
        owner_set(kind=FACT, key=key, owner=form.cleaned_data["owner"])
        messages.success(http, _("Saved."))
    else:
        messages.error(http, complaint(form))
    return redirect("content:fact", programme, name)
