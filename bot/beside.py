"""The assistant beside the live one: staff try a draft, or another model, and see what was understood. Nobody else is concerned."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

from bot.agent import Agent, MessageProcessor, SafeTrackerStore
from bot.errors import ModelMissing
from bot.pull import FINGERPRINT, kept_folder, model_fetch
from bot.topics import scores_of, topic_of
from desk.content.spelling import normalise

MOST_CONVERSATIONS = 100  # kept; they are forgotten together when there are more
MOST_SCORES = 5


class Beside:
    """The agents of staff: one of the model in use, and one of another that the desk keeps."""

    def __init__(self) -> None:
        self._agents: dict[bool, tuple[Any, Agent]] = {}

    async def agent(self, live: Agent, fingerprint: str = "") -> Agent:
        """The agent of a model by its fingerprint, "" for the one in use. Raises ModelMissing."""
        wanted = fingerprint or live.processor
        known, agent = self._agents.get(bool(fingerprint), (None, live))
        if known != wanted:
            agent = agent_beside(live, await _load(live, fingerprint) if fingerprint else live.processor)
            self._agents[bool(fingerprint)] = wanted, agent
        forget_some(agent)
        return agent


async def _load(live: Agent, fingerprint: str) -> MessageProcessor:
    if not FINGERPRINT.fullmatch(fingerprint) or live.model_server is None:
        raise ModelMissing(f"there is no model {fingerprint}")
    try:
        path = await model_fetch(live.model_server, fingerprint, kept_folder() / "tried")
        try:
            return await asyncio.to_thread(live.processor_of, path)
        finally:
            path.unlink()
    except Exception as error:  # whatever a damaged file brings about
        raise ModelMissing(f"the model cannot be tried ({type(error).__name__})") from error


def agent_beside(agent: Agent, processor: MessageProcessor) -> Agent:
    """An agent with conversations of its own, which are in memory only."""
    beside, beside.processor = copy.copy(agent), copy.copy(processor)
    beside.domain, beside.nlg = processor.domain, copy.copy(agent.nlg)
    beside.nlg.responses, beside.processor.nlg = beside.domain.responses, beside.nlg
    beside.tracker_store = SafeTrackerStore(InMemoryTrackerStore(beside.domain))
    beside.processor.tracker_store = beside.tracker_store
    beside.lock_store = beside.processor.lock_store = InMemoryLockStore()
    return beside


def forget_some(agent: Agent) -> None:
    """Begin with empty conversations when there are many."""
    known = agent.tracker_store._tracker_store.store
    if len(known) > MOST_CONVERSATIONS:
        known.clear()


def understood(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What was made of the last message: {"intent", "topic", "confidence", "scores": [[name, score], ...], "language",
    "normalised"}; scores are those of the likeliest topics and intents."""
    parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
    intent, scores = parsed.get("intent") or {}, scores_of(parsed)
    likeliest = sorted(scores, key=lambda name: -scores[name])[:MOST_SCORES]
    return {
        "intent": intent.get("name") or "",
        "topic": topic_of(parsed) or "",
        "confidence": round(float(intent.get("confidence") or 0), 3),
        "scores": [[name, round(scores[name], 3)] for name in likeliest],
        "language": tracker.get_slot("language") or "",
        "normalised": normalise(parsed.get("text") or ""),
    }
