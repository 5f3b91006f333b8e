"""Stop and erase, what time erases, and new names for conversations."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import callback_request_cancel, callback_request_save
from desk.conversations.identity import conversation_id
from desk.conversations.inbox import Issued, buttons_issue, inbound_finish, inbound_release
from desk.conversations.models import (
    Button,
    Contact,
    ContentTemplate,
    Delivery,
    InboundMessage,
    Received,
    Stop,
    Takeover,
)
from desk.conversations.outbox import contact_lost
from desk.conversations.selectors import inbound_abandoned, received_of
from desk.conversations.services import (
    content_template_save,
    conversation_erase,
    conversation_resume,
    conversation_stop,
    conversations_rename,
    conversations_tidy,
)
from desk.conversations.takeover import received_write, takeover_extend
from desk.learning.models import Erased
from tests.desk.conversations.rows import REPLY, TELEGRAM, claim, delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
OF_A_PERSON = (CallbackRequest, Stop, Contact, InboundMessage, Button, Delivery, Takeover, Received)
OTHER = "telegram-other"
OLD, NEW = os.urandom(64), os.urandom(64)


@pytest.fixture
def conversation(answers):
    """A person of whom everything is kept: conversation("telegram-abc")."""

    def build(name: str) -> None:
        inbound_finish(row=claim(f"done {name}", name).row, replies=[REPLY], buttons=[Issued("t1", "/affirm")])
        claim(f"open {name}", name)
        callback_request_save(**answers(conversation_id=name))
        conversation_stop(conversation_id=name)
        takeover_extend(conversation_id=name)
        received_write(conversation_id=name, message_id="m1", text="yes", voice="AwACAgQ-x_1")

    return build


def names_in(model) -> set[str]:
    return set(model.objects.values_list("conversation_id", flat=True))


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (*OF_A_PERSON, Alert)]


# --- stop ---------------------------------------------------------------------------------------


def test_a_stopped_conversation_is_remembered_once():
    conversation_stop(conversation_id="web-1")
    first = Stop.objects.get()
    conversation_stop(conversation_id="web-1")
    assert Stop.objects.get().stopped_at == first.stopped_at


def test_stopping_leaves_the_request(answers):
    callback_request_save(**answers())
    conversation_stop(conversation_id="web-1")
    assert CallbackRequest.objects.get().status == "open"


@pytest.mark.parametrize("stops", [0, 1, 2])
def test_a_person_who_asks_for_us_again_is_no_longer_stopped(stops):
    for name in [TELEGRAM] * stops + [OTHER]:
        conversation_stop(conversation_id=name)
    conversation_resume(conversation_id=TELEGRAM)
    assert names_in(Stop) == {OTHER}


# --- erase --------------------------------------------------------------------------------------


def test_erasing_takes_requests_alerts_and_the_wish_for_silence(answers):
    callback_request_save(**answers())
    callback_request_cancel(conversation_id="web-1")
    callback_request_save(**answers())
    conversation_stop(conversation_id="web-1")
    conversation_erase(conversation_id="web-1")
    assert [model.objects.count() for model in (CallbackRequest, Alert, Stop)] == [0, 0, 0]


def test_erasing_leaves_other_conversations(answers):
    for name in ("web-1", "web-11"):
        callback_request_save(**answers(conversation_id=name))
        conversation_stop(conversation_id=name)
    conversation_erase(conversation_id="web-1")
    assert [request.conversation_id for request in CallbackRequest.objects.all()] == ["web-11"]
    assert [stop.conversation_id for stop in Stop.objects.all()] == ["web-11"]
    assert Alert.objects.count() == 2


def test_erasing_nothing_is_no_error():
    conversation_erase(conversation_id="web-1")
    assert not CallbackRequest.objects.exists()


def test_erasing_leaves_no_row_that_names_the_person_and_nothing_they_wrote(conversation):
    conversation(TELEGRAM)
    conversation_erase(conversation_id=TELEGRAM)
    assert [model for model in OF_A_PERSON if TELEGRAM in names_in(model)] == []
    assert set(InboundMessage.objects.values_list("conversation_id", "content")) == {("", None)}


def test_erasing_one_person_leaves_everything_of_another(conversation):
    conversation(OTHER)
    before = everything()
    conversation(TELEGRAM)
    conversation_erase(conversation_id=TELEGRAM)
    kept = [[row for row in rows if row.get("conversation_id") != ""] for rows in everything()]
    assert kept == before


def test_a_late_repeat_of_a_message_is_not_answered_after_erasing(conversation):
    conversation(TELEGRAM)
    conversation_erase(conversation_id=TELEGRAM)
    again = claim(f"done {TELEGRAM}")
    assert (again.row, again.is_busy) == (None, False)
    assert not Contact.objects.exists()


def test_erasing_that_breaks_off_erases_nothing(conversation, monkeypatch):
    conversation(TELEGRAM)
    before = everything()
    monkeypatch.setattr(InboundMessage, "objects", None)
    with pytest.raises(AttributeError):
        conversation_erase(conversation_id=TELEGRAM)
    monkeypatch.undo()
    assert everything() == before


# --- what time erases ---------------------------------------------------------------------------


def aged(model, field: str, **age) -> None:
    """The only row of a model, so old."""
    assert model.objects.update(**{field: timezone.now() - timedelta(**age)}) == 1


@pytest.mark.parametrize(("age", "kept"), [({"days": 29, "hours": 23}, 1), ({"days": 30, "minutes": 1}, 0)])
@pytest.mark.parametrize("status", ["queued", "held", "sent", "failed"])
def test_messages_to_people_are_kept_for_a_month(status, age, kept):
    delivery(status=status)
    aged(Delivery, "created_at", **age)
    conversations_tidy()
    assert Delivery.objects.count() == kept


@pytest.mark.parametrize(("age", "kept"), [({"days": 29, "hours": 23}, 1), ({"days": 30, "minutes": 1}, 0)])
def test_what_people_wrote_and_said_to_counsellors_is_kept_for_a_month(age, kept):
    received_write(conversation_id=TELEGRAM, message_id="m1", text="", voice="AwACAgQ-x_1")
    aged(Received, "at", **age)
    conversations_tidy()
    assert Received.objects.count() == kept


@pytest.mark.parametrize(("age", "kept"), [({"days": 29, "hours": 23}, 1), ({"days": 30, "minutes": 1}, 0)])
def test_buttons_are_kept_for_a_month_after_they_were_last_shown(age, kept):
    buttons_issue(conversation_id=TELEGRAM, buttons=[Issued("t1", "/affirm")])
    aged(Button, "issued_at", **age)
    conversations_tidy()
    assert Button.objects.count() == kept


@pytest.mark.parametrize(("age", "kept"), [({"days": 2, "hours": 23}, 1), ({"days": 3, "minutes": 1}, 0)])
def test_ids_of_messages_are_kept_for_three_days_after_their_end(age, kept):
    inbound_finish(row=claim().row)
    aged(InboundMessage, "finished_at", **age)
    conversations_tidy()
    assert InboundMessage.objects.count() == kept


def test_a_message_that_nobody_answered_yet_is_kept_however_old():
    inbound_release(row=claim().row)
    aged(InboundMessage, "claimed_at", days=365)
    conversations_tidy()
    assert len(inbound_abandoned(channel="telegram")) == 1


def test_the_id_of_an_erased_message_goes_after_a_while_also_when_its_process_died():
    inbound_release(row=claim().row)
    conversation_erase(conversation_id=TELEGRAM)
    aged(InboundMessage, "claimed_at", days=365)
    conversations_tidy()
    assert not InboundMessage.objects.exists()


def test_time_does_not_erase_a_wish_for_silence_nor_whether_a_person_can_be_reached(answers):
    conversation_stop(conversation_id=TELEGRAM)
    contact_lost(conversation_id=TELEGRAM)
    callback_request_save(**answers())
    content_template_save(key="a", sid="HX1")
    aged(Stop, "stopped_at", days=3650)
    conversations_tidy()
    assert [model.objects.count() for model in (Stop, Contact, CallbackRequest, ContentTemplate)] == [1, 1, 1, 1]


def test_a_reply_outlives_the_message_it_answers():
    inbound_finish(row=claim().row, replies=[REPLY])
    aged(InboundMessage, "finished_at", days=4)
    conversations_tidy()
    assert Delivery.objects.get().content == REPLY


# --- a new key ----------------------------------------------------------------------------------


@pytest.fixture
def keys(settings):
    """Choose the keys of the installation: keys(first, ...)."""

    def choose(*chosen: bytes) -> None:
        settings.CONVERSATION_KEYS = list(chosen)

    choose(OLD)
    return choose


def ids_of(people: int) -> list[str]:
    return [conversation_id("whatsapp", f"+21261234567{number}") for number in range(people)]


def test_a_new_key_renames_a_person_wherever_they_are_kept(keys, conversation):
    old = ids_of(2)
    for name in old:
        conversation(name)
    keys(NEW, OLD)
    assert conversations_rename() == 2
    keys(NEW)
    assert [names_in(model) for model in OF_A_PERSON] == [set(ids_of(2))] * len(OF_A_PERSON)


def test_what_was_written_and_said_to_counsellors_is_read_and_heard_after_renaming(keys, conversation):
    conversation(ids_of(1)[0])
    keys(NEW, OLD)
    conversations_rename()
    keys(NEW)
    (received,) = received_of(conversation_id=ids_of(1)[0])
    assert (received.text, received.voice) == ("yes", "AwACAgQ-x_1")


@pytest.mark.parametrize("name", ["web-1", "telegram-abc", ""])
def test_who_has_no_id_of_ours_keeps_their_name(keys, conversation, name):
    conversation(name)
    before = everything()
    keys(NEW, OLD)
    assert conversations_rename() == 0
    assert everything() == before


def test_who_was_named_with_a_key_that_is_lost_keeps_their_name(keys, conversation):
    (old,) = ids_of(1)
    conversation(old)
    keys(NEW)
    assert conversations_rename() == 0
    assert names_in(Contact) == {old}


def test_renaming_that_breaks_off_renames_nobody(keys):
    *_, broken = old = ids_of(9)
    for name in old:
        claim(name, name)
    InboundMessage.objects.filter(conversation_id=broken).update(content="not of ours")
    keys(NEW, OLD)
    with pytest.raises(TypeError):
        conversations_rename()
    assert names_in(InboundMessage) == names_in(Contact) == set(old)


@pytest.mark.parametrize("keep", [contact_lost, conversation_stop])
def test_a_person_with_an_old_and_a_new_id_has_one_after_renaming(keys, keep):
    keep(conversation_id=ids_of(1)[0])
    keys(NEW, OLD)
    keep(conversation_id=ids_of(1)[0])
    conversations_rename()
    assert [*Contact.objects.all(), *Stop.objects.all()][0].pk == ids_of(1)[0]
    assert Contact.objects.count() + Stop.objects.count() == 1


def test_a_person_with_a_request_under_each_id_keeps_the_newer_one_open(keys, answers):
    callback_request_save(**answers(conversation_id=ids_of(1)[0], name="old"))
    keys(NEW, OLD)
    callback_request_save(**answers(conversation_id=ids_of(1)[0], name="new"))
    conversations_rename()
    assert [request.name for request in CallbackRequest.objects.filter(status="open")] == ["new"]
    assert names_in(CallbackRequest) == set(ids_of(1))


@pytest.mark.parametrize("step", [conversation_stop, conversation_erase])
def test_of_what_colleagues_try_nothing_is_kept(step):
    step(conversation_id="staff-abcdefgh-draft")
    assert not Stop.objects.exists()
    assert not Erased.objects.exists()
    step(conversation_id="web-abcdefgh")
    assert Stop.objects.exists() or Erased.objects.exists()
