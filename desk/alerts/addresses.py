"""Whether an alert can be sent to an address, before anybody relies on it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from desk.errors import Refused
from desk.registry import is_address

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def address_checked(means: str, address: str, language: str) -> str:
    """The address as it is used. Raises Refused, saying what to write or which setting is missing."""
    needed = {
        "telegram": ("TELEGRAM_TOKEN",),
        "sms": ("TWILIO_ACCOUNT_SID", "ALERT_SMS_FROM"),
        "whatsapp": ("TWILIO_ACCOUNT_SID", "WHATSAPP_NUMBER", "ALERT_TEMPLATES"),
    }
    for name in needed.get(means, ()):
        if not settings.CHOSEN[name]:
            raise Refused(_("The setting %(name)s is empty: set it in .env first.") % {"name": name})
    if means == "whatsapp" and language not in settings.CHOSEN["ALERT_TEMPLATES"]:
        raise Refused(_("The setting ALERT_TEMPLATES has no template in this language."))
    return CHECKS[means](address)


def _email(address: str) -> str:
    if not is_address(address):
        raise Refused(_("Write an e-mail address, such as name@example.org."))
    return address


def _group(address: str) -> str:
    if not re.fullmatch(r"-\d{1,20}", address, re.ASCII):
        raise Refused(
            _(
                "Write the number of the group, such as -1001234567890. Add the assistant to the group: it says its number."
            )
        )
    return address


def _phone(address: str) -> str:
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Refused(_("Write a phone number with its country code, such as +212...."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _web(address: str) -> str:
    """Signed, but not secret: https, unless it stays on this machine."""
    try:
        parts = urlsplit(address)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    except ValueError:
        is_safe = False
    if not is_safe or not parts.hostname or parts.username or re.search(r"\s", address):
        raise Refused(_("Write an address that begins with https://, without a name or password."))
    return address


CHECKS: dict[str, Callable[[str], str]] = {
    "email": _email,
    "telegram": _group,
    "sms": _phone,
    "whatsapp": _phone,
    "webhook": _web,
}
