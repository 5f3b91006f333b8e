"""By when we promise to contact a person: from the office's opening hours and what the person wished."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from desk.programmes.closing_days import is_closed
from desk.programmes.schema import Programme, parse_span

URGENT = timedelta(hours=1)  # of open time
USUAL = timedelta(hours=4)  # of open time
LEAST = timedelta(minutes=30)  # an opening with less left is too late for today's wish
HORIZON_DAYS = 60
NOON = time(13)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Opening = tuple[datetime, datetime]


def promised_at(programme: Programme, now: datetime, wish: str = "", *, urgent: bool = False) -> datetime:
    """The moment by which a counsellor answers, in the zone of `now` (which must be the office's).

    `wish` holds words of: today, tomorrow, any, a weekday, morning, afternoon. It comes first, also for an urgent
    request: at another time a call may be dangerous. A wish that the opening hours cannot meet (a Sunday, say)
    falls back to the urgent or the usual time.
    """
    words = set(wish.split()) - {"any"}
    parts = (_part(opening, words) for opening in openings(programme, now) if words)
    wished = next((part for part in parts if _fits(part, now, words)), None)
    if wished is None:
        return after_open_time(programme, now, URGENT if urgent else USUAL)
    opens, closes = wished
    return min(opens + URGENT, closes) if urgent else closes


def after_open_time(programme: Programme, now: datetime, needed: timedelta) -> datetime:
    """The moment when the office will have been open for `needed`."""
    for opens, closes in openings(programme, now):
        if closes - opens >= needed:
            return opens + needed
        needed -= closes - opens
    return closes  # open so little that the last opening we look at must do


def is_open(programme: Programme, now: datetime) -> bool:
    """Whether the office is open at this moment, in the zone of `now`."""
    first = next(openings(programme, now), None)
    return first is not None and first[0] <= now


def openings(programme: Programme, now: datetime) -> Iterator[Opening]:
    """What is left of today's openings and those of the coming days."""
    for offset in range(HORIZON_DAYS):
        day = now.date() + timedelta(days=offset)
        if is_closed(programme, day):
            continue
        for span in programme.opening_hours.get(WEEKDAYS[day.weekday()], []):
            opens, closes = (datetime.combine(day, clock, now.tzinfo) for clock in parse_span(span))
            if closes > now:
                yield max(opens, now), closes


def _part(opening: Opening, wish: set[str]) -> Opening:
    """The wished part of the day of an opening; nothing may be left of it."""
    opens, closes = opening
    noon = datetime.combine(opens.date(), NOON, opens.tzinfo)
    if "morning" in wish:
        return opens, min(closes, noon)
    if "afternoon" in wish:
        return max(opens, noon), closes
    return opening


def _fits(part: Opening, now: datetime, wish: set[str]) -> bool:
    opens, closes = part
    days = wish & {*WEEKDAYS, "today", "tomorrow"}
    return closes - opens >= LEAST and (not days or bool(days & _names(opens, now)))


def _names(moment: datetime, now: datetime) -> set[str]:
    distance = (moment.date() - now.date()).days
    return {WEEKDAYS[moment.weekday()], {0: "today", 1: "tomorrow"}.get(distance, "")}
