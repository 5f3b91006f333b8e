"""The worker process: sends the alerts, and deletes what is kept for a time only, until it is stopped."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from desk.callbacks.delivery import alerts_send
from desk.conversations.services import conversations_tidy

logger = logging.getLogger(__name__)
PAUSE_S = 1.0
TIDY_S = 3600.0


class Command(BaseCommand):
    help = "Send alerts to the counsellors and tidy up until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due and end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        tidied = time.monotonic() - TIDY_S
        while True:
            try:
                alerts_send()
                if time.monotonic() - tidied >= TIDY_S:
                    conversations_tidy()
                    tidied = time.monotonic()
            except DatabaseError as error:
                logger.warning("the database does not answer (%s); trying again", type(error).__name__)
                connection.close()
            if once:
                return
            time.sleep(PAUSE_S)
