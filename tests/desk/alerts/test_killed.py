"""A worker process is killed at every step of an alert, over every route: nothing is lost."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from desk.alerts.delivery import alerts_send
from desk.alerts.models import Alert
from tests.desk.alerts.routes.test_webhook import other_system  # noqa: F401

ROOT = Path(__file__).resolve().parents[3]
ADDRESSES = {"email": "duty@example.org", "telegram": "-1001", "sms": "+212612345679", "webhook": ""}
# How often each step's alert reaches the other side: killed after the provider took it, it is sent once more.
TIMES = {"claimed": 1, "sending": 1, "sent": 2, "marked": 1}


@pytest.fixture
def arrived(mailbox, telegram, twilio, other_system):  # noqa: F811
    """Reads what has arrived over a route: what tells one alert from another, each time it came."""
    read = {
        "email": lambda: [mail["Message-ID"] for mail in mailbox.mails],
        "telegram": lambda: [message.text for message in telegram.shown(-1001)],
        "sms": lambda: [message["body"] for message in twilio.messages],
        "webhook": lambda: [headers["webhook-id"] for headers, _ in other_system.heard],
    }
    return lambda means: read[means]()


@pytest.fixture
def worker(settings, telegram, twilio):
    """Starts a worker of its own that dies at a step; returns how it ended."""
    names = ("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_URL")
    chosen = {name: settings.CHOSEN[name] for name in (*names, "ALERT_SMS_FROM", "WHATSAPP_NUMBER")}
    chosen |= {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}", "PUBLIC_URL": "https://assistant.example.org"}
    environment = {**os.environ, **chosen, "TELEGRAM_SECRET": 16 * "s", "DJANGO_SETTINGS_MODULE": "desk.settings"}

    def run(step):
        program = [
            sys.executable,
            str(Path(__file__).with_name("dying_worker.py")),
            connection.settings_dict["NAME"],
            step,
        ]
        environment["PYTHONPATH"] = str(ROOT)
        return subprocess.run(
            [*map(str, program)], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
        )

    return run


def lease_over() -> None:
    Alert.objects.filter(status=Alert.Status.WAITING).update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", TIMES)
@pytest.mark.parametrize("means", ADDRESSES)
def test_a_killed_worker_loses_no_alert(arrived, worker, rule, waiting, other_system, means, step):  # noqa: F811
    made = rule((means, ADDRESSES[means] or other_system.target.address))
    made.routes.update(secret=other_system.secret)
    waiting()
    ended = worker(step)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    if step != "marked":
        assert Alert.objects.get().status == Alert.Status.WAITING
        assert alerts_send() == 0, "nobody else takes it before the lease is over"
    for _ in range(3):
        lease_over()
        alerts_send()
    assert Alert.objects.get().status == Alert.Status.SENT
    found = arrived(means)
    assert len(found) == TIMES[step]
    assert len(set(found)) == 1, "the other side can tell that it is the same"
