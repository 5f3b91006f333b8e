"""Read callback requests and alerts."""

from datetime import datetime

from django.db.models import QuerySet

from desk.callbacks.models import Alert, CallbackRequest


def callback_request_open(*, conversation_id: str) -> CallbackRequest | None:
    """The conversation's open request."""
    return CallbackRequest.objects.filter(conversation_id=conversation_id, status=CallbackRequest.Status.OPEN).first()


def alerts_due(*, now: datetime) -> QuerySet[Alert]:
    """Alerts to send now, the urgent first."""
    return Alert.objects.filter(sent_at=None, due_at__lte=now).order_by("-request__urgent", "due_at")
