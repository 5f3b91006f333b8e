"""Everything that changes a callback request. A request and its alerts are written in one transaction."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from desk.alerts.models import Kind
from desk.alerts.services import alerts_write
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.promise import promised_at
from desk.content.selectors import handover_topics
from desk.conversations.takeover import takeover_end
from desk.errors import CallbackNotFound
from desk.opening.selectors import opening_times_get
from desk.programmes.selectors import programme_timezone

REFERENCE_LETTERS = "AFHKLRXY34679"  # nothing that looks or, read aloud, sounds like another
LATE_AGAIN = timedelta(hours=4)


def callback_request_save(
    *,
    conversation_id: str,
    programme: str,
    language: str,
    contact: str,
    safety: str,
    phone: str = "",
    name: str = "",
    topic: str = "",
    wish: str = "",
    voice: str = "",
    urgent: bool = False,
    now: datetime | None = None,
) -> tuple[CallbackRequest, bool]:
    """Create the conversation's request, or update its open one. Returns it and whether it is new.

    Raises ValidationError when a value does not fit.
    """
    local = (now or timezone.now()).astimezone(programme_timezone(programme))
    urgent = urgent or topic in handover_topics()
    with transaction.atomic():
        request = _open(conversation_id).select_for_update().first()
        is_new = request is None
        request = request or CallbackRequest(conversation_id=conversation_id, reference=reference_create())
        request.programme, request.language, request.contact, request.safety = programme, language, contact, safety
        request.phone, request.name, request.topic, request.wish = phone, name, topic, wish
        request.voice = voice or request.voice
        request.urgent = request.urgent or urgent
        request.next_attempt_at = request.escalated_at = None  # what was agreed before is over
        request.promised_at = promised_at(opening_times_get(programme), local, wish, urgent=request.urgent)
        request.full_clean()
        request.save()
        alerts_write(request, Kind.CREATED if is_new else Kind.CHANGED)
        if not is_new:
            Entry.objects.create(request=request, kind=Entry.Kind.CHANGED)
    return request, is_new


def callback_request_rehearse(**values: Any) -> tuple[CallbackRequest, bool]:
    """What `callback_request_save` would do; nothing is kept and nobody is alerted. Raises ValidationError."""
    with transaction.atomic():
        saved = callback_request_save(**values)
        transaction.set_rollback(True)
    return saved


def callback_request_cancel(*, conversation_id: str) -> CallbackRequest:
    """Cancel the open request of a conversation. Raises CallbackNotFound."""
    with transaction.atomic():
        request = _open(conversation_id).select_for_update().first()
        if request is None:
            raise CallbackNotFound(conversation_id)
        request.status = CallbackRequest.Status.CANCELLED
        takeover_end(conversation_id=conversation_id)
        request.save()
        alerts_write(request, Kind.CANCELLED)
        Entry.objects.create(request=request, kind=Entry.Kind.CANCELLED)
    return request


def callback_request_remind(*, request: CallbackRequest) -> None:
    """Tell the counsellors that a person is waiting beyond the promised time; not more often than every few hours."""
    since = timezone.now() - LATE_AGAIN
    with transaction.atomic():
        if not request.alerts.filter(kind=Kind.LATE, created_at__gt=since).exists():
            alerts_write(request, Kind.LATE)


def callback_requests_delete(*, conversation_id: str) -> int:
    """Delete all requests of a conversation with their alerts. Returns how many requests there were."""
    _, rows = CallbackRequest.objects.filter(conversation_id=conversation_id).delete()
    return rows.get(CallbackRequest._meta.label, 0)


def reference_create() -> str:
    """A short code such as "K7M-3PX", not yet used."""
    while True:
        code = f"{get_random_string(3, REFERENCE_LETTERS)}-{get_random_string(3, REFERENCE_LETTERS)}"
        if not CallbackRequest.objects.filter(reference=code).exists():
            return code


def _open(conversation_id: str):
    return CallbackRequest.objects.filter(conversation_id=conversation_id, status=CallbackRequest.Status.OPEN)
