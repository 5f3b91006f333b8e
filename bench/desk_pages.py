"""Fill the database of the settings with invented requests, and measure the counsellors' pages on it."""

import itertools
import json
import logging
import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F, OuterRef, Subquery  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from desk.callbacks.models import CallbackRequest, Entry  # noqa: E402
from desk.callbacks.services import REFERENCE_LETTERS  # noqa: E402
from desk.content.selectors import topics  # noqa: E402
from desk.conversations.models import Received  # noqa: E402
from desk.people.models import Staff  # noqa: E402
from desk.programmes.selectors import programmes  # noqa: E402

CLOSED, OPEN = (int(os.environ.get(name, default)) for name, default in (("CLOSED", "100000"), ("OPEN", "500")))
DAYS = 365
TIMES = 30
BATCH = 5000
PAGES = {
    "queue": "/requests/",
    "queue, filtered": "/requests/?who=free&language=ar&programme=morocco",
    "queue, as it reloads itself": "/requests/",
    "closed, first page": "/requests/?status=done",
    "closed, middle page": f"/requests/?status=done&page={CLOSED // 100}",
    "request": "/requests/{reference}/",
    "figures": "/requests/figures/",
    "export": "/requests/export.csv",
}
chance = random.Random(1)


def main() -> None:
    """Prints the figures of each page as JSON."""
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    staff = account_make()
    requests_make(staff)
    client = Client(SERVER_NAME="localhost", headers={"Accept-Language": "fr"})
    client.force_login(staff)
    reference = CallbackRequest.objects.filter(status="open").exclude(claimed_by=None).first().reference
    print(
        json.dumps({name: page_measure(client, name, path.format(reference=reference)) for name, path in PAGES.items()})
    )


def page_measure(client: Client, name: str, path: str) -> dict[str, float]:
    """Milliseconds (median and longest) and queries of one page."""
    headers = {"HX-Request": "true"} if "itself" in name else {}
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    queries = len(asked)
    times = [one_time(client, path, headers) for _ in range(TIMES)]
    return {"p50_ms": round(statistics.median(times), 1), "max_ms": round(max(times), 1), "queries": queries}


def one_time(client: Client, path: str, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    list(client.get(path, headers=headers))
    return (time.perf_counter() - start) * 1000


def account_make() -> Any:
    """A supervisor of all programmes, and counsellors."""
    names = list(programmes())
    for number in range(20):
        user = get_user_model().objects.create_user(f"counsellor{number}")
        Staff.objects.create(user=user, role=Staff.Role.COUNSELLOR, programmes=names)
    supervisor = get_user_model().objects.create_user("supervisor")
    Staff.objects.create(user=supervisor, role=Staff.Role.SUPERVISOR, programmes=names)
    return supervisor


def requests_make(staff: Any) -> None:
    """Closed requests of the last year with three entries each, and open ones; every tenth person wrote to us."""
    now = timezone.now()
    people = [*get_user_model().objects.values_list("pk", flat=True)]
    for rows in batched(itertools.chain(closed(now, people), opened(now, people))):
        CallbackRequest.objects.bulk_create(rows)
        kinds = [(row, kind) for row in rows if row.claimed_by_id for kind in ("claimed", "attempt", "closed")]
        Entry.objects.bulk_create(Entry(request=row, kind=kind, author_id=row.claimed_by_id) for row, kind in kinds)
        wrote = [
            Received(conversation_id=row.conversation_id, message_id=row.reference, text="x") for row in rows[::10]
        ]
        Received.objects.bulk_create(wrote)
    CallbackRequest.objects.update(created_at=F("promised_at") - timedelta(hours=4))
    CallbackRequest.objects.exclude(closed_at=None).update(updated_at=F("closed_at"))
    taken = CallbackRequest.objects.filter(pk=OuterRef("request")).values("claimed_at")
    Entry.objects.update(at=Subquery(taken))
    if connection.vendor == "postgresql":  # as its autovacuum does; SQLite plans without
        connection.cursor().execute("ANALYZE")


def closed(now: datetime, people: list[int]) -> Iterator[CallbackRequest]:
    for number in range(CLOSED):
        asked = now - timedelta(days=DAYS * chance.random())
        row = request_make(number, asked)
        row.status, row.outcome = "done", chance.choice(CallbackRequest.Outcome.values)
        row.claimed_by_id, row.claimed_at = chance.choice(people), asked + timedelta(minutes=chance.randint(1, 300))
        row.closed_at = row.claimed_at + timedelta(hours=1)
        yield row


def opened(now: datetime, people: list[int]) -> Iterator[CallbackRequest]:
    for number in range(CLOSED, CLOSED + OPEN):
        row = request_make(number, now - timedelta(hours=48 * chance.random()))
        if number % 2:
            row.claimed_by_id, row.claimed_at = chance.choice(people), now
        yield row


def request_make(number: int, asked: datetime) -> CallbackRequest:
    """One request; who asked once has asked four times."""
    return CallbackRequest(
        reference=reference_of(number),
        conversation_id=f"telegram-{number // 4 if number < CLOSED else number}",
        programme=chance.choice(list(programmes())),
        language=chance.choice(CallbackRequest.Language.values),
        topic=chance.choice(list(topics())),
        contact="chat",
        safety="chat_only",
        urgent=chance.random() < 0.1,
        promised_at=asked + timedelta(hours=4),
    )


def reference_of(number: int) -> str:
    letters = []
    for _ in range(6):
        number, place = divmod(number, len(REFERENCE_LETTERS))
        letters.append(REFERENCE_LETTERS[place])
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def batched(rows: Iterator[CallbackRequest]) -> Iterator[list[CallbackRequest]]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


if __name__ == "__main__":
    main()
