"""Read what editors wrote."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max

from desk.content.checks import Fault, faults_of, topics_naming
from desk.content.documents import FACT, TOPIC, Document, document_get, topic_document, written
from desk.content.published import Content, using
from desk.content.selectors import topics
from desk.editing.models import Item, Version
from desk.errors import DataError
from desk.programmes.schema import Fact
from desk.programmes.selectors import facts_to_review, programmes

DUE_WITHIN = timedelta(days=30)
OPEN_FOR = timedelta(minutes=2)  # since the page last said that it is open
NOTHING = ""  # the stamp when nothing was published


def version_open(*, kind: str, key: str) -> Version | None:
    """The draft of a topic or fact, whatever its state, if there is one."""
    found = Version.objects.select_related("item", "author", "reviewer")
    return found.filter(item__kind=kind, item__key=key, state__in=Version.OPEN).first()


def versions_open() -> list[Version]:
    """All that is being worked on, the longest unsaved first."""
    found = Version.objects.filter(state__in=Version.OPEN).select_related("item", "author", "reviewer")
    return list(found.order_by("saved_at"))


def versions_published(*, kind: str, key: str) -> list[Version]:
    """What was published of a topic or fact, the newest first."""
    found = Version.objects.filter(item__kind=kind, item__key=key, state=Version.State.PUBLISHED)
    return list(found.select_related("author", "reviewer", "published_by").order_by("-published_at"))


def document_now(*, kind: str, key: str) -> Document | None:
    """What is published of a topic or fact; None when there is none yet."""
    item = Item.objects.filter(kind=kind, key=key).select_related("published").first()
    if item and item.published:
        return item.published.document
    try:
        return document_get(kind, key)
    except DataError:
        return None


def document_of_files(*, kind: str, key: str) -> Document | None:
    """The text that the files hold, whatever is published; None when they have none."""
    try:
        with using(Content()):
            return document_get(kind, key)
    except DataError:
        return None


def reader_beside(*, kind: str, key: str, user: AbstractBaseUser, now: datetime) -> Item | None:
    """The item when somebody else has its page before them."""
    found = Item.objects.filter(kind=kind, key=key, opened_at__gte=now - OPEN_FOR, opened_by__isnull=False)
    return found.exclude(opened_by=user).select_related("opened_by").first()


def faults_get(*, kind: str, key: str, document: Document, today: date) -> list[Fault]:
    """What is wrong with a document."""
    return faults_of(kind, key, document, today)


def publication_stamp() -> str:
    """Tells what is published now from what was before."""
    last = Version.objects.filter(state=Version.State.PUBLISHED).aggregate(last=Max("published_at"))["last"]
    return last.isoformat() if last else NOTHING


def publication_get() -> dict[str, Any]:
    """All that editors published, as published.json holds it."""
    stamp = publication_stamp()
    items = Item.objects.filter(published__isnull=False).select_related("published").order_by("published__published_at")
    return written(stamp, {(item.kind, item.key): item.published.document for item in items})


def versions_due(*, now: datetime) -> list[Version]:
    """Approved versions whose time to be published has come, in the order planned."""
    found = Version.objects.filter(state=Version.State.APPROVED, publish_at__lte=now)
    return list(found.select_related("item").order_by("publish_at", "pk"))


def facts_of(programme: str) -> dict[str, Fact]:
    """The facts of a programme by reference."""
    return {f"{programme}.{name}": fact for name, fact in programmes()[programme].facts.items()}


def facts_due(*, today: date, within: timedelta = DUE_WITHIN) -> dict[str, Fact]:
    """Facts whose day to check again is near or past; the earliest first."""
    found = facts_to_review(today, within)
    return {reference: fact for reference, fact in found.items() if fact.review_by <= today + within}


def answers_without(*, today: date) -> dict[str, list[str]]:
    """Facts that are not shown now, with the ids of the topics that say "ask the office" instead."""
    hidden = [
        reference
        for programme in programmes()
        for reference, fact in facts_of(programme).items()
        if not fact.may_be_shown(today)
    ]
    found = {reference: topics_naming(reference) for reference in hidden}
    return {reference: names for reference, names in found.items() if names}


def versions_all(*, kind: str, key: str) -> list[Version]:
    """Everything that was written of a topic or fact, the newest first."""
    found = Version.objects.filter(item__kind=kind, item__key=key)
    return list(found.select_related("author", "reviewer", "published_by"))


def documents_now() -> dict[str, Document]:
    """What is published of every topic."""
    items = Item.objects.filter(kind=TOPIC, published__isnull=False).select_related("published")
    kept = {item.key: item.published.document for item in items}
    return {name: kept.get(name) or topic_document(name) for name in topics()}


def owners_of(programme: str) -> dict[str, AbstractBaseUser]:
    """Who keeps which fact of a programme right."""
    items = Item.objects.filter(kind=FACT, key__startswith=f"{programme}.", owner__isnull=False)
    return {item.key: item.owner for item in items.select_related("owner")}
