"""What supervisors see, and what leaves the desk as CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from desk.callbacks.figures import COLUMNS, export_rows, figures
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.work import attempt_record, request_claim, request_close
from desk.people.models import Audit, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(account):
    return account("salma", Staff.Role.SUPERVISOR)


@pytest.fixture
def busy(waiting, supervisor):
    """Three requests: one closed after 30 minutes, one in hand, one late that nobody took."""
    made = [waiting(conversation_id=f"web-{number}", name="Fatima") for number in range(3)]
    for request in made[:2]:
        request_claim(pk=request.pk, by=supervisor)
    Entry.objects.filter(request=made[0]).update(at=made[0].created_at + timedelta(minutes=30))
    attempt_record(pk=made[0].pk, by=supervisor, result="no_answer")
    request_close(pk=made[0].pk, by=supervisor, outcome="not_reached")
    CallbackRequest.objects.filter(pk=made[2].pk).update(promised_at=timezone.now() - timedelta(hours=1))
    return made


def test_the_figures(busy, supervisor):
    with translation.override("fr"):
        found = figures(user=supervisor, now=timezone.now())
    assert (found.asked, found.open, found.late, found.unreached) == (3, 2, 1, 1)
    assert found.minutes == {"urgent": None, "usual": 15}
    assert [(bar.name, bar.count, bar.share) for bar in found.workload] == [("salma", 1, 100)]
    assert [(bar.name, bar.count) for bar in found.programmes] == [("Maroc", 3)]


def test_without_requests_there_are_figures_too(supervisor):
    found = figures(user=supervisor, now=timezone.now())
    assert (found.asked, found.workload, found.minutes) == (0, [], {"urgent": None, "usual": None})


def test_other_programmes_and_older_requests_are_not_counted(waiting, supervisor):
    waiting(conversation_id="web-b", programme="belgium")
    old = waiting(conversation_id="web-o")
    CallbackRequest.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert figures(user=supervisor, now=timezone.now()).asked == 0


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_opens_for_a_supervisor(client, busy, supervisor, language):
    client.force_login(supervisor)
    shown = client.get(reverse("requests:figures"), headers={"accept-language": language}).content.decode()
    assert f'lang="{language}"' in shown
    assert "salma" in shown


def test_taking_the_export_is_recorded_and_looking_is_not(client, supervisor):
    client.force_login(supervisor)
    Audit.objects.all().delete()
    client.get(reverse("requests:figures"))
    assert not Audit.objects.exists()
    client.get(reverse("requests:export"))
    assert list(Audit.objects.values_list("kind", "account", "about")) == [("exported", supervisor.pk, "requests.csv")]


def test_the_export_holds_nothing_of_a_person(client, busy, supervisor):
    client.force_login(supervisor)
    text = client.get(reverse("requests:export")).content.decode()
    heading, *rows = csv.reader(io.StringIO(text))
    assert tuple(heading) == COLUMNS
    assert [(row[1], row[4], row[5], row[6], row[7]) for row in rows] == [
        ("morocco", "done", "not_reached", "1", "30"),
        ("morocco", "open", "", "0", "0"),
        ("morocco", "open", "", "0", ""),
    ]
    for secret in (busy[0].reference, busy[0].conversation_id, "Fatima", "612345678", "salma"):
        assert secret not in text


@pytest.mark.parametrize("read", [figures, lambda **values: list(export_rows(**values))], ids=["figures", "export"])
def test_old_requests_are_not_looked_through(busy, supervisor, read):
    with CaptureQueriesContext(connection) as asked:
        read(user=supervisor, now=timezone.now())
    plans = []
    for query in asked.captured_queries:
        with connection.cursor() as database:
            database.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plans += [row[-1] for row in database.fetchall()]
    assert any("INDEX request_asked" in step for step in plans)
    assert any("INDEX entry_kind" in step for step in plans)
    assert not [step for step in plans if "SCAN callbacks" in step]
