"""By when a person is contacted. The offices are open 09:00-12:30 and 13:30-16:00, Monday to Friday; Yemen Sunday to Thursday."""

from datetime import date, datetime, timedelta

import pytest

from desk.callbacks.promise import promise_again, promised_at
from desk.programmes.opening_times import OpeningTimes, WeekOfHours
from desk.programmes.schema import WEEKDAYS, Programme
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


def office(place: str, *closed: str, **more) -> OpeningTimes:
    """The opening times of a programme, with days that colleagues closed ("24")."""
    decided = {moment(f"{day} 00:00", place).date(): True for day in closed}
    return OpeningTimes(programme_get(place), decided, **more)


def is_open(times: OpeningTimes, at: datetime) -> bool:
    """Whether the office is open at this moment, or just closing."""
    return any(opens <= at.time() <= closes for opens, closes in times.weekly_spans(at.date()))


def moments(place: str, start: str, days: int = 9) -> list[datetime]:
    """Every 97 minutes, so that all times of day are met."""
    first = datetime.fromisoformat(start).replace(tzinfo=programme_timezone(place))
    return [first + timedelta(minutes=97 * step, seconds=step) for step in range(days * 24 * 60 // 97)]


@pytest.mark.parametrize("place", ["morocco", "belgium"])
@pytest.mark.parametrize(("now", "wish", "urgent", "promised"), CASES)
def test_the_promised_time(place, now, wish, urgent, promised):
    assert promised_at(office(place), moment(now, place), wish, urgent=urgent) == moment(promised, place)


@pytest.mark.parametrize(("now", "wish", "promised"), YEMEN)
def test_the_promised_time_where_the_week_begins_on_sunday(now, wish, promised):
    assert promised_at(office("yemen"), moment(now, "yemen"), wish) == moment(promised, "yemen")


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
    assert promised_at(office(place), local).isoformat() == datetime.fromisoformat(promised).isoformat()


@pytest.mark.parametrize("place", sorted(programmes()))
@pytest.mark.parametrize("start", ["2026-11-20", "2026-03-26", "2026-10-22", "2026-02-12", "2026-12-28"])
@pytest.mark.parametrize("urgent", [True, False])
def test_a_promise_is_in_opening_hours_and_never_in_the_past(place, start, urgent):
    times = office(place)
    wrong = [
        (now, wish, promised)
        for now in moments(place, start)
        for wish in ALL_WISHES
        for promised in [promised_at(times, now, wish, urgent=urgent)]
        if not is_open(times, promised) or promised <= now or promised.tzinfo is not now.tzinfo
    ]
    assert wrong == []


@pytest.mark.parametrize("place", ["morocco", "yemen"])
@pytest.mark.parametrize(("wish", "fits"), [("morning", range(0, 13)), ("afternoon", range(13, 24))])
@pytest.mark.parametrize("urgent", [True, False])
def test_a_wish_for_a_part_of_the_day_is_always_met(place, wish, fits, urgent):
    promised = [promised_at(office(place), now, wish, urgent=urgent) for now in moments(place, "2026-11-20")]
    assert {moment.hour for moment in promised} <= set(fits)


@pytest.mark.parametrize("day", ["monday", "tuesday", "wednesday", "thursday", "friday"])
@pytest.mark.parametrize("urgent", [True, False])
def test_a_wish_for_a_weekday_is_always_met(day, urgent):
    promised = [promised_at(office("belgium"), now, day, urgent=urgent) for now in moments("belgium", "2026-11-20")]
    assert {WEEKDAYS[moment.weekday()] for moment in promised} == {day}


@pytest.mark.parametrize("place", sorted(programmes()))
def test_urgent_is_never_later_than_usual(place):
    times = office(place)
    assert [
        now for now in moments(place, "2026-11-20") if promised_at(times, now, urgent=True) >= promised_at(times, now)
    ] == []


def test_seconds_do_not_matter_at_the_edges():
    now = moment("23 12:29", "morocco") + timedelta(seconds=59, microseconds=999999)
    assert promised_at(office("morocco"), now, urgent=True) < moment("23 14:30", "morocco")


def small_office(**hours: list[str]) -> OpeningTimes:
    return OpeningTimes(Programme(country="MA", timezone="Africa/Casablanca", opening_hours=hours))


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
    small = small_office(monday=["09:00-17:00"])
    assert promised_at(small, moment(now, "morocco"), wish, urgent=urgent) == moment(promised, "morocco")


def test_an_office_that_opens_one_hour_a_week_promises_an_open_hour():
    small = small_office(monday=["09:00-10:00"])
    assert is_open(small, promised_at(small, moment("27 22:00", "morocco")))


def test_a_wish_for_today_does_not_make_an_urgent_answer_later():
    now = moment("23 09:00", "morocco")
    assert promised_at(office("morocco"), now, "today", urgent=True) <= promised_at(office("morocco"), now, urgent=True)


# --- the office closes after it promised ---------------------------------------------------------

# Day of asking, wish, urgent; what was promised; the days that are closed now; what is promised now.
MOVED = [
    ("23 15:00", "", False, "24 12:00", "24", "25 12:00"),
    ("23 15:30", "", True, "24 09:30", "24", "25 09:30"),
    ("23 09:00", "", False, "23 14:00", "23", "24 14:00"),
    ("23 09:00", "", True, "23 10:00", "23", "24 10:00"),
    ("27 15:30", "", False, "30 12:30", "30", "1 12:30"),
    ("23 13:00", "morning", False, "24 12:30", "24", "25 12:30"),
    ("23 13:00", "morning", True, "24 10:00", "24", "25 10:00"),
    ("23 09:00", "afternoon", False, "23 16:00", "23", "24 16:00"),
    ("23 15:31", "afternoon", True, "24 14:30", "24 25", "26 14:30"),
    ("23 09:00", "today", False, "23 12:30", "23", "24 14:00"),
    ("23 09:00", "today afternoon", False, "23 16:00", "23", "24 16:00"),
    ("23 09:00", "tomorrow", False, "24 12:30", "24", "25 14:00"),
    ("23 15:00", "tomorrow", False, "24 12:30", "24", "25 12:00"),
    ("23 09:00", "tomorrow afternoon", False, "24 16:00", "24", "25 16:00"),
    ("23 15:00", "tomorrow morning", True, "24 10:00", "24", "25 10:00"),
    ("23 09:00", "wednesday", False, "25 12:30", "25", "2 12:30"),
    ("23 09:00", "friday afternoon", True, "27 14:30", "27", "4 14:30"),
    ("23 09:00", "any", False, "23 14:00", "23 24 25 26 27", "30 14:00"),
]


@pytest.mark.parametrize("place", ["morocco", "belgium"])
@pytest.mark.parametrize(("asked", "wish", "urgent", "promised", "closed", "again"), MOVED)
def test_a_promise_for_a_day_that_is_closed_now(place, asked, wish, urgent, promised, closed, again):
    asked, promised, again = (moment(text, place) for text in (asked, promised, again))
    times = office(place, *closed.split())
    assert promised_at(office(place), asked, wish, urgent=urgent) == promised, "what was promised then"
    assert promise_again(times, promised, asked, wish, urgent=urgent) == again
    assert promise_again(times, again, asked, wish, urgent=urgent) is None, "it moves once"


def is_never_open(wish: str, place: str) -> bool:
    """Whether the office never works on the wished day, so that any time of day is promised."""
    return "saturday" in wish or ("friday" in wish and place == "yemen")


@pytest.mark.parametrize("wish", ALL_WISHES)
@pytest.mark.parametrize("urgent", [True, False])
@pytest.mark.parametrize("place", ["morocco", "yemen"])
def test_a_promise_moves_to_open_time_and_never_to_an_earlier_time(place, wish, urgent):
    wrong = []
    for asked in moments(place, "2026-11-20"):
        promised = promised_at(office(place), asked, wish, urgent=urgent)
        times = OpeningTimes(programme_get(place), {promised.date(): True})
        again = promise_again(times, promised, asked, wish, urgent=urgent)
        in_part = again.hour >= 13 if "afternoon" in wish else again.hour < 13 if "morning" in wish else True
        if again <= promised or not times.is_open_at(again) or not (in_part or is_never_open(wish, place)):
            wrong.append((asked, promised, again))
    assert wrong == []


@pytest.mark.parametrize(("asked", "wish", "urgent", "promised", "closed", "again"), MOVED)
def test_a_promise_stands_while_the_office_is_open(asked, wish, urgent, promised, closed, again):
    asked, promised = moment(asked, "morocco"), moment(promised, "morocco")
    assert promise_again(office("morocco"), promised, asked, wish, urgent=urgent) is None


@pytest.mark.parametrize(
    ("place", "asked", "promised", "closed", "again"),
    [
        ("belgium", "2026-03-27 11:01+01:00", "2026-03-30 09:01+02:00", "2026-03-30", "2026-03-31 09:01+02:00"),
        ("belgium", "2026-10-23 15:30+02:00", "2026-10-26 12:30+01:00", "2026-10-26", "2026-10-27 12:30+01:00"),
        ("belgium", "2026-10-23 10:00+02:00", "2026-10-23 15:00+02:00", "2026-10-23", "2026-10-26 14:00+01:00"),
        ("morocco", "2026-02-13 09:00+01:00", "2026-02-13 14:00+01:00", "2026-02-13", "2026-02-16 14:00+00:00"),
        ("morocco", "2026-03-18 15:30+00:00", "2026-03-19 12:30+00:00", "2026-03-19", "2026-03-23 12:30+01:00"),
    ],
)
def test_a_promise_that_moves_keeps_the_clock_of_the_office_when_the_time_changes(
    place, asked, promised, closed, again
):
    zone = programme_timezone(place)
    asked, promised = (datetime.fromisoformat(text).astimezone(zone) for text in (asked, promised))
    times = OpeningTimes(programme_get(place), {date.fromisoformat(closed): True})
    assert promise_again(times, promised, asked).isoformat() == datetime.fromisoformat(again).isoformat()


# The hours of every working day are others now; a promise for Tuesday 24 was given before.
OTHER_HOURS = [
    ("23 17:00", "afternoon", "24 16:00", "09:00-15:00", None),  # the office would promise 15:00 now: it is kept
    ("23 17:00", "morning", "24 12:30", "08:00-12:00", None),
    ("23 17:00", "tomorrow", "24 12:30", "09:00-11:00", None),
    ("23 17:00", "", "24 14:00", "08:30-12:30", None),
    ("23 17:00", "afternoon", "24 16:00", "09:00-12:00", "25 10:00"),  # no afternoon at all: the usual time
    ("23 17:00", "", "24 14:00", "09:00-12:00", "25 10:00"),
    ("23 17:00", "", "24 14:00", "09:00-11:00", "25 11:00"),
    ("23 17:00", "", "24 14:00", "14:30-17:00", "25 16:00"),
    ("23 11:01", "", "24 09:01", "09:30-17:00", "24 13:30"),
]


@pytest.mark.parametrize(("asked", "wish", "promised", "hours", "again"), OTHER_HOURS)
def test_other_hours_move_only_what_they_do_not_keep_on_the_day(asked, wish, promised, hours, again):
    times = office("morocco", weeks=(WeekOfHours({day: [hours] for day in WEEKDAYS[:5]}),))
    found = promise_again(times, moment(promised, "morocco"), moment(asked, "morocco"), wish)
    assert found == (moment(again, "morocco") if again else None)


def test_a_year_of_closed_days_still_gives_a_promise():
    first = moment("23 09:00", "morocco")
    decided = {(first + timedelta(days=number)).date(): True for number in range(367)}
    times = OpeningTimes(programme_get("morocco"), decided)
    for wish in ALL_WISHES:
        assert times.is_open_at(promised_at(times, first, wish))
