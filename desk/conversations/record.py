"""What a person told the assistant and was told, for the counsellor who answers their request."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from desk.content.i18n import translate
from desk.content.selectors import topics
from desk.conversations.dialogue import DialogueServerDown, tracker_get
from desk.datafiles import read_yaml
from desk.registry import ROOT

SLOTS = ("nationality", "situation", "own_wish", "age", "company", "children", "health", "earlier_help", "detained")
FAQ = "utter_faq/"
MOST_SHOWN = 30


@dataclass(frozen=True)
class Shown:
    """An answer the person saw: the title of its question in the reader's language, and the very words of the answer."""

    title: str
    text: str


@dataclass(frozen=True)
class Record:
    """Answers as (question, answer) in the reader's language, and what was shown, the newest last."""

    answers: list[tuple[str, str]]
    shown: list[Shown]


async def record_get(*, conversation_id: str, language: str) -> Record | None:
    """The record of the whole conversation; None while the dialogue server does not answer."""
    try:
        tracker = await tracker_get(conversation_id=conversation_id)
    except DialogueServerDown:
        return None
    return Record(answers_of(tracker.get("slots") or {}, language), shown_in(tracker.get("events") or [], language))


def answers_of(slots: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """What was answered in the guided check."""
    return [(question(name, language), answer(name, slots[name], language)) for name in SLOTS if slots.get(name)]


def shown_in(events: list[dict[str, Any]], language: str) -> list[Shown]:
    """The answers of data/faq/ among the events."""
    said = [event for event in events if event.get("event") == "bot" and topic_of(event)]
    texts = {(topic_of(event), event.get("text") or ""): None for event in said}  # each once
    return [Shown(title(topic, language), text) for topic, text in list(texts)[-MOST_SHOWN:]]


def topic_of(event: dict[str, Any]) -> str:
    """The topic that a message of the assistant answers, or ""."""
    name = (event.get("metadata") or {}).get("utter_action") or ""
    return name.removeprefix(FAQ) if name.startswith(FAQ) else ""


def title(topic: str, language: str) -> str:
    """The title of a question; its id when it no longer exists."""
    found = topics().get(topic)
    return translate(language, found.title) if found else topic


def country(programme: str, language: str) -> str:
    """The name of a programme, as the buttons of the chat say it."""
    names = {item["payload"]: item["title"] for item in responses()["utter_where"]["buttons"]}
    return translate(language, names.get(programme, programme.title()))


def question(slot: str, language: str) -> str:
    """A question of the check as the person read it."""
    found = responses().get(f"utter_ask_eligibility_form_{slot}")
    return translate(language, found["text"].split("\n")[0]) if found else slot


def answer(slot: str, value: Any, language: str) -> str:
    """An answer as its button says it; several, and what has no button, as they are."""
    buttons = (responses().get(f"utter_ask_eligibility_form_{slot}") or {}).get("buttons", [])
    titles = {
        json.loads(item["payload"][item["payload"].index("{") :])["answer"]: item["title"]
        for item in buttons
        if "{" in item["payload"]
    }
    return ", ".join(translate(language, titles.get(part, part)) for part in str(value).split())


@cache
def responses() -> dict[str, dict[str, Any]]:
    """The texts of domain.yml by name."""
    return {name: items[0] for name, items in read_yaml(ROOT / "domain.yml")["responses"].items()}
