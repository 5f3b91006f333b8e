"""Sessions that end, and what is not kept for ever."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.people.models import Audit, Staff
from desk.people.services import people_tidy, sessions_end

pytestmark = pytest.mark.django_db


def is_in(client) -> bool:
    return client.get(reverse("account:home")).status_code == 200


def test_every_session_of_the_account_ends_but_the_one_named(account, enter):
    user = account()
    here, there, elsewhere = (enter(Client(), user) for _ in range(3))
    other = enter(Client(), account("brahim"))
    sessions_end(user=user, but=here.session.session_key)
    assert [is_in(client) for client in (here, there, elsewhere, other)] == [True, False, False, True]
    sessions_end(user=user)
    assert [is_in(here), is_in(other)] == [False, True]


@pytest.fixture
def year(account):
    """One of each, to be made old."""
    user = account()
    Audit.objects.create(kind="exported", account=user)
    LogEntry.objects.log_actions(user.pk, Staff.objects.all(), CHANGE)
    AccessAttempt.objects.create(username="amina", failures_since_start=1)
    TOTPDevice.objects.create(user=user, confirmed=False)

    def older(**age):
        then = timezone.now() - timedelta(**age)
        Audit.objects.update(at=then)
        LogEntry.objects.update(action_time=then)
        AccessAttempt.objects.update(attempt_time=then)
        TOTPDevice.objects.update(created_at=then)

    return older


def kept() -> list[str]:
    return [model.__name__ for model in (Audit, LogEntry, AccessAttempt, TOTPDevice) if model.objects.exists()]


@pytest.mark.parametrize(
    ("age", "stays"),
    [
        ({"hours": 23}, ["Audit", "LogEntry", "AccessAttempt", "TOTPDevice"]),
        ({"hours": 25}, ["Audit", "LogEntry"]),
        ({"days": 364}, ["Audit", "LogEntry"]),
        ({"days": 366}, []),
    ],
)
def test_the_record_is_kept_for_a_year_and_half_done_things_for_a_day(year, age, stays):
    year(**age)
    people_tidy()
    assert kept() == stays


def test_an_app_that_counts_is_kept(account, with_app):
    with_app(account())
    TOTPDevice.objects.update(created_at=timezone.now() - timedelta(days=800))
    people_tidy()
    assert TOTPDevice.objects.exists()


def test_only_sessions_that_have_ended_are_deleted(account, enter):
    running, ended = (enter(Client(), account(name)) for name in ("amina", "brahim"))
    Session.objects.filter(pk=ended.session.session_key).update(expire_date=timezone.now() - timedelta(minutes=1))
    people_tidy()
    assert [row.pk for row in Session.objects.all()] == [running.session.session_key]
