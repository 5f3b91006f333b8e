"""Content between the database and the files of data/ and locales/."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from desk.content.checks import faults_of
from desk.content.documents import FACT, FLAGS, TOPIC, TRANSLATED, Document, parts_of
from desk.content.examples import Change
from desk.content.published import Content, content_parse, using
from desk.content.schema import Topic
from desk.content.selectors import topic_groups, topics
from desk.editing.models import Item, Remark, Version
from desk.editing.selectors import document_now, publication_get
from desk.errors import DataError, Refused
from desk.exchange.catalogues import catalogue_written, template_read, untranslated
from desk.exchange.folder import PROJECT, Folder, content_read, documents_of
from desk.exchange.messages import messages_changed, messages_differing
from desk.exchange.records import facts_written, topics_written
from desk.programmes.schema import Fact
from desk.programmes.selectors import file_programmes
from desk.understanding.checks import message_clean
from desk.understanding.selectors import changes
from desk.understanding.services import examples_replace


@dataclass
class Exported:
    """The files that were written, and what somebody has to look at."""

    files: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def content_export(*, to: Path = PROJECT) -> Exported:
    """Write what is published over the project's files into those of a folder."""
    published, done, target = publication_get(), Exported(warnings=_stale()), Folder(to)
    texts = {**_topics_changed(published["topics"]), **_facts_changed(published["facts"])}
    changed = {**texts, **messages_changed(changes())}
    for path in {**dict.fromkeys(Folder().yaml()), **changed}:
        _write(to / path.relative_to(PROJECT), changed.get(path) or path.read_bytes(), done)
    template = template_read(target.data) if texts else None
    for language in TRANSLATED:
        source = Folder().catalogue(language).read_bytes()
        written = catalogue_written(source, language, template, published["texts"][language])
        _write(target.catalogue(language), written, done)
        done.warnings += [f"{language}: not translated: {text[:60]!r}" for text in untranslated(written, language)]
    return done


def _topics_changed(records: dict[str, Any]) -> dict[Path, bytes]:
    """The files of topics that are not what is published, as they should be."""
    with using(Content()):
        known, homes = topics(), {name: group for group, names in topic_groups().items() for name in names}
    wanted: dict[Path, dict[str, Any]] = {}
    for name, record in records.items():
        own = {key: value for key, value in record.items() if key != "group"}
        if known.get(name) != Topic.parse_obj(own):
            wanted.setdefault(Folder().topics_file(homes.get(name, record["group"])), {})[name] = own
    return {path: topics_written(_text(path), own).encode() for path, own in wanted.items()}


def _facts_changed(records: dict[str, Any]) -> dict[Path, bytes]:
    """The same of the files of programmes."""
    wanted: dict[Path, dict[str, Any]] = {}
    for reference, record in records.items():
        programme, _dot, name = reference.partition(".")
        if file_programmes()[programme].facts.get(name) != Fact.parse_obj(record):
            wanted.setdefault(Folder().programme_file(programme), {})[name] = record
    return {path: facts_written(_text(path), own).encode() for path, own in wanted.items()}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(path: Path, written: bytes, done: Exported) -> None:
    if path.exists() and path.read_bytes() == written:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_bytes(written)
    os.replace(draft, path)
    done.files.append(path)


def _stale() -> list[str]:
    items = Item.objects.filter(kind=TOPIC, published__isnull=False).select_related("published").order_by("key")
    return [
        f"{language}: {item.key}: {part}: the English changed since this was translated"
        for item in items
        for language, parts in item.published.document["stale"].items()
        for part in parts
    ]


@dataclass
class Imported:
    """What was published from files, and what forbids it: when there is any fault, nothing was."""

    published: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@transaction.atomic
def content_import(*, source: Path = PROJECT) -> Imported:
    """Publish what the files of a folder say, where that is not what is published; all of it or nothing."""
    try:
        layer = content_read(Folder(source))
        changed = _changed(documents_of(layer))
        messages = list(messages_differing(Folder(source).nlu)) if Folder(source).nlu.is_dir() else changes()
    except DataError as error:
        return Imported(faults=str(error).splitlines())
    with using(layer):
        faults = [fault for (kind, key), document in changed.items() for fault in _faults(kind, key, document)]
        faults += [fault for change in messages for fault in _message_faults(change)]
    if faults:
        return Imported(faults=faults)
    for (kind, key), document in changed.items():
        _publish(kind, key, document)
    examples_replace(changes=messages)
    return Imported(published=[f"{kind} {key}" for kind, key in changed])


def _message_faults(change: Change) -> list[str]:
    if change.is_removed:
        return []
    try:
        message_clean(change.label, change.language, change.text)
    except Refused as refused:
        return [f"nlu: {change.language}: {change.label}: {change.text}: {refused}"]
    return []


def _changed(documents: dict[tuple[str, str], Document]) -> dict[tuple[str, str], Document]:
    with using(content_parse(publication_get())):
        now = {(kind, key): document_now(kind=kind, key=key) for kind, key in documents}
    return {
        (kind, key): document
        for (kind, key), document in documents.items()
        if now[kind, key] is None or comparable(kind, now[kind, key]) != comparable(kind, document)
    }


def comparable(kind: str, document: Document) -> Document:
    """A document without what makes no difference: empty texts, and what waits for a translator."""
    if kind == FACT:
        return {name: value for name, value in document.items() if value not in ("", None, {})}
    parts = {part: {lang: text for lang, text in texts.items() if text} for part, texts in parts_of(document).items()}
    return {**{name: document[name] for name in ("group", "next", "related", *FLAGS)}, "parts": parts}


def _faults(kind: str, key: str, document: Document) -> list[str]:
    found = [fault for fault in faults_of(kind, key, document, timezone.localdate()) if fault.forbids]
    return [": ".join(filter(None, (key, fault.part, fault.language, str(fault)))) for fault in found]


def _publish(kind: str, key: str, document: Document) -> None:
    now = timezone.now()
    item, _made = Item.objects.get_or_create(kind=kind, key=key)
    before = document_now(kind=kind, key=key)
    version = Version.objects.create(
        item=item, document=document, based_on=before, state=Version.State.PUBLISHED, saved_at=now, published_at=now
    )
    with translation.override(settings.LANGUAGE_CODE):
        Remark.objects.create(version=version, kind=Remark.Kind.PUBLISHED, text=_("From the files."))
    Item.objects.filter(pk=item.pk).update(published=version)
