"""E-mail."""

from smtplib import SMTPException

from django.core.mail import EmailMessage

from desk.alerts.routes.target import Message, NotSent, Target


def send(target: Target, message: Message) -> str:
    """Hand the mail to the server. Raises NotSent."""
    try:
        mail(target, message).send()
    except (SMTPException, OSError, ValueError) as error:  # ValueError: an address that cannot be written
        raise NotSent(f"{type(error).__name__}: {error}") from None
    return ""


def mail(target: Target, message: Message) -> EmailMessage:
    """The mail; sent twice it is known by its Message-ID."""
    identity = f"<{message.key}@assistant>"
    return EmailMessage(message.subject, message.text, to=[target.address], headers={"Message-ID": identity})
