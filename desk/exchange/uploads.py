"""Translations that came back in a file become drafts, which then go the usual way of review."""

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.content.checks import PLACEHOLDER, faults_of
from desk.content.documents import TOPIC, Document, stale_after
from desk.content.i18n import SOURCE_LANGUAGE
from desk.editing.services import draft_save
from desk.errors import Refused
from desk.exchange.pofile import pofile_read
from desk.exchange.rows import MOST_BYTES, STALE, Line, Work, mark_of, plain, state_of, work_of
from desk.exchange.spreadsheet import spreadsheet_read

READERS = {"po": pofile_read, "xlsx": spreadsheet_read}
LETTERS = {"fr": re.compile(r"[a-zA-ZÀ-ÿ]"), "ar": re.compile(r"[\u0600-\u06ff]")}


@dataclass(frozen=True)
class Rejected:
    """A row of a file that cannot be taken, and why, in the editor's language."""

    row: int
    topic: str
    part: str
    reason: str


@dataclass
class Upload:
    """The topics whose drafts were saved; when any row is rejected, none was."""

    saved: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass
class Change:
    """What the rows of one topic make of it; `kept` are translations that still follow their English."""

    work: Work
    lines: dict[str, Line] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.document: Document = deepcopy(self.work.document)

    def stale(self, language: str) -> dict[str, list[str]]:
        return stale_after(self.work.document, self.document, {language: self.kept})


def lines_read(*, name: str, written: bytes, language: str) -> list[Line]:
    """The rows of a file. Raises Refused when it cannot be read."""
    read = READERS.get(name.rpartition(".")[2].lower())
    if read is None:
        raise Refused(_("Choose a PO file or a spreadsheet (XLSX)."), "file")
    if len(written) > MOST_BYTES:
        raise Refused(_("This file is too large."), "file")
    lines = read(written, language)
    if not lines:
        raise Refused(_("This file holds no texts."), "file")
    return lines


def translations_save(*, lines: list[Line], language: str, by: AbstractBaseUser) -> Upload:
    """Save the translations as drafts of one's own; all of them or none."""
    changes, rejected = _changes(lines, language, work_of(by))
    for key, change in changes.items():
        rejected += _faults(key, change, language)
    if rejected:
        return Upload(rejected=sorted(rejected, key=lambda found: found.row))
    key = ""
    try:
        with transaction.atomic():
            for key, change in changes.items():
                _save(key, change, language, by)
    except Refused as refused:
        return Upload(rejected=[Rejected(next(iter(changes[key].lines.values())).row, key, "", str(refused))])
    return Upload(saved=list(changes))


def _save(key: str, change: Change, language: str, by: AbstractBaseUser) -> None:
    revision = change.work.draft.revision if change.work.draft else 0
    draft_save(kind=TOPIC, key=key, document=change.document, by=by, revision=revision, kept={language: change.kept})


def _changes(lines: list[Line], language: str, works: dict[str, Work]) -> tuple[dict[str, Change], list[Rejected]]:
    changes: dict[str, Change] = {}
    rejected: list[Rejected] = []
    counted = Counter((line.topic, line.part) for line in lines)
    for line in lines:
        try:
            texts = _texts(line, works)
            if counted[line.topic, line.part] > 1:
                raise Refused(_("This text stands in the file more than once."))
            _read(line, language, texts, changes.get(line.topic) or Change(works[line.topic]), changes)
        except Refused as refused:
            rejected.append(Rejected(line.row, line.topic, line.part, str(refused)))
    return changes, rejected


def _texts(line: Line, works: dict[str, Work]) -> dict[str, str]:
    if line.topic not in works:
        raise Refused(_("There is no question of this name."))
    texts = works[line.topic].document["parts"].get(line.part) or {}
    if not texts.get(SOURCE_LANGUAGE):
        raise Refused(_("This question has no text of this name."))
    if line.fault:
        raise Refused(line.fault)
    return texts


def _read(line: Line, language: str, texts: dict[str, str], change: Change, changes: dict[str, Change]) -> None:
    english, now = plain(texts[SOURCE_LANGUAGE]), plain(texts.get(language))
    is_stale = state_of(change.work.document, line.part, language) == STALE
    is_kept = line.is_right and is_stale and (line.english, line.translation) == (english, now)
    is_untouched = line.translation == now or line.mark == mark_of(line.english, line.translation)
    if is_untouched and not is_kept:
        return
    _must_fit(line, language, english, now, change.work)
    if is_kept:
        change.kept.append(line.part)
    else:
        change.document["parts"][line.part][language] = line.translation
    change.lines[line.part] = line
    changes[line.topic] = change


def _must_fit(line: Line, language: str, english: str, now: str, work: Work) -> None:
    if work.taken:
        raise Refused(_("%(name)s has a draft of this question.") % {"name": work.taken.author or "?"})
    if line.english != english:
        raise Refused(_("The English changed since this file was downloaded. Download it again."))
    if line.mark and line.mark != mark_of(english, now):
        raise Refused(_("The translation changed since this file was downloaded. Download it again."))
    if not line.translation:
        raise Refused(_("This text is empty."))
    if LETTERS["fr"].search(PLACEHOLDER.sub("", english)) and not _is_in(language, line.translation):
        raise Refused(_("This text is in another language."))


def _is_in(language: str, text: str) -> bool:
    return bool(LETTERS[language].search(PLACEHOLDER.sub("", text)))


def _faults(key: str, change: Change, language: str) -> list[Rejected]:
    document = {**change.document, "stale": change.stale(language)}
    return [
        Rejected(change.lines[fault.part].row, key, fault.part, _(fault.text) % fault.values)
        for fault in faults_of(TOPIC, key, document, timezone.localdate())
        if fault.forbids and fault.language == language and fault.part in change.lines
    ]
