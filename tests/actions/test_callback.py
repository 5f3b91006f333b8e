from datetime import datetime

import pytest
from asgiref.sync import sync_to_async

from actions.callback import (
    CHANGEABLE,
    FORM,
    SLOTS,
    ActionAskConfirmed,
    ActionAskContactConfirmed,
    ActionCallbackCancel,
    ActionCallbackChange,
    ActionCallbackSave,
    ActionCallbackStart,
    ActionCallbackStatus,
    ValidateCallbackForm,
    request_values,
    summary,
)
from actions.callback_answers import CHAT
from actions.form import DONE, STOPPED, UNSAID
from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest
from desk.callbacks.moving import promises_move
from desk.content.selectors import handover_topics
from desk.opening.models import DecidedDay
from desk.programmes.selectors import programme_timezone

ANSWERS = {
    "programme": "morocco",
    "callback_consent": "yes",
    "callback_name": "Aisha",
    "callback_contact": "+212612345678",
    "callback_contact_confirmed": "yes",
    "callback_safe": "call_only",
    "callback_language": "ar",
    "callback_when": "monday morning",
    "callback_topic": "documents_no_passport",
    "callback_confirmed": "send",
}
NO_ANSWERS = {slot: None for slot in (*SLOTS, "programme", "language", "language_choice", "form_end")}


@pytest.fixture
def request_form(dispatcher):
    return lambda tracker: ValidateCallbackForm().run(dispatcher, tracker, {})


def at(slot, **slots):
    known = {"programme": "morocco", "callback_consent": "yes", "callback_name": "Aisha"}
    return {**NO_ANSWERS, **known, **slots, "requested_slot": slot}


# --- phones --------------------------------------------------------------------------------------


async def test_a_number_is_read_for_the_country_of_the_person(request_form, typed, changes):
    slots = at("callback_contact", programme="belgium")
    found = changes(await request_form(typed("0470 12 34 56", slots=slots)))
    assert found["callback_contact"] == "+32470123456"
    assert found["requested_slot"] == "callback_contact_confirmed"


async def test_a_wrong_number_is_said_to_be_wrong(request_form, typed, changes, texts):
    found = changes(await request_form(typed("061234", slots=at("callback_contact"))))
    assert found == {"callback_contact": None, "requested_slot": "callback_contact"}
    assert texts() == ["utter_callback_phone_wrong"]


# --- other answers -------------------------------------------------------------------------------


# --- what follows from an answer -----------------------------------------------------------------


async def test_without_consent_nothing_is_asked(request_form, tapped, changes):
    found = changes(await request_form(tapped("no", slots={**NO_ANSWERS, "requested_slot": "callback_consent"})))
    assert found == {"form_end": "no_consent", "requested_slot": None}


async def test_not_safe_to_call_drops_the_number(request_form, tapped, changes):
    slots = at("callback_safe", callback_contact="+212612345678", callback_contact_confirmed="yes")
    found = changes(await request_form(tapped("chat_only", slots=slots)))
    assert (found["callback_contact"], found["requested_slot"]) == (CHAT, "callback_language")


async def test_a_wrong_number_is_asked_again(request_form, tapped, changes):
    slots = at("callback_contact_confirmed", callback_contact="+212612345678")
    found = changes(await request_form(tapped("no", slots=slots)))
    assert (found["callback_contact"], found["requested_slot"]) == (None, "callback_contact")


async def test_the_chat_needs_no_question_about_the_phone(request_form, tapped, changes):
    found = changes(await request_form(tapped(CHAT, slots=at("callback_contact"))))
    assert found["requested_slot"] == "callback_language"


@pytest.mark.parametrize("topic", sorted(handover_topics()))
async def test_an_urgent_request_asks_only_what_is_needed(request_form, tapped, changes, topic):
    slots = at("programme", callback_name=None, programme=None, callback_topic=topic)
    assert changes(await request_form(tapped("morocco", slots=slots)))["requested_slot"] == "callback_contact"
    slots = at("callback_contact", callback_name=None, callback_topic=topic)
    assert changes(await request_form(tapped(CHAT, slots=slots)))["requested_slot"] == "callback_confirmed"


@pytest.mark.parametrize("slot", CHANGEABLE)
async def test_each_answer_can_be_changed_before_sending(request_form, tapped, changes, slot):
    slots = at("callback_confirmed", **{**ANSWERS, "callback_confirmed": None})
    found = changes(await request_form(tapped(f"change_{slot}", slots=slots)))
    assert found[slot] is None
    assert found["requested_slot"] == slot
    assert found.get("form_end") is None


