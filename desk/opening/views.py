"""The page of opening hours: everybody who works with people reads it, supervisors of a programme change it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk.callbacks.forms import complaint
from desk.errors import Refused
from desk.opening import services
from desk.opening.forms import Closing, Day, Hours, Opening, Row
from desk.opening.selectors import Office, offices_of
from desk.people.guard import for_counsellors, for_supervisors
from desk.people.selectors import is_leading, programmes_of

STEPS: dict[str, tuple[type[forms.Form], Callable[..., int], bool]] = {  # the last: whether it notes who did it
    "close": (Closing, services.days_close, True),
    "open": (Opening, services.day_open, True),
    "restore": (Day, services.day_restore, False),
    "hours": (Hours, services.hours_set, True),
    "restore-hours": (Row, services.hours_restore, False),
}


@require_GET
@for_counsellors
def hours_page(http: HttpRequest) -> HttpResponse:
    """The offices of the programmes of the account."""
    return page_of(http)


def page_of(http: HttpRequest, programme: str = "", step: str = "") -> HttpResponse:
    """The page; after a step that was refused its form still holds what was written."""
    language = get_language() or "en"
    offices = offices_of(programmes_of(http.user), language=language, now=timezone.now())
    shown = [(office, forms_of(http, office, step if office.programme == programme else "")) for office in offices]
    return render(http, "opening/hours.html", {"offices": shown, "may_change": is_leading(http.user), "step": step})


def forms_of(http: HttpRequest, office: Office, step: str = "") -> dict[str, forms.Form]:
    """The forms of one office; the one of `step` is filled with what was sent."""
    kinds = {"close": (Closing, {}), "open": (Opening, {}), "hours": (Hours, {"hours": office.hours})}
    return {
        name: kind(http.POST if name == step else None, auto_id=f"{office.programme}_{name}_%s", **more)
        for name, (kind, more) in kinds.items()
    }


@require_POST
@for_supervisors
def step(http: HttpRequest, programme: str, step: str) -> HttpResponse:
    """One change; what it does not allow is said on the page."""
    if programme not in programmes_of(http.user) or step not in STEPS:
        raise Http404
    try:
        moved = change(http, programme, step)
    except Refused as refused:
        messages.error(http, str(refused))
        return page_of(http, programme, step)
    messages.success(http, _("Saved. Promised times that moved: %(moved)s.") % {"moved": moved})
    return redirect(f"{reverse('opening:hours')}#{programme}")


def change(http: HttpRequest, programme: str, step: str) -> int:
    """Read the form and call the service. Raises Refused."""
    kind, service, is_signed = STEPS[step]
    form = kind(http.POST, **({"hours": {}} if kind is Hours else {}))
    if not form.is_valid():
        raise Refused(complaint(form))
    signed: dict[str, Any] = {"by": http.user} if is_signed else {}
    return service(programme=programme, now=timezone.now(), **signed, **form.cleaned_data)
