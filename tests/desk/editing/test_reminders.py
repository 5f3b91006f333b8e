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


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr", "Données à revérifier", "Bonjour amina,"),
        ("ar", "معلومات تحتاج", "amina"),
        ("en", "Facts to check again", "Hello amina,"),
    ],
)
def test_the_owner_is_written_to_with_the_source(keeper, mailbox, settings, language, subject, words):
    settings.LANGUAGE_CODE = language
    assert reminders_send(now=NOW) == 1
    (found,) = mailbox.mails
    text = found.get_content()
    assert found["To"] == "amina@example.org"
    assert subject in found["Subject"]
    assert words in text
    assert f"{DUE}  {PHONE}" in text
    assert fact_get(PHONE).source in text


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


def test_what_could_not_be_sent_is_tried_again(keeper, mailbox):
    mailbox.refuses = True
    assert reminders_send(now=NOW) == 0
    assert not Item.objects.filter(key=PHONE, reminded_on__isnull=False).exists()
    mailbox.refuses = False
    assert reminders_send(now=NOW) == 1


@pytest.mark.parametrize(("days", "named"), [(0, False), (1, True)])
def test_answers_that_say_ask_the_office_are_listed(days, named):
    found = answers_without(today=DUE + timedelta(days=days))
    assert (PHONE in found) is named
    if named:
        assert "money_how_much" in found[PHONE]
