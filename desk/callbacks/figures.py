"""What supervisors watch: workload, waiting times, outcomes. Nothing that names or describes a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Min, QuerySet
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
    by_programme, by_outcome = _counted(recent, "programme"), _counted(recent.exclude(outcome=""), "outcome")
    return Figures(
        asked=sum(by_programme.values()),
        open=waiting.count(),
        late=callback_requests_late(now=now).filter(programme__in=programmes_of(user), claimed_by=None).count(),
        unreached=by_outcome.get(CallbackRequest.Outcome.NOT_REACHED, 0),
        minutes=_minutes(user, now),
        workload=bars(_counted(waiting.exclude(claimed_by=None), "claimed_by__username")),
        outcomes=bars(by_outcome, dict(CallbackRequest.Outcome.choices)),
        programmes=bars(by_programme, {name: country(name, get_language() or "en") for name in programmes()}),
    )


def _recent(user: AbstractBaseUser, now: datetime) -> QuerySet[CallbackRequest]:
    return callback_requests_seen_by(user).filter(created_at__gte=now - PERIOD)


def _recent_entries(user: AbstractBaseUser, now: datetime, kind: Entry.Kind) -> QuerySet[Entry]:
    """Entries of one kind of the recent requests; `at` says the same once more, for its index."""
    entries = Entry.objects.filter(kind=kind, at__gte=now - PERIOD).order_by()
    return entries.filter(request__created_at__gte=now - PERIOD, request__programme__in=programmes_of(user))


def _minutes(user: AbstractBaseUser, now: datetime) -> dict[str, int | None]:
    """The middle of the minutes until a request was first taken, by urgency; None when none was."""
    waits = _first_taken(user, now).values()
    by_urgency = {
        name: [minutes for urgent, minutes in waits if urgent is wanted]
        for name, wanted in (("urgent", True), ("usual", False))
    }
    return {name: round(median(minutes)) if minutes else None for name, minutes in by_urgency.items()}


def _first_taken(user: AbstractBaseUser, now: datetime) -> dict[int, tuple[bool, float]]:
    """Urgency of each request that was taken, and the minutes until it first was, by its key."""
    taken = _recent_entries(user, now, Entry.Kind.CLAIMED).values_list(
        "request", "request__urgent", "request__created_at"
    )
    return {
        pk: (urgent, (first - asked).total_seconds() / 60)
        for pk, urgent, asked, first in taken.annotate(first=Min("at"))
    }


def _counted(rows: QuerySet, field: str) -> dict[Any, int]:
    """How many rows there are of each value."""
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def bars(counts: dict[str, int], names: dict | None = None) -> list[Bar]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    longest = max(counts.values(), default=1)
    return [Bar(str((names or {}).get(name, name)), count, round(100 * count / longest)) for name, count in ordered]


def export_rows(*, user: AbstractBaseUser, now: datetime) -> Iterator[tuple]:
    """The rows of the export, one a request, by day; without reference, name, number, words or the hour."""
    taken = _first_taken(user, now)
    attempts = _counted(_recent_entries(user, now, Entry.Kind.ATTEMPT), "request")
    fields = ("pk", "created_at", "programme", "language", "urgent", "status", "outcome")
    for pk, asked, *values in _recent(user, now).order_by("created_at", "pk").values_list(*fields):
        yield asked.date(), *values, attempts.get(pk, 0), round(taken[pk][1]) if pk in taken else ""
