"""Rasa's own checks: its validator, its test stories, and the same stories held with the real dialogue server and actions."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "assistant.tar.gz"
STORIES = ROOT / "tests" / "conversations"
LONGEST_RUN_S = 120


def rasa(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One run of Rasa's command line, as in `make train`; its output without colours."""
    settings = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "NO_COLOR": "1",
        "ACTION_ENDPOINT_URL": "http://127.0.0.1:1/",
        "MODEL_URL": "http://127.0.0.1:1/",
        "RASA_TOKEN": "token-of-the-tests",
        "TRACKER_STORE_URL": f"sqlite:///{folder / 'trackers.db'}",
    }
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=LONGEST_RUN_S
    )
    run.stdout = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout + run.stderr)
    return run


# --- rasa data validate ----------------------------------------------------------------------------

EXPECTED = {
    r"The intent '(inform|ask_question|rate|received)' is listed in the domain file, but is not found in the NLU training data\.": (
        "sent by buttons and channels only, never typed"
    ),
    r"The following duplicated intents have been found across multiple domain files: faq ": (
        "the answers of data/faq/ join domain.yml, which names the intent: bot.importer"
    ),
    r"(Action|The action) 'utter_rated' is .*": ("the words depend on the rating: utter_rated_yes, utter_rated_no"),
    r"The following duplicated actions have been found across multiple domain files: utter_faq": "the same",
}
UNUSED = re.compile(r"The utterance '(\w+)' is not used in any story or rule\.")
# Names that our code builds of a slot, a label or a result; all other unused responses must be named in the code.
BUILT = re.compile(r"utter_(ask|why|label|check|received|command)_\w+")
NOT_SAID = {"utter_fact_unknown"}  # the words for a fact that is not known, inside another reply: desk.content.i18n


def warnings_of(output: str) -> list[str]:
    """What the validator complains of, one line each; a duplicate's second line has no word before it."""
    lines = (re.sub(r"^.*UserWarning: ", "", line) for line in output.splitlines() if "UserWarning: " in line)
    others = [line for line in output.splitlines() if re.match(r"The following duplicated|.* (WARNING|ERROR) ", line)]
    return [*lines, *others]


def sources() -> str:
    """The code that names responses."""
    return "\n".join(path.read_text() for room in ("bot", "actions") for path in (ROOT / room).rglob("*.py"))


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("validate")
    run = rasa("data", "validate", "--data", "data/nlu", "data/rules.yml", folder=folder)
    assert run.returncode == 0, run.stdout
    assert "No story structure conflicts found" in run.stdout
    return warnings_of(run.stdout)


def test_the_validator_warns_of_nothing_else(validated: list[str]):
    others = [line for line in validated if not UNUSED.fullmatch(line)]
    assert [line for line in others if not any(re.fullmatch(known, line) for known in EXPECTED)] == []
    assert [known for known in EXPECTED if not any(re.fullmatch(known, line) for line in others)] == [], (
        "no longer needed"
    )


def test_a_response_that_no_rule_says_is_said_by_a_form_or_an_action(validated: list[str]):
    names = [found.group(1) for line in validated if (found := UNUSED.fullmatch(line))]
    code = sources()
    assert names
    assert [
        name for name in names if not BUILT.fullmatch(name) and f'"{name}"' not in code and name not in NOT_SAID
    ] == []


# --- rasa test -------------------------------------------------------------------------------------


@dataclass
class Turn:
    """What a person says in a story, and what the story then says of the assistant."""

    text: str
    intent: str
    actions: list[str]
    slots: list[tuple[str, Any]]
    loops: list[str | None]


@dataclass
class Story:
    name: str
    turns: list[Turn]


def read_story(record: dict[str, Any]) -> Story:
    turns: list[Turn] = []
    for step in record["steps"]:
        if "user" in step:
            turns.append(Turn(step["user"], step["intent"], [], [], []))
        elif "action" in step:
            turns[-1].actions.append(step["action"])
        elif "active_loop" in step:
            turns[-1].loops.append(step["active_loop"])
        else:
            turns[-1].slots += [item for pairs in step["slot_was_set"] for item in pairs.items()]
    return Story(record["story"], turns)


