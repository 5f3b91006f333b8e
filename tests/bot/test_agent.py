"""The dialogue server's agent."""

import subprocess
import sys

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore

from bot.agent import Agent
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


def test_the_server_runs_without_tensorflow():
    code = (
        "import sys, bot.server; from bot.agent import Agent; Agent().load_model('models');"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'tensorflow', 'keras', 'torch'}))"
    )
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=120)
    assert run.stdout.splitlines()[-1:] == ["[]"], run.stderr[-2000:]
