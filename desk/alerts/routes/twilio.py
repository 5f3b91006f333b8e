"""SMS, and WhatsApp by an approved template, through Twilio. Whether it arrived is asked a little later."""

import json
from typing import Any

from django.conf import settings
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from desk.alerts.routes.target import TIMEOUT_S, Message, NotSent, Target

API = "https://api.twilio.com"
ARRIVED = ("sent", "delivered", "read")
LOST = ("failed", "undelivered", "canceled")


class _Http(TwilioHttpClient):
    """Twilio's own, at the address of the settings; it logs no numbers."""

    def request(self, method: str, url: str, **options: Any) -> Any:  # type: ignore[override]
        own = settings.CHOSEN["TWILIO_API_URL"]
        return super().request(method, url.replace(API, own, 1) if own else url, **options)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Say nothing."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Say nothing."""


def send_sms(target: Target, message: Message) -> str:
    """Returns Twilio's id of the SMS. Raises NotSent."""
    return _create(to=target.address, from_=settings.CHOSEN["ALERT_SMS_FROM"], body=message.short)


def send_whatsapp(target: Target, message: Message) -> str:
    """The template's variable 1 is the text on one line: WhatsApp takes no other. Raises NotSent."""
    return _create(
        to=f"whatsapp:{target.address}",
        from_=f"whatsapp:{settings.CHOSEN['WHATSAPP_NUMBER']}",
        content_sid=settings.CHOSEN["ALERT_TEMPLATES"].get(target.language, ""),
        content_variables=json.dumps({"1": " ".join(message.short.split())}),
    )


def has_arrived(receipt: str) -> bool:
    """Whether Twilio handed it on; False while that is not known. Raises NotSent."""
    try:
        found = _client().messages(receipt).fetch()
    except (TwilioException, RequestException) as error:
        raise NotSent(_reason(error)) from None
    if found.status in LOST:
        raise NotSent(f"Twilio: {found.status} ({found.error_code})")
    return found.status in ARRIVED


def _create(**values: str) -> str:
    try:
        return _client().messages.create(**values).sid
    except (TwilioException, RequestException) as error:
        raise NotSent(_reason(error)) from None


def _client() -> Client:
    chosen = settings.CHOSEN
    return Client(chosen["TWILIO_ACCOUNT_SID"], chosen["TWILIO_AUTH_TOKEN"], http_client=_Http(timeout=TIMEOUT_S))


def _reason(error: Exception) -> str:
    """Twilio's number of the error: its words repeat the phone number."""
    code = f" {error.code} (status {error.status})" if isinstance(error, TwilioRestException) else ""
    return f"{type(error).__name__}{code}"
