"""What editors published, laid over the files of data/ and locales/.

The worker writes it to `$VAR_DIR/published.json` whole and in one go; every process looks at that file at most once a second.
A file that is missing means that nothing was published; one that cannot be read leaves in force what was read before.
"""

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desk.content.schema import Topic
from desk.datafiles import DATA, parse_record
from desk.errors import DataError
from desk.programmes.schema import Fact

logger = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0
NAME = "published.json"


@dataclass(frozen=True, eq=False)
class Content:
    """Topics by id with the file of data/faq/ each belongs to, facts as "programme.fact", and by language the translations
    of English texts; `stamp` tells one publication from another."""

    stamp: str = ""
    topics: Mapping[str, Topic] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def content_parse(written: dict[str, Any]) -> Content:
    """Content from {"stamp", "topics": {id: {"group", ...}}, "facts": {reference: {...}}, "texts": {language: {en: text}}}.

    Raises DataError naming the topic or fact and the field.
    """
    records = {name: dict(record) for name, record in written["topics"].items()}
    groups = {name: record.pop("group") for name, record in records.items()}
    topics = {name: parse_record(Topic, record, name) for name, record in records.items()}
    facts = {name: parse_record(Fact, record, name) for name, record in written["facts"].items()}
    return Content(written["stamp"], topics, groups, facts, written["texts"])


def laid_over(now: Content, written: dict[str, Any]) -> Content:
    """Content with other content over it, which is written as for `content_parse`. Raises DataError."""
    own = content_parse(written)
    return Content(
        stamp=own.stamp,
        topics={**now.topics, **own.topics},
        groups={**now.groups, **own.groups},
        facts={**now.facts, **own.facts},
        texts={name: {**now.texts.get(name, {}), **own.texts.get(name, {})} for name in {**now.texts, **own.texts}},
    )


class Layer:
    """Content read from a file, read again when the file was replaced."""

    def __init__(self) -> None:
        self._content, self._seen, self._looked_at = Content(), None, float("-inf")

    def now(self) -> Content:
        """The content in force."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            self._look(path())
        return self._content

    def _look(self, file: Path) -> None:
        seen = _mark(file)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._content = content_parse(json.loads(file.read_text(encoding="utf-8"))) if seen else Content()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, DataError) as error:
            logger.error("%s cannot be read (%s); what was published before stays", NAME, type(error).__name__)


def _mark(file: Path) -> tuple[Any, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return str(file), found.st_ino, found.st_mtime_ns, found.st_size


def path() -> Path:
    """Where the published content lies."""
    return DATA.parent / (os.environ.get("VAR_DIR") or "var") / NAME


_layer = Layer()
_chosen: ContextVar[Content | None] = ContextVar("content", default=None)


def content() -> Content:
    """What is published; inside `using`, the content given there."""
    return _chosen.get() or _layer.now()


@contextmanager
def using(chosen: Content) -> Iterator[None]:
    """Within this block all texts and facts are those of one content: one reply, or a trial of a draft."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)
