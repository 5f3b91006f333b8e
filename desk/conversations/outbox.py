"""What became of each message to a person. A message is claimed for a while, sent, then marked: at least once, in order."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Contact, Delivery

LEASE = timedelta(seconds=60)  # after this a message whose sender died is sent again
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
MOST_ATTEMPTS = 10
AFTER = {"sent": 1, "delivered": 2, "read": 3, "failed": 4}  # a late "sent" undoes neither a "read" nor a "failed"


def delivery_claim(*, delivery: Delivery) -> bool:
    """Take a waiting message for sending. False when somebody else has it or it has to wait."""
    now = timezone.now()
    if delivery.due_at > now:
        return False
    mine = Delivery.objects.filter(pk=delivery.pk, due_at=delivery.due_at).exclude(content__isnull=True)
    taken = mine.update(due_at=now + LEASE, attempts=delivery.attempts + 1)
    delivery.attempts += taken
    return bool(taken)


def delivery_sent(*, delivery: Delivery, provider_id: str) -> None:
    """The provider has it; the text is forgotten."""
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.SENT, provider_id=provider_id, content=None, reason="", error="", updated_at=_now()
    )


def delivery_forget(*, delivery: Delivery) -> None:
    """No record stays: the last word to a person whose data was erased."""
    Delivery.objects.filter(pk=delivery.pk).delete()


def delivery_postpone(*, delivery: Delivery, after: timedelta | None, error: str) -> None:
    """Try again later: when the provider says, else after a growing wait; too many attempts end it."""
    if delivery.attempts >= MOST_ATTEMPTS:
        return delivery_fail(delivery=delivery, reason=Delivery.Reason.TOO_OFTEN, error=error)
    wait = max(after or timedelta(0), min(FIRST_WAIT * 2 ** min(delivery.attempts, 16), LONGEST_WAIT))
    Delivery.objects.filter(pk=delivery.pk).update(due_at=_now() + wait, error=error[:200], updated_at=_now())


def delivery_hold(*, delivery: Delivery, reason: str) -> None:
    """Keep a message that may not go out now, with the reason for the counsellor."""
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.HELD, reason=reason, due_at=_now(), updated_at=_now()
    )


def delivery_fail(*, delivery: Delivery, reason: str, error: str = "") -> None:
    """Give a message up for good, visibly."""
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.FAILED, reason=reason, error=error[:200], content=None, updated_at=_now()
    )


def delivery_report(*, provider_id: str, status: str, reason: str = "", error: str = "") -> None:
    """What the provider says later: sent, delivered, read, or failed (with the reason as far as it is known)."""
    row = Delivery.objects.filter(provider_id=provider_id).first() if provider_id else None
    if row is None:
        return
    if status == Delivery.Status.FAILED:
        return delivery_fail(delivery=row, reason=reason or Delivery.Reason.UNDELIVERED, error=error)
    if AFTER[status] > AFTER.get(row.status, 0):
        Delivery.objects.filter(pk=row.pk).update(status=status, updated_at=_now())


def deliveries_release(*, conversation_id: str) -> None:
    """The person wrote: what waited for that may go out."""
    Delivery.objects.filter(
        conversation_id=conversation_id, status=Delivery.Status.HELD, reason=Delivery.Reason.WINDOW
    ).update(status=Delivery.Status.QUEUED, reason="", updated_at=_now())


def contact_lost(*, conversation_id: str) -> None:
    """The person blocked the assistant or left: nothing is tried again until they write."""
    Contact.objects.update_or_create(conversation_id=conversation_id, defaults={"unreachable": Delivery.Reason.BLOCKED})


def contact_ask_again(*, conversation_id: str, template: dict[str, Any]) -> bool:
    """Send the approved template that asks the person to write, once until they do. Returns whether it goes out now."""
    contact = Contact.objects.filter(conversation_id=conversation_id, template_sent_at=None)
    with transaction.atomic():
        is_first = bool(contact.update(template_sent_at=_now()))
        if is_first:
            deliveries_write(conversation_id=conversation_id, contents=[template])
    return is_first


def contact_back(*, conversation_id: str) -> None:
    """The person let the assistant in again."""
    Contact.objects.filter(conversation_id=conversation_id).update(unreachable="")


def _now() -> datetime:
    return timezone.now()
