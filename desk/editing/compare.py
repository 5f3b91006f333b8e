"""Two writings of a topic or a fact, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from desk.content.documents import FLAGS, PARTS, TOPIC, Document
from desk.content.i18n import LANGUAGES

WORDS = re.compile(r"\s+|\{[^{}]*\}|\w+|[^\w\s]")
FACT_FIELDS = ("kind", "value", "names", "source", "source_date", "checked_on", "review_by", "status", "note")
Piece = tuple[str, str]  # "same", "ins" or "del", and the text


@dataclass(frozen=True)
class Difference:
    """One text that differs; `language` is "" where the part has none."""

    part: str
    language: str
    pieces: list[Piece]


def differences(kind: str, before: Document | None, after: Document) -> list[Difference]:
    """What changed from one document to another, part by part; None counts as empty."""
    old, new = dict(_texts(kind, before or {})), dict(_texts(kind, after))
    return [
        Difference(*place, pieces_of(old.get(place, ""), new.get(place, "")))
        for place in dict.fromkeys([*new, *old])
        if old.get(place, "") != new.get(place, "")
    ]


def _texts(kind: str, document: Document) -> Iterator[tuple[tuple[str, str], str]]:
    if kind != TOPIC:
        yield from (((name, ""), shown(document[name])) for name in FACT_FIELDS if document.get(name))
        return
    parts = document.get("parts", {})
    yield from (
        ((part, language), parts[part].get(language, "")) for part in PARTS if part in parts for language in LANGUAGES
    )
    yield from (((name, ""), shown(document.get(name))) for name in ("next", "related", *FLAGS))


def shown(value: Any) -> str:
    """A value of a fact or a list, as one line for colleagues."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {shown(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if value is True:
        return "✓"
    return "" if value is None or value is False else str(value)


def pieces_of(before: str, after: str) -> list[Piece]:
    """Both texts in one, in reading order: what stayed, what went, what came. A space between two changes is part of them."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found: list[Piece] = []
    gone = came = ""
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[i:j]), "".join(new[k:m])
        if what == "equal" and was.strip():
            found += [*_changed(gone, came), ("same", was)]
            gone = came = ""
        else:
            gone, came = gone + was, came + now
    return found + _changed(gone, came)


def _changed(gone: str, came: str) -> list[Piece]:
    if gone == came:
        return [("same", gone)] if gone else []
    return [piece for piece in (("del", gone), ("ins", came)) if piece[1]]
