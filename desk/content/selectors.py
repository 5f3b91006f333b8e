"""Read the answers: those of data/faq/, and over them what editors published."""

from functools import cache, lru_cache
from typing import Any

from desk.content.published import Content, content
from desk.content.schema import Topic
from desk.datafiles import DATA, parse_record, read_yaml
from desk.errors import DataError


def topics() -> dict[str, Topic]:
    """All topics by id. Raises DataError."""
    return _topics(content())


@lru_cache(maxsize=4)
def _topics(layer: Content) -> dict[str, Topic]:
    return {**file_topics(), **layer.topics}


@cache
def file_topics() -> dict[str, Topic]:
    """The topics of data/faq/ by id. Raises DataError."""
    found: dict[str, Topic] = {}
    for path in sorted((DATA / "faq").glob("*.yml")):
        for name, record in _records(path).items():
            if name in found:
                raise DataError(f"{path.name}: {name} is already in another file")
            found[name] = parse_record(Topic, record, f"{path.name}: {name}")
    return found


def _records(path: Any) -> dict[str, Any]:
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
    """Ids of the topics of each file of data/faq/, by the file's name, in their order; new ones of editors come last."""
    groups = {name: list(ids) for name, ids in _file_groups().items()}
    known = file_topics()
    for name, group in content().groups.items():
        if name not in known:
            groups.setdefault(group, []).append(name)
    return groups


@cache
def _file_groups() -> dict[str, list[str]]:
    return {path.stem: list(_records(path)) for path in sorted((DATA / "faq").glob("*.yml"))}


def handover_topics() -> frozenset[str]:
    """Ids of the topics where a person may be in danger."""
    return _handover_topics(content())


@lru_cache(maxsize=4)
def _handover_topics(layer: Content) -> frozenset[str]:
    return frozenset(name for name, topic in _topics(layer).items() if topic.handover)
