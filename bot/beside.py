"""The assistant beside the live one: staff try a draft, or another model, and see what was understood. Nobody else is concerned."""

from __future__ import annotations

import copy
from typing import Any

from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

from bot.agent import SafeTrackerStore
from bot.topics import scores_of, topic_of
from desk.content.spelling import normalise

MOST_CONVERSATIONS = 100  # kept; they are forgotten together when there are more
MOST_SCORES = 5


def agent_beside(agent: Agent) -> Agent:
    """The same model with conversations of its own, which are in memory only."""
    beside, beside.processor = copy.copy(agent), copy.copy(agent.processor)
    beside.tracker_store = SafeTrackerStore(InMemoryTrackerStore(agent.domain))
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
