"""The dialogue server's agent."""

import subprocess
import sys

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import ActionExecuted, ActiveLoop, UserUttered

from bot.agent import Agent, is_answered
from bot.errors import ModelMissing
from bot.tracker import SessionTracker
from bot.tracker_store import SessionTrackerStore


@pytest.mark.parametrize("name", ["nothing.tar.gz", "empty"])
def test_without_a_model_it_says_what_to_do(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelMissing, match="make train"):
        Agent().load_model(str(tmp_path / name))


async def test_a_new_conversation_is_one_of_the_store(domain, tmp_path):
    store = SessionTrackerStore(domain, host=f"sqlite:///{tmp_path}/tracker.sqlite3")
    tracker = await Agent(tracker_store=store, domain=domain).tracker_store.get_or_create_tracker("anybody")
    assert isinstance(tracker, SessionTracker)


async def test_another_store_works_too(domain):
    agent = Agent(tracker_store=InMemoryTrackerStore(domain), domain=domain)
    assert (await agent.tracker_store.get_or_create_tracker("anybody")).sender_id == "anybody"


def test_the_model_knows_no_intent_that_the_domain_does_not(processor):
    classifier = processor.graph_runner._nodes["run_bot.nlu.classify.TopicClassifier3"]._component
    assert {label.partition("/")[0] for label in classifier.model.classes} <= set(processor.domain.intents)


def test_slots_are_filled_from_entities_or_by_forms_only(processor):
    kinds = {mapping["type"] for slot in processor.domain.slots for mapping in slot.mappings}
    assert kinds <= {"from_entity", "custom"}
    assert "action_validate_slot_mappings" not in processor.domain.action_names_or_texts


@pytest.mark.parametrize(
    ("action", "loop", "wanted"),
    [("utter_greet", None, True), ("utter_greet", "callback_form", False), ("action_listen", None, False)],
)
def test_after_a_reply_outside_forms_we_listen(processor, domain, action, loop, wanted):
    tracker = SessionTracker("anybody", domain.slots)
    for event in (ActionExecuted("action_listen"), UserUttered("hello", {"name": "greet"}), ActiveLoop(loop)):
        tracker.update(event)
    tracker.update(ActionExecuted(action))
    tracker.clear_followup_action()
    assert is_answered(tracker) is wanted
    if wanted:
        listen, prediction = processor.predict_next_with_tracker_if_should(tracker)
        assert listen.name() == "action_listen"
        assert prediction.max_confidence == 1.0


def test_the_server_runs_without_tensorflow():
    code = (
        "import sys, bot.server; from bot.agent import Agent; Agent().load_model('models');"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'tensorflow', 'keras', 'torch'}))"
    )
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=120)
    assert run.stdout.splitlines()[-1:] == ["[]"], run.stderr[-2000:]
