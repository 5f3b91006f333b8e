"""Send the outbox of a phone channel: in order, with patience, and never to someone who does not want it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.utils import timezone
from rasa.core.channels.channel import OutputChannel
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_delay
from tenacity.wait import wait_random_exponential

from bot.channels.conversation import is_question
from bot.channels.inbound import kept
from bot.channels.turns import Turns
from bot.errors import NotNow, Refused, SendError, Unreachable, WindowClosed
from bot.logs import place_of
from desk.conversations.identity import ConversationUnknown, address_of, token
from desk.conversations.inbox import Issued, buttons_issue, deliveries_write
from desk.conversations.models import Delivery
from desk.conversations.outbox import (
    contact_ask_again,
    contact_lost,
    deliveries_release,
    delivery_claim,
    delivery_fail,
    delivery_forget,
    delivery_hold,
    delivery_postpone,
    delivery_sent,
)
from desk.conversations.selectors import contact_get, deliveries_waiting, delivery_held, is_stopped
from desk.database import in_database

logger = logging.getLogger(__name__)
PATIENCE_S = 40.0  # of one attempt; a longer wait is left to the outbox
LAST_WORD = "utter_erased"
Content = dict[str, Any]
_growing = wait_random_exponential(multiplier=0.5, max=10)


@dataclass(frozen=True)
class Laid:
    """A reply as one channel shows it: one content for each message on the phone, and the buttons in them."""

    contents: list[Content]
    buttons: list[Issued]


class Carrier(Protocol):
    """What a channel gives the sender."""

    window: timedelta | None  # how long after a message of the person we may write of our own accord

    async def send(self, address: str, content: Content) -> str:
        """Hand one message to the provider; returns its id. Raises SendError."""

    def layout(self, replies: list[dict[str, Any]]) -> Laid:
        """Replies as this channel shows them."""

    def template(self, language: str) -> Content | None:
        """The message that may go out when the window is closed."""


class Sender:
    """Sends what waits for a conversation."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier, self._turns = carrier, Turns()

    async def push(self, conversation_id: str, reply: dict[str, Any]) -> None:
        """Send a message that answers nothing: of a counsellor, or a reminder."""
        laid = self.carrier.layout([reply])
        contents = [{**content, "push": True} for content in laid.contents]
        await in_database(buttons_issue, conversation_id=conversation_id, buttons=laid.buttons)
        await in_database(deliveries_write, conversation_id=conversation_id, contents=contents)
        await self.flush(conversation_id)

    async def release(self, conversation_id: str) -> None:
        """The person wrote: what was held back for that goes out first."""
        await in_database(deliveries_release, conversation_id=conversation_id)

    async def flush(self, conversation_id: str) -> None:
        """Send what waits; when one message has to wait, those after it wait too."""
        async with self._turns.turn(conversation_id):
            for delivery in await in_database(deliveries_waiting, conversation_id=conversation_id):
                if not await self._send(delivery):
                    return
        if self.carrier.window and await self._ask_again(conversation_id):
            await self.flush(conversation_id)

    async def _send(self, delivery: Delivery) -> bool:
        """Send one message. False when it has to wait."""
        if not await in_database(delivery_claim, delivery=delivery):
            return False
        try:
            await self._check(delivery)
            provider_id = await with_patience(self.carrier.send, _address(delivery), delivery.content)
        except NotNow as error:
            after = timedelta(seconds=error.after_s) if error.after_s else None
            await in_database(delivery_postpone, delivery=delivery, after=after, error=str(error))
            return False
        except SendError as error:
            await in_database(_give_up, delivery=delivery, error=error)
        except Exception as error:  # a fault of ours must not stop the outbox
            logger.error("message %s could not be sent (%s)", delivery.pk, place_of(error))
            await in_database(delivery_postpone, delivery=delivery, after=None, error=type(error).__name__)
            return False
        else:
            await in_database(_mark, delivery=delivery, provider_id=provider_id)
        return True

    async def _check(self, delivery: Delivery) -> None:
        """Whether a message of our own accord may go out. Raises SendError."""
        if not delivery.content.get("push"):
            return
        contact = await in_database(contact_get, conversation_id=delivery.conversation_id)
        if contact.unreachable:
            raise Unreachable(contact.unreachable)
        if await in_database(is_stopped, conversation_id=delivery.conversation_id):
            raise Stopped("stopped")
        opened = contact.last_received_at
        if self.carrier.window and (opened is None or opened < timezone.now() - self.carrier.window):
            raise WindowClosed("24 hours")

    async def _ask_again(self, conversation_id: str) -> bool:
        """Put the template in the outbox if a message waits for the person to write. Returns whether one was put."""
        held = await in_database(delivery_held, conversation_id=conversation_id)
        template = held and self.carrier.template(held.content.get("language", ""))
        if not template:
            return False
        return await in_database(contact_ask_again, conversation_id=conversation_id, template=template)


class Stopped(SendError):
    """The person wants no more messages."""


HELD = {WindowClosed: Delivery.Reason.WINDOW, Stopped: Delivery.Reason.STOPPED}


def _give_up(*, delivery: Delivery, error: SendError) -> None:
    """Mark why a message does not go out."""
    if type(error) in HELD:
        return delivery_hold(delivery=delivery, reason=HELD[type(error)])
    if isinstance(error, Unreachable):
        contact_lost(conversation_id=delivery.conversation_id)
        return delivery_fail(delivery=delivery, reason=Delivery.Reason.BLOCKED, error=str(error))
    return delivery_fail(delivery=delivery, reason=Delivery.Reason.REFUSED, error=str(error))


def _mark(*, delivery: Delivery, provider_id: str) -> None:
    if delivery.content.get("name") == LAST_WORD:
        return delivery_forget(delivery=delivery)
    return delivery_sent(delivery=delivery, provider_id=provider_id)


def _address(delivery: Delivery) -> str:
    try:
        return address_of(delivery.conversation_id)
    except ConversationUnknown:
        raise Refused("the conversation id cannot be read: CONVERSATION_KEY was changed") from None


async def with_patience(send: Callable[..., Awaitable[str]], *arguments: Any) -> str:
    """Call again while the provider is busy, as long as it says or a growing while. Raises the last SendError."""
    attempts = AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, NotNow) and (error.after_s or 0) < PATIENCE_S / 2),
        wait=_wait,
        stop=stop_after_delay(PATIENCE_S / 2),
        reraise=True,
    )
    return await attempts(send, *arguments)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return getattr(error, "after_s", None) or _growing(state)


def content_of(reply: dict[str, Any], text: str, **more: Any) -> Content:
    """What the outbox keeps of one message on the phone."""
    return {"text": text, "language": reply.get("language", ""), "name": reply.get("utter_action", ""), **more}


def buttons_of(reply: dict[str, Any]) -> list[tuple[str, Issued]]:
    """Each button's title and token; the answer to a form's question belongs to that question."""
    name = reply.get("utter_action", "")
    found = []
    for button in reply.get("buttons") or []:
        asked = name if is_question(name) and button["payload"].startswith("/inform") else ""
        found.append((button["title"], Issued(token(button["payload"], asked), button["payload"], asked)))
    return found


class PhoneOutput(OutputChannel):
    """What Rasa's HTTP API sends through: messages that answer nothing."""

    def __init__(self, name: str, sender: Sender) -> None:
        self._name, self._sender = name, sender

    def name(self) -> str:  # type: ignore[override]  # one class serves every phone channel
        """The channel's name."""
        return self._name

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Put the message in the outbox and send it."""
        await self._sender.push(recipient_id, kept(message))
