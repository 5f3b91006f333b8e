"""The work of editors. Each service checks, writes and notes what was done, in one transaction.

Each raises Refused with the reason in the editor's language. A version that somebody else saved meanwhile is never overwritten.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.content.checks import Fault
from desk.content.documents import TOPIC, Document, stale_after
from desk.editing.labels import language_label, part_label
from desk.editing.models import Item, Remark, Version
from desk.editing.selectors import document_now, document_of_files, faults_get, version_open
from desk.errors import Refused

State, Did = Version.State, Remark.Kind
LONGEST_REMARK = 2000
MOST_REASONS = 5


class Overtaken(Refused):
    """Somebody else saved the text meanwhile; `version` holds theirs."""

    def __init__(self, version: Version) -> None:
        super().__init__(
            _(
                "%(name)s saved this text meanwhile. Yours is still here, and theirs is beside it. Nothing was overwritten."
            )
            % {"name": version.author or "?"}
        )
        self.version = version


def draft_save(
    *,
    kind: str,
    key: str,
    document: Document,
    by: AbstractBaseUser,
    revision: int,
    kept: dict[str, list[str]] | None = None,
) -> Version:
    """Save a draft; `revision` is that of the draft which the writer saw, 0 when there was none.

    `kept` are translations that the writer looked at, and that are still right. Raises Overtaken.
    """
    try:
        with transaction.atomic():
            return _save(kind, key, document, by, revision, kept or {})
    except IntegrityError:  # two began a draft at the same moment
        raise Overtaken(version_open(kind=kind, key=key)) from None


def _save(
    kind: str, key: str, document: Document, by: AbstractBaseUser, revision: int, kept: dict[str, list[str]]
) -> Version:
    item, _made = Item.objects.get_or_create(kind=kind, key=key)
    version = Version.objects.select_for_update().filter(item=item, state__in=Version.OPEN).first()
    if (version.revision if version else 0) != revision:
        raise Overtaken(version) if version else Refused(_gone())
    before = version.document if version else document_now(kind=kind, key=key)
    if kind == TOPIC:
        document = {**document, "stale": stale_after(before, document, kept)}
    if version is None:
        return Version.objects.create(item=item, document=document, based_on=before, author=by)
    version.document, version.author, version.state = document, by, State.DRAFT
    version.revision, version.saved_at = version.revision + 1, timezone.now()
    version.based_on = document_now(kind=kind, key=key)  # what its writer sees beside it
    version.reviewer = version.publish_at = None
    version.save()
    return version


def _gone() -> str:
    return _("This draft was published or discarded meanwhile. Open the page again.")


def step(did: str, *states: str) -> Callable[..., Any]:
    """A step of the way from draft to publication: only from these states, of the revision that was looked at, and noted."""

    def wrap(work: Callable[..., Any]) -> Callable[..., Version]:
        @wraps(work)
        @transaction.atomic
        def run(
            *, pk: int, by: AbstractBaseUser | None, revision: int | None = None, text: str = "", **more: Any
        ) -> Version:
            version = _locked(pk, revision, states)
            work(version, by=by, text=_checked(text), **more)
            version.save()
            Remark.objects.create(version=version, kind=did, text=text.strip(), author=by)
            return version

        return run

    return wrap


def _locked(pk: int, revision: int | None, states: tuple[str, ...]) -> Version:
    version = Version.objects.select_for_update().filter(pk=pk).first()
    if version is None or version.state not in states:
        raise Refused(_("Somebody was faster: this version is not in that state any more. Open the page again."))
    if revision is not None and version.revision != revision:
        raise Overtaken(version)
    return version


def _checked(text: str) -> str:
    if len(text) > LONGEST_REMARK:
        raise Refused(_("At most %(count)s characters.") % {"count": LONGEST_REMARK}, "text")
    return text


@step(Did.SUBMITTED, State.DRAFT)
def review_ask(version: Version, *, by: AbstractBaseUser, text: str) -> None:
    """Ask a second person to look at a draft; what forbids publishing has to be mended first."""
    _must_be_right(version)
    version.state = State.IN_REVIEW


@step(Did.RETURNED, State.IN_REVIEW, State.APPROVED)
def review_return(version: Version, *, by: AbstractBaseUser, text: str) -> None:
    """Give a draft back to its author, saying why."""
    if not text.strip():
        raise Refused(_("Say what should be changed."), "text")
    version.state, version.reviewer, version.publish_at = State.DRAFT, None, None


@step(Did.APPROVED, State.IN_REVIEW)
def review_approve(version: Version, *, by: AbstractBaseUser, text: str) -> None:
    """Say that a draft is right; nobody does so for their own."""
    if version.author_id == by.pk:
        raise Refused(_("Somebody else has to read your text before it is published."))
    _must_be_right(version)
    version.state, version.reviewer = State.APPROVED, by


@step(Did.PLANNED, State.APPROVED)
def publication_plan(version: Version, *, by: AbstractBaseUser, text: str, at: datetime | None) -> None:
    """Publish at a time to come; None takes the plan back."""
    if at and at <= timezone.now():
        raise Refused(_("This time is past."), "at")
    version.publish_at = at


@step(Did.PUBLISHED, State.APPROVED)
def version_publish(version: Version, *, by: AbstractBaseUser | None, text: str) -> None:
    """Make an approved version what the assistant says."""
    _must_be_right(version)
    _must_follow(version)
    version.state, version.published_at, version.published_by = State.PUBLISHED, timezone.now(), by or version.reviewer
    Item.objects.filter(pk=version.item_id).update(published=version)


@step(Did.DISCARDED, *Version.OPEN)
def draft_discard(version: Version, *, by: AbstractBaseUser, text: str) -> None:
    """Give a draft up; it stays in the history."""
    version.state = State.DISCARDED


def remark_add(*, pk: int, by: AbstractBaseUser, text: str) -> Remark:
    """Say something of a version."""
    if not _checked(text).strip():
        raise Refused(_("Write a comment first."), "text")
    return Remark.objects.create(version=Version.objects.get(pk=pk), text=text.strip(), author=by)


@transaction.atomic
def version_restore(*, pk: int, by: AbstractBaseUser) -> Version:
    """Begin a draft with the text of an earlier version; it takes the same way as any other."""
    earlier = Version.objects.select_related("item").get(pk=pk)
    return _begin_again(earlier.item, earlier.document, by)


@transaction.atomic
def file_restore(*, kind: str, key: str, by: AbstractBaseUser) -> Version:
    """Begin a draft with the text that the files hold."""
    document = document_of_files(kind=kind, key=key)
    if document is None:
        raise Refused(_("The files hold no such text."))
    return _begin_again(Item.objects.get_or_create(kind=kind, key=key)[0], document, by)


def _begin_again(item: Item, document: Document, by: AbstractBaseUser) -> Version:
    if version_open(kind=item.kind, key=item.key):
        raise Refused(_("There is a draft already: publish or discard it first."))
    before = document_now(kind=item.kind, key=item.key)
    version = Version.objects.create(item=item, document=document, based_on=before, author=by)
    Remark.objects.create(version=version, kind=Did.RESTORED, author=by)
    return version


def item_opened(*, kind: str, key: str, by: AbstractBaseUser) -> None:
    """Note who has the page of a topic or fact before them."""
    Item.objects.update_or_create(kind=kind, key=key, defaults={"opened_by": by, "opened_at": timezone.now()})


def owner_set(*, kind: str, key: str, owner: AbstractBaseUser | None) -> None:
    """Say who keeps a fact right, and is reminded."""
    Item.objects.update_or_create(kind=kind, key=key, defaults={"owner": owner, "reminded_on": None})


def _must_be_right(version: Version) -> None:
    item = version.item
    faults = faults_get(kind=item.kind, key=item.key, document=version.document, today=timezone.localdate())
    wrong = [_said(fault) for fault in faults if fault.forbids]
    if wrong:
        raise Refused(_("This cannot be published yet. %(reason)s") % {"reason": " · ".join(wrong[:MOST_REASONS])})


def _said(fault: Fault) -> str:
    part = [part_label(fault.part)] if fault.part else []
    language = [language_label(fault.language)] if fault.language else []
    return ": ".join([*part, *language, _(fault.text) % fault.values])


def _must_follow(version: Version) -> None:
    """What is published must still be what the draft was begun with."""
    now = document_now(kind=version.item.kind, key=version.item.key)
    if now is not None and version.based_on is not None and _words(now) != _words(version.based_on):
        raise Refused(
            _("What is published changed since this draft was begun. Compare them, and save the draft again.")
        )


def _words(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "stale"}
