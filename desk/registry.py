"""Every setting: its name, default, and what it is for. `.env.example` is written from this list (a test compares)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from desk.errors import SettingError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setting:
    """One line of .env; an empty default means: made up at the first start, or not used."""

    name: str
    default: str
    help: str
    check: Callable[[str], Any] = str
    secret: bool = False  # then a wrong value is not shown


def port(value: str) -> int:
    """Raises ValueError unless a port number."""
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ValueError("a port is a number from 1 to 65535")
    return int(value)


def address(value: str, schemes: tuple[str, ...], read: Callable[[str], dict[str, Any]], wanted: str) -> dict[str, Any]:
    """Read an address that may hold a password: the error never repeats any of it."""
    if not value:
        return {}
    try:
        if value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            return read(value)
    except ValueError:
        pass
    raise ValueError(f"{wanted} (in a password write / as %2F, # as %23, ? as %3F)") from None


def database(value: str) -> dict[str, Any]:
    """Raises ValueError unless empty or postgres://... ."""
    wanted = "use postgres://user:password@host:port/name, or leave it empty for SQLite"
    return address(value, ("postgres", "postgresql"), environ.Env.db_url_config, wanted)


def mail(value: str) -> dict[str, Any]:
    """Raises ValueError unless empty or smtp://, smtp+tls://, smtp+ssl:// ."""
    wanted = "use smtp://user:password@host:port, smtp+tls://... or smtp+ssl://..."
    return address(value, ("smtp", "smtp+tls", "smtp+ssl"), environ.Env.email_url_config, wanted)


def is_address(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def recipients(value: str) -> list[tuple[str, str]]:
    """Read "a@example.org:fr, b@example.org:ar" into (address, language). Raises ValueError."""
    found = []
    for item in filter(None, (part.strip() for part in value.split(","))):
        address, _, language = item.partition(":")
        if not is_address(address) or language not in ("fr", "ar", "en"):
            raise ValueError(f'"{item}" is not an address with its language, such as name@example.org:fr')
        found.append((address, language))
    if not found:
        raise ValueError("name at least one address with its language")
    return found


def flag(value: str) -> bool:
    """Raises ValueError unless yes or no."""
    if value not in ("yes", "no"):
        raise ValueError("write yes or no")
    return value == "yes"


def language(value: str) -> str:
    """Raises ValueError unless a language of the assistant."""
    if value not in ("fr", "ar", "en"):
        raise ValueError("write fr, ar or en")
    return value


SETTINGS = (
    Setting("DESK_HOST", "127.0.0.1", "Address the desk and the chat page listen on."),
    Setting("DESK_PORT", "8000", "Port of the desk and the chat page.", port),
    Setting("RASA_HOST", "127.0.0.1", "Address of the dialogue server. Never open it to the internet."),
    Setting("RASA_PORT", "5005", "Port of the dialogue server.", port),
    Setting("ACTIONS_HOST", "127.0.0.1", "Address of the action server."),
    Setting("ACTIONS_PORT", "5055", "Port of the action server.", port),
    Setting(
        "DATABASE_URL",
        "",
        "postgres://user:password@host:port/name for a larger installation. Empty: two SQLite files in var/.",
        database,
        secret=True,
    ),
    Setting("VAR_DIR", "var", "Where data, mail files and logs of the running system lie."),
    Setting("SECRET_KEY", "", "Signs sessions and cookies. Empty: made once and kept in var/secret_key."),
    Setting("DEBUG", "no", "Django's debug pages: yes or no. Never yes in service.", flag),
    Setting("ALLOWED_HOSTS", "127.0.0.1,localhost", "Names under which the desk is reached, with commas."),
    Setting(
        "EMAIL_URL",
        "",
        "smtp://user:password@host:port (smtp+tls, smtp+ssl). Empty: alerts are written to files in var/mail/.",
        mail,
        secret=True,
    ),
    Setting("ALERT_FROM", "assistant@localhost", "Sender address of the alerts."),
    Setting(
        "ALERT_TO",
        "counsellors@localhost:fr",
        "Who is alerted, each address with its language: a@example.org:fr, b@example.org:ar",
        recipients,
    ),
    Setting(
        "DEFAULT_LANGUAGE", "fr", "Language of the assistant when a message does not show one: fr, ar or en.", language
    ),
)


def read_settings(env: dict[str, str]) -> dict[str, Any]:
    """Check every setting. Raises SettingError naming each one that is wrong."""
    values, wrong = {}, []
    for setting in SETTINGS:
        text = env.get(setting.name) or setting.default
        try:
            values[setting.name] = setting.check(text)
        except ValueError as error:
            shown = "..." if setting.secret else text
            wrong.append(f"{setting.name}={shown}: {error}. Correct it in .env (see .env.example).")
    if wrong:
        raise SettingError("\n".join(wrong))
    return values


def example() -> str:
    """The text of .env.example."""
    lines = ("# Copy to .env and change what you need. Every line is optional; the values shown are the defaults.",)
    return "\n".join((*lines, *(f"\n# {setting.help}\n#{setting.name}={setting.default}" for setting in SETTINGS), ""))
