"""The callback request: ask, confirm, save, then say so."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.timezone import now
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_answers import (
    CHAT,
    consequences,
    contact_in,
    has_phone,
    is_calm,
    read_name,
    read_when,
    topic_in,
)
from actions.form import DONE, UNSAID, Answers, GuidedForm, Step, listed
from actions.message import read_message
from desk.callbacks.models import CallbackRequest
from desk.callbacks.selectors import callback_request_open
from desk.callbacks.services import (
    callback_request_cancel,
    callback_request_rehearse,
    callback_request_remind,
    callback_request_save,
)
from desk.content.selectors import topics
from desk.conversations.identity import is_staff
from desk.conversations.services import conversation_resume
from desk.database import in_database
from desk.errors import CallbackNotFound
from desk.programmes.selectors import programme_get, programme_timezone

FORM = "callback_form"
NO_CONSENT = "no_consent"
SLOTS = (
    "callback_consent",
    "callback_name",
    "callback_contact",
    "callback_contact_confirmed",
    "callback_language",
    "callback_when",
    "callback_safe",
    "callback_topic",
    "callback_confirmed",
    "callback_voice",
)
CHANGEABLE = (
    "callback_name",
    "callback_contact",
    "callback_language",
    "callback_when",
    "callback_safe",
    "callback_topic",
)
STORE_ERRORS = (DatabaseError, ValidationError)


WHEN_BUTTONS = ("today", "morning", "afternoon", "any")


class ValidateCallbackForm(GuidedForm, Action):
    form = FORM
    steps = (
        listed("callback_consent", "yes_no", "yes", "no", may_skip=False),
        listed("programme", "programme", "morocco", "belgium", "tanzania", "yemen", "elsewhere", may_skip=False),
        Step("callback_name", read=read_name, needed=is_calm, free=True),
        Step("callback_contact", (CHAT,), may_skip=False),
        listed("callback_contact_confirmed", "yes_no", "yes", "no", needed=has_phone, may_skip=False),
        listed("callback_safe", "safe", "call_and_message", "call_only", "chat_only", needed=has_phone, may_skip=False),
        listed("callback_language", "language", "fr", "ar", "en", needed=is_calm, may_skip=False),
        Step("callback_when", WHEN_BUTTONS, read_when, needed=is_calm),
        listed(
            "callback_topic",
            "topic",
            "about_what_is_avrr",
            "time_case_status",
            "documents_no_passport",
            "safety_emergency_numbers",
            "other",
            free=True,
        ),
        listed("callback_confirmed", "confirm", "send", *(f"change_{slot}" for slot in CHANGEABLE), may_skip=False),
    )

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        self = ValidateCallbackForm.of(tracker)
        return await GuidedForm.run(self, dispatcher, tracker, domain)

    @classmethod
    def of(cls, tracker: Tracker) -> "ValidateCallbackForm":
        """The form as it is for this person: numbers are read for their country, a subject by what it was understood as."""
        form = cls()
        region, understood = programme_get(tracker.get_slot("programme")).country, read_message(tracker).topic
        special = {
            "callback_contact": lambda text: contact_in(text, region),
            "callback_topic": lambda text: topic_in(text, understood),
        }
        form.steps = tuple(_with_reader(step, special.get(step.slot)) for step in cls.steps)
        return form

    def accept(self, dispatcher: CollectingDispatcher, step: Step, value: str, answers: Answers) -> list[EventType]:
        if (step.slot, value) == ("callback_consent", "no"):
            return self.end(NO_CONSENT)
        changed = consequences(step.slot, value)
        if changed is None:
            return super().accept(dispatcher, step, value, answers)
        events = [SlotSet(slot, new) for slot, new in changed.items()]
        chosen = self.step(value.removeprefix("change_")) if step.slot == "callback_confirmed" else None
        return events + (self.again(chosen) if chosen else self.ask({**answers, **changed}))

    def danger(self, topic: str) -> list[EventType]:
        """The safe text first; then the request goes on, as an urgent one."""
        return [SlotSet("callback_topic", topic), ActionExecutionRejected(self.form)]


def _with_reader(step: Step, read: Any) -> Step:
    wrong = "utter_callback_phone_wrong" if step.slot == "callback_contact" else step.wrong
    return replace(step, read=read, wrong=wrong) if read else step


class ActionCallbackStart(Action):
    """Begin with empty answers, about the topic the button named."""

    def name(self) -> str:
        return "action_callback_start"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        topic = next(tracker.get_latest_entity_values("topic"), None)
        about = topic if topic in topics() else None
        wants_voice = "voice" in tracker.get_latest_entity_values("kind")
        told = [SlotSet("callback_voice", tracker.get_slot("voice"))] if wants_voice else []
        if tracker.active_loop.get("name") == FORM:
            return [*told, SlotSet("callback_topic", about)] if about else told
        cleared = [SlotSet(slot, None) for slot in (*SLOTS, "form_end") if slot != "callback_topic"]
        return [*cleared, *told, SlotSet("callback_topic", about)]


class ActionAskContactConfirmed(Action):
    def name(self) -> str:
        return "action_ask_callback_form_callback_contact_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(
            response="utter_ask_callback_form_callback_contact_confirmed", phone=tracker.get_slot("callback_contact")
        )
        return []


class ActionAskConfirmed(Action):
    def name(self) -> str:
        return "action_ask_callback_form_callback_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_ask_callback_form_callback_confirmed", summary=summary(tracker))
        return []


def summary(tracker: Tracker) -> list[list[str]]:
    """Lines of (response name of the label, slot, value) for the answers given."""
    values = {slot: tracker.get_slot(slot) for slot in CHANGEABLE}
    return [[f"utter_label_{slot}", slot, value] for slot, value in values.items() if value not in (None, UNSAID)]


class ActionCallbackSave(Action):
    """Save first, then tell the person; a failure is told as well."""

    def name(self) -> str:
        return "action_callback_save"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        end = tracker.get_slot("form_end")
        if end == DONE:
            await save(dispatcher, tracker)
        else:
            dispatcher.utter_message(
                response="utter_callback_no_consent" if end == NO_CONSENT else "utter_form_stopped"
            )
        return [SlotSet(slot, None) for slot in (*SLOTS, "form_end")]


async def save(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Write the request and answer with its reference and the promised time."""
    write = callback_request_rehearse if is_staff(tracker.sender_id) else callback_request_save
    try:
        await in_database(conversation_resume, conversation_id=tracker.sender_id)
        request, is_new = await in_database(write, **request_values(tracker))
    except STORE_ERRORS:
        dispatcher.utter_message(response="utter_callback_failed")
        return
    dispatcher.utter_message(response="utter_callback_saved" if is_new else "utter_callback_updated", **told(request))


