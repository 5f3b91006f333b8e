"""What a new model understands better and worse than the one in use, by topic and variety, and what it may not lose."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.evaluate import Judged
from desk.content.selectors import handover_topics

Cell = tuple[str, str]  # label, variety


@dataclass(frozen=True)
class Change:
    """Of `n` messages of a label in a variety, how many were understood before and are now."""

    label: str
    variety: str
    n: int
    before: int
    after: int


def changes(before: Iterable[Judged], after: Iterable[Judged]) -> list[Change]:
    """The cells in which the number of understood messages changed, the greatest change first."""
    after = list(after)
    n, then, now = Counter(map(_cell, after)), _understood(before), _understood(after)
    found = [Change(*cell, n[cell], then[cell], now[cell]) for cell in n if then[cell] != now[cell]]
    return sorted(found, key=lambda item: (-abs(item.after - item.before), item.label, item.variety))


def _cell(item: Judged) -> Cell:
    return item.label, item.variety


def _understood(judged: Iterable[Judged]) -> Counter[Cell]:
    return Counter(_cell(item) for item in judged if is_understood(item))


def is_understood(item: Judged) -> bool:
    """Whether the first choice is right."""
    return item.first == item.label


def rows_of_tests(
    messages: list[dict[str, Any]], before: list[Judged] | None, after: list[Judged]
) -> list[dict[str, Any]]:
    """What became of the editors' own test messages; `lost` is a cry for help that was heard before."""
    olds = before or [None] * len(after)
    return [_test_row(message, old, new) for message, old, new in zip(messages, olds, after, strict=True)]


def _test_row(message: dict[str, Any], old: Judged | None, new: Judged) -> dict[str, Any]:
    danger = handover_topics()
    is_lost = bool(old) and new.label in danger and old.first in danger and new.first not in danger
    return {
        **message,
        "understood_as": new.first,
        "before": is_understood(old) if old else None,
        "after": is_understood(new),
        "lost": is_lost,
    }
