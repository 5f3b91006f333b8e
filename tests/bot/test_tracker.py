"""Our tracker against Rasa's own: the same states of the last turns, and copies that go their own way."""

import itertools
from pathlib import Path

import pytest
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from ruamel.yaml import YAML

from bot.tracker import TURNS_OF_A_RULE, SessionTracker

ROOT = Path(__file__).resolve().parents[2]
WAITING = ("action_listen", "action_session_start")


def turn(intent, *actions):
    return [
        UserUttered("words", {"name": intent}),
        *(ActionExecuted(action) for action in actions),
        BotUttered("answer"),
        ActionExecuted("action_listen"),
    ]


START = [ActionExecuted("action_session_start"), ActionExecuted("action_listen")]
FORM = [
    UserUttered("words", {"name": "check_eligibility"}),
    ActionExecuted("action_eligibility_start"),
    ActionExecuted("eligibility_form"),
    ActiveLoop("eligibility_form"),
    SlotSet("requested_slot", "programme"),
    ActionExecuted("action_listen"),
]
ANSWER = [
    UserUttered("words", {"name": "inform"}),
    ActionExecuted("eligibility_form"),
    SlotSet("requested_slot", "age"),
    ActionExecuted("action_listen"),
]
LAST_ANSWER = [
    UserUttered("words", {"name": "inform"}),
    ActionExecuted("eligibility_form"),
    SlotSet("requested_slot", None),
    ActiveLoop(None),
]
CONVERSATIONS = {
    "nothing said": START,
    "one message": [*START, *turn("greet", "utter_greet")],
    "a message to answer": [*START, *turn("greet", "utter_greet"), UserUttered("words", {"name": "faq"})],
    "many turns": [*START, *(event for _ in range(8) for event in turn("faq", "utter_faq"))],
    "not understood twice": [*START, *turn("greet", "utter_greet"), *turn("nlu_fallback", "utter_did_you_mean")]
    + [UserUttered("words", {"name": "nlu_fallback"})],
    "a form begins": [*START, *turn("greet", "utter_greet"), *turn("greet", "utter_greet"), *FORM],
    "within a form": [*START, *turn("greet", "utter_greet"), *FORM, *ANSWER, *ANSWER, *ANSWER],
    "a form ends": [*START, *FORM, *ANSWER, *ANSWER, *LAST_ANSWER],
    "after a form": [*START, *FORM, *ANSWER, *LAST_ANSWER, *turn("thank", "utter_thank"), *turn("faq", "utter_faq")],
}


def tracker_of(kind, domain, events):
    tracker = kind("conversation", domain.slots)
    for event in events:
        tracker.update(event, domain)
    return tracker


def prefixes(events):
    """The conversation at each moment at which Rasa asks what to do next."""
    for number, event in enumerate(events, start=1):
        if isinstance(event, UserUttered) or (isinstance(event, ActionExecuted) and event.action_name not in WAITING):
            rest = itertools.takewhile(
                lambda later: isinstance(later, (BotUttered, SlotSet, ActiveLoop)), events[number:]
            )
            yield events[: number + len(list(rest))]


def next_action(runner, processor, tracker):
    target = processor.model_metadata.core_target
    prediction = runner.run({"__tracker__": tracker}, [target])[target]
    return processor.domain.action_names_or_texts[prediction.max_confidence_index], prediction.max_confidence


@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_what_comes_next_is_what_rasa_would_do(processor, rasas_processor, domain, events):
    for past in prefixes(events):
        ours = next_action(processor.graph_runner, processor, tracker_of(SessionTracker, domain, past))
        rasas = next_action(rasas_processor.graph_runner, processor, tracker_of(DialogueStateTracker, domain, past))
        assert ours == rasas, past


@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS)
@pytest.mark.parametrize("before", [[], [UserUttered("earlier", {"name": "greet"}), SessionStarted()]])
def test_the_events_that_count_are_those_of_rasa(domain, events, before):
    for number in range(len(events) + 1):
        ours, rasas = (
            tracker_of(kind, domain, [*before, *events[:number]]) for kind in (SessionTracker, DialogueStateTracker)
        )
        assert ours.applied_events() == rasas.applied_events()


def test_only_the_last_turns_are_looked_at(domain):
    events = CONVERSATIONS["many turns"]
    assert len(tracker_of(DialogueStateTracker, domain, events).past_states(domain)) > 16
    assert len(tracker_of(SessionTracker, domain, events).past_states(domain)) <= 3 * TURNS_OF_A_RULE


@pytest.fixture(scope="module")
def rules():
    return YAML(typ="safe", pure=True).load((ROOT / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]


def test_no_rule_speaks_of_more_messages_than_are_looked_at(rules):
    assert max(sum("intent" in step for step in rule["steps"]) for rule in rules) == TURNS_OF_A_RULE


def test_no_rule_goes_on_after_a_reply(rules):
    """The dialogue server listens after a reply without asking the rules."""
    for rule in rules:
        for reply, after in itertools.pairwise([*rule["steps"], {}]):
            if reply.get("action", "").startswith("utter_"):
                assert after.get("action") in (None, "action_listen"), rule["rule"]


def test_no_rule_depends_on_what_a_slot_was_before(rules):
    for rule in rules:
        if sum("intent" in step for step in rule["steps"]) > 1:
            assert all("slot_was_set" not in step for step in [*rule["steps"], *rule.get("condition", [])])


def test_a_copy_is_the_same(domain):
    tracker = tracker_of(SessionTracker, domain, [SlotSet("language", "ar"), *CONVERSATIONS["within a form"]])
    twin = tracker.copy()
    assert twin == tracker
    assert twin.current_state() == tracker.current_state()
    assert twin.active_loop_name == "eligibility_form"


def test_a_copy_goes_its_own_way(domain):
    tracker = tracker_of(SessionTracker, domain, [SlotSet("language", "ar"), *FORM])
    twin = tracker.copy()
    twin.update(SlotSet("language", "fr"))
    twin.update(ActiveLoop(None))
    twin.reject_action("eligibility_form")
    assert (tracker.get_slot("language"), tracker.active_loop_name) == ("ar", "eligibility_form")
    assert not tracker.is_active_loop_rejected
    assert len(twin.events) == len(tracker.events) + 2


def test_a_copy_inside_a_form_does_not_reject_it_for_the_other(domain):
    tracker = tracker_of(SessionTracker, domain, FORM)
    tracker.copy().reject_action("eligibility_form")
    assert not tracker.is_active_loop_rejected
