"""Every setting: its name, default, and what it is for. `.env.example` is written from this list (a test compares)."""

import base64
import re
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


def days(value: str) -> int:
    """Raises ValueError unless a number of days, 0 to 365."""
    if not re.fullmatch("[0-9]{1,3}", value) or int(value) > 365:
        raise ValueError("write a number of days from 0 to 365")
    return int(value)


def optional_or_required(value: str) -> str:
    """Raises ValueError unless one of the two words."""
    if value not in ("optional", "required"):
        raise ValueError("write optional or required")
    return value


def language(value: str) -> str:
    """Raises ValueError unless a language of the assistant."""
    if value not in ("fr", "ar", "en"):
        raise ValueError("write fr, ar or en")
    return value


def web_address(value: str) -> str:
    """Raises ValueError unless empty or http(s)://host[/path]; the slash at the end is dropped."""
    if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise ValueError("write an address such as https://assistant.example.org")
    return value.rstrip("/")


def public_address(value: str) -> str:
    """Raises ValueError unless empty or a web address without a path."""
    if "/" in web_address(value).partition("://")[2]:
        raise ValueError("write the address only, without a path: https://assistant.example.org")
    return web_address(value)


def matching(pattern: str, wanted: str) -> Callable[[str], str]:
    """A check that a text is empty or has a form."""

    def check(value: str) -> str:
        if value and not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(wanted)
        return value

    return check


def redis(value: str) -> str:
    """Raises ValueError unless empty or redis://... ."""
    if value and not value.startswith(("redis://", "rediss://")):
        raise ValueError("use redis://:password@host:port/0, or leave it empty")
    return value


def conversation_keys(value: str) -> list[bytes]:
    """Read keys of 64 bytes in base64, with commas. Raises ValueError."""
    try:
        keys = [base64.urlsafe_b64decode(part.strip()) for part in value.split(",") if part.strip()]
    except ValueError:
        keys = [b""]
    if any(len(key) != 64 for key in keys):
        raise ValueError("empty it, then make a key with: python manage.py conversation_key")
    return keys


def templates(value: str) -> dict[str, str]:
    """Read "fr:HX..., ar:HX..." into Twilio's content id by language. Raises ValueError."""
    found = dict(part.strip().partition(":")[::2] for part in value.split(",") if part.strip())
    for name, sid in found.items():
        if name not in ("fr", "ar", "en") or not re.fullmatch("HX[0-9a-fA-F]{32}", sid):
            raise ValueError("write each language with its content id: fr:HX..., ar:HX..., en:HX...")
    return found


