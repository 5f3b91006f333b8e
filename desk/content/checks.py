"""What is wrong with a topic or a fact before it is published: what forbids it, and what its writer should look at again.

The words are gettext's, in English here (`%(name)s` filled from `values`): the desk says them in the editor's language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any

from desk.content.documents import (
    TOPIC,
    Document,
    content_with,
    is_critical,
    parts_of,
)
from desk.content.i18n import LANGUAGES, SOURCE_LANGUAGE, Facts, translate
from desk.content.published import Content, content, using
from desk.content.schema import PROGRAMMES, TITLE_LENGTH
from desk.content.selectors import topics
from desk.content.tone import forbidden, hints
from desk.content.words import N_
from desk.errors import DataError
from desk.programmes.selectors import file_programmes, programmes

MOST_CHARACTERS = 600  # of an answer with its facts: what a small screen shows without much scrolling
SERVICES = ("check_eligibility", "request_callback", "help_menu")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
ISOLATED = re.compile("\u2066[^\u2069]*\u2069")
TURNED_ROUND = re.compile(r"[+\d][\d\s()+.–-]{3,}\d|https?:|@")  # what reads wrongly from right to left


@dataclass(frozen=True)
class Fault:
    """One thing to mend; `forbids` publishing or only asks to look again. `part` and `language` say where, when they can."""

    text: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)
    part: str = ""
    language: str = ""
    forbids: bool = True

    def __str__(self) -> str:
        return self.text % self.values


def faults_of(kind: str, key: str, document: Document, today: date) -> list[Fault]:
    """All faults of a document, those that forbid publishing first."""
    found = list(_topic_faults(key, document, today) if kind == TOPIC else _fact_faults(key, document))
    return sorted(found, key=lambda fault: not fault.forbids)


def placeholders(text: str) -> list[str]:
    """The facts that a text names, with how each is shown: "belgium.hotline:", "belgium.premium_adult:date".

    Raises ValueError when a brace stands alone.
    """
    return sorted(f"{name}:{style}" for _, name, style, _ in Formatter().parse(text) if name is not None)


def filled(language: str, text: str, today: date) -> str:
    """A text as a person reads it. Raises DataError for a fact that does not exist, ValueError for a brace that stands alone."""
    facts = {name: Facts(language, today, name) for name in programmes()}
    try:
        return Formatter().vformat(text, (), facts)
    except (KeyError, AttributeError, IndexError) as error:
        raise DataError(f"there is no fact {error}") from None


def _topic_faults(key: str, document: Document, today: date) -> Iterator[Fault]:
    if not NAME.fullmatch(key):
        yield Fault(
            N_("The name of a question has small letters and underscores only, such as money_how_much."), part="name"
        )
    yield from _steps(key, document)
    yield from _languages(document)
    for part, texts in parts_of(document).items():
        for language in LANGUAGES:
            if texts.get(language):
                yield from _text_faults(key, part, language, texts, today)
    try:
        content_with(Content(), TOPIC, key, document)
    except DataError as error:
        yield Fault("%(reason)s", {"reason": str(error)})


def _steps(key: str, document: Document) -> Iterator[Fault]:
    steps = [document["next"], *document["related"]]
    for name in steps:
        if name not in topics() and name not in SERVICES:
            yield Fault(N_("The question %(name)s does not exist."), {"name": name}, part="next")
    if key in steps or len(steps) != len(set(steps)):
        yield Fault(N_("A question may not lead to itself, nor twice to another."), part="next")


def _languages(document: Document) -> Iterator[Fault]:
    critical, parts = is_critical(TOPIC, document), parts_of(document)
    wanted = {"title", "answer", *(PROGRAMMES if document["handover"] else ())}
    for part in sorted({*parts, *wanted}):
        missing = [lang for lang in LANGUAGES if not (parts.get(part) or {}).get(lang)]
        for language in missing:
            forbids = critical or language == SOURCE_LANGUAGE or part == "title"
            yield Fault(N_("This text is missing."), part=part, language=language, forbids=forbids)
    if document["per_programme"] and not set(parts) & set(PROGRAMMES):
        yield Fault(N_("An answer that differs per country needs the text of at least one country."), part="answer")
    for language, stale in document["stale"].items():
        for part in stale:
            yield Fault(
                N_("The English changed: look at this text again."), part=part, language=language, forbids=critical
            )


def _text_faults(key: str, part: str, language: str, texts: dict[str, str], today: date) -> Iterator[Fault]:
    text, where = texts[language], {"part": part, "language": language}
    if part == "title":
        if len(text) > TITLE_LENGTH:
            yield Fault(N_("At most %(count)s characters."), {"count": TITLE_LENGTH}, **where)
        return
    if re.search(r"\d", PLACEHOLDER.sub("", text)):
        yield Fault(N_("Numbers are facts: put them in from the list."), **where)
    yield from _placeholder_faults(language, texts, today, where)
    yield from (Fault(words, values, **where) for words, values in forbidden(language, text, key))
    yield from (Fault(words, values, **where, forbids=False) for words, values in hints(language, text))


def _placeholder_faults(language: str, texts: dict[str, str], today: date, where: dict[str, str]) -> Iterator[Fault]:
    text = texts[language]
    try:
        shown = filled(language, text, today)
        source = placeholders(texts.get(SOURCE_LANGUAGE, text) or text)
    except DataError as error:
        yield Fault("%(reason)s", {"reason": str(error)}, **where)
        return
    except ValueError:
        yield Fault(N_("A curly bracket stands alone: put facts in from the list."), **where)
        return
    if placeholders(text) != source:
        yield Fault(N_("The facts in it are not those of the English text."), **where)
    if len(shown) > MOST_CHARACTERS:
        yield Fault(
            N_("%(count)s characters, at most %(most)s."), {"count": len(shown), "most": MOST_CHARACTERS}, **where
        )
    if language == "ar" and TURNED_ROUND.search(ISOLATED.sub("", shown)):
        yield Fault(N_("A number or address reads wrongly from right to left: put it in as a fact."), **where)


def _fact_faults(key: str, document: Document) -> Iterator[Fault]:
    programme, _, name = key.partition(".")
    if programme not in programmes() or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield Fault(N_("The name of a fact has small letters and underscores only, such as iom_phone."), part="name")
        return
    if not str(document.get("source", "")).startswith(("http://", "https://")):
        yield Fault(N_("Give the web address where this stands."), part="source")
    try:
        changed = content_with(content(), "fact", key, document)
    except DataError as error:
        for line in str(error).splitlines():
            _, part, reason = (*line.split(": ", 2), "", "")[:3]
            yield Fault("%(reason)s", {"reason": reason or line}, part=part)
        return
    yield from _fact_in_use(programme, key, changed)


def _fact_in_use(programme: str, key: str, changed: Content) -> Iterator[Fault]:
    fact = changed.facts[key]
    if fact.review_by <= fact.checked_on:
        yield Fault(N_("The day to check again must come after the day it was checked."), part="review_by")
    with using(changed):
        there = programmes()[programme]
        try:
            type(there)(
                **{**file_programmes()[programme].dict(), "facts": {k: f.dict() for k, f in there.facts.items()}}
            )
        except ValueError as error:
            yield Fault("%(reason)s", {"reason": str(error).splitlines()[-1].strip()}, part="value")
        too_long = [name for name in topics_naming(key) if _is_too_long(name)]
    if too_long:
        yield Fault(
            N_("These answers would be too long with it: %(names)s"), {"names": ", ".join(too_long)}, part="value"
        )


def topics_naming(reference: str) -> list[str]:
    """Ids of the topics whose answers hold a fact."""
    pattern = re.compile(rf"\{{{re.escape(reference)}[:}}]")
    return [
        name
        for name, topic in topics().items()
        if any(pattern.search(text) for answers in (topic, topic.more) for text in answers.texts().values())
    ]


def _is_too_long(name: str) -> bool:
    topic = topics()[name]
    texts = [text for answers in (topic, topic.more) for text in answers.texts().values()]
    return any(
        len(filled(language, translate(language, text), date.today())) > MOST_CHARACTERS
        for text in texts
        for language in LANGUAGES
    )
