"""A topic or a fact as an editor works on it: everything in one piece, in all languages, as JSON.

A topic: {"group": file of data/faq/, "next", "related": [...], "per_programme", "handover", "neutral",
"parts": {part: {"en", "fr", "ar"}}, "stale": {language: [part, ...]}}. A part is "title", "answer", the name of a programme,
or one of the last two behind "more.". A translation is stale when its English changed and it did not.

A fact: the record of data/programmes/, and for places also "names": {place: {"fr", "ar"}}.
"""

import json
from collections.abc import Iterator
from typing import Any

from desk.content.i18n import LANGUAGES, SOURCE_LANGUAGE, translate
from desk.content.published import Content, laid_over
from desk.content.schema import PROGRAMMES, Topic
from desk.content.selectors import topic_get, topic_groups
from desk.programmes.selectors import fact_get

Document = dict[str, Any]
TOPIC, FACT = "topic", "fact"
FLAGS = ("per_programme", "handover", "neutral")
VARIANTS = ("answer", *PROGRAMMES)
MORE = "more."
PARTS = ("title", *VARIANTS, *(f"{MORE}{name}" for name in VARIANTS))
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)
CRITICAL_GROUPS = ("eligibility", "money")


def document_get(kind: str, key: str) -> Document:
    """What is published of a topic or fact. Raises DataError when there is none."""
    return topic_document(key) if kind == TOPIC else fact_document(key)


def topic_document(name: str) -> Document:
    """A topic as it is published. Raises DataError."""
    topic = topic_get(name)
    group = next(group for group, names in topic_groups().items() if name in names)
    parts = {part: {language: translate(language, text) for language in LANGUAGES} for part, text in texts_of(topic)}
    flags = {flag: getattr(topic, flag) for flag in FLAGS}
    return {"group": group, "next": topic.next, "related": list(topic.related), **flags, "parts": parts, "stale": {}}


def topic_new(group: str) -> Document:
    """An empty topic of a file of data/faq/."""
    flags = dict.fromkeys(FLAGS, False)
    return {"group": group, "next": "help_menu", "related": [], **flags, "parts": {}, "stale": {}}


def texts_of(topic: Topic) -> Iterator[tuple[str, str]]:
    """(part, English text) of a topic, in the order of PARTS."""
    yield "title", topic.title
    yield from topic.texts().items()
    yield from ((f"{MORE}{name}", text) for name, text in topic.more.texts().items())


def fact_document(reference: str) -> Document:
    """A fact as it is published. Raises DataError."""
    fact = fact_get(reference)
    record = json.loads(fact.json())
    if isinstance(record["value"], dict):
        record["value"] = {name: value for name, value in record["value"].items() if value is not None}
    if fact.kind == "places":
        record["names"] = {place: {lang: translate(lang, place) for lang in TRANSLATED} for place in fact.value}
    return record


def is_critical(kind: str, document: Document) -> bool:
    """Whether nothing of it may be published while a language is missing or stale: danger, eligibility, money."""
    return kind == TOPIC and (document["handover"] or document["group"] in CRITICAL_GROUPS)


def parts_of(document: Document) -> dict[str, dict[str, str]]:
    """The parts that hold any text, in the order of PARTS."""
    found = document["parts"]
    return {part: found[part] for part in PARTS if any((found.get(part) or {}).values())}


def stale_after(before: Document | None, after: Document, kept: dict[str, list[str]]) -> dict[str, list[str]]:
    """The translations of `after` that do not follow their English; `kept` are those which the writer says are still right."""
    return {
        language: found
        for language in TRANSLATED
        if (
            found := [
                p for p in parts_of(after) if _is_stale(before, after, p, language) and p not in kept.get(language, [])
            ]
        )
    }


def _is_stale(before: Document | None, after: Document, part: str, language: str) -> bool:
    if before is None:
        return False
    old, new = before["parts"].get(part) or {}, after["parts"][part]
    if old.get(language, "") != new.get(language, ""):
        return False
    was = part in before["stale"].get(language, [])
    return bool(new.get(language)) and (was or old.get(SOURCE_LANGUAGE, "") != new.get(SOURCE_LANGUAGE, ""))


def topic_record(document: Document) -> dict[str, Any]:
    """A topic as data/faq/ holds it: English, without what is empty or false."""
    texts = {part: text for part, texts in parts_of(document).items() if (text := texts.get(SOURCE_LANGUAGE))}
    more = {part.removeprefix(MORE): text for part, text in texts.items() if part.startswith(MORE)}
    flags = {flag: True for flag in FLAGS if document[flag]}
    steps = {"next": document["next"], **({"related": document["related"]} if document["related"] else {})}
    own = {part: text for part, text in texts.items() if not part.startswith(MORE)}
    title = {"title": own.pop("title")} if "title" in own else {}
    return {**flags, **title, **steps, **own, **({"more": more} if more else {})}


def texts_in(kind: str, document: Document) -> Iterator[tuple[str, str, str]]:
    """(language, English, translation) of every text that is translated."""
    if kind == TOPIC:
        pairs = [(texts.get(SOURCE_LANGUAGE, ""), texts) for texts in parts_of(document).values()]
    else:
        pairs = list((document.get("names") or {}).items())
    for english, texts in pairs:
        yield from ((lang, english, texts[lang]) for lang in TRANSLATED if english and texts.get(lang))


def fact_record(document: Document) -> dict[str, Any]:
    """A fact as data/programmes/ holds it."""
    return {name: value for name, value in document.items() if name != "names" and (name != "note" or value)}


def written(stamp: str, documents: dict[tuple[str, str], Document]) -> dict[str, Any]:
    """What published.json holds of documents by (kind, key)."""
    topics = {k: {"group": d["group"], **topic_record(d)} for (kind, k), d in documents.items() if kind == TOPIC}
    facts = {key: fact_record(document) for (kind, key), document in documents.items() if kind == FACT}
    texts: dict[str, dict[str, str]] = {language: {} for language in TRANSLATED}
    for (kind, _), document in documents.items():
        for language, english, text in texts_in(kind, document):
            texts[language][english] = text
    return {"stamp": stamp, "topics": topics, "facts": facts, "texts": texts}


def content_with(now: Content, kind: str, key: str, document: Document) -> Content:
    """The published content with one document in its place. Raises DataError naming the field."""
    return laid_over(now, written("draft", {(kind, key): document}))
