"""By when a person is contacted. The offices are open 09:00-12:30 and 13:30-16:00, Monday to Friday; Yemen Sunday to Thursday."""

from datetime import datetime, timedelta

import pytest

from desk.callbacks.promise import WEEKDAYS, promised_at
from desk.programmes.schema import Programme, parse_span
from desk.programmes.selectors import programme_get, programme_timezone, programmes

# In this week 23 November 2026 is the Monday, 28 the Saturday, 30 the next Monday.
MONDAY = 23
USUAL = [
    ("23 09:00", "23 14:00"),
    ("23 03:00", "23 14:00"),
    ("22 23:59", "23 14:00"),
    ("23 08:59", "23 14:00"),
    ("23 10:15", "23 15:15"),
    ("23 11:00", "23 16:00"),
    ("23 11:01", "24 09:01"),
    ("23 12:00", "24 10:00"),
    ("23 12:30", "24 10:30"),
    ("23 12:45", "24 10:30"),
    ("23 13:30", "24 10:30"),
    ("23 15:00", "24 12:00"),
    ("23 15:59", "24 13:59"),
    ("23 16:00", "24 14:00"),
    ("23 20:00", "24 14:00"),
    ("27 15:30", "30 12:30"),
    ("27 16:00", "30 14:00"),
    ("28 10:00", "30 14:00"),
    ("29 23:00", "30 14:00"),
]
URGENT = [
    ("23 09:00", "23 10:00"),
    ("23 03:00", "23 10:00"),
    ("23 11:30", "23 12:30"),
    ("23 12:00", "23 14:00"),
    ("23 12:45", "23 14:30"),
    ("23 15:00", "23 16:00"),
    ("23 15:30", "24 09:30"),
    ("23 16:00", "24 10:00"),
    ("23 22:00", "24 10:00"),
    ("27 15:45", "30 09:45"),
    ("27 16:00", "30 10:00"),
    ("28 12:00", "30 10:00"),
]
WISHES = [
    ("23 09:00", "any", "23 14:00"),
    ("23 09:00", "morning", "23 12:30"),
    ("23 03:00", "morning", "23 12:30"),
    ("23 12:00", "morning", "23 12:30"),
    ("23 12:05", "morning", "24 12:30"),
    ("23 13:00", "morning", "24 12:30"),
    ("27 12:15", "morning", "30 12:30"),
    ("23 09:00", "afternoon", "23 16:00"),
    ("23 15:30", "afternoon", "23 16:00"),
    ("23 15:31", "afternoon", "24 16:00"),
    ("28 09:00", "afternoon", "30 16:00"),
    ("23 09:00", "any afternoon", "23 16:00"),
    ("23 09:00", "today", "23 12:30"),
    ("23 12:40", "today", "23 16:00"),
    ("23 09:00", "today afternoon", "23 16:00"),
    ("23 20:00", "today", "24 14:00"),
    ("23 13:00", "today morning", "24 10:30"),
    ("28 10:00", "today", "30 14:00"),
    ("23 09:00", "tomorrow", "24 12:30"),
    ("23 20:00", "tomorrow morning", "24 12:30"),
    ("23 09:00", "tomorrow afternoon", "24 16:00"),
    ("29 18:00", "tomorrow", "30 12:30"),
    ("27 10:00", "tomorrow", "27 15:00"),
    ("23 09:00", "wednesday", "25 12:30"),
    ("25 10:00", "monday", "30 12:30"),
    ("23 10:00", "monday", "23 12:30"),
    ("23 14:00", "monday afternoon", "23 16:00"),
    ("23 15:50", "monday", "30 12:30"),
    ("24 16:30", "tuesday afternoon", "1 16:00"),
    ("28 10:00", "friday", "4 12:30"),
    ("23 09:00", "sunday", "23 14:00"),
    ("23 09:00", "saturday morning", "23 14:00"),
]
URGENT_WISHES = [
    ("23 09:00", "any", "23 10:00"),
    ("23 09:00", "morning", "23 10:00"),
    ("23 11:45", "morning", "23 12:30"),
    ("23 12:05", "morning", "24 10:00"),
    ("23 13:00", "morning", "24 10:00"),
    ("23 09:00", "afternoon", "23 14:30"),
    ("23 15:15", "afternoon", "23 16:00"),
    ("23 15:31", "afternoon", "24 14:30"),
    ("23 09:00", "friday", "27 10:00"),
    ("23 09:00", "tomorrow afternoon", "24 14:30"),
    ("23 09:00", "sunday", "23 10:00"),
    ("23 09:00", "today", "23 10:00"),
    ("23 20:00", "today", "24 10:00"),
    ("27 10:00", "tomorrow", "27 11:00"),
]
CASES = [
    *((now, "", False, promised) for now, promised in USUAL),
    *((now, "", True, promised) for now, promised in URGENT),
    *((now, wish, False, promised) for now, wish, promised in WISHES),
    *((now, wish, True, promised) for now, wish, promised in URGENT_WISHES),
]
YEMEN = [
    ("26 15:30", "", "29 12:30"),
    ("27 10:00", "", "29 14:00"),
    ("27 10:00", "sunday", "29 12:30"),
    ("26 10:00", "friday", "26 15:00"),
    ("28 10:00", "tomorrow", "29 12:30"),
]
ALL_WISHES = (
    "",
    "any",
    "today",
    "tomorrow",
    "morning",
    "afternoon",
    "tomorrow morning",
    "friday",
    "sunday",
    "friday afternoon",
    "saturday morning",
)


