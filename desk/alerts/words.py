"""What an alert says, in the language of who reads it: nothing of the person's story."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.alerts.models import Alert, Kind
from desk.alerts.routes.target import Message
from desk.callbacks.models import CallbackRequest
from desk.programmes.selectors import programme_timezone

TO_TAKE = (Kind.CREATED, Kind.CHANGED, Kind.LATE)


def alert_message(alert: Alert, language: str) -> Message:
    """The words of an alert in one language."""
    request = alert.request
    with translation.override(language):
        urgent = _("URGENT") if request.urgent else ""
        subject = " ".join(filter(None, [urgent, str(alert.get_kind_display()), request.reference]))
        known = {"alert": alert, "request": request, "promised_at": office_time(request), "link": link(request)}
        return Message(
            key=f"alert-{alert.pk}",
            subject=subject,
            text=render_to_string("alerts/alert.txt", known),
            short=render_to_string("alerts/short.txt", {**known, "subject": subject}).strip(),
            claim=_("I take it") if alert.kind in TO_TAKE and request.claimed_by_id is None else "",
            reference=request.reference,
            event=event(alert),
        )


def office_time(request: CallbackRequest) -> str:
    """When the person expects to hear from us, on the clock of the office."""
    local = request.expected_at.astimezone(programme_timezone(request.programme))
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def link(request: CallbackRequest) -> str:
    """The request's page; "" when DESK_URL is not set."""
    address = settings.CHOSEN["DESK_URL"]
    return address and address + reverse("requests:request", args=[request.reference])


def event(alert: Alert) -> dict[str, object]:
    """What another system is told; docs/alerts.md describes it."""
    request = alert.request
    return {
        "type": f"callback_request.{alert.kind}",
        "timestamp": alert.created_at.isoformat(),
        "data": {
            "reference": request.reference,
            "programme": request.programme,
            "language": request.language,
            "urgent": request.urgent,
            "status": request.status,
            "expected_at": request.expected_at.astimezone(timezone.get_default_timezone()).isoformat(),
        },
    }
