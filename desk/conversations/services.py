"""Stop and erase: what a person may ask of us about their conversation. And what time erases."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Manager
from django.utils import timezone

from desk.alerts.models import Route
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.services import callback_requests_delete
from desk.conversations.identity import ConversationUnknown, conversation_renamed, is_staff
from desk.conversations.models import (
    Button,
    Contact,
    ContentTemplate,
    Delivery,
    InboundMessage,
    Received,
    Stop,
    Takeover,
)
from desk.learning.services import messages_forget_all, person_forget

KEEP_CLAIMS = timedelta(days=3)  # longer than any provider repeats a message
KEEP_DELIVERIES = KEEP_BUTTONS = KEEP_RECEIVED = timedelta(days=30)


def conversation_stop(*, conversation_id: str) -> None:
    """Remember that the person wants no more messages."""
    if not is_staff(conversation_id):
        Stop.objects.get_or_create(conversation_id=conversation_id)


def conversation_resume(*, conversation_id: str) -> None:
    """The person asked to be contacted: an earlier wish for silence is over."""
    Stop.objects.filter(conversation_id=conversation_id).delete()


def conversation_erase(*, conversation_id: str) -> None:
    """Delete what the desk holds of a conversation. Of received messages only the provider's bare id stays for a while:
    a late repeat of one must not be answered again."""
    if is_staff(conversation_id):
        return
    person_forget(conversation_id=conversation_id)
    with transaction.atomic():
        callback_requests_delete(conversation_id=conversation_id)
        for model in (Stop, Contact, Button, Delivery, Takeover, Received):
            model.objects.filter(conversation_id=conversation_id).delete()
        InboundMessage.objects.filter(conversation_id=conversation_id).update(conversation_id="", content=None)


def conversations_tidy() -> None:
    """Delete what is kept for a time only."""
    now = timezone.now()
    Delivery.objects.filter(created_at__lt=now - KEEP_DELIVERIES).delete()
    InboundMessage.objects.filter(finished_at__lt=now - KEEP_CLAIMS).delete()
    erased = InboundMessage.objects.filter(content__isnull=True, finished_at=None)
    erased.filter(claimed_at__lt=now - KEEP_CLAIMS).delete()
    Button.objects.filter(issued_at__lt=now - KEEP_BUTTONS).delete()
    Received.objects.filter(at__lt=now - KEEP_RECEIVED).delete()
    Takeover.objects.filter(until__lt=now).delete()


def conversations_rename() -> int:
    """Give all conversations their id with the first key, in one transaction. Returns how many were renamed."""
    models = (CallbackRequest, Stop, Contact, InboundMessage, Button, Delivery, Takeover, Received)
    with transaction.atomic():
        known = {name for model in models for name in model.objects.values_list("conversation_id", flat=True)}
        renamed = {old: new for old in known if (new := _renamed(old)) != old}
        for old, new in renamed.items():
            for row in InboundMessage.objects.filter(conversation_id=old).exclude(content__isnull=True):
                row.content["conversation_id"] = new
                row.save()
            for model in models:
                _rename(model.objects, old, new)
        messages_forget_all()
        _encrypt_anew()
    return len(renamed)


def _encrypt_anew() -> None:
    """Write every encrypted text with the first key."""
    for model, field in ((CallbackRequest, "phone"), (Entry, "text"), (Received, "text"), (Route, "secret")):
        for pk, text in model.objects.exclude(**{field: ""}).values_list("pk", field):
            model.objects.filter(pk=pk).update(**{field: text})


def _rename(rows: Manager, old: str, new: str) -> None:
    """Where the person wrote with the new id already, what is newer counts."""
    before, since = rows.filter(conversation_id=old), rows.filter(conversation_id=new)
    if rows.model in (Stop, Contact, Takeover) and since.exists():
        before.delete()
    if rows.model is CallbackRequest and since.filter(status=CallbackRequest.Status.OPEN).exists():
        before.filter(status=CallbackRequest.Status.OPEN).update(status=CallbackRequest.Status.CANCELLED)
    before.update(conversation_id=new)


def _renamed(conversation_id: str) -> str:
    try:
        return conversation_renamed(conversation_id)
    except ConversationUnknown:  # the web chat's, or made with a key that is lost
        return conversation_id


def content_template_save(*, key: str, sid: str) -> None:
    """Remember Twilio's id of a message with buttons."""
    ContentTemplate.objects.update_or_create(key=key, defaults={"sid": sid})
