"""Rasa's REST channel for this machine only: the desk's chat page and tests talk to it.

POST /webhooks/rest/webhook with {"sender": id, "message": text, "metadata": {"typed": true}} returns a list of
{"text", "buttons", "language"}. With "typed" a text is never read as a button's payload.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.inbound import INNER, Recorder, receive

LONGEST_ID = 255


class WebInput(InputChannel):
    """Named in credentials.yml; takes no settings."""

    @classmethod
    def name(cls) -> str:
        """The address is /webhooks/rest/."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        routes = Blueprint("web_chat", __name__)

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            body = read_body(request)
            if isinstance(body, str):
                return response.json({"error": body}, status=400)
            message = UserMessage(
                body["message"], Recorder(), body["sender"], input_channel=self.name(), metadata=body.get("metadata")
            )
            return response.json(list(map(shown, await receive(request.app.ctx.agent, message))))

        return routes


def shown(reply: dict[str, Any]) -> dict[str, Any]:
    """What the caller sees of a reply."""
    return {key: value for key, value in reply.items() if key not in INNER}


def read_body(request: Request) -> dict[str, Any] | str:
    """The checked JSON body, or what is wrong with it."""
    try:
        body = request.json
    except InvalidUsage:
        return "the body must be JSON"
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata")
    if not isinstance(sender, str) or not 0 < len(sender) <= LONGEST_ID:
        return f'"sender" must be a text of 1 to {LONGEST_ID} characters'
    if not isinstance(text, str):
        return '"message" must be a text'
    return body if metadata is None or isinstance(metadata, dict) else '"metadata" must be an object'
