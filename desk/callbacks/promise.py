"""By when we promise to contact a person: from the office's opening hours and what the person wished."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from desk.programmes.opening_times import OpeningTimes, Span
from desk.programmes.schema import WEEKDAYS

URGENT = timedelta(hours=1)  # of open time
USUAL = timedelta(hours=4)  # of open time
LEAST = timedelta(minutes=30)  # an opening with less left is too late for today's wish
WISH_DAYS = 60  # a wish that cannot be met within them is not met
HORIZON_DAYS = 500  # colleagues close days of the coming year only: beyond it the office is open again
NOON = time(13)
RELATIVE = {"today", "tomorrow"}  # to the day on which the person said so

Opening = tuple[datetime, datetime]


def promised_at(times: OpeningTimes, now: datetime, wish: str = "", *, urgent: bool = False) -> datetime:
    """The moment by which a counsellor answers, in the zone of `now` (which must be the office's).

    `wish` holds words of: today, tomorrow, any, a weekday, morning, afternoon. It comes first, also for an urgent
    request: at another time a call may be dangerous. A wish that the opening hours cannot meet (a Sunday, say)
    falls back to the urgent or the usual time.
    """
    words = set(wish.split()) - {"any"}
    parts = (_part(opening, words) for opening in openings(times, now, WISH_DAYS) if words)
    wished = next((part for part in parts if _fits(part, now, words)), None)
    if wished is None:
        return after_open_time(times, now, URGENT if urgent else USUAL)
    opens, closes = wished
    return min(opens + URGENT, closes) if urgent else closes


def promise_again(
    times: OpeningTimes, promised: datetime, asked: datetime, wish: str = "", *, urgent: bool = False
) -> datetime | None:
    """A later time for a promise that fell into closed time, both on the office's clock; None when it can stand.

    It can also stand when the office, with the times it has now, would promise the same day and no later. Else what
    would be promised now to who asked then; when that is sooner than promised, the next wished time after it. "Today"
    and "tomorrow" are over, but a part of the day is kept: at another time a call may be dangerous.
    """
    if times.is_open_at(promised) or _is_kept_that_day(times, promised, asked, wish, urgent):
        return None
    lasting = " ".join(set(wish.split()) - RELATIVE)
    again = promised_at(times, asked, lasting, urgent=urgent)
    return again if again > promised else promised_at(times, promised, lasting, urgent=urgent)


def _is_kept_that_day(times: OpeningTimes, promised: datetime, asked: datetime, wish: str, urgent: bool) -> bool:
    again = promised_at(times, asked, wish, urgent=urgent)
    return again <= promised and again.date() == promised.date()


def after_open_time(times: OpeningTimes, now: datetime, needed: timedelta) -> datetime:
    """The moment when the office will have been open for `needed`."""
    for opens, closes in openings(times, now):
        if closes - opens >= needed:
            return opens + needed
        needed -= closes - opens
    return closes  # open so little that the last opening we look at must do


def is_open(times: OpeningTimes, now: datetime) -> bool:
    """Whether the office is open at this moment, in the zone of `now`."""
    first = next(openings(times, now, days=1), None)
    return first is not None and first[0] <= now


def openings(times: OpeningTimes, now: datetime, days: int = HORIZON_DAYS) -> Iterator[Opening]:
    """What is left of today's openings and those of the coming days."""
    for offset in range(days):
        day = now.date() + timedelta(days=offset)
        for opens, closes in (_on(day, span, now.tzinfo) for span in times.spans(day)):
            if closes > now:
                yield max(opens, now), closes


def _on(day: date, span: Span, zone: tzinfo | None) -> Opening:
    opens, closes = span
    return datetime.combine(day, opens, zone), datetime.combine(day, closes, zone)


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
    days = wish & {*WEEKDAYS, *RELATIVE}
    return closes - opens >= LEAST and (not days or bool(days & _names(opens, now)))


def _names(moment: datetime, now: datetime) -> set[str]:
    distance = (moment.date() - now.date()).days
    return {WEEKDAYS[moment.weekday()], {0: "today", 1: "tomorrow"}.get(distance, "")}
