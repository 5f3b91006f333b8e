"""What editors published, back into the files of data/ and locales/, for version control."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from desk.exchange.folder import PROJECT
from desk.exchange.services import content_export


class Command(BaseCommand):
    help = "Write what editors published into data/ and locales/. Entries that did not change stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=PROJECT, help="another folder, which gets data/ and locales/")

    def handle(self, *args: Any, **options: Any) -> None:
        done = content_export(to=options["to"])
        for path in done.files:
            self.stdout.write(f"written: {path}")
        for warning in done.warnings:
            self.stdout.write(self.style.WARNING(f"look at: {warning}"))
        self.stdout.write(f"{len(done.files)} files written, {len(done.warnings)} texts to look at.")
