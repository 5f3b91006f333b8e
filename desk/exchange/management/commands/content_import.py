"""Content from the files of data/ and locales/ into the database, checked as an editor's is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from desk.exchange.folder import PROJECT
from desk.exchange.services import content_import


class Command(BaseCommand):
    help = "Publish what the files say, where it is not what is published. When anything is wrong, nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="source", type=Path, default=PROJECT, help="another folder with data/ and locales/"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = content_import(source=options["source"])
        if done.faults:
            raise CommandError("\n".join([*done.faults, f"{len(done.faults)} faults: nothing was changed."]))
        for name in done.published:
            self.stdout.write(f"published: {name}")
        self.stdout.write(f"{len(done.published)} published from the files.")