NUMBER = (r"\+[1-9]\d{6,14}", "write the number with its country code, without spaces: +14155238886")
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
        "SECOND_FACTOR",
        "optional",
        "A code from the phone after the password at sign-in to the desk: optional or required.",
        optional_or_required,
    ),
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
        "DESK_URL",
        "",
        "https address under which counsellors reach the desk, for the links in alerts. Empty: no links.",
        public_address,
    ),
    Setting(
        "ALERT_SMS_FROM",
        "",
        "Twilio number that sends alerts by SMS, such as +14155238886. Empty: no SMS.",
        matching(*NUMBER),
    ),
    Setting(
        "ALERT_TEMPLATES",
        "",
        "Approved WhatsApp templates for alerts, with one variable, by language: fr:HX..., ar:HX..., en:HX...",
        templates,
    ),
    Setting(
        "DEFAULT_LANGUAGE", "fr", "Language of the assistant when a message does not show one: fr, ar or en.", language
    ),
    Setting(
        "LEARNING_DAYS",
        "90",
        "Days that messages which were not understood are kept for editors, without names and numbers. 0: not at all.",
        days,
    ),
    Setting(
        "PUBLIC_URL",
        "",
        "https address under which Telegram and Twilio reach the dialogue server. Empty: Telegram is polled.",
        public_address,
    ),
    Setting(
        "CONVERSATION_KEY",
        "",
        "Hides phone numbers in conversation ids. Empty: made once and kept in var/conversation_key. Never lose it.",
        conversation_keys,
        secret=True,
    ),
    Setting(
        "RASA_TOKEN",
        "",
        "Password of the dialogue server's HTTP API. Empty: made once and kept in var/rasa_token.",
        matching(r"[\w-]{16,}", "write at least 16 letters, digits, - or _"),
        secret=True,
    ),
    Setting(
        "MODEL_URL",
        "",
        "Where dialogue servers pull the model that editors published. Empty: the desk of this machine.",
        web_address,
    ),
    Setting(
        "REDIS_URL",
        "",
        "redis://:password@host:port/0 keeps the limit of messages a person for several dialogue servers. Empty: memory.",
        redis,
        secret=True,
    ),
    Setting(
        "TELEGRAM_TOKEN",
        "",
        "Token of the Telegram bot, from @BotFather. Empty: no Telegram.",
        matching(r"\d+:[\w-]{30,}", "copy the whole token that BotFather wrote, such as 123456:ABC..."),
        secret=True,
    ),
    Setting(
        "TELEGRAM_SECRET",
        "",
        "Secret that Telegram sends with each webhook call; needed with PUBLIC_URL. Letters, digits, - and _.",
        matching(r"[\w-]{16,256}", "write 16 to 256 letters, digits, - or _"),
        secret=True,
    ),
    Setting(
        "TELEGRAM_API_URL", "https://api.telegram.org", "Telegram's Bot API, or your own server of it.", web_address
    ),
    Setting(
        "TWILIO_ACCOUNT_SID",
        "",
        "Account of Twilio for WhatsApp, AC and 32 characters. Empty: no WhatsApp.",
        matching("AC[0-9a-fA-F]{32}", "copy the Account SID from Twilio's console: AC and 32 characters"),
    ),
    Setting(
        "TWILIO_AUTH_TOKEN",
        "",
        "Auth token of that account: signs what Twilio sends.",
        matching("[0-9a-zA-Z]{32}", "copy the Auth Token from Twilio's console: 32 characters"),
        secret=True,
    ),
    Setting(
        "WHATSAPP_NUMBER",
        "",
        "The assistant's WhatsApp number, such as +14155238886.",
        matching(*NUMBER),
    ),
    Setting("WHATSAPP_BUTTONS", "yes", "Buttons through Twilio's Content API: yes, or no for numbered menus.", flag),
    Setting(
        "WHATSAPP_TEMPLATES",
        "",
        "Approved templates that ask a person to write again, by language: fr:HX..., ar:HX..., en:HX...",
        templates,
    ),
    Setting(
        "TWILIO_API_URL",
        "",
        "Other address for Twilio's API, such as a proxy of yours. Empty: Twilio's own.",
        web_address,
    ),
)

# When the first is set, the others must be too.
TOGETHER = (
    (("TELEGRAM_TOKEN", "PUBLIC_URL"), ("TELEGRAM_SECRET",)),
    (("TWILIO_ACCOUNT_SID",), ("TWILIO_AUTH_TOKEN", "WHATSAPP_NUMBER")),
    (("WHATSAPP_NUMBER",), ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_URL")),
    (("ALERT_SMS_FROM",), ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")),
    (("ALERT_TEMPLATES",), ("WHATSAPP_NUMBER",)),
)
INSTEAD = {"WHATSAPP_NUMBER": "ALERT_SMS_FROM"}  # Twilio's account for SMS only


def missing(values: dict[str, Any]) -> list[str]:
    """What is not set though another setting needs it."""
    wanted = {
        name: " and ".join(given) for given, needed in TOGETHER for name in needed if all(values.get(g) for g in given)
    }
    return [
        f"{name} is missing: {reason} needs it. Set it in .env (see .env.example)."
        for name, reason in wanted.items()
        if name in values and not values[name] and not values.get(INSTEAD.get(name, ""))
    ]


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
    wrong += missing(values)
    if wrong:
        raise SettingError("\n".join(wrong))
    return values


def example() -> str:
    """The text of .env.example."""
    lines = ("# Copy to .env and change what you need. Every line is optional; the values shown are the defaults.",)
    return "\n".join((*lines, *(f"\n# {setting.help}\n#{setting.name}={setting.default}" for setting in SETTINGS), ""))
