"""Send the outbox. An alert is sent at least once: claimed for a while, sent, then marked."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from desk.callbacks.models import Alert
from desk.callbacks.selectors import alerts_due
from desk.programmes.selectors import programme_timezone

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # after this an alert whose sender died is sent again
LONGEST_WAIT = timedelta(minutes=30)
FIRST_WAIT = timedelta(seconds=5)


def alerts_send() -> int:
    """Send what is due. Returns how many alerts were sent."""
    return sum(alert_send(alert) for alert in alerts_due(now=timezone.now())[:100])


def alert_send(alert: Alert) -> bool:
    """Send one alert unless another worker has it; on failure it is due again after a growing wait."""
    if not _claim(alert):
        return False
    try:
        alert_message(alert).send()
    except (SMTPException, OSError, ValueError) as error:  # ValueError: an address that cannot be written
        _postpone(alert, error)
        return False
    Alert.objects.filter(pk=alert.pk).update(sent_at=timezone.now(), error="")
    return True


def _claim(alert: Alert) -> bool:
    waiting = Alert.objects.filter(pk=alert.pk, sent_at=None, due_at=alert.due_at)
    return waiting.update(due_at=timezone.now() + LEASE, attempts=alert.attempts + 1) == 1


def _postpone(alert: Alert, error: Exception) -> None:
    wait = min(FIRST_WAIT * 2 ** min(alert.attempts, 16), LONGEST_WAIT)
    logger.warning("alert %s was not sent (%s); next attempt in %s", alert.pk, type(error).__name__, wait)
    Alert.objects.filter(pk=alert.pk).update(
        due_at=timezone.now() + wait, error=f"{type(error).__name__}: {error}"[:200]
    )


def alert_message(alert: Alert) -> EmailMessage:
    """The e-mail in the counsellor's language; the subject tells nothing of the person's story."""
    request = alert.request
    with translation.override(alert.language):
        urgent = _("URGENT") if request.urgent else ""
        subject = " ".join(filter(None, [urgent, str(alert.get_kind_display()), request.reference]))
        local = request.promised_at.astimezone(programme_timezone(request.programme)).replace(tzinfo=None)
        body = render_to_string("callbacks/alert.txt", {"alert": alert, "request": request, "promised_at": local})
    identity = f"<alert-{alert.pk}@assistant>"
    return EmailMessage(subject, body, to=[alert.recipient], headers={"Message-ID": identity})
