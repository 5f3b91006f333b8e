"""A form that people can leave, go back in, ask about, and interrupt: shared by the check and the callback request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.message import FAQ, Said, is_new_answer, read_message
from bot.answers import Found, is_question, read_answer
from desk.content.selectors import handover_topics

UNSAID = "unsaid"
STOPPED = "stopped"
DONE = "done"
CONTROLS = ("back", "why", "skip", "stop")
# A question in the middle of a form is answered first; these intents say something else than an answer.
INTERRUPTIONS = {
    "faq",
    "choose_language",
    "request_callback",
    "check_eligibility",
    "callback_status",
    "callback_change",
    "callback_cancel",
    "erase_my_data",
    "stop_messages",
    "help_menu",
    "repeat_simpler",
    "greet",
    "thank",
    "goodbye",
    "received",
    "rate",
}
SURE, CLEAR = 0.5, 0.9  # confidence of the classifier
Answers = dict[str, str | None]


@dataclass(frozen=True)
class Step:
    """One question: its slot, its tappable values, how a written answer is read, and when it is asked."""

    slot: str
    values: tuple[str, ...] = ()
    read: Callable[[str], Found | None] = lambda text: None
    needed: Callable[[Answers], bool] = lambda answers: True
    may_skip: bool = True
    free: bool = False  # any words will do: then "stop" or a question is not taken for an answer
    wrong: str = "utter_form_not_understood"
    near: tuple[str, ...] = ()  # topics of danger for which a plain answer is easily taken
    topics: dict[str, str] = field(default_factory=dict)  # topic of a statement, to the value it stands for


def listed(slot: str, question: str, *values: str, **options: Any) -> Step:
    """A step whose written answers are in data/answers.yml under `question`."""
    return Step(slot, values, lambda text: read_answer(question, text), **options)


class GuidedForm:
    """Mixed into an Action: runs as Rasa's `validate_<form>` and decides which slot is asked next."""

    form: str
    steps: tuple[Step, ...]

    def name(self) -> str:
        return f"validate_{self.form}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        answers: Answers = {step.slot: tracker.get_slot(step.slot) for step in self.steps}
        step = self.step(tracker.get_slot("requested_slot"))
        if step is None or not is_new_answer(tracker, self.form):
            return self.ask(answers)
        said = read_message(tracker)
        found = self.read(step, said)
        if self.is_danger(step, said, found):
            return self.danger(said.topic)
        control = self.control(said, None if step.free else found)
        if control:
            return getattr(self, control)(dispatcher, step, answers)
        interrupted = self.is_interruption(said)
        if found and (found.exact or not self.says_more(step, said, interrupted)):
            return self.accept(dispatcher, step, found.value, answers)
        if interrupted:
            return [ActionExecutionRejected(self.form)]
        dispatcher.utter_message(response=step.wrong)
        return self.again(step)

    # --- reading --------------------------------------------------------------------------------

    def step(self, slot: str | None) -> Step | None:
        return next((step for step in self.steps if step.slot == slot), None)

    @staticmethod
    def read(step: Step, said: Said) -> Found | None:
        """The value said: a tapped one of this step, what the text says, or what it was understood as."""
        if said.answer is not None:
            return Found(said.answer, exact=True) if said.answer in step.values else None
        found = step.read(said.text) if said.text else None
        if found is None and said.topic in step.topics and not is_question(said.text):
            return Found(step.topics[said.topic], exact=False)
        return found

    @staticmethod
    def control(said: Said, found: Found | None) -> str | None:
        """back, why, skip or stop, when that is what was said."""
        if said.answer is not None:
            return said.answer if said.answer in CONTROLS else None
        word = read_answer("control", said.text) if said.text else None
        return word.value if word and word.exact and not (found and found.exact) else None

    @staticmethod
    def is_danger(step: Step, said: Said, found: Found | None) -> bool:
        """Whether the person wrote of danger; where the words also answer the question, only when that is clear."""
        if said.topic not in handover_topics() or (found and said.topic in step.near):
            return False
        return found is None or (not found.exact and said.confidence >= CLEAR)

    @staticmethod
    def says_more(step: Step, said: Said, interrupted: bool) -> bool:
        """Whether words that hold an answer are meant otherwise: a question, or another wish than an answer."""
        return is_question(said.text) or (interrupted and (step.free or said.intent != FAQ))

    @staticmethod
    def is_interruption(said: Said) -> bool:
        return said.answer is None and said.intent in INTERRUPTIONS and (not said.text or said.confidence >= SURE)

    # --- answering ------------------------------------------------------------------------------

    def ask(self, answers: Answers) -> list[EventType]:
        """Ask the next step that has no answer; none left ends the form."""
        step = next((s for s in self.steps if answers[s.slot] is None and s.needed(answers)), None)
        return self.again(step) if step else self.end(DONE)

    @staticmethod
    def again(step: Step) -> list[EventType]:
        """Ask this step. Its slot is emptied: Rasa takes a form that sets no slot for an interrupted one."""
        return [SlotSet(step.slot, None), SlotSet("requested_slot", step.slot)]

    def accept(self, dispatcher: CollectingDispatcher, step: Step, value: str, answers: Answers) -> list[EventType]:
        """Keep an answer and go on."""
        return [SlotSet(step.slot, value), *self.ask({**answers, step.slot: value})]

    def danger(self, topic: str) -> list[EventType]:
        """The person wrote of danger: leave the form at once."""
        return self.end(topic)

    @staticmethod
    def end(reason: str) -> list[EventType]:
        return [SlotSet("form_end", reason), SlotSet("requested_slot", None)]

    def why(self, dispatcher: CollectingDispatcher, step: Step, answers: Answers) -> list[EventType]:
        dispatcher.utter_message(response=f"utter_why_{step.slot}")
        return self.again(step)

    def skip(self, dispatcher: CollectingDispatcher, step: Step, answers: Answers) -> list[EventType]:
        if step.may_skip:
            return self.accept(dispatcher, step, UNSAID, answers)
        dispatcher.utter_message(response="utter_form_needed")
        return self.again(step)

    def stop(self, dispatcher: CollectingDispatcher, step: Step, answers: Answers) -> list[EventType]:
        return self.end(STOPPED)

    def back(self, dispatcher: CollectingDispatcher, step: Step, answers: Answers) -> list[EventType]:
        """Forget the answer before this question and ask it again."""
        before = [s for s in self.steps[: self.steps.index(step)] if answers[s.slot] is not None]
        if not before:
            dispatcher.utter_message(response="utter_form_first")
            return self.again(step)
        return self.again(before[-1])
