"""A running system with both phone channels, the local stand-ins of their providers, and people with phones."""

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from system import System
from telegram_peer import TelegramPeer
from twilio_peer import TwilioPeer

TOKEN = "700000001:" + "sample-token-" * 3
SECRET = "sample-secret-of-the-webhook"
ACCOUNT, AUTH_TOKEN, NUMBER = "AC" + "1" * 32, "0" * 32, "+41445550100"
PUBLIC_URL = "https://assistant.example.org"
ISOLATES = str.maketrans({"\u00a0": " ", "\u2066": "", "\u2068": "", "\u2069": "", "\u200f": ""})
_people = itertools.count(int.from_bytes(os.urandom(3), "big") + 10_000)


def until(condition: Callable[[], object], seconds: float = 60) -> object:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


class Phones:
    """Both providers and the system between them."""

    def __init__(self, var: Path, **extra: str) -> None:
        self.telegram, self.twilio = TelegramPeer(TOKEN), TwilioPeer(ACCOUNT, AUTH_TOKEN, NUMBER)
        self.telegram.start()
        self.twilio.start()
        template = self.twilio.add_content(
            {"twilio/text": {"body": "Nous avons un message pour vous. Écrivez-nous."}}, "fr"
        )
        settings = {
            "WHATSAPP_TEMPLATES": f"fr:{template}",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_SECRET": SECRET,
            "TELEGRAM_API_URL": self.telegram.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_API_URL": self.twilio.url,
            "WHATSAPP_NUMBER": NUMBER,
            "PUBLIC_URL": PUBLIC_URL,
        }
        self.system = System(var, {**settings, **extra})
        self.telegram.webhook_url = f"{self.system.url('dialogue')}/webhooks/telegram/webhook"

    def start(self, *names: str) -> None:
        before = len(self.telegram.calls_of("setWebhook"))
        self.system.start(*names)
        if "dialogue" in names and self.system.extra["PUBLIC_URL"]:
            self.telegram.wait_calls("setWebhook", before + 1)

    def stop(self) -> None:
        self.system.stop()
        self.telegram.stop()
        self.twilio.stop()

    @property
    def whatsapp_webhook(self) -> str:
        return f"{self.system.url('dialogue')}/webhooks/whatsapp/webhook"

    def person(self, channel: str, language: str = "") -> "Telegrammer | WhatsApper":
        return (Telegrammer if channel == "telegram" else WhatsApper)(self, language)


@dataclass
class Someone:
    """A person with a phone; `text` and `titles` are what came since their last message."""

    phones: Phones
    language: str = ""
    seen: int = 0
    number: int = field(default_factory=lambda: next(_people))

    @property
    def new(self) -> list:
        return self.shown()[self.seen :]

    @property
    def text(self) -> str:
        return "\n\n".join(message.text for message in self.new).translate(ISOLATES)

    def writes(self, text: str) -> str:
        return self.sends("text", text)

    def taps(self, title: str) -> str:
        return self.sends("tap", title)

    def all(self) -> str:
        return "\n\n".join(message.text for message in self.shown()).translate(ISOLATES)


class Telegrammer(Someone):
    @property
    def peer(self) -> TelegramPeer:
        return self.phones.telegram

    def shown(self) -> list:
        return self.peer.shown(self.number)

    @property
    def titles(self) -> list[str]:
        return [title.removeprefix("✓ ") for message in self.new for row in message.buttons for title, _ in row]

    def sends(self, kind: str, *arguments, **options) -> str:
        """Send anything that the peer can build: sends("text", "bonjour"), sends("voice")."""
        self.seen = len(self.shown())
        if self.language:
            options["language_code"] = self.language
        update = getattr(self.peer, kind)(self.number, *arguments, **options)
        status = self.peer.deliver(update)
        assert status == 200, status
        return self.text


class WhatsApper(Someone):
    @property
    def peer(self) -> TwilioPeer:
        return self.phones.twilio

    @property
    def address(self) -> str:
        return f"+2126{self.number:08d}"

    def shown(self) -> list:
        return self.peer.shown(self.address)

    @property
    def titles(self) -> list[str]:
        return [title for message in self.new for title, _ in message.buttons]

    def sends(self, kind: str, *arguments, **options) -> str:
        self.seen = len(self.shown())
        return self.delivers(getattr(self.peer, kind)(self.address, *arguments, **options))

    def delivers(self, form: dict[str, str]) -> str:
        status, _ = self.peer.deliver(form, self.phones.whatsapp_webhook, f"{PUBLIC_URL}/webhooks/whatsapp/webhook")
        assert status == 200, status
        return self.text