def moment(text: str, place: str) -> datetime:
    """ "23 09:00" in November 2026; days 1 to 9 are in December."""
    day, clock = text.split()
    month = 12 if int(day) < 10 else 11
    return datetime.fromisoformat(f"2026-{month}-{int(day):02} {clock}").replace(tzinfo=programme_timezone(place))


def is_open(programme: Programme, at: datetime) -> bool:
    """Whether the office is open at this moment, or just closing."""
    spans = map(parse_span, programme.opening_hours.get(WEEKDAYS[at.weekday()], []))
    return any(opens <= at.time() <= closes for opens, closes in spans)


def moments(place: str, start: str, days: int = 9) -> list[datetime]:
    """Every 97 minutes, so that all times of day are met."""
    first = datetime.fromisoformat(start).replace(tzinfo=programme_timezone(place))
    return [first + timedelta(minutes=97 * step, seconds=step) for step in range(days * 24 * 60 // 97)]


@pytest.mark.parametrize("place", ["morocco", "belgium"])
@pytest.mark.parametrize(("now", "wish", "urgent", "promised"), CASES)
def test_the_promised_time(place, now, wish, urgent, promised):
    assert promised_at(programme_get(place), moment(now, place), wish, urgent=urgent) == moment(promised, place)


@pytest.mark.parametrize(("now", "wish", "promised"), YEMEN)
def test_the_promised_time_where_the_week_begins_on_sunday(now, wish, promised):
    assert promised_at(programme_get("yemen"), moment(now, "yemen"), wish) == moment(promised, "yemen")


@pytest.mark.parametrize(
    ("place", "now", "promised"),
    [
        ("belgium", "2026-03-27 15:30+01:00", "2026-03-30 12:30+02:00"),
        ("belgium", "2026-03-29 01:59+01:00", "2026-03-30 14:00+02:00"),
        ("belgium", "2026-10-23 15:30+02:00", "2026-10-26 12:30+01:00"),
        ("belgium", "2026-10-25 02:30+02:00", "2026-10-26 14:00+01:00"),
        ("morocco", "2026-02-13 15:30+01:00", "2026-02-16 12:30+00:00"),
        ("morocco", "2026-03-20 15:30+00:00", "2026-03-23 14:00+01:00"),
    ],
)
def test_the_promise_keeps_the_clock_of_the_office_when_the_time_changes(place, now, promised):
    local = datetime.fromisoformat(now).astimezone(programme_timezone(place))
    assert local.isoformat() == datetime.fromisoformat(now).isoformat()
    assert promised_at(programme_get(place), local).isoformat() == datetime.fromisoformat(promised).isoformat()


@pytest.mark.parametrize("place", sorted(programmes()))
@pytest.mark.parametrize("start", ["2026-11-20", "2026-03-26", "2026-10-22", "2026-02-12", "2026-12-28"])
@pytest.mark.parametrize("urgent", [True, False])
def test_a_promise_is_in_opening_hours_and_never_in_the_past(place, start, urgent):
    programme = programme_get(place)
    wrong = [
        (now, wish, promised)
        for now in moments(place, start)
        for wish in ALL_WISHES
        for promised in [promised_at(programme, now, wish, urgent=urgent)]
        if not is_open(programme, promised) or promised <= now or promised.tzinfo is not now.tzinfo
    ]
    assert wrong == []


@pytest.mark.parametrize("place", ["morocco", "yemen"])
@pytest.mark.parametrize(("wish", "fits"), [("morning", range(0, 13)), ("afternoon", range(13, 24))])
@pytest.mark.parametrize("urgent", [True, False])
def test_a_wish_for_a_part_of_the_day_is_always_met(place, wish, fits, urgent):
    promised = [promised_at(programme_get(place), now, wish, urgent=urgent) for now in moments(place, "2026-11-20")]
    assert {moment.hour for moment in promised} <= set(fits)


@pytest.mark.parametrize("day", ["monday", "tuesday", "wednesday", "thursday", "friday"])
@pytest.mark.parametrize("urgent", [True, False])
def test_a_wish_for_a_weekday_is_always_met(day, urgent):
    promised = [
        promised_at(programme_get("belgium"), now, day, urgent=urgent) for now in moments("belgium", "2026-11-20")
    ]
    assert {WEEKDAYS[moment.weekday()] for moment in promised} == {day}


@pytest.mark.parametrize("place", sorted(programmes()))
def test_urgent_is_never_later_than_usual(place):
    programme = programme_get(place)
    assert [
        now
        for now in moments(place, "2026-11-20")
        if promised_at(programme, now, urgent=True) >= promised_at(programme, now)
    ] == []


def test_seconds_do_not_matter_at_the_edges():
    now = moment("23 12:29", "morocco") + timedelta(seconds=59, microseconds=999999)
    assert promised_at(programme_get("morocco"), now, urgent=True) < moment("23 14:30", "morocco")


def office(**hours: list[str]) -> Programme:
    return Programme(country="MA", timezone="Africa/Casablanca", opening_hours=hours)


@pytest.mark.parametrize(
    ("now", "wish", "urgent", "promised"),
    [
        ("23 08:00", "morning", False, "23 13:00"),
        ("23 08:00", "morning", True, "23 10:00"),
        ("23 12:20", "morning", True, "23 13:00"),
        ("23 12:31", "morning", True, "30 10:00"),
        ("23 08:00", "afternoon", False, "23 17:00"),
        ("23 08:00", "afternoon", True, "23 14:00"),
        ("23 14:10", "afternoon", True, "23 15:10"),
        ("23 16:15", "afternoon", True, "23 17:00"),
    ],
)
def test_an_office_without_a_lunch_break_has_its_noon_at_one(now, wish, urgent, promised):
    small = office(monday=["09:00-17:00"])
    assert promised_at(small, moment(now, "morocco"), wish, urgent=urgent) == moment(promised, "morocco")


def test_an_office_that_opens_one_hour_a_week_promises_an_open_hour():
    small = office(monday=["09:00-10:00"])
    assert is_open(small, promised_at(small, moment("27 22:00", "morocco")))


def test_a_wish_for_today_does_not_make_an_urgent_answer_later():
    now = moment("23 09:00", "morocco")
    assert promised_at(programme_get("morocco"), now, "today", urgent=True) <= promised_at(
        programme_get("morocco"), now, urgent=True
    )
