"""The texts of topics as translators see them: one row for each text, in a file that they download and send back."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser

from desk.content.documents import TOPIC, TRANSLATED, Document, document_get, parts_of
from desk.content.i18n import SOURCE_LANGUAGE
from desk.content.selectors import topic_groups
from desk.content.words import N_
from desk.editing.models import Item, Version
from desk.editing.selectors import versions_open

ALL, OPEN = "all", "open"
DONE, MISSING, STALE, TAKEN = N_("translated"), N_("missing"), N_("look at it again"), N_("somebody works on it")
MOST_BYTES, MOST_ROWS = 5 * 1024 * 1024, 5000


@dataclass(frozen=True)
class Row:
    """One text of a topic; `other` is its translation in the other language, for reference."""

    topic: str
    part: str
    english: str
    translation: str
    other: str
    state: str

    @property
    def mark(self) -> str:
        return mark_of(self.english, self.translation)


@dataclass(frozen=True)
class Line:
    """What a file that came back says of one text: `row` is its number in the file, `mark` what was downloaded, `is_right`
    that a translation still follows its English, `fault` what forbids reading it."""

    row: int
    topic: str
    part: str
    english: str
    translation: str
    mark: str = ""
    is_right: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Work:
    """A topic as its translator finds it: their own draft, or else what is published; `taken` when somebody else has a draft."""

    document: Document
    draft: Version | None = None
    taken: Version | None = None


def plain(text: str | None) -> str:
    """A text as spreadsheets keep it: line ends of one kind, nothing around it, no characters that cannot be seen."""
    text = (text or "").replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t").strip()


def mark_of(english: str, translation: str) -> str:
    """Tells whether a text or its translation is still what was downloaded."""
    return sha256(f"{plain(english)}\0{plain(translation)}".encode()).hexdigest()[:12]


def work_of(user: AbstractBaseUser) -> dict[str, Work]:
    """All topics by id in the order of the groups, new ones of the user's own drafts last."""
    items = Item.objects.filter(kind=TOPIC, published__isnull=False).select_related("published")
    published = {item.key: item.published.document for item in items}
    drafts = {version.item.key: version for version in versions_open() if version.item.kind == TOPIC}
    own = {key: version for key, version in drafts.items() if version.author_id == user.pk}
    names = dict.fromkeys(name for names in topic_groups().values() for name in names)
    return {
        name: Work(own[name].document, draft=own[name])
        if name in own
        else Work(published.get(name) or document_get(TOPIC, name), taken=drafts.get(name))
        for name in {**names, **dict.fromkeys(published), **dict.fromkeys(own)}
    }


def rows_of(*, language: str, which: str, user: AbstractBaseUser) -> list[Row]:
    """The texts to translate: all of them, those that are open (missing or stale), or those of one group."""
    rows = [(work, row) for name, work in work_of(user).items() for row in _rows(name, work, language)]
    return [row for work, row in rows if _is_wanted(row, work, language, which)]


def _is_wanted(row: Row, work: Work, language: str, which: str) -> bool:
    if which == OPEN:
        return state_of(work.document, row.part, language) != DONE
    return which in (ALL, work.document["group"])


def _rows(name: str, work: Work, language: str) -> Iterator[Row]:
    other = next(code for code in TRANSLATED if code != language)
    for part, texts in parts_of(work.document).items():
        if texts.get(SOURCE_LANGUAGE):
            state = TAKEN if work.taken else state_of(work.document, part, language)
            shown = (plain(texts.get(code)) for code in (SOURCE_LANGUAGE, language, other))
            yield Row(name, part, *shown, state)


def state_of(document: Document, part: str, language: str) -> str:
    """Whether a translation is there, and whether it follows its English."""
    if not document["parts"][part].get(language):
        return MISSING
    return STALE if part in document["stale"].get(language, []) else DONE
