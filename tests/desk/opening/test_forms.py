"""Hours as people write them."""

import pytest

from desk.opening.forms import Closing, Hours
from desk.programmes.schema import WEEKDAYS


def filled(**values) -> Hours:
    return Hours(values, hours={})


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-12:30, 13:30-16:00", ["09:00-12:30", "13:30-16:00"]),
        ("9:00 - 12:30,13:30 – 16:00", ["09:00-12:30", "13:30-16:00"]),
        ("9h-12h30", ["09:00-12:30"]),
        ("9.00-12.30", ["09:00-12:30"]),
        ("9-12", ["09:00-12:00"]),
        ("٠٩:٠٠-١٢:٣٠، ١٣:٣٠-١٦:٠٠", ["09:00-12:30", "13:30-16:00"]),
        ("", []),
        ("  ", []),
    ],
)
def test_hours_are_read_as_people_write_them(text, hours):
    form = filled(monday=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["hours"] == {**{name: [] for name in WEEKDAYS}, "monday": hours}


@pytest.mark.parametrize("text", ["morning", "09:00", "09:00-25:00", "09:60-10:00", "09:00-12:00-13:00", "-", "9 12"])
def test_what_cannot_be_read_is_said_at_its_day(text):
    assert list(filled(tuesday=text).errors) == ["tuesday"]


def test_the_form_shows_the_hours_that_count_and_keeps_what_was_written():
    shown = str(Hours(hours={"monday": ["09:00-12:30", "13:30-16:00"]})["monday"])
    assert "09:00-12:30, 13:30-16:00" in shown
    assert "nonsense" in str(filled(monday="nonsense")["monday"])


def test_the_days_stand_in_their_order_and_the_time_after_them():
    assert list(Hours(hours={}).fields) == [*WEEKDAYS, "first_day", "last_day"]


@pytest.mark.parametrize("field", ["first", "reason"])
def test_closing_needs_a_day_and_a_reason(field):
    values = {"first": "2026-11-24", "reason": "strike"}
    assert Closing(values).is_valid()
    assert list(Closing({**values, field: " "}).errors) == [field]
