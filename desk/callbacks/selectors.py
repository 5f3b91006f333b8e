"""Read callback requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from desk.callbacks.models import CallbackRequest
from desk.conversations.models import Received
from desk.opening.selectors import opening_times_of
from desk.people.selectors import programmes_of
from desk.programmes.selectors import programme_timezone

PAGE = 50  # requests on one page of the queue


def callback_request_open(*, conversation_id: str) -> CallbackRequest | None:
    """The conversation's open request."""
    return CallbackRequest.objects.filter(conversation_id=conversation_id, status=CallbackRequest.Status.OPEN).first()


@dataclass(frozen=True)
class Wanted:
    """What a counsellor wants to see of the queue; an empty value asks for all."""

    status: str = CallbackRequest.Status.OPEN
    who: str = ""  # "mine" or "free"
    programme: str = ""
    language: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the queue. How many there are is not counted: of 100,000 that takes longer than to show these."""

    rows: list[CallbackRequest]
    number: int
    has_next: bool


def callback_requests_seen_by(user: AbstractBaseUser) -> QuerySet[CallbackRequest]:
    """The requests of the programmes an account works for."""
    return CallbackRequest.objects.filter(programme__in=programmes_of(user))


def callback_queue(*, user: AbstractBaseUser, wanted: Wanted, number: int = 1) -> Page:
    """One page; the first has the number 1."""
    start = (number - 1) * PAGE
    keys = list(callback_queue_keys(user=user, wanted=wanted)[start : start + PAGE + 1])
    detailed = CallbackRequest.objects.select_related("claimed_by")
    rows = detailed.annotate(due_at=due_at(), is_answered=Exists(_unread())).in_bulk(keys)
    return Page([rows[key] for key in keys[:PAGE] if key in rows], number, len(keys) > PAGE)


def callback_queue_keys(*, user: AbstractBaseUser, wanted: Wanted) -> QuerySet[CallbackRequest, int]:
    """The urgent first, then by the time promised or agreed, so the overdue come first; closed ones the newest first."""
    queue = callback_requests_seen_by(user)
    for field in ("status", "programme", "language", "topic"):
        value = getattr(wanted, field)
        queue = queue.filter(**{field: value}) if value else queue
    if wanted.who == "mine":
        queue = queue.filter(claimed_by=user)
    if wanted.who == "free":
        queue = queue.filter(claimed_by=None)
    is_closed = wanted.status in (CallbackRequest.Status.DONE, CallbackRequest.Status.CANCELLED)
    order = ("-updated_at",) if is_closed else ("-urgent", due_at(), "pk")
    return queue.order_by(*order).values_list("pk", flat=True)


def _unread() -> QuerySet[Received]:
    return Received.objects.filter(conversation_id=OuterRef("conversation_id"), seen_at=None)


def due_at() -> Coalesce:
    """When the person expects to hear from us."""
    return Coalesce(F("next_attempt_at"), F("promised_at"))


def callback_requests_late(*, now: datetime) -> QuerySet[CallbackRequest]:
    """Open requests whose person expected to hear from us before now."""
    waiting = CallbackRequest.objects.filter(status=CallbackRequest.Status.OPEN)
    return waiting.annotate(due_at=due_at()).filter(due_at__lt=now)


def agreed_while_closed(*, requests: Iterable[CallbackRequest], now: datetime) -> set[int]:
    """Keys of the open requests whose agreed next attempt falls on a day on which the office is closed."""
    ahead = [
        request
        for request in requests
        if request.status == CallbackRequest.Status.OPEN and request.next_attempt_at and request.next_attempt_at > now
    ]
    times = opening_times_of(request.programme for request in ahead) if ahead else {}
    return {request.pk for request in ahead if not times[request.programme].spans(_next_day(request))}


def _next_day(request: CallbackRequest) -> date:
    return request.next_attempt_at.astimezone(programme_timezone(request.programme)).date()


def callback_requests_before(*, request: CallbackRequest, user: AbstractBaseUser) -> QuerySet[CallbackRequest]:
    """Earlier requests of the same person that the account may see, the newest first."""
    same_person = callback_requests_seen_by(user).filter(conversation_id=request.conversation_id)
    return same_person.filter(pk__lt=request.pk).order_by("-pk")
