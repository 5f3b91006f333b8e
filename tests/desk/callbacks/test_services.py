"""Requests and their alerts."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import (
    LATE_AGAIN,
    REFERENCE_LETTERS,
    callback_request_cancel,
    callback_request_remind,
    callback_request_save,
    callback_requests_delete,
    reference_create,
)
from desk.content.selectors import handover_topics
from desk.errors import CallbackNotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
MONDAY_NINE = datetime.fromisoformat("2026-11-23 09:00+01:00")  # the clock in Rabat and in Brussels
LOOK_ALIKE = ["0OQD", "1IL", "2Z", "5S", "8B", "UVW", "6G"]


def kinds() -> list[tuple[str, str, str]]:
    return list(Alert.objects.order_by("pk").values_list("kind", "recipient", "language"))


def written(kind: str) -> list[tuple[str, str, str]]:
    return [(kind, "rabat@example.org", "fr"), (kind, "tanger@example.org", "ar")]


def cancelled(answers, **changes) -> CallbackRequest:
    callback_request_save(**answers(**changes))
    return callback_request_cancel(conversation_id=answers(**changes)["conversation_id"])


# --- create -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "language", "wish"),
    [
        ("فاطمة الزهراء", "ar", "monday morning"),
        ("Aïssatou", "fr", ""),
        ("Sm3il", "ar", "any"),
        ("Tesfaye", "en", "afternoon"),
        ("", "fr", "tomorrow"),
    ],
)
def test_a_request_is_saved_as_it_was_said(answers, name, language, wish):
    said = answers(name=name, language=language, wish=wish)
    request, is_new = callback_request_save(**said)
    saved = CallbackRequest.objects.get()
    assert is_new
    assert saved == request
    assert {field: getattr(saved, field) for field in said} == said
    assert saved.status == "open"


def test_every_recipient_is_alerted_of_a_new_request(answers):
    callback_request_save(**answers())
    assert kinds() == written("created")
    assert {(alert.attempts, alert.sent_at, alert.error) for alert in Alert.objects.all()} == {(0, None, "")}
    assert all(alert.due_at <= timezone.now() for alert in Alert.objects.all())


@pytest.mark.parametrize(
    ("programme", "changes", "promised"),
    [
        ("morocco", {}, "2026-11-23 14:00+01:00"),
        ("belgium", {}, "2026-11-23 14:00+01:00"),
        ("tanzania", {}, "2026-11-23 16:00+03:00"),
        ("elsewhere", {}, "2026-11-23 14:00+00:00"),
        ("morocco", {"wish": "afternoon"}, "2026-11-23 16:00+01:00"),
        ("morocco", {"urgent": True, "wish": "afternoon"}, "2026-11-23 14:30+01:00"),
        ("morocco", {"urgent": True}, "2026-11-23 10:00+01:00"),
        ("morocco", {"urgent": True, "wish": "friday"}, "2026-11-27 10:00+01:00"),
    ],
)
def test_the_promise_is_in_the_hours_of_the_office(answers, programme, changes, promised):
    request, _ = callback_request_save(**answers(programme=programme, **changes), now=MONDAY_NINE)
    assert request.promised_at == datetime.fromisoformat(promised)


@pytest.mark.parametrize("topic", sorted(handover_topics()))
def test_a_topic_of_danger_makes_the_request_urgent(answers, topic):
    request, _ = callback_request_save(**answers(topic=topic), now=MONDAY_NINE)
    assert request.urgent
    assert request.promised_at == MONDAY_NINE + timedelta(hours=1)


@pytest.mark.parametrize("topic", ["", "time_case_status", "about_what_is_avrr", "unknown"])
def test_any_other_topic_does_not(answers, topic):
    assert not callback_request_save(**answers(topic=topic))[0].urgent


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact", "pigeon"),
        ("safety", "maybe"),
        ("language", "de"),
        ("programme", ""),
        ("programme", None),
        ("name", "a" * 81),
        ("phone", "+2" * 11),
        ("conversation_id", "w" * 256),
        ("wish", "w" * 31),
        ("topic", "t" * 61),
        ("voice", "v" * 256),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(answers, field, value):
    with pytest.raises(ValidationError) as caught:
        callback_request_save(**answers(**{field: value}))
    assert set(caught.value.error_dict) == {field}
    assert not CallbackRequest.objects.exists()
    assert not Alert.objects.exists()


CONTRADICTIONS = [{"contact": "phone", "phone": ""}, {"contact": "phone", "safety": "chat_only"}]


@pytest.mark.parametrize("changes", CONTRADICTIONS)
def test_a_call_without_number_or_against_safety_is_not_written(answers, changes):
    with pytest.raises((ValidationError, DatabaseError)), transaction.atomic():
        callback_request_save(**answers(**changes))
    assert not CallbackRequest.objects.exists()


@pytest.mark.parametrize("changes", CONTRADICTIONS)
def test_a_contradiction_is_a_validation_error(answers, changes):
    with pytest.raises(ValidationError):
        callback_request_save(**answers(**changes))


# --- update -------------------------------------------------------------------------------------


def test_a_second_request_updates_the_open_one_and_keeps_its_reference(answers):
    first, _ = callback_request_save(**answers())
    second, is_new = callback_request_save(
        **answers(name="Aïcha", contact="chat", safety="chat_only", phone="", wish="morning")
    )
    saved = CallbackRequest.objects.get()
    assert not is_new
    assert (second.pk, saved.reference, saved.created_at) == (first.pk, first.reference, first.created_at)
    assert (saved.name, saved.contact, saved.phone, saved.wish) == ("Aïcha", "chat", "", "morning")
    assert kinds() == written("created") + written("changed")


def test_an_update_promises_anew(answers):
    callback_request_save(**answers(), now=MONDAY_NINE)
    callback_request_save(**answers(wish="friday"), now=MONDAY_NINE)
    assert CallbackRequest.objects.get().promised_at == datetime.fromisoformat("2026-11-27 12:30+01:00")


def test_an_urgent_request_stays_urgent(answers):
    callback_request_save(**answers(topic="safety_suicide"), now=MONDAY_NINE)
    request, _ = callback_request_save(**answers(topic="time_case_status"), now=MONDAY_NINE)
    assert request.urgent
    assert request.promised_at == MONDAY_NINE + timedelta(hours=1)


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_after_a_closed_request_a_new_one_is_created(answers, status):
    first, _ = callback_request_save(**answers())
    CallbackRequest.objects.update(status=status)
    second, is_new = callback_request_save(**answers())
    assert is_new
    assert second.reference != first.reference
    assert CallbackRequest.objects.count() == 2


def test_requests_of_two_conversations_are_apart(answers):
    first, _ = callback_request_save(**answers())
    second, is_new = callback_request_save(**answers(conversation_id="web-2"))
    assert is_new
    assert first.reference != second.reference


def test_an_update_that_does_not_fit_leaves_the_request_as_it_was(answers):
    callback_request_save(**answers())
    with pytest.raises(ValidationError):
        callback_request_save(**answers(name="Autre", language="de"))
    assert CallbackRequest.objects.get().name == "فاطمة"
    assert kinds() == written("created")


# --- voice message ------------------------------------------------------------------------------


@pytest.mark.parametrize("voice", ["AwACAgQAAxkBAAIB-x_1", "MM0123456789abcdef/ME0123456789abcdef", "v" * 255, ""])
def test_the_channels_name_of_a_voice_message_is_kept_as_it_is(answers, voice):
    callback_request_save(**answers(voice=voice))
    assert CallbackRequest.objects.get().voice == voice


def test_a_request_without_a_voice_message_has_none(answers):
    callback_request_save(**answers())
    assert CallbackRequest.objects.get().voice == ""


@pytest.mark.parametrize(
    ("said", "kept"), [(["first", ""], "first"), (["first", "second"], "second"), (["", "second"], "second")]
)
def test_a_change_keeps_the_voice_message_unless_there_is_a_new_one(answers, said, kept):
    for voice in said:
        callback_request_save(**answers(voice=voice))
    assert CallbackRequest.objects.get().voice == kept


def test_a_new_request_has_not_the_voice_message_of_a_closed_one(answers):
    cancelled(answers, voice="first")
    callback_request_save(**answers())
    assert CallbackRequest.objects.get(status="open").voice == ""


def test_a_voice_message_is_kept_in_its_own_conversation(answers):
    callback_request_save(**answers(voice="first"))
    callback_request_save(**answers(conversation_id="web-2"))
    assert CallbackRequest.objects.get(conversation_id="web-2").voice == ""


# --- one transaction ----------------------------------------------------------------------------


def test_when_the_alerts_can_not_be_written_the_request_is_not_either(answers, settings):
    settings.ALERT_RECIPIENTS = [("rabat@example.org", "fr"), ("tanger@example.org", None)]
    with pytest.raises(DatabaseError):
        callback_request_save(**answers())
    assert not CallbackRequest.objects.exists()
    assert not Alert.objects.exists()


def test_when_the_alerts_of_a_change_can_not_be_written_the_change_is_undone(answers, settings):
    callback_request_save(**answers())
    settings.ALERT_RECIPIENTS = [(None, "fr")]
    with pytest.raises(DatabaseError):
        callback_request_save(**answers(name="Autre"))
    with pytest.raises(DatabaseError):
        callback_request_cancel(conversation_id="web-1")
    request = CallbackRequest.objects.get()
    assert (request.name, request.status) == ("فاطمة", "open")
    assert kinds() == written("created")


def save_and_fail(values):
    with transaction.atomic():
        callback_request_save(**values)
        assert Alert.objects.count() == 2
        raise RuntimeError("after writing")


@pytest.mark.django_db(transaction=True)
def test_an_error_after_writing_rolls_request_and_alerts_back(answers):
    with pytest.raises(RuntimeError, match="after writing"):
        save_and_fail(answers())
    assert not CallbackRequest.objects.exists()
    assert not Alert.objects.exists()


# --- the database's own rules -------------------------------------------------------------------


def row(**changes) -> CallbackRequest:
    values = {
        "conversation_id": "web-1",
        "reference": reference_create(),
        "programme": "morocco",
        "contact": "chat",
        "safety": "chat_only",
        "language": "fr",
    }
    return CallbackRequest(**{**values, "promised_at": MONDAY_NINE, **changes})


def test_the_database_keeps_one_open_request_per_conversation():
    row().save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row().save()
    assert CallbackRequest.objects.count() == 1


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_the_database_takes_any_number_of_closed_requests(status):
    for _ in range(3):
        row(status=status).save()
    row().save()
    assert CallbackRequest.objects.count() == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": "phone", "safety": "call_only", "phone": ""},
        {"contact": "phone", "safety": "chat_only", "phone": "+212612345678"},
    ],
)
def test_the_database_refuses_a_call_without_number_or_against_safety(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(**changes).save()
    assert not CallbackRequest.objects.exists()


def test_the_database_refuses_a_reference_twice():
    row(reference="K7M-3PX").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row(reference="K7M-3PX", conversation_id="web-2").save()
    assert CallbackRequest.objects.count() == 1


# --- cancel, remind, delete ---------------------------------------------------------------------


def test_cancelling_closes_the_request_and_alerts(answers):
    request = cancelled(answers)
    assert CallbackRequest.objects.get(reference=request.reference).status == "cancelled"
    assert kinds() == written("created") + written("cancelled")


@pytest.mark.parametrize("conversation_id", ["web-1", "web-2", ""])
def test_without_an_open_request_there_is_nothing_to_cancel(answers, conversation_id):
    cancelled(answers)
    with pytest.raises(CallbackNotFound):
        callback_request_cancel(conversation_id=conversation_id)
    assert len(kinds()) == 4


def test_a_request_is_not_cancelled_from_another_conversation(answers):
    callback_request_save(**answers())
    with pytest.raises(CallbackNotFound):
        callback_request_cancel(conversation_id="web-2")
    assert CallbackRequest.objects.get().status == "open"


def test_a_waiting_person_is_told_of_once_in_a_few_hours(answers):
    request, _ = callback_request_save(**answers())
    callback_request_remind(request=request)
    callback_request_remind(request=request)
    assert kinds() == written("created") + written("late")


def test_a_person_who_waits_on_is_told_of_again(answers):
    request, _ = callback_request_save(**answers())
    callback_request_remind(request=request)
    Alert.objects.filter(kind="late").update(created_at=timezone.now() - LATE_AGAIN - timedelta(seconds=1))
    callback_request_remind(request=request)
    assert kinds() == written("created") + written("late") + written("late")


def test_deleting_takes_all_requests_of_the_conversation_with_their_alerts(answers):
    cancelled(answers)
    callback_request_save(**answers())
    callback_request_save(**answers(conversation_id="web-2"))
    assert callback_requests_delete(conversation_id="web-1") == 2
    assert [request.conversation_id for request in CallbackRequest.objects.all()] == ["web-2"]
    assert kinds() == written("created")


def test_deleting_nothing_counts_nothing():
    assert callback_requests_delete(conversation_id="web-1") == 0


# --- references ---------------------------------------------------------------------------------


@pytest.mark.parametrize("alike", LOOK_ALIKE)
def test_no_two_letters_of_a_reference_look_alike(alike):
    assert len(set(alike) & set(REFERENCE_LETTERS)) <= 1


@pytest.mark.parametrize("alike", ["MN", "CDEPT3"])
def test_no_two_letters_of_a_reference_sound_alike(alike):
    assert len(set(alike) & set(REFERENCE_LETTERS)) <= 1


def test_references_hold_only_these_letters_and_differ():
    references = {reference_create() for _ in range(200)}
    assert len(references) > 190
    assert all(
        len(code) == 7 and code[3] == "-" and set(code.replace("-", "")) <= set(REFERENCE_LETTERS)
        for code in references
    )
