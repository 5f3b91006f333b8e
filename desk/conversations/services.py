"""Stop and erase: what a person may ask of us about their conversation."""

from django.db import transaction

from desk.callbacks.services import callback_requests_delete
from desk.conversations.models import Stop


def conversation_stop(*, conversation_id: str) -> None:
    """Remember that the person wants no more messages."""
    Stop.objects.get_or_create(conversation_id=conversation_id)


def conversation_erase(*, conversation_id: str) -> None:
    """Delete what the desk holds of a conversation: requests, alerts and the wish for silence."""
    with transaction.atomic():
        callback_requests_delete(conversation_id=conversation_id)
        Stop.objects.filter(conversation_id=conversation_id).delete()