def stories() -> Iterator[Any]:
    for path in sorted(STORIES.glob("test_*.yml")):
        for record in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["stories"]:
            story = read_story(record)
            yield pytest.param(story, id=f"{path.stem.removeprefix('test_')}: {story.name}")


ALL_STORIES = list(stories())


def test_every_story_goes_as_the_rules_say(tmp_path: Path):
    run = rasa(
        *("test", "core", "--stories", str(STORIES), "--model", str(MODEL)),
        *("--fail-on-prediction-errors", "--no-plot", "--out", str(tmp_path)),
        folder=tmp_path,
    )
    assert run.returncode == 0, run.stdout
    told = json.loads((tmp_path / "story_report.json").read_text())["conversation_accuracy"]
    assert told["total"] == len(ALL_STORIES) > 0
    assert told["correct"] == told["total"]


# --- the stories, held for real --------------------------------------------------------------------
# `rasa test` runs no action and, with --e2e, reads each text without its conversation. Here the whole
# dialogue server answers; only the way to the action server is short.


@pytest.fixture(scope="module")
def agent():
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig
    from rasa_sdk.executor import ActionExecutor

    class ActionsHere(EndpointConfig):
        """The action server without the network."""

        async def request(self, json: dict[str, Any], **options: Any) -> dict[str, Any] | None:
            return await executor.run(json)

    executor = ActionExecutor()
    executor.register_package("actions")
    return Agent.load(MODEL, generator=EndpointConfig(type="bot.nlg.CatalogueNLG"), action_endpoint=ActionsHere())


class Conversation:
    """A conversation with the agent, one turn at a time."""

    def __init__(self, agent: Any, name: str) -> None:
        self.agent, self.name, self.tracker, self.offered = agent, name, None, set()

    async def say(self, text: str) -> list[Any]:
        """The events that a message brings about."""
        from rasa.shared.core.events import UserUttered

        await self.agent.handle_text(text, sender_id=self.name)
        self.tracker = await self.agent.tracker_store.retrieve(self.name)
        events = list(self.tracker.events)
        start = max(place for place, event in enumerate(events) if isinstance(event, UserUttered))
        return events[start:]


def check_turn(turn: Turn, events: list[Any], conversation: Conversation) -> None:
    """What happened is what the story says."""
    from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet

    done = [event.action_name for event in events if isinstance(event, ActionExecuted)]
    set_here = [(event.key, event.value) for event in events if isinstance(event, SlotSet)]
    replies = [event for event in events if isinstance(event, BotUttered)]
    assert understood(events[0], turn), f"{turn.text!r} was understood as {events[0].parse_data['intent']}"
    assert [name for name in done if name != "action_listen"] == turn.actions, turn.text
    for name, value in turn.slots:
        assert (name, value) in set_here or conversation.tracker.get_slot(name) == value, (turn.text, name)
    for name in turn.loops:
        assert name in [event.name for event in events if isinstance(event, ActiveLoop)], (turn.text, name)
    assert replies, f"no answer to {turn.text!r}"
    assert {reply.metadata["language"] for reply in replies} == {language(conversation.tracker)}, turn.text
    conversation.offered |= {button["payload"] for reply in replies for button in reply.data["buttons"] or []}


def understood(said: Any, turn: Turn) -> bool:
    """Whether intent and topic are those of the story; how a form takes a written answer is seen in its slots."""
    intent = said.parse_data["intent"]
    if turn.intent == "inform" and not turn.text.startswith("/"):
        return True
    return (intent.get("full_retrieval_intent_name") or intent["name"]) == turn.intent


def language(tracker: Any) -> str:
    return tracker.get_slot("language_choice") or tracker.get_slot("language") or "fr"


@pytest.mark.parametrize("story", ALL_STORIES)
@pytest.mark.django_db(transaction=True)
async def test_a_real_conversation_goes_as_its_story(story: Story, agent: Any):
    conversation = Conversation(agent, story.name)
    for turn in story.turns:
        if "{" in turn.text:
            stale = {'/inform{"answer": "GN"}'} if "is over" in story.name else set()
            assert turn.text in conversation.offered | stale, f"{turn.text} stands on no button so far"
        check_turn(turn, await conversation.say(turn.text), conversation)
