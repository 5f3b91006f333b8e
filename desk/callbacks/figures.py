"""What supervisors watch: workload, waiting times, outcomes. Nothing that names or describes a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.selectors import callback_requests_late, callback_requests_seen_by
from desk.conversations.record import country
from desk.people.selectors import programmes_of
from desk.programmes.selectors import programmes

PERIOD = timedelta(days=30)
COLUMNS = ("day", "programme", "language", "urgent", "status", "outcome", "attempts", "minutes_until_taken")


@dataclass(frozen=True)
class Bar:
    """One line of a small chart; `share` of the longest line, from 0 to 100."""

    name: str
    count: int
    share: int


@dataclass(frozen=True)
class Figures:
    """The last 30 days of the programmes of one supervisor; minutes from asking to being taken, by urgency."""

    asked: int
    open: int
    late: int
    unreached: int
    minutes: dict[str, int | None]
    workload: list[Bar]
    outcomes: list[Bar]
    programmes: list[Bar]


def figures(*, user: AbstractBaseUser, now: datetime) -> Figures:
    """All figures of the page."""
    recent = _recent(user, now)
    waiting = callback_requests_seen_by(user).filter(status=CallbackRequest.Status.OPEN)
    return Figures(
        asked=recent.count(),
        open=waiting.count(),
        late=callback_requests_late(now=now).filter(programme__in=programmes_of(user), claimed_by=None).count(),
        unreached=recent.filter(outcome=CallbackRequest.Outcome.NOT_REACHED).count(),
        minutes={
            name: _minutes(recent.filter(urgent=is_urgent)) for name, is_urgent in (("urgent", True), ("usual", False))
        },
        workload=_bars(waiting.exclude(claimed_by=None), "claimed_by__username"),
        outcomes=_bars(recent.exclude(outcome=""), "outcome", dict(CallbackRequest.Outcome.choices)),
        programmes=_bars(recent, "programme", {name: country(name, get_language() or "en") for name in programmes()}),
    )


def _recent(user: AbstractBaseUser, now: datetime) -> QuerySet[CallbackRequest]:
    return callback_requests_seen_by(user).filter(created_at__gte=now - PERIOD)


def _minutes(requests: QuerySet[CallbackRequest]) -> int | None:
    """The middle of the minutes until a request was first taken; None when none was."""
    waits = [wait for *_, wait in _first_taken(requests)]
    return round(median(waits)) if waits else None


def _first_taken(requests: QuerySet[CallbackRequest]) -> Iterator[tuple[int, float]]:
    """Key of each request that was taken, and the minutes until then."""
    taken = Entry.objects.filter(kind=Entry.Kind.CLAIMED, request__in=requests).order_by("-pk")
    first = {entry.request_id: entry for entry in taken.select_related("request")}
    return ((pk, (entry.at - entry.request.created_at).total_seconds() / 60) for pk, entry in first.items())


def _bars(requests: QuerySet[CallbackRequest], field: str, names: dict | None = None) -> list[Bar]:
    rows = list(requests.order_by().values_list(field).annotate(count=Count("pk")).order_by("-count", field))
    longest = max((count for _, count in rows), default=1)
    return [Bar(str((names or {}).get(name, name)), count, round(100 * count / longest)) for name, count in rows]


def export_rows(*, user: AbstractBaseUser, now: datetime) -> Iterator[tuple]:
    """The rows of the export, one a request, by day; without reference, name, number, words or the hour."""
    recent = _recent(user, now)
    minutes = dict(_first_taken(recent))
    counted = recent.annotate(attempts=Count("entries", filter=Q(entries__kind=Entry.Kind.ATTEMPT)))
    for row in counted.order_by("pk"):
        wait = minutes.get(row.pk)
        yield (
            row.created_at.date(),
            row.programme,
            row.language,
            row.urgent,
            row.status,
            row.outcome,
            row.attempts,
            "" if wait is None else round(wait),
        )
