"""The worker process: sends the outbox until it is stopped."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from desk.callbacks.delivery import alerts_send

logger = logging.getLogger(__name__)
PAUSE_S = 1.0


class Command(BaseCommand):
    help = "Send alerts to the counsellors until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due and end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        while True:
            try:
                alerts_send()
            except DatabaseError as error:
                logger.warning("the database does not answer (%s); trying again", type(error).__name__)
                connection.close()
            if once:
                return
            time.sleep(PAUSE_S)
