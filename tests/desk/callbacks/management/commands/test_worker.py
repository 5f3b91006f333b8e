"""The worker command."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.management.commands import worker
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.services import callback_request_save
from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Delivery
from desk.conversations.services import conversations_tidy
from desk.health.models import Heartbeat
from desk.opening.models import DecidedDay
from desk.people.models import Audit
from desk.programmes.selectors import programme_timezone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def test_once_sends_what_is_due_and_ends(answers, mailbox):
    callback_request_save(**answers())
    call_command("worker", once=True)
    assert len(mailbox.mails) == 2
    assert not Alert.objects.filter(sent_at=None).exists()


def test_once_with_nothing_to_send_ends(mailbox):
    call_command("worker", "--once")
    assert mailbox.mails == []


def test_once_ends_also_when_the_mail_server_is_away(answers, smtp_settings):
    callback_request_save(**answers())
    call_command("worker", "--once")
    assert set(Alert.objects.values_list("attempts", "sent_at")) == {(1, None)}


# --- hour by hour -------------------------------------------------------------------------------


class Clock:
    """Stands in for the time module: a pause takes no time, and after the last one the worker is stopped."""

    def __init__(self, hours: float) -> None:
        self.now = self.start = 1000.0
        self.end = self.start + hours * 3600
        self.in_pauses = bool

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now

    def sleep(self, seconds: float) -> None:
        self.in_pauses()
        self.now += max(seconds, 60)  # the worker looks every second; for these tests a minute is enough
        if self.now > self.end:
            raise KeyboardInterrupt

    @property
    def minutes(self) -> float:
        return (self.now - self.start) / 60


def outdated() -> None:
    """A message to a person that is older than we keep them."""
    deliveries_write(conversation_id="telegram-abc", contents=[{"text": "Bonjour"}])
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))


@pytest.fixture
def work(monkeypatch):
    """Let the worker work for some hours: work(2, in_pauses=...)."""

    def run(hours: float, in_pauses=lambda clock: None) -> None:
        clock = Clock(hours)
        clock.in_pauses = lambda: in_pauses(clock)
        monkeypatch.setattr(worker, "time", clock)
        with pytest.raises(KeyboardInterrupt):
            call_command("worker")

    return run


@pytest.mark.parametrize("once", [True, False])
def test_a_worker_that_starts_deletes_what_is_too_old(work, once):
    outdated()
    Audit.objects.create(kind=Audit.Kind.EXPORTED)
    Audit.objects.update(at=timezone.now() - timedelta(days=366))
    call_command("worker", "--once") if once else work(0.1)
    assert not Delivery.objects.exists()
    assert not Audit.objects.exists()


def test_what_becomes_too_old_is_deleted_within_the_hour_and_not_every_second(work):
    gone_after = []

    def look(clock: Clock) -> None:
        if not Delivery.objects.exists():
            gone_after.append(clock.minutes)
            outdated()

    work(3.5, look)
    assert len(gone_after) == 4
    assert all(59 <= later - sooner <= 62 for sooner, later in zip(gone_after, gone_after[1:], strict=False))


def test_alerts_are_sent_between_two_hours(work, answers, mailbox):
    def ask(clock: Clock) -> None:
        if 9.5 < clock.minutes < 10.5:
            callback_request_save(**answers())

    work(0.5, ask)
    assert len(mailbox.mails) == 2


def test_after_an_outage_of_the_database_the_worker_tidies_at_once_when_it_is_back(
    work, monkeypatch, caplog, transactional_db
):
    outages = [OperationalError("server closed the connection"), OperationalError("no such host")]

    def tidy() -> None:
        if outages:
            raise outages.pop()
        conversations_tidy()

    monkeypatch.setattr(worker, "conversations_tidy", tidy)
    outdated()
    work(0.2)
    assert not Delivery.objects.exists()
    assert [record.levelname for record in caplog.records].count("WARNING") == 2


# --- the office closed -----------------------------------------------------------------------------


def closed_when_promised(answers) -> CallbackRequest:
    """A request whose promise fell into closed time while nobody looked, as by a new data file."""
    request, _ = callback_request_save(**answers())
    day = request.promised_at.astimezone(programme_timezone("morocco")).date()
    DecidedDay.objects.create(programme="morocco", day=day, is_closed=True, reason="strike")
    return request


def test_a_worker_that_starts_moves_promises_into_open_time_once(answers, mailbox):
    request = closed_when_promised(answers)
    for _ in range(2):
        call_command("worker", "--once")
    assert CallbackRequest.objects.get().promised_at > request.promised_at
    assert [entry.kind for entry in request.entries.all()] == ["moved"]


def test_a_worker_that_works_on_moves_them_within_the_hour(work, answers, mailbox):
    def ask(clock: Clock) -> None:
        if not CallbackRequest.objects.exists():
            closed_when_promised(answers)

    work(1.2, ask)
    assert Entry.objects.filter(kind="moved").count() == 1


# --- a fault -------------------------------------------------------------------------------------


def test_a_round_that_went_well_is_a_sign_of_life(mailbox):
    call_command("worker", "--once")
    assert Heartbeat.objects.filter(name="worker").exists()


def test_a_fault_ends_nothing_but_is_no_sign_of_life(monkeypatch, caplog):
    def broken(outbox):
        raise KeyError("what a person wrote")

    monkeypatch.setattr(worker.Outbox, "round", broken)
    call_command("worker", "--once")
    assert not Heartbeat.objects.exists()
    assert "KeyError" in caplog.text
    assert "what a person wrote" not in caplog.text
