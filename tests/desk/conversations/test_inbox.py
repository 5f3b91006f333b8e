"""Messages of a provider: each is claimed once, and finished with all its replies or none."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from desk.conversations import inbox
from desk.conversations.inbox import (
    LEASE,
    OWNER,
    Issued,
    buttons_issue,
    deliveries_write,
    inbound_finish,
    inbound_release,
    is_abandoned,
)
from desk.conversations.models import Button, Contact, Delivery, InboundMessage
from tests.desk.conversations.rows import CONTENT, REPLY, TELEGRAM, claim
from tests.desk.together import together

pytestmark = pytest.mark.django_db
YES, NO = Issued("t1", "/affirm"), Issued("t2", "/deny", "utter_ask_x")


def finished(message_id: str = "m1", **values) -> InboundMessage:
    row = claim(message_id).row
    inbound_finish(row=row, **values)
    row.refresh_from_db()
    return row


def held_by(owner: str, age: timedelta = timedelta(0)) -> InboundMessage:
    """A message that somebody took some time ago."""
    row = claim().row
    InboundMessage.objects.filter(pk=row.pk).update(claimed_by=owner, claimed_at=timezone.now() - age)
    return row


@pytest.fixture(scope="module")
def dead_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


# --- claim --------------------------------------------------------------------------------------


def test_a_new_message_is_ours_with_its_content():
    taken = claim()
    assert not taken.is_busy
    assert taken.row == InboundMessage.objects.get()
    assert (taken.row.conversation_id, taken.row.content["text"]) == (TELEGRAM, CONTENT["text"])
    assert (taken.row.attempts, taken.row.finished_at) == (1, None)


def test_a_message_is_held_by_this_process_on_this_machine():
    assert claim().row.claimed_by == f"{socket.gethostname()}:{os.getpid()}"


def test_a_repeat_of_a_finished_message_is_not_handled_again():
    finished()
    again = claim()
    assert (again.row, again.is_busy) == (None, False)
    assert InboundMessage.objects.get().attempts == 1


def test_a_repeat_of_a_finished_message_brings_its_content_not_back():
    finished()
    claim()
    assert InboundMessage.objects.get().content is None


def test_a_repeat_of_a_message_in_work_is_busy():
    claim()
    again = claim()
    assert (again.row, again.is_busy) == (None, True)


def test_messages_of_different_channels_may_have_the_same_id():
    assert claim(channel="telegram").row.pk != claim(channel="whatsapp").row.pk


def test_a_message_that_was_given_back_is_taken_again():
    row = claim().row
    inbound_release(row=row)
    again = claim()
    assert again.row == row
    assert (again.row.attempts, again.row.claimed_by) == (2, OWNER)


def test_a_message_of_a_dead_process_is_taken_again(dead_process):
    held_by(f"{socket.gethostname()}:{dead_process}")
    again = claim()
    assert (again.row.attempts, again.row.claimed_by) == (2, OWNER)


def test_a_message_of_another_process_that_lives_is_busy():
    held_by(f"{socket.gethostname()}:{os.getppid()}")
    assert claim().is_busy


def test_a_message_of_another_machine_is_busy(dead_process):
    held_by(f"another-machine:{dead_process}")
    assert claim().is_busy


@pytest.mark.parametrize("owner", [OWNER, "another-machine:17"], ids=["this process", "another"])
def test_a_message_that_is_held_too_long_is_taken_again(owner):
    held_by(owner, LEASE + timedelta(seconds=1))
    assert claim().row.attempts == 2


@pytest.mark.parametrize("owner", [OWNER, "another-machine:17"], ids=["this process", "another"])
def test_a_message_is_not_taken_before_its_time(owner):
    held_by(owner, LEASE - timedelta(seconds=10))
    assert claim().is_busy


def test_a_message_that_was_taken_again_is_busy_for_the_next():
    inbound_release(row=claim().row)
    claim()
    assert claim().is_busy


def test_the_content_of_a_message_taken_again_is_still_there():
    inbound_release(row=claim().row)
    assert claim().row.content["text"] == CONTENT["text"]


@pytest.mark.parametrize("owner", ["nonsense", ":", f"{socket.gethostname()}:", f"{socket.gethostname()}:-1"])
def test_of_an_owner_that_cannot_be_read_only_time_tells(owner):
    now = timezone.now()
    assert not is_abandoned(InboundMessage(claimed_by=owner, claimed_at=now), now)
    assert is_abandoned(InboundMessage(claimed_by=owner, claimed_at=now - 2 * LEASE), now)


def test_a_message_taken_again_after_erasing_knows_its_conversation():
    InboundMessage.objects.filter(pk=claim().row.pk).update(claimed_by="", conversation_id="", content=None)
    again = claim()
    inbound_finish(row=again.row, replies=[REPLY])
    assert Delivery.objects.get().conversation_id == TELEGRAM


# --- the contact --------------------------------------------------------------------------------


def test_a_message_tells_when_the_person_last_wrote():
    before = timezone.now()
    claim()
    first = Contact.objects.get(pk=TELEGRAM).last_received_at
    claim("m2")
    second = Contact.objects.get(pk=TELEGRAM).last_received_at
    assert before <= first < second <= timezone.now()


def test_a_new_message_makes_the_person_reachable_again():
    Contact.objects.create(conversation_id=TELEGRAM, unreachable="blocked", template_sent_at=timezone.now())
    claim()
    contact = Contact.objects.get()
    assert (contact.unreachable, contact.template_sent_at) == ("", None)


@pytest.mark.parametrize(
    "end", [inbound_finish, inbound_release, lambda row: None], ids=["finished", "released", "open"]
)
def test_a_repeat_changes_nothing_in_the_contact(end):
    end(row=claim().row)
    Contact.objects.update(unreachable="blocked")
    before = Contact.objects.values().get()
    claim()
    assert Contact.objects.values().get() == before


def test_a_message_of_no_conversation_is_claimed_without_a_contact():
    assert claim(conversation_id="").row
    assert not Contact.objects.exists()


# --- many at once -------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_one_of_fifty_takes_a_new_message():
    taken = together(50, lambda place: claim())
    assert len([one for one in taken if one.row]) == 1
    assert len([one for one in taken if one.is_busy]) == 49
    assert InboundMessage.objects.get().attempts == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_one_of_many_takes_an_abandoned_message_again():
    for round_ in range(5):
        inbound_release(row=claim(f"m{round_}").row)
        taken = together(8, lambda place, round_=round_: claim(f"m{round_}"))
        assert len([one for one in taken if one.row]) == 1
        assert len([one for one in taken if one.is_busy]) == 7
    assert set(InboundMessage.objects.values_list("attempts", flat=True)) == {2}


def test_of_two_who_saw_the_same_abandoned_message_the_second_finds_it_busy():
    row = held_by("", LEASE)
    now = timezone.now()
    first, second = (InboundMessage.objects.get(pk=row.pk) for _ in range(2))
    assert inbox._take_over(first, {"claimed_at": now}).row == row
    assert inbox._take_over(second, {"claimed_at": now + timedelta(seconds=1)}).is_busy
    assert InboundMessage.objects.get().attempts == 2


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_many_messages_of_one_new_person_are_all_taken():
    taken = together(20, lambda place: claim(f"m{place}"))
    assert all(one.row for one in taken)
    assert Contact.objects.count() == 1


# --- finish -------------------------------------------------------------------------------------


def test_a_finished_message_leaves_its_replies_in_order_and_its_buttons():
    before = timezone.now()
    row = finished(replies=[{"text": str(number)} for number in range(5)], buttons=[YES, NO])
    written = list(Delivery.objects.order_by("pk"))
    assert [(each.position, each.content["text"]) for each in written] == [(n, str(n)) for n in range(5)]
    assert {(each.conversation_id, each.inbound_id, each.status, each.attempts) for each in written} == {
        (TELEGRAM, row.pk, "queued", 0)
    }
    assert all(before <= each.due_at <= timezone.now() for each in written)
    assert set(Button.objects.values_list("conversation_id", "token", "payload", "question")) == {
        (TELEGRAM, "t1", "/affirm", ""),
        (TELEGRAM, "t2", "/deny", "utter_ask_x"),
    }


def test_a_finished_message_is_forgotten():
    row = finished(replies=[REPLY])
    assert row.content is None
    assert row.finished_at <= timezone.now()


def test_a_message_may_be_finished_without_a_reply():
    assert finished().finished_at
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_that_was_answered_by_another_is_not_answered_again():
    row = claim().row
    deliveries_write(conversation_id=TELEGRAM, contents=[REPLY], inbound=row)
    with pytest.raises(IntegrityError):
        inbound_finish(row=row, replies=[REPLY, REPLY], buttons=[YES])
    row.refresh_from_db()
    assert (row.finished_at, row.content["text"]) == (None, CONTENT["text"])
    assert Delivery.objects.count() == 1
    assert not Button.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_when_the_buttons_cannot_be_kept_nothing_is_written():
    row = claim().row
    with pytest.raises(Exception, match="(?i)null"):
        inbound_finish(row=row, replies=[REPLY], buttons=[YES, Issued("t2", None)])
    row.refresh_from_db()
    assert row.finished_at is None
    assert not Delivery.objects.exists()
    assert not Button.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_when_the_message_cannot_be_marked_nothing_is_written(monkeypatch):
    row = claim().row
    monkeypatch.setattr(InboundMessage, "objects", None)
    with pytest.raises(AttributeError):
        inbound_finish(row=row, replies=[REPLY], buttons=[YES])
    monkeypatch.undo()
    assert InboundMessage.objects.get().finished_at is None
    assert not Delivery.objects.exists()
    assert not Button.objects.exists()


def test_messages_that_answer_nothing_stand_beside_each_other():
    for _ in range(2):
        deliveries_write(conversation_id=TELEGRAM, contents=[REPLY])
    assert list(Delivery.objects.values_list("inbound", "position")) == [(None, 0), (None, 0)]


# --- buttons ------------------------------------------------------------------------------------


def test_the_same_button_shown_twice_is_one_with_a_new_date():
    buttons_issue(conversation_id=TELEGRAM, buttons=[YES])
    first = Button.objects.get()
    buttons_issue(conversation_id=TELEGRAM, buttons=[YES, NO])
    again = Button.objects.get(token="t1")
    assert (again.pk, again.payload) == (first.pk, first.payload)
    assert again.issued_at > first.issued_at
    assert Button.objects.count() == 2


def test_a_button_that_stands_twice_in_one_message_is_one():
    buttons_issue(conversation_id=TELEGRAM, buttons=[YES, YES])
    assert Button.objects.count() == 1


def test_the_same_button_in_two_conversations_is_two():
    for name in (TELEGRAM, "telegram-other"):
        buttons_issue(conversation_id=name, buttons=[YES])
    assert Button.objects.count() == 2


def test_no_buttons_are_no_error():
    buttons_issue(conversation_id=TELEGRAM, buttons=[])
    assert not Button.objects.exists()


def test_a_table_holds_no_address(settings):
    from desk.conversations.identity import conversation_id

    settings.CONVERSATION_KEYS = [b"k" * 64]
    row = claim(conversation_id=conversation_id("whatsapp", "+212612345678")).row
    inbound_finish(row=row, replies=[{"text": "Bonjour"}], buttons=[YES])
    with connection.cursor() as cursor:
        for model in (InboundMessage, Delivery, Button, Contact):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            assert "612345678" not in str(cursor.fetchall())
