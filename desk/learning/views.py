"""The editors' pages of what people ask: messages that were not understood, and figures."""

import csv
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk.callbacks.forms import complaint
from desk.errors import Refused
from desk.learning import services
from desk.learning.figures import COLUMNS, export_rows, figures
from desk.learning.forms import Example, InboxFilter, Keys, OutOfScope, Period
from desk.learning.models import Message
from desk.learning.selectors import Group, message_groups
from desk.learning.words import LANGUAGES, label_name, labels
from desk.people.audit import audit_write
from desk.people.guard import for_editors
from desk.people.models import Audit

GROUPS = 10  # on a page
STEPS: dict[str, tuple[type[forms.Form], Callable[..., None], bool]] = {  # the last: whether it notes who did it
    "example": (Example, services.messages_teach, True),
    "outside": (OutOfScope, services.messages_teach, True),
    "dismiss": (Keys, services.messages_dismiss, False),
}


@require_GET
@for_editors
def inbox(http: HttpRequest) -> HttpResponse:
    """Messages that were not understood or whose answers did not help."""
    return inbox_of(http)


def inbox_of(http: HttpRequest) -> HttpResponse:
    """The page; after a step that was refused its group still holds what was written."""
    chosen = InboxFilter(http.GET)
    values = chosen.cleaned_data if chosen.is_valid() else {}
    page = Paginator(message_groups(**values), GROUPS).get_page(http.GET.get("page"))
    language = get_language() or "en"
    groups = [(group, shown(group, http, language)) for group in page]
    return render(
        http,
        "learning/inbox.html",
        {"page": page, "groups": groups, "chosen": chosen, "languages": LANGUAGES, "labels": labels(language)}
        | {"waiting": Message.objects.count()},
    )


def shown(group: Group, http: HttpRequest, language: str) -> dict[str, Any]:
    """What the form of a group holds: what was sent, when it is about this group, else what the group says."""
    sent = http.POST if http.POST.get("keys") == group.keys else {}
    return {
        "text": sent.get("text", group.text),
        "language": sent.get("language", group.language),
        "label": sent.get("label", ""),
        "nearest": [(name, label_name(name, language)) for name in group.nearest if name != "out_of_scope"],
        "unhelpful": [label_name(name, language) for name in group.unhelpful],
        "language_name": LANGUAGES.get(group.language, group.language),
    }


@require_POST
@for_editors
def step(http: HttpRequest, step: str) -> HttpResponse:
    """What an editor decides about a group of messages; what is not allowed is said on the page."""
    if step not in STEPS:
        raise Http404
    try:
        decide(http, step)
    except Refused as refused:
        messages.error(http, str(refused))
        return inbox_of(http)
    messages.success(http, _("Done."))
    query = http.GET.urlencode()
    return redirect(reverse("learning:inbox") + (f"?{query}" if query else ""))


def decide(http: HttpRequest, step: str) -> None:
    """Read the form and call the service. Raises Refused."""
    kind, service, is_signed = STEPS[step]
    form = kind(http.POST)
    if not form.is_valid():
        raise Refused(complaint(form))
    service(**form.cleaned_data, **({"by": http.user} if is_signed else {}))


@require_GET
@for_editors
def figures_page(http: HttpRequest) -> HttpResponse:
    """What people asked, and whether it was answered and helped."""
    period = Period({"days": http.GET.get("days", "30")})
    found = figures(days=days_of(period), today=timezone.now().date(), language=get_language() or "en")
    return render(http, "learning/figures.html", {"figures": found, "period": period, "days": days_of(period)})


def days_of(period: Period) -> int:
    """The chosen number of days; 30 when none is."""
    return int(period.cleaned_data["days"]) if period.is_valid() else 30


@require_GET
@for_editors
def export(http: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="asked.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    writer.writerows(export_rows(days=days_of(Period(http.GET)), today=timezone.now().date()))
    audit_write(kind=Audit.Kind.EXPORTED, http=http, account=http.user, about="asked.csv")
    return response
