"""What works and what does not."""

from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest
from desk.callbacks.selectors import callback_requests_late
from desk.conversations.models import Delivery
from desk.health.models import Heartbeat

SILENT = timedelta(seconds=60)  # a worker that says nothing for so long does not work
STUCK = timedelta(minutes=10)  # an alert that is older and not sent


def checks() -> dict[str, str]:
    """Each part with "ok" or what is wrong with it; nothing of a person."""
    database = database_state()
    if database != "ok":
        return {"database": database}
    return {
        "database": database,
        "dialogue server": dialogue_state(),
        "worker": worker_state(timezone.now()),
        "alerts": alerts_state(timezone.now()),
    }


def database_state() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"


def dialogue_state() -> str:
    try:
        httpx.get(f"{settings.DIALOGUE_SERVER_URL}/webhooks/rest/", timeout=3, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"


def worker_state(now: datetime) -> str:
    beat = Heartbeat.objects.filter(name="worker").first()
    return "ok" if beat and beat.at > now - SILENT else "gives no sign of life"


def alerts_state(now: datetime) -> str:
    given_up = Alert.objects.filter(status=Alert.Status.FAILED).count()
    if given_up:
        return f"{given_up} could not be sent: see the alerts that were given up"
    oldest = outbox_age_s(now)
    return "ok" if oldest < STUCK.total_seconds() else f"the oldest alert waits for {oldest:.0f} s"


def outbox_age_s(now: datetime) -> float:
    """How long the oldest alert that is not sent has waited; 0 when none waits."""
    oldest = Alert.objects.filter(status=Alert.Status.WAITING).order_by("created_at").first()
    return (now - oldest.created_at).total_seconds() if oldest else 0.0


def figures() -> dict[str, float]:
    """Counts for monitoring, by name."""
    now = timezone.now()
    waiting = CallbackRequest.objects.filter(status=CallbackRequest.Status.OPEN)
    return {
        "requests_open": waiting.count(),
        "requests_free": waiting.filter(claimed_by=None).count(),
        "requests_free_urgent": waiting.filter(claimed_by=None, urgent=True).count(),
        "requests_late": callback_requests_late(now=now).filter(claimed_by=None).count(),
        "alerts_waiting": Alert.objects.filter(status=Alert.Status.WAITING).count(),
        "alerts_given_up": Alert.objects.filter(status=Alert.Status.FAILED).count(),
        "alerts_oldest_seconds": outbox_age_s(now),
        "messages_waiting": Delivery.objects.filter(status=Delivery.Status.QUEUED).count(),
        "messages_failed": Delivery.objects.filter(status=Delivery.Status.FAILED).count(),
    }
