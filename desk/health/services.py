"""Write signs of life."""

from datetime import timedelta

from django.utils import timezone

from desk.health.models import Heartbeat

EVERY = timedelta(seconds=10)


def heartbeat_write(*, name: str) -> None:
    """Say that a process works; not more often than every few seconds."""
    now = timezone.now()
    known = Heartbeat.objects.filter(name=name).first()
    if known is None or known.at < now - EVERY:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
