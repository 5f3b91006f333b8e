"""Say where to open what, before the processes start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print the addresses of the running system."

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = settings.CHOSEN
        desk = f"http://{chosen['DESK_HOST']}:{chosen['DESK_PORT']}"
        self.stdout.write(
            f"\n  Chat page         {desk}/chat/"
            f"\n  Desk login        {desk}/"
            f"\n  Dialogue server   {settings.DIALOGUE_SERVER_URL}  (for this machine only)"
            f"\n  Data, mail, logs  var/"
            f"\n\n  Starting; the assistant answers in a few seconds. Ctrl-C stops everything.\n"
        )
