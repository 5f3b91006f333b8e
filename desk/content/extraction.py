"""Babel extractors for the YAML files of data/: named in locales/babel.cfg."""

from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from ruamel.yaml import YAML

from desk.content.schema import PROGRAMMES

Message = tuple[int, str, str, list[str]]


def faq(fileobj: BytesIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Answers of data/faq: titles (buttons, at most 24 characters) and all variants."""
    for name, topic in load(fileobj).items():
        yield topic.lc.key("title")[0] + 1, "", topic["title"], [f"{name}: title"]
        yield from _variants(topic, name)
        yield from _variants(topic.get("more", {}), f"{name}: more")


def _variants(answers: Any, name: str) -> Iterator[Message]:
    for key in ("answer", *PROGRAMMES):
        if key in answers:
            yield answers.lc.key(key)[0] + 1, "", answers[key], [f"{name}: {key}"]


def programme(fileobj: BytesIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Reasons and next steps of the guided check, and the names of places in facts."""
    content = load(fileobj)
    for rule in content.get("eligibility", []):
        for key in ("reason", "next"):
            if key in rule:
                yield rule.lc.key(key)[0] + 1, "", rule[key], [f"{rule['id']}: {key}"]
    for name, fact in (content.get("facts") or {}).items():
        if fact["kind"] == "places":
            yield from ((fact.lc.line + 1, "", place, [f"{name}: a place"]) for place in fact["value"])


def load(fileobj: BytesIO) -> Any:
    """A YAML file with the place of each of its keys."""
    return YAML().load(StringIO(fileobj.read().decode("utf-8")))
