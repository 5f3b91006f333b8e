"""Claim each message of a provider once, and finish it with its replies in one transaction."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from desk.conversations.models import Button, Contact, Delivery, InboundMessage

LEASE = timedelta(minutes=2)  # after this a claim whose process hangs is free
OWNER = f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Claim:
    """Either ours to handle (`row` is set), or finished before, or in another process's hands (`is_busy`)."""

    row: InboundMessage | None = None
    is_busy: bool = False


@dataclass(frozen=True)
class Issued:
    """A button as it is shown: its opaque token, what it stands for, and the question it answers."""

    token: str
    payload: str
    question: str = ""


def inbound_claim(*, channel: str, message_id: str, conversation_id: str, content: dict[str, Any]) -> Claim:
    """Take a message. A repeat of a finished one gives an empty claim, one whose process died is taken again."""
    now = timezone.now()
    first = {"conversation_id": conversation_id, "content": content, "claimed_by": OWNER, "claimed_at": now}
    with transaction.atomic():
        row, is_new = InboundMessage.objects.get_or_create(channel=channel, message_id=message_id, defaults=first)
        if is_new and conversation_id:
            contact = {"last_received_at": now, "unreachable": "", "template_sent_at": None}
            Contact.objects.update_or_create(conversation_id=conversation_id, defaults=contact)
    if is_new or row.finished_at:
        return Claim(row if is_new else None)
    return _take_over(row, first) if is_abandoned(row, now) else Claim(is_busy=True)


def _take_over(row: InboundMessage, mine: dict[str, Any]) -> Claim:
    free = InboundMessage.objects.filter(pk=row.pk, finished_at=None, claimed_at=row.claimed_at)
    taken = free.update(**mine, attempts=F("attempts") + 1)
    row.refresh_from_db()
    return Claim(row) if taken else Claim(is_busy=True)


def is_abandoned(row: InboundMessage, now: datetime) -> bool:
    """Whether the process that claimed the message gave it back, died, or holds it too long."""
    return not row.claimed_by or row.claimed_at < now - LEASE or not _is_alive(row.claimed_by)


def _is_alive(owner: str) -> bool:
    host, _, process = owner.rpartition(":")
    if host != socket.gethostname() or not process.isdecimal():
        return True  # on another machine: only time tells
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def inbound_release(*, row: InboundMessage) -> None:
    """Give a message back that could not be handled, so that it can be taken again at once."""
    InboundMessage.objects.filter(pk=row.pk).update(claimed_by="")


def inbound_finish(
    *, row: InboundMessage, replies: Sequence[dict[str, Any]] = (), buttons: Sequence[Issued] = ()
) -> None:
    """The message is handled: its replies are in the outbox, their buttons are known, its content is forgotten."""
    now = timezone.now()
    with transaction.atomic():
        deliveries_write(conversation_id=row.conversation_id, contents=replies, inbound=row)
        buttons_issue(conversation_id=row.conversation_id, buttons=buttons)
        InboundMessage.objects.filter(pk=row.pk).update(content=None, finished_at=now)


def deliveries_write(
    *, conversation_id: str, contents: Sequence[dict[str, Any]], inbound: InboundMessage | None = None
) -> list[Delivery]:
    """Put messages in the outbox, in their order, and return them."""
    now = timezone.now()
    rows = [
        Delivery(conversation_id=conversation_id, inbound=inbound, position=place, content=content, due_at=now)
        for place, content in enumerate(contents)
    ]
    return Delivery.objects.bulk_create(rows)


def buttons_issue(*, conversation_id: str, buttons: Sequence[Issued]) -> None:
    """Remember what the buttons shown in a conversation stand for."""
    now = timezone.now()
    rows = {
        item.token: Button(
            conversation_id=conversation_id,
            token=item.token,
            payload=item.payload,
            question=item.question,
            issued_at=now,
        )
        for item in buttons
    }
    Button.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["conversation_id", "token"],
        update_fields=["issued_at"],
    )
