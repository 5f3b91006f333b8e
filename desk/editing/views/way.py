"""The way of a question or a fact from draft to publication, as its page shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.callbacks.views import complain
from desk.content.documents import FACT, TOPIC, Document
from desk.editing import services
from desk.editing.compare import differences
from desk.editing.forms import Comment, Planning, Remarking, Silent, Unplanning, office_of
from desk.editing.models import Version
from desk.editing.selectors import document_now, reader_beside, version_open
from desk.errors import Refused
from desk.programmes.selectors import programme_timezone

DRAFT, IN_REVIEW, APPROVED = Version.OPEN


@dataclass(frozen=True)
class Step:
    """What a step calls, what is filled in for it, from which states it goes, and what is said when it is done."""

    service: Callable[..., Any]
    form: type[Remarking]
    states: tuple[str, ...]
    done: str | Promise


STEPS = {
    "comment": Step(services.remark_add, Comment, Version.OPEN, _("Your comment is saved.")),
    "ask": Step(services.review_ask, Remarking, (DRAFT,), _("A second person is asked to look at it.")),
    "approve": Step(services.review_approve, Remarking, (IN_REVIEW,), _("Approved. It can be published.")),
    "return": Step(services.review_return, Remarking, (IN_REVIEW, APPROVED), _("Given back.")),
    "publish": Step(
        services.version_publish, Silent, (APPROVED,), _("Published. The assistant uses it within seconds.")
    ),
    "plan": Step(services.publication_plan, Planning, (APPROVED,), _("The publication is planned.")),
    "unplan": Step(services.publication_plan, Unplanning, (APPROVED,), _("The plan is taken back.")),
    "discard": Step(services.draft_discard, Silent, Version.OPEN, _("The draft is discarded.")),
}


def known_kind(kind: str) -> str:
    """Raises Http404 unless questions or facts."""
    if kind not in (TOPIC, FACT):
        raise Http404
    return kind


def begun_with(kind: str, key: str) -> tuple[Version | None, Document]:
    """The draft, if there is one, and the document to go on with: its own, or what is published. Raises Http404."""
    version = version_open(kind=kind, key=key)
    document = version.document if version else document_now(kind=kind, key=key)
    if document is None:
        raise Http404
    return version, document


def page_address(kind: str, key: str) -> str:
    """The page of a question or a fact."""
    return reverse("content:topic", args=[key]) if kind == TOPIC else reverse("content:fact", args=key.split(".", 1))


def way_of(
    http: HttpRequest, kind: str, key: str, version: Version | None, step: str = "", refused: Refused | None = None
) -> dict[str, Any]:
    """Steps, comments and changes of the draft, and who else has the page open."""
    now = document_now(kind=kind, key=key)
    return {
        "kind": kind,
        "key": key,
        "version": version,
        "office": office_of(http.user),
        "zone": programme_timezone(office_of(http.user)),
        "is_new": now is None,
        "is_own": bool(version) and version.author_id == http.user.pk,
        "beside": reader_beside(kind=kind, key=key, user=http.user, now=timezone.now()),
        "remarks": list(version.remarks.select_related("author")) if version else [],
        "steps": forms_of(http, version, step, refused),
        "changes": differences(kind, now, version.document) if version else [],
    }


def forms_of(
    http: HttpRequest, version: Version | None, step: str = "", refused: Refused | None = None
) -> dict[str, forms.Form]:
    """The forms of the steps that the draft allows; the one of `step` is filled with what was sent."""
    if version is None:
        return {}
    found = {
        name: way.form(
            {**http.POST.dict(), "revision": version.revision} if name == step else None,
            initial={"revision": version.revision},
            auto_id=f"{name}_%s",
        )
        for name, way in STEPS.items()
        if version.state in way.states and (name != "unplan" or version.publish_at)
    }
    if refused and step in found:
        complain(found[step], refused)
    return found
