"""The worker process: sends the alerts, escalates what waits too long, publishes what editors approved and looks after the
training they asked for, until it is stopped. Each hour it deletes what is kept for a time only, reminds of facts to check again,
and moves promises that data files of a new version, or a new day, put into closed time."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from desk.alerts.delivery import Outbox
from desk.callbacks.escalation import requests_escalate
from desk.callbacks.moving import promises_move
from desk.conversations.services import conversations_tidy
from desk.editing.publication import publication_round
from desk.editing.reminders import reminders_send
from desk.health.services import heartbeat_write
from desk.learning.services import learning_tidy
from desk.people.services import people_tidy
from desk.programmes.selectors import programmes
from desk.understanding.training import Trainer, models_tidy

logger = logging.getLogger(__name__)
PAUSE_S = 1.0
TIDY_S = 3600.0


def work(outbox: Outbox) -> None:
    """One round; only one that went well is a sign of life. Alerts come first: escalation may not hold them up."""
    outbox.round()
    requests_escalate(now=timezone.now())
    publication_round()
    heartbeat_write(name="worker")


def tidy() -> None:
    """What is done at the start and each hour."""
    conversations_tidy()
    people_tidy()
    learning_tidy(now=timezone.now())
    models_tidy()
    reminders_send(now=timezone.now())
    for programme in programmes():
        promises_move(programme=programme, now=timezone.now())


class Command(BaseCommand):
    help = "Send alerts to the counsellors and tidy up until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due and end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        tidied, outbox, trainer = time.monotonic() - TIDY_S, Outbox(), Trainer()
        while True:
            try:
                work(outbox)
                if time.monotonic() - tidied >= TIDY_S:
                    tidy()
                    tidied = time.monotonic()
                if not once:
                    trainer.round()
            except DatabaseError as error:
                logger.warning("the database does not answer (%s); trying again", type(error).__name__)
                connection.close()
            except Exception as error:  # one fault must not end the alerts, and with them every process of `make run`
                logger.error("the worker failed (%s); trying again", type(error).__name__)
            if once:
                outbox.finish()
                return
            time.sleep(PAUSE_S)
