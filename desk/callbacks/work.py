"""What counsellors do with a request. Each step checks, writes and adds to the history in one transaction.

Every service raises Refused, with the reason in the counsellor's language, when the request does not allow the step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.notices import attempt_told
from desk.conversations.takeover import takeover_end
from desk.errors import Refused
from desk.people.selectors import counsellors_of, is_leading

Status = CallbackRequest.Status
OPEN_AGAIN = (Status.DONE,)
WRITTEN = (
    "status",
    "claimed_by",
    "claimed_at",
    "next_attempt_at",
    "escalated_at",
    "outcome",
    "closed_at",
    "updated_at",
)


def request_claim(*, pk: int, by: AbstractBaseUser) -> CallbackRequest:
    """Take an open request. When two try at once, one wins and the other is told who."""
    with _locked(pk) as request:
        _must_be_open(request)
        if request.claimed_by_id == by.pk:
            return request
        if request.claimed_by:
            raise Refused(_("%(name)s has taken this request already.") % {"name": request.claimed_by})
        request.claimed_by, request.claimed_at = by, timezone.now()
        _write(request, Entry.Kind.CLAIMED, by)
    return request


def request_release(*, pk: int, by: AbstractBaseUser) -> CallbackRequest:
    """Give a request back to the queue."""
    with _locked(pk) as request:
        must_be_theirs(request, by)
        request.claimed_by = request.claimed_at = None
        takeover_end(conversation_id=request.conversation_id)
        _write(request, Entry.Kind.RELEASED, by)
    return request


def request_assign(*, pk: int, by: AbstractBaseUser, to: AbstractBaseUser) -> CallbackRequest:
    """Give a request to another counsellor of its programme."""
    with _locked(pk) as request:
        _must_be_open(request)
        if request.claimed_by and request.claimed_by_id != by.pk and not is_leading(by):
            raise Refused(_("Only %(name)s or a supervisor can give this request on.") % {"name": request.claimed_by})
        if not counsellors_of(request.programme).filter(pk=to.pk).exists():
            raise Refused(_("%(name)s does not work for this programme.") % {"name": to})
        request.claimed_by, request.claimed_at = to, timezone.now()
        _write(request, Entry.Kind.ASSIGNED, by, about=str(to))
    return request


def note_add(*, pk: int, by: AbstractBaseUser, text: str) -> CallbackRequest:
    """A note for colleagues; a closed request can have one too."""
    with _locked(pk) as request:
        _write(request, Entry.Kind.NOTE, by, text=_given(text, _("Write the note first.")))
    return request


def attempt_record(
    *, pk: int, by: AbstractBaseUser, result: str, text: str = "", next_at: datetime | None = None
) -> CallbackRequest:
    """What came of an attempt, and when the next one is. The person hears of it when messages are safe."""
    with _locked(pk) as request:
        must_be_theirs(request, by)
        if result not in Entry.Result.values:
            raise Refused(_("Choose what came of the attempt."))
        if next_at and next_at <= timezone.now():
            raise Refused(_("The next attempt must be later than now."), field="next_at")
        request.next_attempt_at, request.escalated_at = next_at, None
        deliveries = attempt_told(request, result)
        _write(request, Entry.Kind.ATTEMPT, by, result=result, text=text, deliveries=deliveries)
    return request


def request_refer(*, pk: int, by: AbstractBaseUser, organisation: str, text: str = "") -> CallbackRequest:
    """Note that the person was sent to another organisation; closing is a step of its own."""
    with _locked(pk) as request:
        must_be_theirs(request, by)
        named = _given(organisation, _("Name the organisation."))
        _write(request, Entry.Kind.REFERRED, by, about=named[:150], text=text)
    return request


def request_close(*, pk: int, by: AbstractBaseUser, outcome: str, text: str = "") -> CallbackRequest:
    """Close with an outcome."""
    with _locked(pk) as request:
        must_be_theirs(request, by)
        if outcome not in CallbackRequest.Outcome.values:
            raise Refused(_("Choose an outcome."))
        request.status, request.outcome, request.closed_at = Status.DONE, outcome, timezone.now()
        request.next_attempt_at = None
        takeover_end(conversation_id=request.conversation_id)
        _write(request, Entry.Kind.CLOSED, by, about=outcome, text=text)
    return request


def request_reopen(*, pk: int, by: AbstractBaseUser) -> CallbackRequest:
    """Open a closed request again, in the hands of who does so. A newer open one of the same person comes first."""
    with _locked(pk) as request:
        if request.status not in OPEN_AGAIN:
            raise Refused(_("Only a closed request can be opened again."))
        if CallbackRequest.objects.filter(conversation_id=request.conversation_id, status=Status.OPEN).exists():
            raise Refused(_("This person has a newer request: work on that one."))
        request.status, request.outcome, request.closed_at = Status.OPEN, "", None
        request.claimed_by, request.claimed_at = by, timezone.now()
        _write(request, Entry.Kind.REOPENED, by)
    return request


def phone_reveal(*, pk: int, by: AbstractBaseUser) -> str:
    """The phone number. Each look at it is in the history."""
    with _locked(pk) as request:
        if not request.phone:
            raise Refused(_("This person left no phone number."))
        _write(request, Entry.Kind.REVEALED, by)
    return request.phone


def written_record(*, pk: int, by: AbstractBaseUser, text: str, deliveries: list[int]) -> None:
    """A message that went to the person."""
    with _locked(pk) as request:
        _write(request, Entry.Kind.WRITTEN, by, text=text, deliveries=deliveries)


@contextmanager
def _locked(pk: int) -> Iterator[CallbackRequest]:
    """The request, held for this transaction and saved at its end.

    Without a join: what waited for the lock would have the row as it is now, but who took it as it was before.
    """
    with transaction.atomic():
        request = CallbackRequest.objects.select_for_update().filter(pk=pk).first()
        if request is None:
            raise Refused(_("This request is gone: the person had their data deleted."))
        yield request
        request.save(update_fields=WRITTEN)


def _write(request: CallbackRequest, kind: Entry.Kind, by: AbstractBaseUser, **values: object) -> None:
    Entry.objects.create(request=request, kind=kind, author=by, **values)


def _must_be_open(request: CallbackRequest) -> None:
    if request.status != Status.OPEN:
        raise Refused(_("This request is %(status)s.") % {"status": request.get_status_display()})


def must_be_theirs(request: CallbackRequest, by: AbstractBaseUser) -> None:
    """Raises Refused unless the request is open and in the hands of this account, or the account leads."""
    _must_be_open(request)
    if request.claimed_by is None:
        raise Refused(_("Take the request first."))
    if request.claimed_by_id != by.pk and not is_leading(by):
        raise Refused(_("%(name)s works on this request.") % {"name": request.claimed_by})


def _given(text: str, complaint: str) -> str:
    if not text.strip():
        raise Refused(complaint)
    return text.strip()
