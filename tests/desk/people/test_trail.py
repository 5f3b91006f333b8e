"""The record is read from three places, as one."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.utils import timezone

from desk.callbacks.models import Entry
from desk.callbacks.work import note_add, phone_reveal
from desk.people.models import Audit, Staff
from desk.people.trail import lines, trail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


@pytest.fixture
def record(account, waiting):
    """An hour ago a number was shown, half an hour ago a role was changed, now somebody signed in."""
    root, amina = account("root", "administrator"), account()
    request = waiting()
    phone_reveal(pk=request.pk, by=amina)
    note_add(pk=request.pk, by=amina, text="her brother listens")
    LogEntry.objects.log_actions(root.pk, Staff.objects.filter(user=amina), CHANGE, "role: counsellor → editor")
    now = timezone.now()
    Entry.objects.update(at=now - timedelta(hours=1))
    LogEntry.objects.update(action_time=now - timedelta(minutes=30))
    Audit.objects.create(kind="signed_in", account=amina, name="amina", address="192.0.2.7")
    return root, amina, request


def read(**wanted):
    return lines(trail(**wanted))


def test_the_newest_comes_first_whatever_its_place(record):
    _, _, request = record
    first, second, third = read()
    assert (first.who, first.address) == ("amina", "192.0.2.7")
    assert second.who == "root"
    assert "amina" in second.about
    assert "role: counsellor → editor" in second.about
    assert (third.who, third.reference, third.about) == ("amina", request.reference, "")


def test_nothing_of_the_person_is_shown(record):
    _, _, request = record
    shown = repr(read())
    for value in (request.phone, request.name, request.conversation_id, "brother"):
        assert value not in shown


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("signed_in", ["amina"]),
        ("signed_out", []),
        ("administration", ["root"]),
        ("revealed", ["amina"]),
        ("", ["amina", "root", "amina"]),
    ],
)
def test_kinds(record, kind, who):
    assert [line.who for line in read(kind=kind)] == who


def test_one_account(record):
    root, amina, _ = record
    assert [line.who for line in read(account=amina.pk)] == ["amina", "amina"]
    assert [line.who for line in read(account=root.pk)] == ["root"]
    assert read(account=root.pk, kind="signed_in") == []


def test_a_page_is_cut_out_of_all_three(record):
    found = trail()
    assert found.count() == 3
    assert [line.who for line in lines(found[1:2])] == ["root"]


def test_what_went_meanwhile_is_left_out(record):
    rows = list(trail())
    Entry.objects.all().delete()
    assert len(lines(rows)) == 2


def test_reading_asks_the_database_as_often_for_many_as_for_few(record, django_assert_num_queries):
    _, amina, _ = record
    Audit.objects.bulk_create(Audit(kind="exported", account=amina, name="amina") for _ in range(30))
    with django_assert_num_queries(4):
        assert len(read()) == 33
