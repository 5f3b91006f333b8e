"""The page of opening hours: who reads it, who changes it, and what a change does."""

from datetime import date, timedelta
from html import unescape
from urllib.parse import urlparse

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from desk.callbacks.models import CallbackRequest
from desk.opening.models import DecidedDay, WeeklyHours
from desk.opening.selectors import opening_times_get
from desk.people.models import Staff
from desk.programmes.selectors import programme_timezone

pytestmark = pytest.mark.django_db
PAGE = "opening:hours"
READS = (Staff.Role.COUNSELLOR, Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR)
CHANGES = (Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR)
ENGLISH = {"Accept-Language": "en"}


def next_open_day(programme="morocco") -> date:
    times, day = opening_times_get(programme), timezone.now().astimezone(programme_timezone(programme)).date()
    return next(day for day in (day + timedelta(days=number) for number in range(1, 30)) if times.spans(day))


def change(client, step, programme="morocco", **values):
    return client.post(reverse("opening:step", args=[programme, step]), values, headers=ENGLISH, follow=True)


def close(client, **values):
    return change(client, "close", **{"first": str(next_open_day()), "reason": "strike", **values})


def said(answer) -> list[str]:
    return [message.level_tag for message in answer.context["messages"]]


@pytest.fixture
def leading(open_as):
    return open_as(name="salma", role=Staff.Role.SUPERVISOR)


# --- who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*Staff.Role.values, ""])
def test_who_works_with_people_reads_the_page(open_as, role):
    answer = open_as(role=role).get(reverse(PAGE))
    assert answer.status_code == (200 if role in READS else 403)
    if answer.status_code == 200:
        assert ('<form method="post" action="/requests/hours/' in answer.content.decode()) is (role in CHANGES)
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", [*Staff.Role.values, ""])
def test_supervisors_and_administrators_change_it(open_as, role):
    answer = close(open_as(role=role))
    assert answer.status_code == (200 if role in CHANGES else 403)
    assert DecidedDay.objects.exists() is (role in CHANGES)


def test_who_is_not_signed_in_is_asked_to(client):
    for answer in (client.get(reverse(PAGE)), client.post(reverse("opening:step", args=["morocco", "close"]))):
        assert urlparse(answer.url).path == reverse("login")


def test_a_supervisor_sees_and_changes_their_programmes_only(leading):
    assert [office.programme for office, _ in leading.get(reverse(PAGE)).context["offices"]] == ["morocco"]
    assert close(leading, programme="belgium").status_code == 404
    assert not DecidedDay.objects.exists()


def test_a_superuser_sees_all(client):
    client.force_login(get_user_model().objects.create_superuser("root", password="x"))
    assert len(client.get(reverse(PAGE)).context["offices"]) == 5


@pytest.mark.parametrize("address", ["/requests/hours/morocco/delete/", "/requests/hours/atlantis/close/"])
def test_what_does_not_exist_is_not_found(leading, address):
    assert leading.post(address).status_code == 404


def test_a_change_needs_a_post(leading):
    assert leading.get(reverse("opening:step", args=["morocco", "close"])).status_code == 405


# --- what is shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "monday"), [("fr", "Lundi"), ("ar", "الاثنين"), ("en", "Monday")])
def test_the_page_shows_the_week_in_the_language_of_the_reader(open_as, language, monday):
    shown = unescape(open_as().get(reverse(PAGE), headers={"Accept-Language": language}).content.decode())
    assert monday.lower() in shown.lower()
    assert "13:30-16:00" in shown
    assert "Africa/Casablanca" in shown


def test_the_page_says_plainly_that_feasts_are_estimates(open_as):
    shown = open_as().get(reverse(PAGE), headers=ENGLISH).content.decode()
    assert "The days of Islamic feasts are estimates" in shown
    assert "must be confirmed" in shown


def test_the_queue_links_to_the_page(open_as):
    assert f'href="{reverse(PAGE)}"' in open_as().get(reverse("requests:queue")).content.decode()


# --- what a change does --------------------------------------------------------------------------------


def test_a_day_is_closed_and_taken_back_on_the_page(leading):
    day = next_open_day()
    shown = unescape(close(leading).content.decode())
    assert "strike" in shown
    assert "salma" in shown
    assert opening_times_get("morocco").spans(day) == []
    answer = change(leading, "restore", day=str(day))
    assert "strike" not in answer.content.decode()
    assert opening_times_get("morocco").spans(day) != []


def test_a_holiday_is_opened_on_the_page(leading):
    times, today = opening_times_get("morocco"), timezone.now().date()
    year = (today + timedelta(days=number) for number in range(1, 365))
    holiday = next(day for day in year if times.decision(day) and times.weekly_spans(day))
    assert said(change(leading, "open", day=str(holiday), reason="we work")) == ["success"]
    assert opening_times_get("morocco").spans(holiday) == times.weekly_spans(holiday)


def test_the_hours_are_set_and_taken_back_on_the_page(leading):
    answer = change(leading, "hours", monday="10:00-12:00", tuesday="9h-12h30, 14h-16h")
    assert said(answer) == ["success"]
    row = WeeklyHours.objects.get()
    assert row.hours == {"monday": ["10:00-12:00"], "tuesday": ["09:00-12:30", "14:00-16:00"]}
    assert "14:00-16:00" in answer.content.decode()
    change(leading, "restore-hours", pk=row.pk)
    assert not WeeklyHours.objects.exists()


def test_the_page_says_how_many_promises_moved(leading, waiting):
    request = waiting()
    day = request.promised_at.astimezone(programme_timezone("morocco")).date()
    answer = close(leading, first=str(day))
    assert "Promised times that moved: 1." in answer.content.decode()
    assert CallbackRequest.objects.get().promised_at > request.promised_at


@pytest.mark.parametrize(
    ("step", "values", "kept"),
    [
        ("close", {"first": "2001-01-01", "reason": "the flood"}, "the flood"),
        ("close", {"first": "soon", "reason": "the flood"}, "the flood"),
        ("close", {"first": "2001-01-01"}, "2001-01-01"),
        ("open", {"day": "2001-01-01", "reason": "the harvest"}, "the harvest"),
        ("hours", {"monday": "all day"}, "all day"),
        ("hours", {"monday": "16:00-09:00"}, "16:00-09:00"),
        ("hours", {"monday": "09:00-16:00", "first_day": "2001-01-01"}, "2001-01-01"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_is_kept(leading, step, values, kept):
    answer = change(leading, step, **values)
    assert said(answer) == ["error"]
    assert kept in answer.content.decode()
    assert "<details open>" in answer.content.decode()
    assert not DecidedDay.objects.exists()
    assert not WeeklyHours.objects.exists()


@pytest.mark.parametrize(("step", "values"), [("restore", {"day": "x"}), ("restore-hours", {"pk": "9"})])
def test_what_is_not_there_cannot_be_taken_back(leading, step, values):
    assert said(change(leading, step, **values)) == ["error"]
