"""A question as its page shows it: each part with its languages side by side, and what is said of each text."""

from dataclasses import dataclass, field
from datetime import date

from django.forms import BoundField

from desk.content.checks import MOST_CHARACTERS, Fault
from desk.content.documents import PARTS, TOPIC, Document, stale_after
from desk.content.i18n import LANGUAGES
from desk.content.schema import PROGRAMMES, TITLE_LENGTH
from desk.editing.forms import TopicForm, direction, html_name, text_name
from desk.editing.preview import readable
from desk.editing.selectors import faults_get

ALWAYS_OPEN = ("title", "answer")


@dataclass(frozen=True)
class Cell:
    """One text. `theirs` is what somebody else saved meanwhile; `may_keep`: its English changed and it did not."""

    part: str
    language: str
    field: BoundField
    faults: list[Fault]
    left: int
    theirs: str = ""
    may_keep: bool = False
    is_kept: bool = False

    @property
    def name(self) -> str:
        return html_name(self.part, self.language)

    @property
    def over(self) -> int:
        return -self.left

    @property
    def direction(self) -> str:
        return direction(self.language)


@dataclass(frozen=True)
class Block:
    """One part in all languages; `faults` are those of no language."""

    part: str
    cells: list[Cell]
    faults: list[Fault]
    is_open: bool

    @property
    def name(self) -> str:
        return html_name(self.part)


@dataclass(frozen=True)
class Sheet:
    """The whole question as it is written now, and what is wrong with it."""

    document: Document
    blocks: list[Block]
    faults: list[Fault] = field(default_factory=list)  # of no part

    @property
    def forbids(self) -> bool:
        return any(fault.forbids for fault in [*self.faults, *self._all()])

    def _all(self) -> list[Fault]:
        return [fault for block in self.blocks for part in (block, *block.cells) for fault in part.faults]


def sheet_of(key: str, before: Document, form: TopicForm, today: date, theirs: Document | None = None) -> Sheet:
    """What the page shows of a form; `before` is what it was begun with."""
    kept = form.kept_parts() if form.is_bound and form.is_valid() else {}
    written = form.document() if form.is_bound else before
    outdated = stale_after(before, written, {})
    document = {**written, "stale": stale_after(before, written, kept)}
    faults = faults_get(kind=TOPIC, key=key, document=document, today=today)

    def cell(part: str, language: str) -> Cell:
        text = (document["parts"].get(part) or {}).get(language, "")
        return Cell(
            part=part,
            language=language,
            field=form[text_name(part, language)],
            faults=[fault for fault in faults if (fault.part, fault.language) == (part, language)],
            left=left(part, language, text, today),
            theirs=differs(theirs, part, language, text),
            may_keep=part in outdated.get(language, []),
            is_kept=part in kept.get(language, []),
        )

    def block(part: str) -> Block:
        cells = [cell(part, language) for language in LANGUAGES]
        own = [fault for fault in faults if fault.part == part and not fault.language]
        is_wanted = part in ALWAYS_OPEN or (document["handover"] and part in PROGRAMMES)
        is_filled = any(cell.field.value() or cell.theirs or cell.field.errors for cell in cells)
        return Block(part, cells, own, bool(is_wanted or is_filled))

    return Sheet(document, [block(part) for part in PARTS], [fault for fault in faults if fault.part not in PARTS])


def left(part: str, language: str, text: str, today: date) -> int:
    """Characters left: of a title as it stands, of an answer with its facts."""
    if part == "title":
        return TITLE_LENGTH - len(text)
    return MOST_CHARACTERS - len(readable(language, text, today))


def differs(theirs: Document | None, part: str, language: str, text: str) -> str:
    """The text that somebody else saved, when it is another."""
    other = ((theirs or {"parts": {}})["parts"].get(part) or {}).get(language, "")
    return other if theirs and other != text else ""
