"""The worker process: escalates what waits too long, sends the alerts, and deletes what is kept for a time only, until it is stopped."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from desk.callbacks.delivery import alerts_send
from desk.callbacks.escalation import requests_escalate
from desk.conversations.services import conversations_tidy
from desk.health.services import heartbeat_write
from desk.people.services import people_tidy

logger = logging.getLogger(__name__)
PAUSE_S = 1.0
TIDY_S = 3600.0


def work() -> None:
    """One round; only one that went well is a sign of life. Alerts come first: escalation may not hold them up."""
    alerts_send()
    requests_escalate(now=timezone.now())
    heartbeat_write(name="worker")


class Command(BaseCommand):
    help = "Send alerts to the counsellors and tidy up until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due and end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        tidied = time.monotonic() - TIDY_S
        while True:
            try:
                work()
                if time.monotonic() - tidied >= TIDY_S:
                    conversations_tidy()
                    people_tidy()
                    tidied = time.monotonic()
            except DatabaseError as error:
                logger.warning("the database does not answer (%s); trying again", type(error).__name__)
                connection.close()
            except Exception as error:  # one fault must not end the alerts, and with them every process of `make run`
                logger.error("the worker failed (%s); trying again", type(error).__name__)
            if once:
                return
            time.sleep(PAUSE_S)
