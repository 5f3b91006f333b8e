"""What several tests of the desk need: recipients of alerts, a request to save, a mail server and a dialogue server on this
machine."""

import json
import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connections


class Mailbox:
    """Handler of the mail server: keeps what arrives, or refuses every recipient."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class DialogueServer(ThreadingHTTPServer):
    """Plays the dialogue server: keeps each call, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), DialogueHandler)
        self.calls: list[tuple[str, str, str, Any]] = []
        self.status, self.kind, self.body = 200, "application/json", b"{}"
        self.before_answer: Callable[[], Any] = bool


class DialogueHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.calls.append(
            (self.command, self.path, self.headers.get("Authorization", ""), json.loads(body or "{}"))
        )
        try:
            self.server.before_answer()
        finally:
            connections.close_all()
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *args) -> None:
        """Nothing on the screen."""


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """A password is made slow to guess on purpose; tests make many."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def smtp_settings(settings, free_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port, 5
    return settings


@pytest.fixture
def mailbox(smtp_settings):
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=smtp_settings.EMAIL_PORT)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def recipients(settings) -> list[tuple[str, str]]:
    settings.ALERT_RECIPIENTS = [("rabat@example.org", "fr"), ("tanger@example.org", "ar")]
    return settings.ALERT_RECIPIENTS


@pytest.fixture
def answers():
    """The values of a request, with changes."""

    def build(**changes):
        return {
            "conversation_id": "web-1",
            "programme": "morocco",
            "language": "ar",
            "contact": "phone",
            "safety": "call_only",
            "phone": "+212612345678",
            "name": "فاطمة",
            "topic": "time_case_status",
            **changes,
        }

    return build


@pytest.fixture
def dialogue_server(settings):
    server = DialogueServer()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{server.server_port}"
    settings.RASA_TOKEN = "token-of-the-tests"
    yield server
    server.shutdown()
    server.server_close()
