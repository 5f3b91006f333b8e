"""What several tests of the desk need: recipients of alerts, a request to save, and a mail server on this machine."""

import socket
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


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
