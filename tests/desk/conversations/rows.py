"""Claims, deliveries and threads for the tests of conversations."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections
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


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads returns that begin at the same moment; the first error is raised here."""
    start, results = Barrier(count), [None] * count

    def run(place: int) -> None:
        try:
            start.wait(timeout=20)
            results[place] = work(place)
        except BaseException as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results
