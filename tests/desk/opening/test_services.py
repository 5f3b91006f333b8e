"""What supervisors may say of the opening hours, what is refused, and that promises follow."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import callback_request_save
from desk.conversations.models import Delivery
from desk.errors import Refused
from desk.opening.models import DecidedDay, WeeklyHours
from desk.opening.selectors import opening_times_get
from desk.opening.services import day_open, day_restore, days_close, hours_restore, hours_set
from desk.people.models import Staff
from desk.programmes.schema import WEEKDAYS

from .conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MONDAY, TUESDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 28)
THRONE_DAY = date(2027, 7, 30)  # a Friday
SHORT = {day: ["09:00-12:00"] for day in WEEKDAYS[:5]}


@pytest.fixture
def salma(account):
    return account("salma", Staff.Role.SUPERVISOR)


@pytest.fixture
def said(salma):
    """What every change says."""
    return {"programme": "morocco", "by": salma, "now": NOW}


@pytest.fixture
def close(said):
    return lambda first=TUESDAY, last=None, **more: days_close(
        **{**said, "first": first, "last": last, "reason": "strike", **more}
    )


@pytest.fixture
def opens(said):
    return lambda day=THRONE_DAY, **more: day_open(**{**said, "day": day, "reason": "we work", **more})


@pytest.fixture
def hours(said):
    return lambda hours=SHORT, **more: hours_set(**{**said, "hours": hours, **more})


@pytest.fixture
def promised(answers):
    """An open request that is promised by Tuesday 10:00."""
    at = datetime.fromisoformat("2026-11-23 12:00+01:00")
    values = answers(conversation_id="telegram-Xk3", safety="call_and_message")
    request, _ = callback_request_save(**values, now=at)
    CallbackRequest.objects.update(created_at=at)
    return request


def spans(day, programme="morocco"):
    return opening_times_get(programme).spans(day)


# --- a day -------------------------------------------------------------------------------------------


def test_a_day_is_closed_by_somebody_for_a_reason(close, salma):
    close()
    row = DecidedDay.objects.get()
    assert (row.day, row.is_closed, row.reason, row.by) == (TUESDAY, True, "strike", salma)
    assert spans(TUESDAY) == []
    assert spans(TUESDAY, "belgium") != []


def test_several_days_are_closed_at_once_and_the_weekend_is_left_out(close):
    close(date(2026, 11, 26), date(2026, 11, 30))
    assert [row.day.day for row in DecidedDay.objects.all()] == [26, 27, 30]


def test_a_promise_for_that_day_moves_in_the_same_step(close, promised):
    assert close() == 1
    promised.refresh_from_db()
    assert promised.promised_at == datetime.fromisoformat("2026-11-25 10:00+01:00")
    assert Delivery.objects.count() == 1


def test_several_days_move_a_promise_once(close, promised):
    assert close(TUESDAY, TUESDAY + timedelta(days=3)) == 1
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2026, 11, 22), None, "is over"),
        (date(2026, 11, 20), TUESDAY, "is over"),
        (date(2027, 11, 25), None, "within the next year"),
        (TUESDAY, MONDAY, "before the first"),
        (TUESDAY, TUESDAY + timedelta(days=31), "31 days"),
        (SATURDAY, None, "closed then already"),
        (THRONE_DAY, None, "closed then already"),
    ],
)
def test_what_makes_no_sense_is_not_closed(close, first, last, why):
    with pytest.raises(Refused, match=why):
        close(first, last)
    assert not DecidedDay.objects.exists()


def test_today_can_be_closed(close):
    close(MONDAY)
    assert spans(MONDAY) == []


def test_today_is_the_day_of_the_office(close):
    """At half past midnight in Rabat it is still yesterday in Greenwich."""
    with pytest.raises(Refused, match="is over"):
        close(MONDAY, now=datetime.fromisoformat("2026-11-23 23:30+00:00"))


def test_a_day_is_not_closed_twice(close):
    close()
    with pytest.raises(Refused, match="closed then already"):
        close()


def test_a_holiday_can_be_opened_and_closed_again(opens, close):
    opens()
    assert spans(THRONE_DAY) != []
    close(THRONE_DAY)
    assert spans(THRONE_DAY) == []
    assert DecidedDay.objects.get().is_closed


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 18), "is over"),
        (TUESDAY, "open on that day already"),
        (SATURDAY, "no hours"),
        (date(2028, 1, 1), "within the next year"),
    ],
)
def test_what_makes_no_sense_is_not_opened(opens, day, why):
    with pytest.raises(Refused, match=why):
        opens(day)
    assert not DecidedDay.objects.exists()


def test_taking_back_lets_the_rule_count_again_but_no_promise_moves_back(close, said, promised):
    close()
    assert day_restore(programme="morocco", day=TUESDAY, now=NOW) == 0
    assert spans(TUESDAY) != []
    promised.refresh_from_db()
    assert promised.promised_at.day == 25


def test_a_promise_moves_when_a_holiday_is_a_holiday_again(opens, answers):
    opens()
    eve = datetime.fromisoformat("2027-07-29 15:00+01:00")
    request, _ = callback_request_save(**answers(), now=eve)
    CallbackRequest.objects.update(created_at=eve)
    assert request.promised_at.day == 30
    assert day_restore(programme="morocco", day=THRONE_DAY, now=eve) == 1


def test_what_was_taken_back_is_not_there_to_take_back(close):
    close()
    day_restore(programme="morocco", day=TUESDAY, now=NOW)
    for day, why in ((TUESDAY, "already"), (date(2026, 11, 20), "is over")):
        with pytest.raises(Refused, match=why):
            day_restore(programme="morocco", day=day, now=NOW)


def test_a_failure_while_promises_move_undoes_the_closing(close, promised, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr("desk.opening.services.promises_move", fail)
    with pytest.raises(RuntimeError):
        close()
    assert not DecidedDay.objects.exists()


# --- the hours ---------------------------------------------------------------------------------------


def test_the_hours_of_a_week_are_set_and_changed(hours, salma):
    hours()
    hours({"tuesday": ["14:00-16:00", "09:00-12:00"]})
    row = WeeklyHours.objects.get()
    assert (row.hours, row.by) == ({"tuesday": ["09:00-12:00", "14:00-16:00"]}, salma)
    assert [opens.hour for opens, _ in spans(TUESDAY)] == [9, 14]
    assert spans(MONDAY) == []


def test_promises_follow_the_hours(hours, promised):
    assert hours({"wednesday": ["09:00-16:00"]}) == 1
    promised.refresh_from_db()
    assert promised.promised_at.day == 25


def test_ramadan_has_hours_of_its_own(hours):
    hours(first_day=date(2027, 2, 8), last_day=date(2027, 3, 9))
    assert spans(date(2027, 2, 8)) != spans(date(2027, 2, 5))
    assert spans(date(2027, 3, 12)) == spans(date(2027, 2, 5))


def test_hours_taken_back_give_way_to_those_of_the_file(hours):
    before = spans(TUESDAY)
    hours()
    row = WeeklyHours.objects.get()
    hours_restore(programme="morocco", pk=row.pk, now=NOW)
    assert spans(TUESDAY) == before
    with pytest.raises(Refused, match="already"):
        hours_restore(programme="morocco", pk=row.pk, now=NOW)


def test_hours_of_another_programme_are_not_taken_back(hours):
    hours()
    with pytest.raises(Refused):
        hours_restore(programme="belgium", pk=WeeklyHours.objects.get().pk, now=NOW)
    assert WeeklyHours.objects.exists()


@pytest.mark.parametrize(
    ("hours_", "why"),
    [
        ({}, "At least one day"),
        ({"monday": []}, "At least one day"),
        ({"monday": ["12:00-09:00"]}, "12:00-09:00: the office would close before it opens"),
        ({"monday": ["09:00-09:00"]}, "close before it opens"),
        ({"monday": ["09:00-12:00", "11:30-16:00"]}, "overlap"),
        ({"monday": ["11:30-16:00", "09:00-12:00"]}, "overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused(hours, hours_, why):
    with pytest.raises(Refused, match=why):
        hours(hours_)
    assert not WeeklyHours.objects.exists()


def test_an_office_may_close_and_open_at_the_same_minute(hours):
    hours({"monday": ["09:00-12:00", "12:00-16:00"]})
    assert WeeklyHours.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (TUESDAY, None, "or neither"),
        (None, TUESDAY, "or neither"),
        (SATURDAY, TUESDAY, "before the first"),
        (date(2026, 11, 1), date(2026, 11, 22), "is over"),
        (TUESDAY, date(2028, 1, 1), "within the next year"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(hours, first, last, why):
    with pytest.raises(Refused, match=why):
        hours(first_day=first, last_day=last)


def test_hours_that_count_for_a_time_do_not_overlap(hours):
    hours(first_day=date(2027, 2, 8), last_day=date(2027, 3, 9))
    with pytest.raises(Refused, match="other hours"):
        hours(first_day=date(2027, 3, 9), last_day=date(2027, 4, 9))
    hours({"monday": ["10:00-11:00"]}, first_day=date(2027, 2, 8), last_day=date(2027, 3, 9))
    assert WeeklyHours.objects.get().hours == {"monday": ["10:00-11:00"]}


# --- the database ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"), [(TUESDAY, None), (None, TUESDAY), (SATURDAY, TUESDAY)], ids=["no last", "no first", "turned"]
)
def test_the_database_keeps_no_half_time(first, last):
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyHours.objects.create(programme="morocco", hours=SHORT, first_day=first, last_day=last)


def test_the_database_keeps_one_usual_week_and_one_word_a_day(close, hours):
    hours()
    close()
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyHours.objects.create(programme="morocco", hours=SHORT)
    with pytest.raises(IntegrityError), transaction.atomic():
        DecidedDay.objects.create(programme="morocco", day=TUESDAY, is_closed=False, reason="x")


def test_what_was_said_stays_when_the_account_goes(close, salma):
    close()
    salma.delete()
    assert DecidedDay.objects.get().by is None
