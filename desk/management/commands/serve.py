"""Start one process of the Procfile with the settings of .env."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from desk.registry import ROOT, SETTINGS

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}


CHANNEL_SETTINGS = (
    "PUBLIC_URL",
    "TELEGRAM_TOKEN",
    "TELEGRAM_SECRET",
    "TELEGRAM_API_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "WHATSAPP_NUMBER",
    "WHATSAPP_BUTTONS",
    "WHATSAPP_TEMPLATES",
    "TWILIO_API_URL",
)
MODEL_PATH = "/models/assistant.tar.gz"
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


class Command(BaseCommand):
    help = "Start one process; what it prints goes to var/log/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("process", choices=list(COMMANDS))

    def handle(self, *args: Any, process: str, **options: Any) -> None:
        command = [sys.executable, *COMMANDS[process](settings.CHOSEN)]
        os.chdir(ROOT)
        print_to_log(process)
        os.execve(sys.executable, command, {**os.environ, **QUIET, **environment(settings.CHOSEN)})


def print_to_log(process: str) -> None:
    """From here on this process prints to its log file."""
    path = settings.VAR / "log" / f"{process}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, sys.stderr.fileno())
    os.dup2(log, sys.stdout.fileno())


def environment(chosen: dict[str, Any]) -> dict[str, str]:
    """What endpoints.yml and Rasa read from the environment."""
    return {
        "ACTION_ENDPOINT_URL": f"http://{chosen['ACTIONS_HOST']}:{chosen['ACTIONS_PORT']}/webhook",
        "TRACKER_STORE_URL": tracker_store_url(os.environ.get("DATABASE_URL", "")),
        "SANIC_HOST": chosen["ACTIONS_HOST"],
        "DEFAULT_LANGUAGE": chosen["DEFAULT_LANGUAGE"],
        "VAR_DIR": str(settings.VAR),
        "RASA_TOKEN": settings.RASA_TOKEN,
        "MODEL_URL": chosen["MODEL_URL"] or f"http://{here(chosen['DESK_HOST'])}:{chosen['DESK_PORT']}{MODEL_PATH}",
        **{name: os.environ.get(name) or DEFAULTS[name] for name in CHANNEL_SETTINGS},
    }


def here(host: str) -> str:
    """The address under which this machine reaches what listens there."""
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def tracker_store_url(database_url: str) -> str:
    """The tracker store beside the desk: its own SQLite file, or the same PostgreSQL server (as SQLAlchemy writes it)."""
    if database_url.startswith("postgres"):
        return database_url.replace("postgres://", "postgresql://", 1)
    return f"sqlite:///{settings.VAR / 'tracker.sqlite3'}"


def _dialogue(chosen: dict[str, Any]) -> list[str]:
    return [
        "-m",
        "bot.server",
        "--interface",
        chosen["RASA_HOST"],
        "--port",
        str(chosen["RASA_PORT"]),
        "--model",
        "models",
    ]


def _actions(chosen: dict[str, Any]) -> list[str]:
    return ["-m", "rasa_sdk", "--actions", "actions", "--port", str(chosen["ACTIONS_PORT"])]


def _desk(chosen: dict[str, Any]) -> list[str]:
    return [
        "-m",
        "uvicorn",
        "desk.asgi:application",
        "--host",
        chosen["DESK_HOST"],
        "--port",
        str(chosen["DESK_PORT"]),
        "--ws",
        "none",
        "--log-level",
        "warning",
    ]


def _worker(chosen: dict[str, Any]) -> list[str]:
    return ["manage.py", "worker"]


COMMANDS = {"dialogue": _dialogue, "actions": _actions, "desk": _desk, "worker": _worker}