async def test_sending_ends_the_form(request_form, tapped, changes):
    found = changes(
        await request_form(tapped("send", slots=at("callback_confirmed", **{**ANSWERS, "callback_confirmed": None})))
    )
    assert (found["callback_confirmed"], found["form_end"], found["requested_slot"]) == ("send", DONE, None)


async def test_the_number_is_shown_for_confirmation(dispatcher, typed):
    await ActionAskContactConfirmed().run(dispatcher, typed(slots={"callback_contact": "+212612345678"}), {})
    assert dispatcher.messages[0]["phone"] == "+212612345678"


async def test_the_summary_shows_answers_and_leaves_out_the_unsaid(dispatcher, typed):
    tracker = typed(slots={**NO_ANSWERS, **ANSWERS, "callback_name": UNSAID, "callback_when": None})
    await ActionAskConfirmed().run(dispatcher, tracker, {})
    assert dispatcher.messages[0]["summary"] == summary(tracker)
    assert [(slot, value) for _, slot, value in summary(tracker)] == [
        ("callback_contact", "+212612345678"),
        ("callback_language", "ar"),
        ("callback_safe", "call_only"),
        ("callback_topic", "documents_no_passport"),
    ]
    assert all(label == f"utter_label_{slot}" for label, slot, _ in summary(tracker))


def test_a_request_in_the_chat_has_no_number(typed):
    values = request_values(typed(slots={**NO_ANSWERS, **ANSWERS, "callback_contact": CHAT, "callback_safe": None}))
    assert (values["contact"], values["phone"], values["safety"]) == ("chat", "", "chat_only")


@pytest.mark.parametrize(
    ("slots", "language"),
    [({"language": "en"}, "en"), ({"language": "en", "language_choice": "ar"}, "ar"), ({}, "fr")],
)
def test_an_urgent_request_takes_the_language_of_the_conversation(typed, slots, language):
    assert request_values(typed(slots={**NO_ANSWERS, **slots, "callback_contact": CHAT}))["language"] == language


# --- start, save, status, change, cancel ---------------------------------------------------------


async def test_a_request_starts_empty_about_the_topic_of_the_button(dispatcher, typed, changes):
    tracker = typed("x", intent="request_callback", entities={"topic": "child_alone"}, slots=ANSWERS)
    found = changes(await ActionCallbackStart().run(dispatcher, tracker, {}))
    assert found.pop("callback_topic") == "child_alone"
    assert set(found.values()) == {None}


async def test_a_request_about_an_unknown_topic_has_none(dispatcher, typed, changes):
    tracker = typed("x", intent="request_callback", entities={"topic": "TOPIC"}, slots=ANSWERS)
    assert changes(await ActionCallbackStart().run(dispatcher, tracker, {}))["callback_topic"] is None


async def test_a_running_request_keeps_its_answers(dispatcher, typed, changes):
    tracker = typed("x", intent="request_callback", entities={"topic": "child_alone"}, slots=ANSWERS, form=FORM)
    assert changes(await ActionCallbackStart().run(dispatcher, tracker, {})) == {"callback_topic": "child_alone"}


@pytest.mark.parametrize("form", [None, FORM])
async def test_the_button_under_a_voice_message_takes_it_along(dispatcher, typed, changes, form):
    slots = {**ANSWERS, "voice": "file-7"}
    tracker = typed("x", intent="request_callback", entities={"kind": "voice"}, slots=slots, form=form)
    assert changes(await ActionCallbackStart().run(dispatcher, tracker, {}))["callback_voice"] == "file-7"


async def test_another_button_leaves_an_old_voice_message(dispatcher, typed, changes):
    tracker = typed("x", intent="request_callback", slots={**ANSWERS, "voice": "file-7"})
    assert changes(await ActionCallbackStart().run(dispatcher, tracker, {}))["callback_voice"] is None


@pytest.mark.parametrize(
    ("end", "response"), [(STOPPED, "utter_form_stopped"), ("no_consent", "utter_callback_no_consent")]
)
@pytest.mark.django_db(transaction=True)
async def test_a_request_that_is_not_confirmed_is_not_saved(dispatcher, typed, texts, end, response):
    await ActionCallbackSave().run(dispatcher, typed(slots={**NO_ANSWERS, **ANSWERS, "form_end": end}), {})
    assert texts() == [response]
    assert await CallbackRequest.objects.acount() == 0


