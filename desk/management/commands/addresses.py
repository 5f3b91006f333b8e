"""Before the processes start: are the ports free, and where to open what."""

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SERVERS = ("DESK", "RASA", "ACTIONS")


class Command(BaseCommand):
    help = "Check that the ports are free and print the addresses of the system."

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = settings.CHOSEN
        taken = [f"{name}_PORT={chosen[f'{name}_PORT']}" for name in SERVERS if is_taken(chosen, name)]
        if taken:
            raise CommandError(
                f"{', '.join(taken)}: another program uses this port, or {'/'.join(SERVERS)}_HOST is not an address of "
                "this machine. Stop the other program or set another port in .env."
            )
        desk = f"http://{chosen['DESK_HOST']}:{chosen['DESK_PORT']}"
        self.stdout.write(
            f"\n  Chat page          {desk}/chat/"
            f"\n  Desk login         {desk}/"
            f"\n  Dialogue server    {settings.DIALOGUE_SERVER_URL}  (for this machine only)"
            f"\n  Data, mail, logs   {chosen['VAR_DIR']}/"
            f"\n\n  Starting; the assistant answers in a few seconds. Ctrl-C stops everything.\n"
        )


def is_taken(chosen: dict[str, Any], name: str) -> bool:
    """Whether a server could not listen at its address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen[f"{name}_HOST"], chosen[f"{name}_PORT"]))
        except OSError:
            return True
    return False
