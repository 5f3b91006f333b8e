"""Read the answers."""

from functools import cache
from pathlib import Path
from typing import Any

from desk.content.schema import Topic
from desk.datafiles import DATA, parse_record, read_yaml
from desk.errors import DataError


@cache
def topics() -> dict[str, Topic]:
    """All topics by id. Raises DataError."""
    found: dict[str, Topic] = {}
    for path in sorted((DATA / "faq").glob("*.yml")):
        for name, record in _records(path).items():
            if name in found:
                raise DataError(f"{path.name}: {name} is already in another file")
            found[name] = parse_record(Topic, record, f"{path.name}: {name}")
    return found


def _records(path: Path) -> dict[str, Any]:
    records = read_yaml(path)
    if not isinstance(records, dict):
        raise DataError(f"{path.name}: wanted topics, each with its id as key")
    return records


def topic_get(name: str) -> Topic:
    """The topic of this id. Raises DataError."""
    try:
        return topics()[name]
    except KeyError:
        raise DataError(f"there is no topic {name}: add it to data/faq/") from None


def topic_groups() -> dict[str, list[str]]:
    """Ids of the topics of each file of data/faq/, by the file's name, in the order they stand in it."""
    return {path.stem: list(_records(path)) for path in sorted((DATA / "faq").glob("*.yml"))}


@cache
def handover_topics() -> frozenset[str]:
    """Ids of the topics where a person may be in danger."""
    return frozenset(name for name, topic in topics().items() if topic.handover)
