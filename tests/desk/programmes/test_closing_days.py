"""Public holidays, and what an office says of its own days."""

from datetime import date, datetime

import pytest

from desk.callbacks.promise import openings, promised_at
from desk.programmes.closing_days import is_closed
from desk.programmes.selectors import programme_get


@pytest.mark.parametrize(
    ("programme", "day", "closed"),
    [
        ("morocco", date(2027, 1, 1), True),
        ("morocco", date(2027, 5, 1), True),
        ("morocco", date(2027, 7, 30), True),  # Throne Day
        ("morocco", date(2027, 7, 21), False),  # Belgium's day
        ("belgium", date(2027, 7, 21), True),
        ("belgium", date(2027, 7, 30), False),
        ("belgium", date(2027, 12, 25), True),
        ("elsewhere", date(2027, 1, 1), False),
    ],
)
def test_the_holidays_of_each_country(programme, day, closed):
    assert is_closed(programme_get(programme), day) is closed


def test_an_office_can_close_on_a_day_of_its_own():
    programme = programme_get("belgium").copy(update={"closed_on": [date(2027, 3, 3)]})
    assert is_closed(programme, date(2027, 3, 3))


def test_an_office_can_work_on_a_holiday():
    programme = programme_get("belgium").copy(update={"open_on": [date(2027, 7, 21)]})
    assert not is_closed(programme, date(2027, 7, 21))


def test_nothing_is_promised_for_a_holiday():
    programme = programme_get("belgium")
    eve = datetime.fromisoformat("2027-07-20 16:59+02:00")
    promised = promised_at(programme, eve)
    assert promised.date() > date(2027, 7, 21)
    assert all(opens.date() != date(2027, 7, 21) for opens, _ in openings(programme, eve))


def test_when_the_office_closes_for_a_day_the_promise_moves():
    programme, now = programme_get("belgium"), datetime.fromisoformat("2027-03-02 16:59+01:00")
    closed = programme.copy(update={"closed_on": [date(2027, 3, 3)]})
    assert promised_at(closed, now) > promised_at(programme, now)
