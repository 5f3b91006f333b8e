"""Who keeps a fact right hears by e-mail that it is due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from desk.editing.models import Item
from desk.editing.reminders import BEFORE, reminders_send
from desk.editing.selectors import answers_without, facts_due
from desk.editing.services import owner_set
from desk.programmes.selectors import fact_get

pytestmark = pytest.mark.django_db
PHONE = "morocco.iom_phone"
DUE = fact_get(PHONE).review_by
NOW = datetime(DUE.year, DUE.month, DUE.day, 9, tzinfo=ZoneInfo("Africa/Casablanca")) - timedelta(days=7)


@pytest.fixture
def keeper(amina):
    amina.email = "amina@example.org"
    amina.save()
    owner_set(kind="fact", key=PHONE, owner=amina)
    return amina


def test_the_owner_is_written_to_with_the_source(keeper):
    assert reminders_send(now=NOW) == 1
    (found,) = mail.outbox
    assert found.to == ["amina@example.org"]
    assert f"{DUE}  {PHONE}" in found.body
    assert fact_get(PHONE).source in found.body


def test_again_after_a_week_and_not_before(keeper):
    assert [reminders_send(now=NOW + timedelta(days=days)) for days in (0, 1, 6, 7, 8)] == [1, 0, 0, 1, 0]


def test_nobody_is_written_to_long_before(keeper):
    early = NOW - BEFORE
    assert [name for name in facts_due(today=early.date(), within=BEFORE)] == []
    assert reminders_send(now=early) == 0


def test_a_fact_without_owner_goes_to_those_who_lead_the_programme(account):
    fatima = account("fatima", "supervisor", ["morocco"])
    fatima.email = "fatima@example.org"
    fatima.save()
    reminders_send(now=NOW)
    (found,) = mail.outbox
    assert found.to == ["fatima@example.org"]
    assert PHONE in found.body
    assert "belgium." not in found.body


def test_what_could_not_be_sent_is_tried_again(keeper, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert reminders_send(now=NOW) == 0
    assert not Item.objects.filter(key=PHONE, reminded_on__isnull=False).exists()


@pytest.mark.parametrize(("days", "named"), [(0, False), (1, True)])
def test_answers_that_say_ask_the_office_are_listed(days, named):
    found = answers_without(today=DUE + timedelta(days=days))
    assert (PHONE in found) is named
    if named:
        assert "money_how_much" in found[PHONE]
