"""Public holidays, what the data file says of days, and what colleagues say."""

from datetime import date, datetime, time

import pytest

from desk.callbacks.promise import openings, promised_at
from desk.programmes.opening_times import Decision, OpeningTimes, WeekOfHours, holiday_name
from desk.programmes.selectors import programme_get

NATIONAL_DAY, WEDNESDAY, SUNDAY = date(2027, 7, 21), date(2027, 3, 3), date(2027, 3, 7)
USUAL = [(time(9), time(12, 30)), (time(13, 30), time(16))]


def belgium(decided=None, weeks=(), **file) -> OpeningTimes:
    return OpeningTimes(programme_get("belgium").copy(update=file), decided or {}, weeks)


@pytest.mark.parametrize(
    ("programme", "day", "closed"),
    [
        ("morocco", date(2027, 1, 1), True),
        ("morocco", date(2027, 7, 30), True),  # Throne Day
        ("morocco", date(2027, 7, 21), False),  # Belgium's day
        ("belgium", date(2027, 7, 21), True),
        ("belgium", date(2027, 7, 30), False),
        ("belgium", date(2027, 11, 11), True),
        ("elsewhere", date(2027, 1, 1), False),
    ],
)
def test_the_holidays_of_each_country(programme, day, closed):
    assert (OpeningTimes(programme_get(programme)).spans(day) == []) is closed


def test_an_office_is_open_for_the_hours_of_its_week():
    assert belgium().spans(WEDNESDAY) == USUAL
    assert belgium().spans(SUNDAY) == []


def test_the_file_closes_a_day_and_opens_a_holiday():
    times = belgium(closed_on=[WEDNESDAY], open_on=[NATIONAL_DAY])
    assert times.decision(WEDNESDAY) == Decision(True, "file")
    assert times.decision(NATIONAL_DAY) == Decision(False, "file")
    assert (times.spans(WEDNESDAY), times.spans(NATIONAL_DAY)) == ([], USUAL)


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_colleague_overrules_the_file_and_the_holidays(is_closed):
    decided = {WEDNESDAY: is_closed, NATIONAL_DAY: is_closed, date(2027, 3, 4): is_closed}
    times = belgium(decided, closed_on=[WEDNESDAY], open_on=[date(2027, 3, 4)])
    for day in decided:
        assert times.decision(day) == Decision(is_closed, "colleague")
        assert (times.spans(day) == []) is is_closed


def test_a_day_that_is_opened_has_no_hours_when_its_week_has_none():
    assert belgium({SUNDAY: False}).spans(SUNDAY) == []


def test_nothing_is_said_of_an_ordinary_day():
    assert belgium().decision(WEDNESDAY) is None


def test_hours_of_colleagues_overrule_the_file_for_the_whole_week():
    times = belgium(weeks=(WeekOfHours({"wednesday": ["10:00-14:00"]}),))
    assert times.spans(WEDNESDAY) == [(time(10), time(14))]
    assert times.spans(date(2027, 3, 4)) == []


@pytest.mark.parametrize(
    ("day", "opens"),
    [(date(2027, 2, 9), 9), (date(2027, 2, 10), 8), (date(2027, 3, 9), 8), (date(2027, 3, 11), 9)],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_hours_for_a_time_count_from_the_first_day_to_the_last(day, opens, is_first):
    every_day = ("tuesday", "wednesday", "thursday")
    ramadan = WeekOfHours({name: ["08:00-14:00"] for name in every_day}, date(2027, 2, 10), date(2027, 3, 9))
    usual = WeekOfHours({name: ["09:00-17:00"] for name in every_day})
    times = belgium(weeks=(ramadan, usual) if is_first else (usual, ramadan))
    assert times.spans(day)[0][0] == time(opens)


@pytest.mark.parametrize(
    ("clock", "is_open"), [("09:00", False), ("09:01", True), ("12:30", True), ("13:00", False), ("16:01", False)]
)
def test_a_promise_by_the_end_of_an_opening_is_in_it(clock, is_open):
    assert belgium().is_open_at(datetime.fromisoformat(f"2027-03-03 {clock}")) is is_open


def test_nothing_is_promised_for_a_holiday():
    eve = datetime.fromisoformat("2027-07-20 16:59+02:00")
    promised = promised_at(belgium(), eve)
    assert promised.date() > NATIONAL_DAY
    assert all(opens.date() != NATIONAL_DAY for opens, _ in openings(belgium(), eve))


@pytest.mark.parametrize("change", [{"closed_on": [WEDNESDAY]}, {"decided": {WEDNESDAY: True}}])
def test_when_the_office_closes_for_a_day_another_time_is_promised(change):
    now = datetime.fromisoformat("2027-03-02 16:59+01:00")
    assert promised_at(belgium(**change), now) > promised_at(belgium(), now)


@pytest.mark.parametrize(
    ("country", "day", "language", "name"),
    [
        ("BE", NATIONAL_DAY, "fr", "Fête nationale"),
        ("BE", NATIONAL_DAY, "ar", "National Day"),  # the library has no Arabic for Belgium
        ("MA", date(2027, 7, 30), "ar", "عيد العرش"),
        ("MA", date(2027, 7, 30), "en", "Throne Day"),
        ("MA", WEDNESDAY, "fr", ""),
        (None, date(2027, 1, 1), "fr", ""),
    ],
)
def test_a_holiday_has_its_name_in_the_language_of_the_reader(country, day, language, name):
    assert holiday_name(country, day, language) == name


def test_the_day_of_an_islamic_feast_is_named_an_estimate():
    assert "estimated" in holiday_name("MA", date(2027, 3, 9), "en")