@pytest.fixture
async def saved(dispatcher, typed, transactional_db):
    """A request saved from the form's answers, with the messages of that cleared."""
    await ActionCallbackSave().run(dispatcher, typed(slots={**NO_ANSWERS, **ANSWERS, "form_end": DONE}), {})
    dispatcher.messages, said = [], dispatcher.messages
    return await CallbackRequest.objects.aget(), said


async def test_a_saved_request_is_told_with_reference_and_local_time(saved):
    request, (message,) = saved
    assert message["response"] == "utter_callback_saved"
    assert message["reference"] == request.reference
    assert message["promised_at"][-6:] in ("+00:00", "+01:00")
    assert (request.phone, request.name, request.wish) == ("+212612345678", "Aisha", "monday morning")


@pytest.mark.django_db(transaction=True)
async def test_a_member_of_staff_who_tries_it_hears_the_same_and_nothing_is_kept(dispatcher, typed):
    tracker = typed(slots={**NO_ANSWERS, **ANSWERS, "form_end": DONE})
    tracker.sender_id = "staff-1"
    await ActionCallbackSave().run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    assert message["response"] == "utter_callback_saved"
    assert message["reference"]
    assert await CallbackRequest.objects.acount() == 0
    assert await Alert.objects.acount() == 0


async def test_saving_again_updates_the_open_request(saved, dispatcher, typed, texts):
    slots = {**NO_ANSWERS, **ANSWERS, "callback_name": UNSAID, "form_end": DONE}
    await ActionCallbackSave().run(dispatcher, typed(slots=slots), {})
    assert texts() == ["utter_callback_updated"]
    assert (await CallbackRequest.objects.aget()).name == ""


@pytest.mark.django_db(transaction=True)
async def test_a_request_that_cannot_be_saved_is_told(dispatcher, typed, texts):
    slots = {**NO_ANSWERS, **ANSWERS, "callback_safe": "nonsense", "form_end": DONE}
    await ActionCallbackSave().run(dispatcher, typed(slots=slots), {})
    assert texts() == ["utter_callback_failed"]
    assert await CallbackRequest.objects.acount() == 0


async def test_status_names_the_open_request(saved, dispatcher, typed, texts):
    await ActionCallbackStatus().run(dispatcher, typed(), {})
    assert texts() == ["utter_callback_open"]
    assert dispatcher.messages[0]["reference"] == saved[0].reference


async def test_status_names_the_new_time_after_the_office_closed(saved, dispatcher, typed, texts):
    request, _ = saved
    day = request.promised_at.astimezone(programme_timezone("morocco")).date()
    await DecidedDay.objects.acreate(programme="morocco", day=day, is_closed=True, reason="strike")
    assert await sync_to_async(promises_move)(programme="morocco", now=request.created_at) == 1
    await ActionCallbackStatus().run(dispatcher, typed(), {})
    assert texts() == ["utter_callback_open"]
    assert datetime.fromisoformat(dispatcher.messages[0]["promised_at"]).date() > day


async def test_a_late_request_is_admitted_and_the_counsellors_are_told_again(saved, dispatcher, typed, texts):
    request, _ = saved
    request.promised_at = request.created_at.replace(year=2020)
    await sync_to_async(request.save)()
    await ActionCallbackStatus().run(dispatcher, typed(), {})
    assert texts() == ["utter_callback_late"]


@pytest.mark.parametrize("action", [ActionCallbackStatus, ActionCallbackChange, ActionCallbackCancel])
@pytest.mark.django_db(transaction=True)
async def test_without_a_request_that_is_said(dispatcher, typed, texts, action):
    await action().run(dispatcher, typed(), {})
    assert texts() == ["utter_callback_none"]


async def test_change_loads_the_request_and_opens_its_confirmation(saved, dispatcher, typed, changes):
    events = await ActionCallbackChange().run(dispatcher, typed(), {})
    found = changes(events)
    assert {slot: found[slot] for slot in CHANGEABLE} == {slot: ANSWERS[slot] for slot in CHANGEABLE}
    assert found["callback_confirmed"] is None
    assert events[-1] == {"event": "followup", "timestamp": None, "name": FORM}


async def test_cancel_asks_first_and_then_cancels(saved, dispatcher, typed, texts):
    request, _ = saved
    await ActionCallbackCancel().run(dispatcher, typed("annuler", intent="callback_cancel"), {})
    assert texts() == ["utter_callback_cancel_confirm"]
    await ActionCallbackCancel().run(dispatcher, typed("oui", intent="affirm"), {})
    assert texts()[-1] == "utter_callback_cancelled"
    await request.arefresh_from_db()
    assert request.status == CallbackRequest.Status.CANCELLED
