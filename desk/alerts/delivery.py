"""Send the outbox. An alert is sent at least once: claimed for a while, sent, then marked.

Each attempt is one route; when it fails the next is tried at once. When all have failed there is a growing wait, and after
about a day an administrator must look.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.utils import timezone

from desk.alerts.models import Alert
from desk.alerts.routes import email, telegram, twilio, webhook
from desk.alerts.routes.target import Message, NotSent, Target
from desk.alerts.selectors import alerts_due, targets_of
from desk.alerts.words import alert_message

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # longer than any route's timeout; then an alert whose sender died is sent again
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
MOST_ROUNDS = 56  # over all routes: about a day
LOOK_AGAIN = timedelta(seconds=15)  # whether a provider that took the alert has handed it on
LOOKS = timedelta(minutes=5)
THREADS = 8

SENDERS: dict[str, Callable[[Target, Message], str]] = {
    "email": email.send,
    "telegram": telegram.send,
    "sms": twilio.send_sms,
    "whatsapp": twilio.send_whatsapp,
    "webhook": webhook.send,
}


class Outbox:
    """Sends alerts side by side, so that a route that hangs holds up no other."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="alert")
        self._under_way: dict[Future, tuple[Alert, Target]] = {}

    def round(self) -> int:
        """Note how attempts ended, and begin those that are due. Returns how many alerts were sent."""
        ended = [future for future in self._under_way if future.done()]
        sent = sum(_note(*self._under_way.pop(future), future) for future in ended)
        free = THREADS - len(self._under_way)
        for alert in alerts_due(now=timezone.now())[:free]:
            self._begin(alert)
        return sent

    def finish(self) -> int:
        """Wait for the attempts under way. Returns how many alerts were sent."""
        wait(self._under_way)
        sent = sum(_note(*self._under_way.pop(future), future) for future in list(self._under_way))
        self._pool.shutdown()
        return sent

    def _begin(self, alert: Alert) -> None:
        if not _claim(alert):
            return
        targets = targets_of(alert)
        target = targets[min(alert.step, len(targets) - 1)]
        work = (_look, alert.receipt) if alert.receipt else (_send, alert, target)
        self._under_way[self._pool.submit(*work)] = (alert, target)


def alerts_send() -> int:
    """Send what is due, each alert over one route. Returns how many alerts were sent."""
    outbox = Outbox()
    sent = outbox.round()
    return sent + outbox.finish()


def _claim(alert: Alert) -> bool:
    waiting = Alert.objects.filter(pk=alert.pk, status=Alert.Status.WAITING, due_at=alert.due_at)
    attempts = alert.attempts + (not alert.receipt)  # to look after one that was handed over is no attempt
    return waiting.update(due_at=timezone.now() + LEASE, attempts=attempts) == 1


def _send(alert: Alert, target: Target) -> str:
    """What the route gives back. A fault in the words counts as one of the route: the next one is tried."""
    return SENDERS[target.means](target, alert_message(alert, target.language))


def _look(receipt: str) -> str:
    """The receipt again while it is not known whether the alert arrived, else "". Raises NotSent."""
    return "" if twilio.has_arrived(receipt) else receipt


def _note(alert: Alert, target: Target, future: Future) -> bool:
    """Write down how an attempt ended; whatever went wrong, the alert is not lost."""
    try:
        receipt = future.result()
    except NotSent as error:
        return _next_route(alert, target, str(error))
    except Exception as error:
        logger.error("the route %s has a fault (%s)", target.means, type(error).__name__)
        return _next_route(alert, target, type(error).__name__)
    if receipt:
        return _await_arrival(alert, target, receipt)
    _update(alert, status=Alert.Status.SENT, sent_at=timezone.now(), sent_over=target.means, error="")
    return True


def _await_arrival(alert: Alert, target: Target, receipt: str) -> bool:
    now = timezone.now()
    handed_over = alert.sent_at or now
    if now - handed_over > LOOKS:
        return _next_route(alert, target, "the provider did not hand it on in time")
    _update(alert, receipt=receipt, sent_at=handed_over, due_at=now + LOOK_AGAIN)
    return False


def _next_route(alert: Alert, target: Target, error: str) -> bool:
    """Try the next route now; after the last, all again after a wait; after very many rounds, no more."""
    logger.warning("alert %s was not sent by %s", alert.pk, target.means)
    failed = {"error": f"{target.means}: {error}"[:200], "receipt": "", "sent_at": None}
    now, step, routes = timezone.now(), alert.step + 1, len(targets_of(alert))
    rounds = alert.attempts // routes
    if step < routes:
        _update(alert, step=step, due_at=now, **failed)
    elif rounds >= MOST_ROUNDS:
        _update(alert, status=Alert.Status.FAILED, **failed)
    else:
        _update(alert, step=0, due_at=now + min(FIRST_WAIT * 2 ** min(rounds, 16), LONGEST_WAIT), **failed)
    return False


def _update(alert: Alert, **values: object) -> None:
    Alert.objects.filter(pk=alert.pk).update(**values)
