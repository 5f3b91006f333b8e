"""The pages of questions: all of them, a new one, and one with its three languages side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk.content.documents import FLAGS, TOPIC, Document, is_critical, topic_new
from desk.content.i18n import LANGUAGES
from desk.editing.blocks import Sheet, sheet_of
from desk.editing.forms import NewTopic, PreviewForm, TopicFilter, TopicForm, office_of
from desk.editing.listing import groups_listed, insertable
from desk.editing.preview import previews
from desk.editing.selectors import version_open, versions_open
from desk.editing.services import Overtaken, draft_save, item_opened
from desk.editing.views.way import begun_with, way_of
from desk.errors import Refused
from desk.people.guard import for_editors

LONGEST_QUESTION = 500


@require_GET
@for_editors
def topics_page(http: HttpRequest) -> HttpResponse:
    """What is being worked on, and every question by its group."""
    chosen = TopicFilter(http.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    opened = versions_open()
    groups = groups_listed(
        user=http.user,
        opened=opened,
        words=wanted.get("words", ""),
        only=wanted.get("only", ""),
        language=get_language() or "en",
    )
    asked = {"chosen": chosen, "is_filtered": any(wanted.values())}
    return render(
        http,
        "editing/topics.html",
        {**asked, "opened": opened, "groups": groups, "office": office_of(http.user)},
    )


@require_http_methods(["GET", "POST"])
@for_editors
def topic_new_page(http: HttpRequest) -> HttpResponse:
    """Name a new question; `text` is what somebody asked."""
    form = NewTopic(http.POST or None)
    if form.is_valid():
        key, group = form.cleaned_data["name"], form.cleaned_data["group"]
        try:
            draft_save(kind=TOPIC, key=key, document=topic_new(group), by=http.user, revision=0)
            return redirect(f"{reverse('content:topic', args=[key])}{asked_again(http)}")
        except Refused as refused:
            form.add_error("name", str(refused))
    return render(http, "editing/topic_new.html", {"form": form, **asked_of(http)})


def asked_of(http: HttpRequest) -> dict[str, str]:
    """The words that somebody wrote to the assistant, which led the editor here."""
    values = http.POST if "asked" in http.POST else http.GET
    text = values.get("asked", "") or values.get("text", "")
    language = values.get("language", "")
    return {"asked": text[:LONGEST_QUESTION], "asked_in": language if language in LANGUAGES else ""}


def asked_again(http: HttpRequest) -> str:
    """The same words, for the next page."""
    asked = asked_of(http)
    return f"?{urlencode({'text': asked['asked'], 'language': asked['asked_in']})}" if asked["asked"] else ""


@require_http_methods(["GET", "POST"])
@for_editors
def topic_page(http: HttpRequest, key: str) -> HttpResponse:
    """One question; a POST saves it as a draft."""
    return save(http, key) if http.method == "POST" else page_of(http, key)


def save(http: HttpRequest, key: str) -> HttpResponse:
    """Save what was written; what somebody else saved meanwhile stays, and is shown beside it."""
    form = form_of(key, http.POST)[0]
    if not form.is_valid():
        return page_of(http, key, form=form)
    values = {"revision": form.cleaned_data["revision"], "kept": form.kept_parts()}
    try:
        draft_save(kind=TOPIC, key=key, document=form.document(), by=http.user, **values)
    except Refused as refused:
        messages.error(http, str(refused))
        theirs = refused.version.document if isinstance(refused, Overtaken) and refused.version else None
        return page_of(http, key, form=again(http, key), theirs=theirs)
    messages.success(http, _("The draft is saved. People read it when it is published."))
    return redirect("content:topic", key)


def form_of(key: str, data: Any = None) -> tuple[TopicForm, Document]:
    """The form of a question, and what it goes on from."""
    version, document = begun_with(TOPIC, key)
    is_new = version is not None and version.based_on is None
    initial = {"revision": version.revision if version else 0}
    return TopicForm(data, document=document, is_new=is_new, initial=initial), document


def again(http: HttpRequest, key: str) -> TopicForm:
    """What was written, over what is there now: saving once more is meant."""
    version, data = version_open(kind=TOPIC, key=key), http.POST.copy()
    data["revision"] = version.revision if version else 0
    return form_of(key, data)[0]


def page_of(
    http: HttpRequest,
    key: str,
    *,
    form: TopicForm | None = None,
    theirs: Document | None = None,
    step: str = "",
    refused: Refused | None = None,
) -> HttpResponse:
    """The page; after something was refused it still holds what was written."""
    version, before = begun_with(TOPIC, key)
    form = form or form_of(key)[0]
    sheet = sheet_of(key, before, form, timezone.localdate(), theirs)
    way = way_of(http, TOPIC, key, version, step, refused)
    item_opened(kind=TOPIC, key=key, by=http.user)
    return render(
        http,
        "editing/topic.html",
        {
            **way,
            **asked_of(http),
            **shown_of(PreviewForm(), sheet),
            "form": form,
            "step_fields": [form[name] for name in ("next", "related_1", "related_2")],
            "sheet": sheet,
            "title": sheet.document["parts"].get("title", {}).get(get_language() or "en") or key,
            "flags": [flag for flag in FLAGS if before[flag]],
            "is_critical": is_critical(TOPIC, before),
            "facts": insertable(timezone.localdate(), get_language() or "en"),
            "theirs": theirs,
        },
    )


def shown_of(chosen: PreviewForm, sheet: Sheet) -> dict[str, Any]:
    """The preview of what is written now."""
    language, programme = chosen.chosen()
    return {
        "preview": chosen,
        "bubbles": previews(sheet.document, language, programme, timezone.localdate()),
        "bubbles_in": language,
    }


@require_POST
@for_editors
def check(http: HttpRequest, key: str) -> HttpResponse:
    """What is to be said of a text as it is written, and its preview; nothing is saved."""
    form, before = form_of(key, http.POST)
    sheet = sheet_of(key, before, form, timezone.localdate())
    return render(http, "editing/checked.html", {"sheet": sheet, **shown_of(PreviewForm(http.POST), sheet)})
