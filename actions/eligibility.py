"""The guided check."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.form import DONE, STOPPED, Answers, GuidedForm, Step, listed
from bot.answers import Found, country_codes, read_answer, read_country
from desk.content.spelling import normalise
from desk.programmes.eligibility import assess
from desk.programmes.selectors import programme_get

# Answers that end the check: the topic whose safe text comes first, before anything on return.
PROTECTION = {
    ("own_wish", "pushed"): "safety_pressure_to_return",
    ("own_wish", "afraid"): "safety_fear_persecution",
    ("company", "alone"): "child_alone",
    ("detained", "yes"): "detention_can_i_return",
}
SITUATIONS = {
    "eligibility_no_papers": "no_papers",
    "eligibility_asylum_pending": "asylum_pending",
    "time_order_to_leave": "order_to_leave",
}
ADULT = 18
YOUNGEST, OLDEST = 5, 110  # a number outside is not an age
FORM_SLOTS = (
    "nationality",
    "situation",
    "own_wish",
    "age",
    "company",
    "children",
    "health",
    "earlier_help",
    "detained",
)


def read_age(text: str) -> Found | None:
    """Adult or minor, from words ("under 18") or else a number of years; None when a word makes it unsure ("almost 18")."""
    said = read_answer("age", text)
    years = [int(number) for number in re.findall(r"\d+", normalise(text))]
    if said or len(years) != 1 or not YOUNGEST <= years[0] <= OLDEST or read_answer("nearly", text):
        return said
    return Found("adult" if years[0] >= ADULT else "minor", exact=len(text.split()) <= 4)


def read_children(text: str) -> Found | None:
    """Yes or no, also as "my two daughters"."""
    return read_answer("children", text) or read_answer("yes_no", text)


class ValidateEligibilityForm(GuidedForm, Action):
    form = "eligibility_form"
    steps = (
        listed("programme", "programme", "morocco", "belgium", "tanzania", "yemen", "elsewhere", may_skip=False),
        Step("nationality", country_codes(), read_country),
        listed(
            "situation",
            "situation",
            "no_papers",
            "permit",
            "asylum_pending",
            "asylum_refused",
            "refugee",
            "order_to_leave",
            topics=SITUATIONS,
            near=("asylum_apply_instead",),
        ),
        listed("own_wish", "own_wish", "yes", "unsure", "pushed", "afraid"),
        Step("age", ("adult", "minor"), read_age),
        listed(
            "company",
            "company",
            "with_family",
            "alone",
            needed=lambda answers: answers["age"] == "minor",
            may_skip=False,
        ),
        Step("children", ("yes", "no"), read_children, needed=lambda answers: answers["age"] != "minor"),
        listed("health", "health", "pregnant", "ill", "none", near=("safety_medical_emergency",)),
        listed("earlier_help", "earlier_help", "no", "yes_recent", "yes_long_ago"),
        listed("detained", "yes_no", "yes", "no"),
    )

    def accept(self, dispatcher: CollectingDispatcher, step: Step, value: str, answers: Answers) -> list[EventType]:
        if (step.slot, value) in PROTECTION:
            return self.end(PROTECTION[step.slot, value])
        return super().accept(dispatcher, step, value, answers)


class ActionEligibilityStart(Action):
    """A new check forgets the answers of the last one; where the person is stays known."""

    def name(self) -> str:
        return "action_eligibility_start"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if tracker.active_loop.get("name") == ValidateEligibilityForm.form:
            return []
        dispatcher.utter_message(response="utter_check_intro")
        return [SlotSet(slot, None) for slot in (*FORM_SLOTS, "form_end")]


class ActionEligibilityResult(Action):
    """Say the result, or the safe text of a protection case."""

    def name(self) -> str:
        return "action_eligibility_result"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        end = tracker.get_slot("form_end")
        if end == DONE:
            say_result(dispatcher, tracker)
        elif end == STOPPED:
            dispatcher.utter_message(response="utter_form_stopped")
        else:
            dispatcher.utter_message(response=f"utter_faq/{end}")
        return [SlotSet("form_end", None)]


def say_result(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Likely, perhaps or unlikely, with reasons and next steps."""
    answers = {slot: tracker.get_slot(slot) for slot in FORM_SLOTS}
    if answers["age"] == "minor":
        answers["age"] = "minor_with_family"
    assessment = assess(programme_get(tracker.get_slot("programme")), answers)
    dispatcher.utter_message(
        response=f"utter_check_{assessment.result}",
        reasons=list(assessment.reasons) or ["utter_check_no_rule"],
        next_steps=list(assessment.next_steps) or ["utter_check_next"],
    )
