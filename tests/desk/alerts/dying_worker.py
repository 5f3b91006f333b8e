"""A worker that is killed at one step of its first alert: python dying_worker.py <database> <step>."""

import os
import signal
import sys

import django
from django.conf import settings


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(work):
    """The same work, and then the end."""

    def done(*arguments, **values):
        result = work(*arguments, **values)
        die()
        return result

    return done


def main(database: str, step: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.core.management import call_command

    from desk.alerts import delivery

    if step == "claimed":
        delivery._claim = after(delivery._claim)
    elif step == "marked":
        delivery._update = after(delivery._update)
    else:
        for means, send in delivery.SENDERS.items():
            delivery.SENDERS[means] = die if step == "sending" else after(send)
    call_command("worker", "--once")


if __name__ == "__main__":
    main(*sys.argv[1:])
