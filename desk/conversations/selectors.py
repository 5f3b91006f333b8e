"""Read what is kept of conversations."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from desk.conversations.inbox import is_abandoned
from desk.conversations.models import Button, Contact, ContentTemplate, Delivery, InboundMessage, Received, Stop


def is_stopped(*, conversation_id: str) -> bool:
    """Whether the person wants no more messages."""
    return Stop.objects.filter(conversation_id=conversation_id).exists()


def contact_get(*, conversation_id: str) -> Contact:
    """How the conversation can be reached; a new one, not saved, when nothing is known."""
    return Contact.objects.filter(pk=conversation_id).first() or Contact(conversation_id=conversation_id)


def button_get(*, conversation_id: str, token: str) -> Button | None:
    """What a tapped button stands for in its conversation."""
    return Button.objects.filter(conversation_id=conversation_id, token=token).first()


def deliveries_waiting(*, conversation_id: str) -> list[Delivery]:
    """What is to be sent to a conversation, oldest first."""
    waiting = Delivery.objects.filter(conversation_id=conversation_id, status=Delivery.Status.QUEUED)
    return list(waiting.order_by("pk"))


def delivery_held(*, conversation_id: str) -> Delivery | None:
    """The newest message that waits for the person to write, because the channel allows none before."""
    held = Delivery.objects.filter(conversation_id=conversation_id, status=Delivery.Status.HELD)
    return held.filter(reason=Delivery.Reason.WINDOW).order_by("-pk").first()


def conversations_waiting(*, channel: str, now: datetime) -> list[str]:
    """Conversations of a channel with a message whose time has come."""
    due = Delivery.objects.filter(
        status=Delivery.Status.QUEUED, due_at__lte=now, conversation_id__startswith=f"{channel}-"
    )
    return list(due.order_by().values_list("conversation_id", flat=True).distinct()[:100])


def inbound_abandoned(*, channel: str) -> list[InboundMessage]:
    """Messages that nobody handles any more, though they are not finished, oldest first."""
    rows = InboundMessage.objects.filter(channel=channel, finished_at=None).exclude(content__isnull=True).order_by("pk")
    now = timezone.now()
    return [row for row in rows[:1000] if is_abandoned(row, now)]


def inbound_known(*, channel: str, message_ids: list[str]) -> set[str]:
    """Which of the provider's ids were claimed before."""
    rows = InboundMessage.objects.filter(channel=channel, message_id__in=message_ids)
    return set(rows.values_list("message_id", flat=True))


def content_template_sid(*, key: str) -> str | None:
    """Twilio's id of a message with buttons that was made before."""
    return ContentTemplate.objects.filter(key=key).values_list("sid", flat=True).first()


def received_voice_name(*, conversation_id: str, key: int) -> str:
    """The channel's name of a voice message that a person sent to the counsellors; empty when there is none."""
    found = Received.objects.filter(conversation_id=conversation_id, pk=key).values_list("voice", flat=True)
    return found.first() or ""


def received_of(*, conversation_id: str) -> QuerySet[Received]:
    """What a person wrote to the counsellors, oldest first."""
    return Received.objects.filter(conversation_id=conversation_id)
