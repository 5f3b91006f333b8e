"""What became of each message to a person: sent once, in patience, and never lost or hidden when it fails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Contact, Delivery
from desk.conversations.outbox import (
    LEASE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    contact_ask_again,
    contact_back,
    contact_lost,
    deliveries_release,
    delivery_claim,
    delivery_fail,
    delivery_forget,
    delivery_hold,
    delivery_postpone,
    delivery_report,
    delivery_sent,
)
from tests.desk.conversations.rows import REPLY, TELEGRAM, claim, delivery, due_now
from tests.desk.together import together

pytestmark = pytest.mark.django_db
OTHER = "telegram-other"
TEMPLATE = {"text": "", "template": "HX1", "language": "fr"}


def claimed(attempts: int = 0, **changes) -> Delivery:
    """A message whose sending has begun, after so many failures."""
    row = delivery(attempts=attempts, **changes)
    assert delivery_claim(delivery=row)
    return row


def now_in_database(row: Delivery) -> Delivery:
    return Delivery.objects.get(pk=row.pk)


def wait_of(row: Delivery) -> timedelta:
    """How long a message waits from now on, in whole seconds."""
    return timedelta(seconds=round((now_in_database(row).due_at - timezone.now()).total_seconds()))


def sent(status: str = "sent", **changes) -> Delivery:
    return delivery(status=status, provider_id="SM1", content=None, **changes)


# --- claim --------------------------------------------------------------------------------------


def test_a_waiting_message_is_taken_and_its_attempt_counted():
    row = delivery()
    assert delivery_claim(delivery=row)
    assert (row.attempts, now_in_database(row).attempts) == (1, 1)


def test_a_message_in_work_is_not_taken_again():
    row = claimed()
    assert not delivery_claim(delivery=now_in_database(row))
    assert now_in_database(row).attempts == 1


def test_a_message_whose_sender_died_is_taken_again_after_a_while():
    row = claimed()
    assert timedelta(seconds=30) < wait_of(row) <= LEASE
    assert delivery_claim(delivery=due_now(row))
    assert now_in_database(row).attempts == 2


def test_a_message_that_has_to_wait_is_not_taken_before_its_time():
    assert not delivery_claim(delivery=delivery(due_at=timezone.now() + timedelta(seconds=5)))


def test_of_two_who_saw_the_same_message_the_second_does_not_get_it():
    first, second = (now_in_database(row) for row in [delivery()] * 2)
    assert delivery_claim(delivery=first)
    assert not delivery_claim(delivery=second)
    assert (first.attempts, second.attempts, now_in_database(first).attempts) == (1, 0, 1)


@pytest.mark.parametrize("end", [delivery_sent, delivery_fail, delivery_forget])
def test_a_message_that_ended_while_we_looked_is_not_taken(end):
    row = delivery()
    seen = now_in_database(row)
    end(delivery=row, **{delivery_sent: {"provider_id": "SM1"}, delivery_fail: {"reason": "refused"}}.get(end, {}))
    assert not delivery_claim(delivery=seen)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_one_of_many_takes_a_message():
    row = delivery()
    seen = [now_in_database(row) for _ in range(20)]
    assert sum(together(20, lambda place: delivery_claim(delivery=seen[place]))) == 1
    assert now_in_database(row).attempts == 1


# --- sent, held, failed -------------------------------------------------------------------------


def test_a_sent_message_is_known_by_the_providers_id_and_its_text_forgotten():
    row = claimed(error="TimedOut", reason="server_down")
    delivery_sent(delivery=row, provider_id="SM1")
    after = now_in_database(row)
    assert (after.status, after.provider_id, after.content, after.error, after.reason) == ("sent", "SM1", None, "", "")


def test_of_a_forgotten_message_nothing_stays():
    kept, row = delivery(), claimed()
    delivery_forget(delivery=row)
    assert Delivery.objects.get() == kept


@pytest.mark.parametrize("reason", ["window", "stopped"])
def test_a_held_message_keeps_its_text_and_says_why(reason):
    row = claimed()
    delivery_hold(delivery=row, reason=reason)
    after = now_in_database(row)
    assert (after.status, after.reason, after.content) == ("held", reason, REPLY)


def test_a_failed_message_says_why_and_its_text_is_forgotten():
    row = claimed()
    delivery_fail(delivery=row, reason="blocked", error="Forbidden: bot was blocked by the user")
    after = now_in_database(row)
    assert (after.status, after.reason, after.content) == ("failed", "blocked", None)
    assert after.error == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize(
    "write",
    [
        lambda row, error: delivery_fail(delivery=row, reason="refused", error=error),
        lambda row, error: delivery_postpone(delivery=row, after=None, error=error),
    ],
    ids=["failed", "postponed"],
)
@pytest.mark.parametrize("error", ["خ" * 5000, "e" * 201, ""], ids=["very long", "long", "none"])
def test_an_error_of_any_length_can_be_kept(write, error):
    row = claimed()
    write(row, error)
    kept = now_in_database(row)
    kept.clean_fields(exclude=["content", "inbound"])
    assert error.startswith(kept.error)
    assert bool(kept.error) is bool(error)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: delivery_sent(delivery=row, provider_id="SM2"),
        lambda row: delivery_hold(delivery=row, reason="window"),
        lambda row: delivery_fail(delivery=row, reason="refused"),
        lambda row: delivery_postpone(delivery=row, after=None, error="TimedOut"),
        lambda row: delivery_report(provider_id="SM1", status="delivered"),
        lambda row: delivery_report(provider_id="SM1", status="failed"),
    ],
    ids=["sent", "held", "failed", "postponed", "reported", "reported as failed"],
)
def test_the_counsellor_sees_when_a_message_changed_and_other_messages_stay(change):
    past = timezone.now() - timedelta(days=1)
    other, row = delivery(updated_at=past), delivery(provider_id="SM1", updated_at=past)
    before = Delivery.objects.filter(pk=other.pk).values().get()
    change(row)
    assert now_in_database(row).updated_at > past + timedelta(hours=23)
    assert Delivery.objects.filter(pk=other.pk).values().get() == before


# --- later --------------------------------------------------------------------------------------


def test_the_wait_grows_with_each_attempt_but_not_without_end():
    waits = []
    for attempts in range(MOST_ATTEMPTS - 1):
        row = claimed(attempts)
        delivery_postpone(delivery=row, after=None, error="TimedOut")
        waits.append(wait_of(row))
    assert timedelta(seconds=5) <= waits[0] <= timedelta(seconds=15)
    assert all(first < second or second == LONGEST_WAIT for first, second in zip(waits, waits[1:], strict=False))
    assert max(waits) == LONGEST_WAIT


@pytest.mark.parametrize("after", [timedelta(minutes=5), timedelta(hours=3)])
def test_a_provider_that_asks_for_a_longer_wait_gets_it(after):
    row = claimed()
    delivery_postpone(delivery=row, after=after, error="RetryAfter")
    assert wait_of(row) == after


@pytest.mark.parametrize("after", [None, timedelta(0), timedelta(seconds=1), timedelta(seconds=-60)])
def test_a_provider_that_asks_for_a_short_wait_is_not_called_at_once(after):
    row = claimed()
    delivery_postpone(delivery=row, after=after, error="RetryAfter")
    assert wait_of(row) >= timedelta(seconds=5)


def test_a_postponed_message_keeps_its_text_and_is_sent_when_its_time_comes():
    row = claimed()
    delivery_postpone(delivery=row, after=None, error="TimedOut")
    after = now_in_database(row)
    assert (after.status, after.content, after.error) == ("queued", REPLY, "TimedOut")
    assert not delivery_claim(delivery=after)
    assert delivery_claim(delivery=due_now(row))


def test_the_last_attempt_ends_a_message_visibly():
    row = claimed(MOST_ATTEMPTS - 1)
    delivery_postpone(delivery=row, after=None, error="TimedOut")
    after = now_in_database(row)
    assert (after.status, after.reason, after.error, after.content) == ("failed", "too_often", "TimedOut", None)


# --- what the provider says later ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "reported", "after"),
    [
        ("sent", "sent", "sent"),
        ("sent", "delivered", "delivered"),
        ("sent", "read", "read"),
        ("delivered", "read", "read"),
        ("delivered", "sent", "delivered"),
        ("read", "sent", "read"),
        ("read", "delivered", "read"),
    ],
)
def test_a_report_brings_a_message_on_and_never_back(before, reported, after):
    row = sent(before)
    delivery_report(provider_id="SM1", status=reported)
    assert now_in_database(row).status == after


@pytest.mark.parametrize(
    ("said", "reason"), [({}, "undelivered"), ({"reason": "blocked", "error": "63024"}, "blocked")]
)
def test_a_message_that_did_not_arrive_is_shown_with_the_reason(said, reason):
    row = sent()
    delivery_report(provider_id="SM1", status="failed", **said)
    after = now_in_database(row)
    assert (after.status, after.reason, after.error) == ("failed", reason, said.get("error", ""))


def test_a_late_report_does_not_undo_a_failure():
    row = sent()
    delivery_report(provider_id="SM1", status="failed", error="63024")
    delivery_report(provider_id="SM1", status="sent")
    assert now_in_database(row).status == "failed"


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed"])
def test_a_report_of_a_message_that_is_not_ours_changes_nothing(status):
    sent()
    before = list(Delivery.objects.values())
    delivery_report(provider_id="SM2", status=status)
    assert list(Delivery.objects.values()) == before


def test_a_report_without_an_id_changes_nothing():
    row = delivery()
    delivery_report(provider_id="", status="failed")
    assert now_in_database(row).status == "queued"


# --- the person writes --------------------------------------------------------------------------


def test_what_waited_for_the_person_may_go_out_at_once():
    row = claimed()
    delivery_hold(delivery=row, reason="window")
    deliveries_release(conversation_id=TELEGRAM)
    after = now_in_database(row)
    assert (after.status, after.reason, after.content) == ("queued", "", REPLY)
    assert delivery_claim(delivery=after)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "held", "reason": "stopped"},
        {"status": "failed", "reason": "window"},
        {"status": "sent"},
        {"status": "held", "reason": "window", "conversation_id": OTHER},
    ],
    ids=["stopped", "failed", "sent", "of another person"],
)
def test_what_did_not_wait_for_this_person_stays_as_it_is(changes):
    row = delivery(**changes)
    before = Delivery.objects.values().get()
    deliveries_release(conversation_id=TELEGRAM)
    assert Delivery.objects.values().get(pk=row.pk) == before


# --- whether the person can be reached ----------------------------------------------------------


def test_a_person_who_blocked_us_cannot_be_reached_until_they_let_us_in():
    claim()
    contact_lost(conversation_id=TELEGRAM)
    contact = Contact.objects.get()
    assert (contact.unreachable, contact.last_received_at is None) == ("blocked", False)
    contact_back(conversation_id=TELEGRAM)
    assert Contact.objects.get().unreachable == ""


def test_a_person_of_whom_nothing_is_known_can_be_lost():
    contact_lost(conversation_id=TELEGRAM)
    assert Contact.objects.get(pk=TELEGRAM).unreachable == "blocked"


@pytest.mark.parametrize("change", [contact_lost, contact_back])
def test_one_person_changes_nothing_for_another(change):
    for name, why in ((TELEGRAM, ""), (OTHER, "blocked")):
        Contact.objects.create(conversation_id=name, unreachable=why)
    change(conversation_id=TELEGRAM)
    assert Contact.objects.get(pk=OTHER).unreachable == "blocked"


def test_a_person_of_whom_nothing_is_known_needs_not_come_back():
    contact_back(conversation_id=TELEGRAM)
    assert not Contact.objects.exists()


def test_a_person_is_asked_once_to_write_again():
    claim()
    assert contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE)
    assert not contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE)
    row = Delivery.objects.get()
    assert (row.conversation_id, row.status, row.content) == (TELEGRAM, "queued", TEMPLATE)


def test_a_person_who_wrote_since_may_be_asked_again():
    claim()
    contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE)
    claim("m2")
    assert contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE)
    assert Delivery.objects.count() == 2


def test_a_person_who_never_wrote_is_not_asked():
    claim(conversation_id=OTHER)
    assert not contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE)
    assert not Delivery.objects.exists()


def test_a_question_that_could_not_be_written_may_be_asked_later():
    claim()
    with pytest.raises(TypeError):
        contact_ask_again(conversation_id=TELEGRAM, template={"text": object()})
    assert contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_asks():
    claim()
    assert sum(together(10, lambda place: contact_ask_again(conversation_id=TELEGRAM, template=TEMPLATE))) == 1
    assert Delivery.objects.count() == 1


def test_what_was_released_comes_before_what_was_written_later():
    held = delivery(status="held", reason="window")
    deliveries_write(conversation_id=TELEGRAM, contents=[REPLY])
    deliveries_release(conversation_id=TELEGRAM)
    assert Delivery.objects.filter(status="queued").order_by("pk").first() == held
