"""Twilio's own asynchronous client, with what it lacks: JSON bodies, the wait that Twilio asks for, another address."""

import asyncio
import json
from typing import Any

from aiohttp import BasicAuth, ClientError, ClientTimeout
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

from bot.errors import BotError, NotNow

TIMEOUT_S = 15.0
API, CONTENT = "https://api.twilio.com", "https://content.twilio.com"


class TwilioHttp(AsyncTwilioHttpClient):
    """Raises NotNow when Twilio is busy or away. `api_url` replaces Twilio's addresses unless empty."""

    def __init__(self, api_url: str = "") -> None:
        super().__init__()
        self.api_url = api_url

    async def request(self, method: str, url: str, **options: Any) -> Response:  # type: ignore[override]
        """One call."""
        if (options.get("headers") or {}).get("Content-Type") == "application/json":
            options["data"] = json.dumps(options["data"])  # the client would send a form
        options["timeout"] = options.get("timeout") or TIMEOUT_S
        try:
            answer = await super().request(method, self.address(url), **options)
        except (ClientError, asyncio.TimeoutError) as error:
            raise NotNow(type(error).__name__) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise NotNow(f"status {answer.status_code}", seconds(answer.headers.get("Retry-After", "")))
        return answer

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Say nothing: Twilio's client would log people's numbers."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Say nothing."""

    def address(self, url: str) -> str:
        """The address to call instead of Twilio's."""
        for own in (API, CONTENT) if self.api_url else ():
            url = url.replace(own, self.api_url, 1)
        return url

    async def media(self, account_sid: str, auth_token: str, message: str, item: str) -> tuple[bytes, str]:
        """A received file and its type. Raises BotError."""
        url = f"{API}/2010-04-01/Accounts/{account_sid}/Messages/{message}/Media/{item}"
        auth, timeout = BasicAuth(account_sid, auth_token), ClientTimeout(TIMEOUT_S)
        try:
            async with self.session.get(self.address(url), auth=auth, timeout=timeout) as answer:
                answer.raise_for_status()
                return await answer.read(), answer.content_type
        except (ClientError, asyncio.TimeoutError) as error:
            raise BotError(f"Twilio does not give the voice message ({type(error).__name__})") from None


def seconds(text: str) -> float | None:
    """The wait named in a Retry-After header; None for a date or nothing."""
    return float(text) if text.isdecimal() else None
