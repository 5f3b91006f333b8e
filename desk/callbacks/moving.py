"""The office closes, or its hours change: a promise that cannot be kept moves, and the person hears of it."""

from datetime import datetime, timezone

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.notices import move_told
from desk.callbacks.promise import promise_again
from desk.opening.selectors import opening_times_get
from desk.programmes.opening_times import OpeningTimes
from desk.programmes.selectors import programme_timezone

ANSWERED = Q(kind=Entry.Kind.WRITTEN) | Q(kind=Entry.Kind.ATTEMPT, result=Entry.Result.REACHED)


def promises_move(*, programme: str, now: datetime) -> int:
    """Move the promises of a programme that fell into closed time, never to an earlier time. Returns how many.

    What is late already stays and escalates; who was answered, or agreed on another time, waits for no promise.
    A second run finds nothing to move.
    """
    times = opening_times_get(programme)
    fallen = [request.pk for request in promises_standing(programme, now) if _later(times, request)]
    return sum(_move(pk, times, now) for pk in fallen)


def promises_standing(programme: str, now: datetime) -> QuerySet[CallbackRequest]:
    """Open requests that nobody has answered since the person asked (`asked_at`), and whose promise is not over."""
    waiting = CallbackRequest.objects.filter(status=CallbackRequest.Status.OPEN, programme=programme)
    waiting = waiting.filter(next_attempt_at=None, promised_at__gt=now)
    entries = Entry.objects.filter(request=OuterRef("pk"))
    changed = entries.filter(kind=Entry.Kind.CHANGED).order_by("-pk").values("at")[:1]
    waiting = waiting.annotate(asked_at=Coalesce(Subquery(changed), "created_at"))
    answered = Entry.objects.filter(ANSWERED, request=OuterRef("pk"), at__gte=OuterRef("asked_at"))
    return waiting.exclude(Exists(answered)).order_by("pk")


def _later(times: OpeningTimes, request: CallbackRequest) -> datetime | None:
    zone = programme_timezone(request.programme)
    promised, asked = request.promised_at.astimezone(zone), request.asked_at.astimezone(zone)
    return promise_again(times, promised, asked, request.wish, urgent=request.urgent)


def _move(pk: int, times: OpeningTimes, now: datetime) -> bool:
    """Look again with the request held: meanwhile it may have been answered, changed, closed or deleted."""
    with transaction.atomic():
        held = CallbackRequest.objects.select_for_update().filter(pk=pk).first()
        request = promises_standing(held.programme, now).filter(pk=pk).first() if held else None
        later = _later(times, request) if request else None
        if later is None:
            return False
        both = f"{request.promised_at.isoformat()} {later.astimezone(timezone.utc).isoformat()}"
        request.promised_at = later
        request.save(update_fields=["promised_at", "updated_at"])
        Entry.objects.create(request=request, kind=Entry.Kind.MOVED, about=both, deliveries=move_told(request))
    return True
