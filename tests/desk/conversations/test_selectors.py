"""What is read of conversations: each question sees its own conversation or channel only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.conversations.inbox import LEASE, Issued, buttons_issue, inbound_finish, inbound_release
from desk.conversations.models import Contact, InboundMessage
from desk.conversations.selectors import (
    button_get,
    contact_get,
    content_template_sid,
    conversations_waiting,
    deliveries_waiting,
    delivery_held,
    inbound_abandoned,
    inbound_known,
    is_stopped,
)
from desk.conversations.services import (
    content_template_save,
    conversation_erase,
    conversation_resume,
    conversation_stop,
)
from tests.desk.conversations.rows import CONTENT, TELEGRAM, claim, delivery

pytestmark = pytest.mark.django_db
OTHER, WHATSAPP = "telegram-other", "whatsapp-abc"
NOT_QUEUED = ["held", "sent", "delivered", "read", "failed"]
SECOND = timedelta(seconds=1)


def waiting(channel: str = "telegram") -> list[str]:
    return conversations_waiting(channel=channel, now=timezone.now())


# --- the person ---------------------------------------------------------------------------------


def test_a_person_is_stopped_from_the_word_stop_until_they_ask_again():
    assert not is_stopped(conversation_id=TELEGRAM)
    conversation_stop(conversation_id=TELEGRAM)
    assert is_stopped(conversation_id=TELEGRAM)
    assert not is_stopped(conversation_id=OTHER)
    conversation_resume(conversation_id=TELEGRAM)
    assert not is_stopped(conversation_id=TELEGRAM)


def test_of_an_unknown_person_nothing_is_known_and_nothing_written():
    contact = contact_get(conversation_id=TELEGRAM)
    assert (contact.conversation_id, contact.last_received_at, contact.unreachable) == (TELEGRAM, None, "")
    assert not Contact.objects.exists()


def test_of_a_person_who_wrote_it_is_known_when():
    claim()
    claim("m2", OTHER)
    assert contact_get(conversation_id=TELEGRAM) == Contact.objects.get(pk=TELEGRAM)
    assert contact_get(conversation_id=TELEGRAM).last_received_at


def test_a_button_means_something_only_in_the_conversation_where_it_was_shown():
    for name, payload in ((TELEGRAM, "/affirm"), (OTHER, "/deny")):
        buttons_issue(conversation_id=name, buttons=[Issued("t1", payload, "utter_ask_x")])
    assert button_get(conversation_id=TELEGRAM, token="t1").payload == "/affirm"
    assert button_get(conversation_id=OTHER, token="t1").payload == "/deny"
    assert button_get(conversation_id=WHATSAPP, token="t1") is None


@pytest.mark.parametrize("token", ["t2", "T1", "", "%"])
def test_a_button_that_was_never_shown_means_nothing(token):
    buttons_issue(conversation_id=TELEGRAM, buttons=[Issued("t1", "/affirm")])
    assert button_get(conversation_id=TELEGRAM, token=token) is None


# --- the outbox ---------------------------------------------------------------------------------


def test_what_waits_for_a_person_is_listed_in_the_order_it_was_written():
    now = timezone.now()
    rows = [delivery(due_at=now + place * SECOND) for place in (3, 1, 2)]
    delivery(OTHER)
    assert deliveries_waiting(conversation_id=TELEGRAM) == rows


@pytest.mark.parametrize("status", NOT_QUEUED)
def test_what_does_not_wait_is_not_listed(status):
    delivery(status=status)
    assert deliveries_waiting(conversation_id=TELEGRAM) == []
    assert waiting() == []


def test_of_messages_held_back_for_the_window_the_newest_counts():
    delivery(status="held", reason="window")
    newest = delivery(status="held", reason="window")
    delivery(status="held", reason="stopped")
    delivery(status="failed", reason="window")
    delivery()
    delivery(OTHER, status="held", reason="window")
    assert delivery_held(conversation_id=TELEGRAM) == newest


@pytest.mark.parametrize(
    "changes", [{}, {"status": "held", "reason": "stopped"}, {"status": "failed", "reason": "window"}]
)
def test_what_the_person_cannot_free_by_writing_is_not_held_for_them(changes):
    delivery(**changes)
    assert delivery_held(conversation_id=TELEGRAM) is None


def test_a_conversation_with_several_messages_is_listed_once():
    for name in (TELEGRAM, TELEGRAM, OTHER):
        delivery(name)
    assert sorted(waiting()) == [TELEGRAM, OTHER]


def test_a_conversation_is_listed_when_the_time_of_a_message_has_come():
    due = timezone.now() + timedelta(minutes=5)
    delivery(due_at=due)
    assert conversations_waiting(channel="telegram", now=due - SECOND) == []
    assert conversations_waiting(channel="telegram", now=due) == [TELEGRAM]


@pytest.mark.parametrize(
    ("channel", "found"),
    [("telegram", [TELEGRAM]), ("whatsapp", [WHATSAPP]), ("web", []), ("tele", []), ("", []), ("%", [])],
)
def test_a_channel_sees_its_own_conversations_only(channel, found):
    delivery(TELEGRAM)
    delivery(WHATSAPP)
    assert waiting(channel) == found


# --- received messages --------------------------------------------------------------------------


def test_messages_that_nobody_handles_are_listed_with_what_was_said_oldest_first():
    names = ["m3", "m1", "m2"]
    for name in names:
        inbound_release(row=claim(name).row)
    assert [row.message_id for row in inbound_abandoned(channel="telegram")] == names
    assert {row.content["text"] for row in inbound_abandoned(channel="telegram")} == {CONTENT["text"]}


def test_a_message_of_a_process_that_hangs_is_listed_after_a_while():
    claim()
    InboundMessage.objects.update(claimed_by="another-machine:17", claimed_at=timezone.now() - LEASE - SECOND)
    assert len(inbound_abandoned(channel="telegram")) == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda row: None,
        lambda row: inbound_finish(row=row),
        lambda row: (inbound_finish(row=row), inbound_release(row=row)),
        lambda row: (conversation_erase(conversation_id=TELEGRAM), inbound_release(row=row)),
    ],
    ids=["in work", "finished", "finished and given back", "erased"],
)
def test_a_message_that_is_in_hands_or_over_is_not_listed(end):
    end(claim().row)
    assert inbound_abandoned(channel="telegram") == []


def test_an_abandoned_message_is_for_its_own_channel():
    inbound_release(row=claim(channel="whatsapp").row)
    assert inbound_abandoned(channel="telegram") == []
    assert len(inbound_abandoned(channel="whatsapp")) == 1


def test_of_the_providers_ids_those_are_known_that_were_claimed_on_this_channel():
    inbound_finish(row=claim("m1").row)
    claim("m2")
    claim("m3", channel="whatsapp")
    claim("m5")
    assert inbound_known(channel="telegram", message_ids=["m1", "m2", "m3", "m4"]) == {"m1", "m2"}
    assert inbound_known(channel="telegram", message_ids=[]) == set()


def test_a_message_is_known_also_after_its_person_was_erased():
    inbound_finish(row=claim().row)
    conversation_erase(conversation_id=TELEGRAM)
    assert inbound_known(channel="telegram", message_ids=["m1"]) == {"m1"}


# --- messages with buttons ----------------------------------------------------------------------


def test_a_message_with_buttons_is_known_by_its_newest_id():
    assert content_template_sid(key="a") is None
    for key, sid in (("a", "HX1"), ("b", "HX2"), ("a", "HX3")):
        content_template_save(key=key, sid=sid)
    assert (content_template_sid(key="a"), content_template_sid(key="b")) == ("HX3", "HX2")
