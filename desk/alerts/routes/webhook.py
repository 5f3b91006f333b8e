"""A signed call to another system, as https://www.standardwebhooks.com describes it."""

import json
from datetime import datetime, timezone

import httpx
from standardwebhooks.webhooks import Webhook

from desk.alerts.routes.target import TIMEOUT_S, Message, NotSent, Target


def send(target: Target, message: Message) -> str:
    """Post the event; any 2xx is a yes. Raises NotSent."""
    body = json.dumps(message.event, ensure_ascii=False)
    try:
        answer = httpx.post(
            target.address,
            content=body,
            headers=_headers(target.secret, message.key, body),
            timeout=TIMEOUT_S,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotSent(type(error).__name__) from None
    if not answer.is_success:
        raise NotSent(f"status {answer.status_code}")
    return ""


def _headers(secret: str, key: str, body: str) -> dict[str, str]:
    """The id stays the same in every attempt, the time does not: the other side can tell a repeat from an old copy."""
    now = datetime.now(tz=timezone.utc)
    return {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, now, body),
    }
