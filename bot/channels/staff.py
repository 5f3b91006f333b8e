"""Staff try what is not published yet: POST /webhooks/staff/webhook, for the desk only (Authorization: Bearer, the password of
the HTTP API).

In: {"sender": "staff-...", "message": text, "metadata": {"typed": true}, "content": what published.json would hold, or null for
what is published, "model": fingerprint of one that the desk keeps, or null for the one in use}. Out: {"replies": as the REST channel gives them, "understood": {...}} of bot/beside.py.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.beside import Beside, understood
from bot.channels.caller import is_desk
from bot.channels.inbound import Recorder, receive, tracker_get
from bot.channels.web import read_body, shown
from bot.errors import ModelMissing
from desk.content.published import content, laid_over, using
from desk.conversations.identity import is_staff
from desk.errors import DataError

NAME = "staff"


class StaffInput(InputChannel):
    """Named in credentials.yml; takes no settings."""

    def __init__(self) -> None:
        self._beside = Beside()

    @classmethod
    def name(cls) -> str:
        """The address is /webhooks/staff/."""
        return NAME

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        routes = Blueprint("staff", __name__)

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            if not is_desk(request):
                return response.json({"error": "only the desk may ask"}, status=401)
            body = read_body(request)
            if isinstance(body, str) or not is_staff(body["sender"]):
                return response.json({"error": body if isinstance(body, str) else "no staff conversation"}, status=400)
            return await self._answer(request.app.ctx.agent, body)

        return routes

    async def _answer(self, live: Agent, body: dict[str, Any]) -> HTTPResponse:
        try:
            chosen = laid_over(content(), body["content"]) if body.get("content") else content()
        except (DataError, KeyError, TypeError, AttributeError, ValueError) as error:
            return response.json({"error": f"this content cannot be read: {error}"}, status=400)
        try:
            agent = await self._beside.agent(live, body.get("model") or "")
        except ModelMissing as error:
            return response.json({"error": str(error)}, status=404)
        message = UserMessage(
            body["message"], Recorder(), body["sender"], input_channel=NAME, metadata=body.get("metadata")
        )
        with using(chosen):
            replies = await receive(agent, message)
        tracker = await tracker_get(agent, body["sender"])
        return response.json({"replies": list(map(shown, replies)), "understood": understood(tracker)})
