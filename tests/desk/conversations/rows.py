"""Claims and deliveries for the tests of conversations."""

from typing import Any

from django.utils import timezone

from desk.conversations.inbox import Claim, deliveries_write, inbound_claim
from desk.conversations.models import Delivery

TELEGRAM = "telegram-abc"
CONTENT = {"message_id": "m1", "text": "j'ai besoin d'aide"}
REPLY = {"text": "Bonjour. أهلا", "buttons": [["Oui", "t1"]]}


def claim(message_id: str = "m1", conversation_id: str = TELEGRAM, channel: str = "telegram") -> Claim:
    return inbound_claim(
        channel=channel, message_id=message_id, conversation_id=conversation_id, content={**CONTENT, "id": message_id}
    )


def delivery(conversation_id: str = TELEGRAM, **changes: Any) -> Delivery:
    """One message in the outbox, with changes."""
    deliveries_write(conversation_id=conversation_id, contents=[REPLY])
    row = Delivery.objects.order_by("-pk").first()
    if changes:
        Delivery.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
    return row


def due_now(row: Delivery) -> Delivery:
    """The time has passed until the message is due."""
    Delivery.objects.filter(pk=row.pk).update(due_at=timezone.now())
    return Delivery.objects.get(pk=row.pk)
