"""Questions and facts as the editors' lists show them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from desk.content.checks import topics_naming
from desk.content.documents import TOPIC, Document, parts_of
from desk.content.i18n import LANGUAGES, fact_date, fact_value, translate
from desk.content.selectors import topic_groups, topics
from desk.conversations.record import country
from desk.editing.labels import group_label
from desk.editing.models import Version
from desk.editing.selectors import documents_now, facts_of, owners_of
from desk.programmes.schema import Fact
from desk.programmes.selectors import programmes

MARKS = re.compile(
    "[\u0300-\u036f\u0640\u064b-\u065f\u0670]"
)  # accents, and the vowels, hamzas and stretching of Arabic


@dataclass(frozen=True)
class Line:
    """One question of the list."""

    key: str
    title: str
    version: Version | None
    gaps: list[str]  # languages in which a text is missing or outdated


@dataclass(frozen=True)
class FactLine:
    """One fact of a programme: its value in each language, and the questions that name it."""

    reference: str
    fact: Fact
    values: dict[str, str]
    is_shown: bool
    titles: list[tuple[str, str]]  # (id, title) of the questions that name it
    version: Version | None
    owner: AbstractBaseUser | None

    @property
    def name(self) -> str:
        return self.reference.partition(".")[2]


def groups_listed(
    *, user: AbstractBaseUser, opened: list[Version], words: str, only: str, language: str
) -> dict[str, list[Line]]:
    """The questions wanted, by the name of their group; groups without any are left out."""
    drafts = {version.item.key: version for version in opened if version.item.kind == TOPIC}
    documents = {name: drafts[name].document if name in drafts else now for name, now in documents_now().items()}
    found: dict[str, list[Line]] = {}
    for group, names in topic_groups().items():
        for name in filter(documents.__contains__, names):
            line = line_of(name, documents[name], drafts.get(name), language)
            if is_wanted(line, user, only) and speaks_of(documents[name], name, words):
                found.setdefault(group_label(group), []).append(line)
    return found


def line_of(name: str, document: Document, version: Version | None, language: str) -> Line:
    texts = document["parts"].get("title") or {}
    return Line(name, texts.get(language) or texts.get("en") or name, version, gaps_of(document))


def gaps_of(document: Document) -> list[str]:
    """Languages in which a text is missing or outdated."""
    parts = parts_of(document).values()
    return [
        language
        for language in LANGUAGES
        if document["stale"].get(language) or any(not texts.get(language) for texts in parts)
    ]


def is_wanted(line: Line, user: AbstractBaseUser, only: str) -> bool:
    """Whether a question belongs to what the filter names."""
    version = line.version
    if only == "mine":
        return version is not None and version.author_id == user.pk
    if only == "review":
        return version is not None and version.state == Version.State.IN_REVIEW and version.author_id != user.pk
    return bool(line.gaps) if only == "gaps" else True


def speaks_of(document: Document, name: str, words: str) -> bool:
    """Whether all words stand somewhere in the texts, in any language, whatever their accents."""
    if not words.strip():
        return True
    whole = plain(" ".join([name, *(text for texts in document["parts"].values() for text in texts.values())]))
    return all(word in whole for word in plain(words).split())


def plain(text: str) -> str:
    """Without case, accents and the marks of Arabic."""
    return MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def fact_lines(programme: str, opened: Iterable[Version], today: date, language: str) -> list[FactLine]:
    """The facts of a programme as they are published."""
    drafts = {version.item.key: version for version in opened}
    owners = owners_of(programme)
    return [
        FactLine(
            reference=reference,
            fact=fact,
            values={code: fact_value(code, fact) for code in LANGUAGES},
            is_shown=fact.may_be_shown(today),
            titles=titles_of(topics_naming(reference), language),
            version=drafts.get(reference),
            owner=owners.get(reference),
        )
        for reference, fact in facts_of(programme).items()
    ]


def insertable(today: date, language: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Per programme what can be put into a text: the words to insert, their meaning, and whether people see it now."""
    return [
        (
            country(name, language),
            [line for ref, fact in facts_of(name).items() for line in _lines(ref, fact, today, language)],
        )
        for name in programmes()
    ]


def _lines(reference: str, fact: Fact, today: date, language: str) -> list[tuple[str, str, bool]]:
    is_shown, name = fact.may_be_shown(today), reference.partition(".")[2]
    value = (f"{{{reference}}}", f"{name} = {fact_value(language, fact)}", is_shown)
    if fact.source_date == "undated":
        return [value]
    return [value, (f"{{{reference}:date}}", f"{name}:date = {fact_date(language, fact)}", is_shown)]


def titles_of(names: Iterable[str], language: str) -> list[tuple[str, str]]:
    """(id, title) of questions."""
    return [(name, translate(language, topics()[name].title)) for name in names]
