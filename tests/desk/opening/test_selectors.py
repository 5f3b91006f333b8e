"""When the offices are open, and what that costs the database."""

from datetime import date, timedelta

import pytest

from desk.callbacks.promise import promised_at
from desk.callbacks.services import callback_request_save
from desk.opening.models import DecidedDay, WeeklyHours
from desk.opening.selectors import offices_of, opening_times_get, opening_times_of
from desk.programmes.opening_times import Decision
from desk.programmes.selectors import programmes

from .conftest import NOW

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


def decide(day=TUESDAY, programme="morocco", is_closed=True, **more):
    return DecidedDay.objects.create(programme=programme, day=day, is_closed=is_closed, reason="strike", **more)


@pytest.fixture
def much():
    """Two months of decided days and of hours, in every programme."""
    for name in programmes():
        for number in range(60):
            decide(TUESDAY + timedelta(days=2 * number), name)
        WeeklyHours.objects.create(programme=name, hours={"monday": ["09:00-10:00"]})


@pytest.mark.usefixtures("much")
@pytest.mark.parametrize("wish", ["", "morning", "sunday"])
def test_a_promise_costs_two_queries(django_assert_num_queries, wish):
    with django_assert_num_queries(2):
        promised_at(opening_times_get("morocco"), NOW, wish)


@pytest.mark.usefixtures("much")
def test_the_times_of_all_programmes_cost_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert set(opening_times_of(programmes())) == set(programmes())


@pytest.mark.usefixtures("much")
def test_the_page_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(offices_of(programmes(), language="fr", now=NOW)) == len(programmes())


def test_a_request_is_promised_what_colleagues_say(answers):
    before, _ = callback_request_save(**answers(), now=NOW)
    for day in (NOW.date(), TUESDAY):
        decide(day)
    after, _ = callback_request_save(**answers(), now=NOW)
    assert (before.promised_at.day, after.promised_at.day) == (23, 25)


def office(language="en", programme="morocco", now=NOW):
    (found,) = offices_of([programme], language=language, now=now)
    return found


def test_the_page_shows_the_hours_of_the_file_until_somebody_sets_others():
    assert office().usual is None
    assert office().hours["monday"] == ["09:00-12:30", "13:30-16:00"]
    row = WeeklyHours.objects.create(programme="morocco", hours={"monday": ["09:00-10:00"]})
    assert (office().usual, office().hours) == (row, {"monday": ["09:00-10:00"]})


def test_the_page_shows_the_hours_for_a_time_until_it_is_over():
    first, last = date(2026, 11, 1), date(2026, 11, 23)
    row = WeeklyHours.objects.create(programme="morocco", hours={}, first_day=first, last_day=last)
    assert office().periods == [row]
    assert office(now=NOW + timedelta(days=1)).periods == []


def test_the_page_shows_each_special_day_with_who_says_so(monkeypatch):
    changed = programmes()["morocco"].copy(update={"closed_on": [date(2026, 12, 1)]})
    monkeypatch.setitem(programmes(), "morocco", changed)
    row, opened = decide(), decide(date(2027, 1, 11), is_closed=False)
    found = {item.day: (item.decision, item.holiday, item.row) for item in office().days}
    assert found == {
        TUESDAY: (Decision(True, "colleague"), "", row),
        date(2026, 12, 1): (Decision(True, "file"), "", None),
        date(2027, 1, 1): (Decision(True, "holiday"), "New Year's Day", None),
        date(2027, 1, 11): (Decision(False, "colleague"), "Proclamation of Independence Day", opened),
        date(2027, 1, 13): (Decision(True, "holiday"), "Amazigh New Year", None),
    }


@pytest.mark.parametrize(("language", "name"), [("fr", "Nouvel an"), ("ar", "رأس السنة الميلادية")])
def test_a_holiday_is_named_in_the_language_of_the_reader(language, name):
    assert office(language).days[0].holiday == name


def test_what_is_over_is_not_shown_and_what_was_said_of_a_far_day_is():
    decide(date(2026, 11, 20))
    far = decide(date(2027, 10, 4))
    assert [item.row for item in office().days if item.row] == [far]


def test_the_page_has_the_clock_of_the_office():
    assert office(programme="yemen").timezone == "Asia/Aden"
    assert office(programme="yemen").now.hour == 12