def request_values(tracker: Tracker) -> dict[str, Any]:
    """The form's answers as the service wants them."""
    said = {slot: "" if tracker.get_slot(slot) in (None, UNSAID) else tracker.get_slot(slot) for slot in SLOTS}
    by_chat = said["callback_contact"] == CHAT
    return {
        "conversation_id": tracker.sender_id,
        "programme": tracker.get_slot("programme"),
        "language": said["callback_language"] or conversation_language(tracker),
        "contact": CallbackRequest.Contact.CHAT if by_chat else CallbackRequest.Contact.PHONE,
        "safety": CallbackRequest.Safety.CHAT_ONLY if by_chat else said["callback_safe"],
        "phone": "" if by_chat else said["callback_contact"],
        "name": said["callback_name"],
        "topic": said["callback_topic"].replace("other", ""),
        "wish": said["callback_when"],
        "voice": said["callback_voice"],
    }


def conversation_language(tracker: Tracker) -> str:
    return tracker.get_slot("language_choice") or tracker.get_slot("language") or settings.LANGUAGE_CODE


def told(request: CallbackRequest) -> dict[str, str]:
    """What the person is told of a request: reference, and the promised time in the office's zone."""
    local = request.expected_at.astimezone(programme_timezone(request.programme))
    return {"reference": request.reference, "promised_at": local.isoformat()}


async def open_request(tracker: Tracker) -> CallbackRequest | None:
    return await in_database(callback_request_open, conversation_id=tracker.sender_id)


class ActionCallbackStatus(Action):
    """By when; if that time has passed, the counsellors are told again."""

    def name(self) -> str:
        return "action_callback_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        request = await open_request(tracker)
        if request is None:
            dispatcher.utter_message(response="utter_callback_none")
        elif request.expected_at < now():
            await in_database(callback_request_remind, request=request)
            dispatcher.utter_message(response="utter_callback_late", **told(request))
        else:
            dispatcher.utter_message(response="utter_callback_open", **told(request))
        return []


class ActionCallbackChange(Action):
    """Show the open request with its "change" buttons."""

    def name(self) -> str:
        return "action_callback_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        request = await open_request(tracker)
        if request is None:
            dispatcher.utter_message(response="utter_callback_none")
            return []
        return [SlotSet(slot, value) for slot, value in loaded(request).items()] + [FollowupAction(FORM)]


def loaded(request: CallbackRequest) -> Answers:
    """The form's answers of a saved request; only the confirmation is open."""
    return {
        "programme": request.programme,
        "callback_consent": "yes",
        "callback_name": request.name or UNSAID,
        "callback_contact": request.phone or CHAT,
        "callback_contact_confirmed": "yes",
        "callback_language": request.language,
        "callback_when": request.wish or UNSAID,
        "callback_safe": request.safety,
        "callback_topic": request.topic or "other",
        "callback_confirmed": None,
        "form_end": None,
    }


class ActionCallbackCancel(Action):
    """Ask once, then cancel."""

    def name(self) -> str:
        return "action_callback_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        request = await open_request(tracker)
        said = read_message(tracker)
        if request is None:
            dispatcher.utter_message(response="utter_callback_none")
        elif said.answer == "yes" or said.intent == "affirm":
            await cancel(dispatcher, tracker)
        else:
            dispatcher.utter_message(response="utter_callback_cancel_confirm", reference=request.reference)
        return [ActiveLoop(None), SlotSet("requested_slot", None)]


async def cancel(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    try:
        request = await in_database(callback_request_cancel, conversation_id=tracker.sender_id)
    except CallbackNotFound:
        dispatcher.utter_message(response="utter_callback_none")
        return
    dispatcher.utter_message(response="utter_callback_cancelled", reference=request.reference)
