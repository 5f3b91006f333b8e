"""What supervisors say of the opening hours. Each service checks, writes, and moves the promises that fell into closed time.

All is one transaction. Each returns how many promises moved, and raises Refused with the reason in the supervisor's language.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.callbacks.moving import promises_move
from desk.errors import Refused
from desk.opening.models import DecidedDay, WeeklyHours
from desk.opening.selectors import opening_times_get
from desk.programmes.schema import WEEKDAYS, Weekday, parse_span
from desk.programmes.selectors import programme_timezone

LONGEST_DAYS = 31  # that are closed at once
AHEAD = timedelta(days=366)


@transaction.atomic
def days_close(
    *, programme: str, first: date, last: date | None = None, reason: str, by: AbstractBaseUser, now: datetime
) -> int:
    """Close the office from the first to the last day; days on which it is closed anyway are left as they are."""
    days = _days(first, last or first)
    for day in (days[0], days[-1]):
        _must_lie_ahead(day, programme, now)
    times = opening_times_get(programme)
    open_days = [day for day in days if times.spans(day)]
    if not open_days:
        raise Refused(_("The office is closed then already."))
    for day in open_days:
        _decide(programme, day, is_closed=True, reason=reason, by=by)
    return promises_move(programme=programme, now=now)


@transaction.atomic
def day_open(*, programme: str, day: date, reason: str, by: AbstractBaseUser, now: datetime) -> int:
    """Open the office on a holiday, with the hours of that day of the week."""
    _must_lie_ahead(day, programme, now)
    times = opening_times_get(programme)
    if times.spans(day):
        raise Refused(_("The office is open on that day already."))
    if not times.weekly_spans(day):
        raise Refused(_("The weekly hours name no hours for this day of the week. Set hours for these days first."))
    _decide(programme, day, is_closed=False, reason=reason, by=by)
    return promises_move(programme=programme, now=now)


@transaction.atomic
def day_restore(*, programme: str, day: date, now: datetime) -> int:
    """Take back what was said of a day: the file and the public holidays count again."""
    _must_lie_ahead(day, programme, now)
    if not DecidedDay.objects.filter(programme=programme, day=day).delete()[0]:
        raise Refused(_("This was taken back already."))
    return promises_move(programme=programme, now=now)


@transaction.atomic
def hours_set(
    *,
    programme: str,
    hours: Mapping[Weekday, list[str]],
    first_day: date | None = None,
    last_day: date | None = None,
    by: AbstractBaseUser,
    now: datetime,
) -> int:
    """Set the weekly hours, written "09:00-12:30": the usual ones, or others from the first to the last day."""
    _check_hours(hours)
    if first_day or last_day:
        _check_period(programme, first_day, last_day, now)
    said = {"hours": {name: sorted(hours[name]) for name in WEEKDAYS if hours.get(name)}, "by": by}
    WeeklyHours.objects.update_or_create(programme=programme, first_day=first_day, last_day=last_day, defaults=said)
    return promises_move(programme=programme, now=now)


@transaction.atomic
def hours_restore(*, programme: str, pk: int, now: datetime) -> int:
    """Take back weekly hours: those without days, else those of the file, count again."""
    if not WeeklyHours.objects.filter(programme=programme, pk=pk).delete()[0]:
        raise Refused(_("This was taken back already."))
    return promises_move(programme=programme, now=now)


def _decide(programme: str, day: date, **said: object) -> None:
    DecidedDay.objects.update_or_create(programme=programme, day=day, defaults=said)


def _days(first: date, last: date) -> list[date]:
    if last < first:
        raise Refused(_("The last day comes before the first."))
    if (last - first).days >= LONGEST_DAYS:
        raise Refused(_("At most %(days)s days can be closed at once.") % {"days": LONGEST_DAYS})
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _must_lie_ahead(day: date, programme: str, now: datetime) -> None:
    today = _today(programme, now)
    if day < today:
        raise Refused(_("%(day)s is over.") % {"day": date_format(day, "DATE_FORMAT")})
    if day > today + AHEAD:
        raise Refused(_("Choose a day within the next year."))


def _today(programme: str, now: datetime) -> date:
    return now.astimezone(programme_timezone(programme)).date()


def _check_period(programme: str, first_day: date | None, last_day: date | None, now: datetime) -> None:
    if not (first_day and last_day):
        raise Refused(_("Give the first and the last day, or neither."))
    if last_day < first_day:
        raise Refused(_("The last day comes before the first."))
    _must_lie_ahead(last_day, programme, now)
    others = WeeklyHours.objects.filter(programme=programme, first_day__lte=last_day, last_day__gte=first_day)
    if others.exclude(first_day=first_day, last_day=last_day).exists():
        raise Refused(_("There are other hours for some of these days. Take them back first."))


def _check_hours(hours: Mapping[Weekday, list[str]]) -> None:
    if not any(hours.values()):
        raise Refused(_("At least one day of the week must have hours."))
    for spans in hours.values():
        _check_day(sorted(spans))


def _check_day(spans: list[str]) -> None:
    times = [parse_span(span) for span in spans]
    for span, (opens, closes) in zip(spans, times, strict=True):
        if opens >= closes:
            raise Refused(_("%(hours)s: the office would close before it opens.") % {"hours": span})
    if any(later[0] < sooner[1] for sooner, later in zip(times, times[1:], strict=False)):
        raise Refused(_("%(hours)s: these hours overlap.") % {"hours": ", ".join(spans)})
