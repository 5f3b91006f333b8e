"""When the offices are open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desk.opening.models import DecidedDay, WeeklyHours
from desk.programmes.opening_times import Decision, OpeningTimes, WeekOfHours, holiday_name
from desk.programmes.selectors import programme_get, programme_timezone

SHOWN_DAYS = 60  # ahead; what colleagues said of later days is shown too


def opening_times_get(programme: str) -> OpeningTimes:
    """Whether the office is open on a day, and when; two queries, whatever is asked of it then."""
    return opening_times_of([programme])[programme]


def opening_times_of(programmes: Iterable[str]) -> dict[str, OpeningTimes]:
    """The opening times of several programmes by name, with the same two queries."""
    names = set(programmes)
    days = list(DecidedDay.objects.filter(programme__in=names))
    weeks = list(WeeklyHours.objects.filter(programme__in=names))
    return {name: _times(name, days, weeks) for name in names}


def _times(programme: str, days: list[DecidedDay], weeks: list[WeeklyHours]) -> OpeningTimes:
    return OpeningTimes(
        programme_get(programme),
        {row.day: row.is_closed for row in days if row.programme == programme},
        tuple(WeekOfHours(row.hours, row.first_day, row.last_day) for row in weeks if row.programme == programme),
    )


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not as its week says: who says so, and the public holiday in the reader's language if it is one."""

    day: date
    decision: Decision
    holiday: str
    row: DecidedDay | None


@dataclass(frozen=True)
class Office:
    """What is shown of one programme; `usual` is None while the hours of the file count."""

    programme: str
    timezone: str
    now: datetime
    hours: Mapping[str, list[str]]
    usual: WeeklyHours | None
    periods: list[WeeklyHours]
    days: list[SpecialDay]


def offices_of(programmes: Iterable[str], *, language: str, now: datetime) -> list[Office]:
    """The offices with the special days ahead, with two queries."""
    names = list(programmes)
    days = list(DecidedDay.objects.filter(programme__in=names).select_related("by"))
    weeks = list(WeeklyHours.objects.filter(programme__in=names).select_related("by"))
    return [
        _office(
            name,
            [row for row in days if row.programme == name],
            [row for row in weeks if row.programme == name],
            language,
            now.astimezone(programme_timezone(name)),
        )
        for name in names
    ]


def _office(name: str, days: list[DecidedDay], weeks: list[WeeklyHours], language: str, local_now: datetime) -> Office:
    usual = next((row for row in weeks if row.first_day is None), None)
    return Office(
        programme=name,
        timezone=str(programme_timezone(name)),
        now=local_now,
        hours=usual.hours if usual else programme_get(name).opening_hours,
        usual=usual,
        periods=[row for row in weeks if row.last_day and row.last_day >= local_now.date()],
        days=_special_days(_times(name, days, weeks), days, language, local_now.date()),
    )


def _special_days(times: OpeningTimes, rows: list[DecidedDay], language: str, today: date) -> list[SpecialDay]:
    said = {row.day: row for row in rows}
    near = {today + timedelta(days=number) for number in range(SHOWN_DAYS)}
    ahead = sorted(near | {day for day in said if day >= today})
    return [
        SpecialDay(day, decision, holiday_name(times.programme.country, day, language), said.get(day))
        for day, decision in ((day, times.decision(day)) for day in ahead)
        if decision
    ]
