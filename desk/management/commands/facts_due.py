"""For the people who keep the facts right: what has to be looked at, and where it came from."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from desk.programmes.schema import Fact
from desk.programmes.selectors import facts_to_review

SHOWN, HIDDEN = "shown", "not shown: the answers say to ask the office"


class Command(BaseCommand):
    help = "List the facts whose review day is near or past, and those that are conflicting or unverified."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how many days ahead to look (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        found = facts_to_review(today, timedelta(days=options["days"]))
        for reference, fact in found.items():
            self.stdout.write(_line(reference, fact, today))
        self.stdout.write(f"{len(found)} facts to review. Edit them in data/programmes/.")


def _line(reference: str, fact: Fact, today: date) -> str:
    shown = SHOWN if fact.may_be_shown(today) else HIDDEN
    note = f"\n  {fact.note}" if fact.note else ""
    return (
        f"{fact.review_by}  {reference}  ({fact.status}, {shown})\n"
        f"  {fact.source}, source of {fact.source_date}, checked on {fact.checked_on}{note}"
    )
