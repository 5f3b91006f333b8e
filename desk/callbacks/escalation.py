"""A request that nobody answered by the time promised or agreed: the counsellors hear of it again, and the person."""

from datetime import datetime

from django.db import transaction

from desk.alerts.models import Kind
from desk.alerts.services import alerts_write
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.notices import delay_told
from desk.callbacks.selectors import callback_requests_late


def requests_escalate(*, now: datetime) -> int:
    """Escalate what is due, each request once for each promise. Returns how many."""
    late = callback_requests_late(now=now).filter(escalated_at=None)
    return sum(_escalate(pk, now) for pk in late.values_list("pk", flat=True)[:100])


def _escalate(pk: int, now: datetime) -> bool:
    """The person hears of it when nobody has taken the request: else a counsellor may be about to call."""
    with transaction.atomic():
        request = CallbackRequest.objects.select_for_update().filter(pk=pk, escalated_at=None).first()
        if request is None or request.status != CallbackRequest.Status.OPEN:
            return False
        request.escalated_at = now
        request.save(update_fields=["escalated_at", "updated_at"])
        alerts_write(request, Kind.LATE)
        told = [] if request.claimed_by_id else delay_told(request)
        Entry.objects.create(request=request, kind=Entry.Kind.ESCALATED, deliveries=told)
    return True
