"""Texts as a phone shows them: length, sentences, numbered choices, right to left."""

import re
import unicodedata
from collections.abc import Sequence

from desk.content.spelling import normalise_digits

_ENDS = (
    re.compile(r"\n\n"),  # a paragraph
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?؟…])\s"),  # a sentence
    re.compile(r"\s"),
)
_NUMBER = re.compile(r"[\s(]*(\d{1,2})[\s.)\uFE0F\u20E3]*")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ISOLATED = re.compile("\u2066[^\u2069]*\u2069")
_RIGHT_TO_LEFT_MARK = "\u200f"


def length(text: str) -> int:
    """Characters as the providers count them: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int) -> list[str]:
    """Cut at the end of a paragraph, line, sentence or word, so that no part is longer than `limit` when it is `directed`."""
    parts = []
    while length(directed(text)) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut].strip())
        text = text[cut:].strip()
    return [part for part in (*parts, text) if part]


def _cut(text: str, limit: int) -> int:
    """The last good place within the limit; in a text without any, the limit itself."""
    end = limit
    while length(directed(text[:end])) > limit:  # signs outside the basic plane count twice
        end -= 1
    for pattern in _ENDS:
        places = [match.start() for match in pattern.finditer(text, 0, end) if match.start() > end // 3]
        if places:
            return places[-1]
    return end


def choice(text: str, options: int) -> int | None:
    """The place (from 0) of a typed number such as "2", "٢" or "2." among so many options."""
    match = _NUMBER.fullmatch(normalise_digits(text))
    number = int(match[1]) if match else 0
    return number - 1 if 0 < number <= options else None


def numbered(text: str, titles: Sequence[str], hint: str) -> str:
    """A text with its choices as numbered lines and a hint how to answer."""
    lines = [f"{place}. {title}" for place, title in enumerate(titles, 1)]
    return "\n\n".join(filter(None, [text, "\n".join(lines), hint]))


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to read: not so in emoji or dots."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def directed(text: str) -> str:
    """Mark the lines of an Arabic text that begin with a Latin word or hold only a number or address, so that phones set
    them right to left."""
    if not _ARABIC.search(text):
        return text
    return "\n".join(_RIGHT_TO_LEFT_MARK + line if _is_set_wrongly(line) else line for line in text.split("\n"))


def _is_set_wrongly(line: str) -> bool:
    if _ARABIC.search(line):
        return not _starts_arabic(line)
    outside = {unicodedata.bidirectional(char) for char in _ISOLATED.sub("", line)}
    return bool(line.strip()) and not outside & {"L", "R", "AL"}


def _starts_arabic(line: str) -> bool:
    strong = (unicodedata.bidirectional(char) for char in line)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "AL") != "L"
