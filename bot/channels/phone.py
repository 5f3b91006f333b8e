"""What the channels on the phone share: each message is claimed once, understood in its turn, and answered by the outbox."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils import timezone
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import text
from bot.channels.caller import is_desk
from bot.channels.conversation import Reply, last_reply, open_question, replies_to
from bot.channels.flood import Flood, Verdict
from bot.channels.inbound import LONGEST_TEXT, Recorder, kept, receive, tracker_get
from bot.channels.outbound import Content, Laid, PhoneOutput, Sender
from bot.channels.takeover import is_answered_all_the_same, is_said, is_taken_over
from bot.channels.turns import Turns
from bot.errors import BotError, MessageBusy
from bot.logs import place_of
from bot.nlg import ASKS_FOR_PHONE
from bot.topics import speaks_of_danger
from desk.conversations.inbox import inbound_claim, inbound_finish, inbound_release
from desk.conversations.models import InboundMessage
from desk.conversations.selectors import button_get, conversations_waiting, inbound_abandoned
from desk.database import in_database

logger = logging.getLogger(__name__)
SWEEP_S = 10.0  # how often we look for messages that nobody handles or sends any more
LARGEST_BODY = 256 * 1024  # bytes; no provider sends more for one message
MOST_ATTEMPTS = 5
FOREIGN = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, OSError, RecursionError)


@dataclass(frozen=True)
class Incoming:
    """One message of a person, as every phone channel hands it over; exactly what is kept until it is handled.

    `text` is what they wrote, `token` the button they tapped, `payload` what a channel says about anything else
    (`/received{"kind": "voice"}`); a picture with words below it has both payload and text.
    """

    message_id: str
    conversation_id: str
    text: str = ""
    token: str = ""
    payload: str = ""
    phone: str = ""  # the person's own number, sent with one tap
    hint: str = ""  # the language of the phone, if it is one of ours
    order: int = 0


@dataclass(frozen=True)
class Meant:
    """What a message says in its conversation: a text for Rasa, or why there is none."""

    text: str
    is_typed: bool = False
    is_stale: bool = False  # a button of a question that is over, or of nothing we know


def received(kind: str, **details: str) -> str:
    """The payload for something that is not text: received("voice", voice="...")."""
    return "/received" + json.dumps({"kind": kind, **details})


class Phone(InputChannel):
    """Base of the phone channels."""

    window: timedelta | None = None

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self.agent: Agent
        self.sender = Sender(self)
        self.flood = Flood(settings.REDIS_URL)
        self._turns = Turns()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- what a channel adds ----------------------------------------------------------------------

    async def webhook(self, request: Request) -> HTTPResponse:
        """Read what the provider posts."""
        raise NotImplementedError

    async def open(self) -> None:
        """Connect to the provider and start what runs beside the webhook."""
        raise NotImplementedError

    async def close(self) -> None:
        """Disconnect."""
        raise NotImplementedError

    async def send(self, address: str, content: Content) -> str:
        """Hand one message to the provider; returns its id there. Raises SendError."""
        raise NotImplementedError

    async def media(self, reference: str) -> tuple[bytes, str]:
        """A voice message and its type. Raises BotError."""
        raise NotImplementedError

    def layout(self, replies: list[Reply], asked: str = "") -> Laid:
        """Replies as this channel shows them; `asked` is the question they answer."""
        raise NotImplementedError

    def template(self, language: str) -> Content | None:
        """The message that may go out when the window is closed; most channels have no window."""
        return None

    def is_at_work(self, message: Incoming) -> None:
        """A message is being handled: a channel may show that."""

    # --- Rasa's side --------------------------------------------------------------------------------

    def get_output_channel(self) -> OutputChannel | None:
        """For messages that Rasa's HTTP API sends."""
        return PhoneOutput(self.name(), self.sender) if self.is_on else None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel; none but its state while it is off."""
        routes = Blueprint(f"phone_{self.name()}", __name__)

        @routes.get("/")
        async def state(request: Request) -> HTTPResponse:
            return response.json({"status": "ok" if self.is_on else "off"})

        if self.is_on:
            self._add_routes(routes)
        return routes

    def _add_routes(self, routes: Blueprint) -> None:
        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            return await self._webhook(request)

        @routes.get("/media/<reference:path>")
        async def media(request: Request, reference: str) -> HTTPResponse:
            return await self._media(request, reference)

        @routes.listener("after_server_start")
        async def start(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            self.agent = app.ctx.agent
            await self._warm_up()
            await self.open()
            self.in_background(self._sweep())

        @routes.listener("before_server_stop")
        async def stop(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            await self._stop()

    async def _webhook(self, request: Request) -> HTTPResponse:
        if len(request.body) > LARGEST_BODY:
            return response.text("too large", status=413)
        try:
            return await self.webhook(request)
        except MessageBusy:
            return response.text("busy", status=503)
        except Exception as error:  # the provider repeats it; nothing of the message may reach the log
            logger.error("%s: a webhook call failed (%s)", self.name(), place_of(error))
            return response.text("error", status=500)

    async def _media(self, request: Request, reference: str) -> HTTPResponse:
        if not is_desk(request):
            return response.text("forbidden", status=403)
        try:
            body, kind = await self.media(reference)
        except BotError:
            return response.text("not found", status=404)
        return response.raw(body, content_type=kind)

    async def _warm_up(self) -> None:
        """Read one message for nobody: the first one loads what the others need, which takes a second."""
        await self.agent.processor.parse_message(UserMessage("bonjour, je veux rentrer"))

    async def _stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close()

    def in_background(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run beside everything else until the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, MessageBusy):
            logger.error("%s: something failed (%s)", self.name(), place_of(error))

    # --- once and in order ----------------------------------------------------------------------------

    async def take(self, message: Incoming) -> None:
        """Handle a message; returns when its answer is in the outbox or was before. Raises what broke."""
        await (await self.accept(message))

    async def accept(self, message: Incoming) -> Awaitable[None]:
        """Claim a message: from here on it is not lost. What comes back ends when it is handled. Raises when not claimed."""
        if message.message_id in self._running:
            return asyncio.shield(self._running[message.message_id])
        claimed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = self.in_background(self._claim_and_handle(message, claimed))
        self._running[message.message_id] = task
        task.add_done_callback(lambda _: self._running.pop(message.message_id))
        await asyncio.wait((task, claimed), return_when=asyncio.FIRST_COMPLETED)
        if not claimed.done():
            await asyncio.shield(task)
        return asyncio.shield(task)

    async def _claim_and_handle(self, message: Incoming, claimed: asyncio.Future[None]) -> None:
        claim = await in_database(
            inbound_claim,
            channel=self.name(),
            message_id=message.message_id,
            conversation_id=message.conversation_id,
            content=asdict(message),
        )
        if claim.is_busy:
            raise MessageBusy(message.message_id)
        claimed.set_result(None)
        if claim.row:
            async with self._turns.turn(message.conversation_id, message.order):
                await self._handle(claim.row, message)

    async def _handle(self, row: InboundMessage, message: Incoming) -> None:
        try:
            await self._answer(row, message)
        except BaseException:
            with contextlib.suppress(Error):
                await in_database(inbound_release, row=row)
            raise
        if self.window:
            await self.sender.release(message.conversation_id)
        await self.sender.flush(message.conversation_id)

    async def _answer(self, row: InboundMessage, message: Incoming) -> None:
        """Understand the message and put the answer in the outbox."""
        self.is_at_work(message)
        tracker = await tracker_get(self.agent, message.conversation_id)
        asked = open_question(tracker)
        if row.attempts > MOST_ATTEMPTS:
            replies = [await self.say("utter_trouble", tracker, message.hint)]
        else:
            replies = await self._replies(message, tracker)
        laid = self.layout(replies, asked)
        await in_database(inbound_finish, row=row, replies=laid.contents, buttons=laid.buttons)

    async def _replies(self, message: Incoming, tracker: DialogueStateTracker) -> list[Reply]:
        before = replies_to(tracker, message.message_id)
        if before is not None:
            return before  # a process died after the conversation was saved
        if await self._is_for_counsellor(message, tracker):
            return []
        meant = await self._meant(message, tracker)
        verdict = await self.flood.verdict(message.conversation_id)
        if verdict is not Verdict.ANSWER and not await self._is_danger(meant, message, tracker):
            return [await self.say("utter_too_fast", tracker, message.hint)] if verdict is Verdict.TELL else []
        if meant.is_stale:
            return await self._stale(tracker, message.hint)
        notice = await self._notice(message, tracker) if message.payload and message.text else []
        return notice + await self._ask_rasa(meant, message)

    async def _ask_rasa(self, meant: Meant, message: Incoming) -> list[Reply]:
        metadata = {"typed": meant.is_typed, "hint": message.hint}
        said = UserMessage(
            meant.text,
            Recorder(),
            message.conversation_id,
            input_channel=self.name(),
            message_id=message.message_id,
            metadata=metadata,
        )
        return await receive(self.agent, said)

    # --- what a message means ---------------------------------------------------------------------------

    async def _meant(self, message: Incoming, tracker: DialogueStateTracker) -> Meant:
        if message.token:
            return await self._tapped(message, tracker)
        if message.phone:
            is_asked = open_question(tracker) == ASKS_FOR_PHONE
            return Meant(message.phone, is_typed=True) if is_asked else Meant(received("contact"))
        if not message.text:
            return Meant(message.payload)
        payload = self._number(message.text, tracker) or self._opt_out(message.text, tracker)
        if not payload and not text.has_words(message.text):
            payload = received("emoji")
        return Meant(payload) if payload else Meant(message.text[:LONGEST_TEXT], is_typed=True)

    async def _tapped(self, message: Incoming, tracker: DialogueStateTracker) -> Meant:
        button = await in_database(button_get, conversation_id=message.conversation_id, token=message.token)
        if button is None or (button.question and button.question != open_question(tracker)):
            return Meant("", is_stale=True)
        return Meant(button.payload)

    @staticmethod
    def _number(written: str, tracker: DialogueStateTracker) -> str:
        """The payload of the button whose number was typed."""
        buttons = (last_reply(tracker) or {}).get("buttons", [])
        place = text.choice(written, len(buttons))
        return buttons[place]["payload"] if place is not None else ""

    @staticmethod
    def _opt_out(written: str, tracker: DialogueStateTracker) -> str:
        """STOP and its like; in a form that word leaves the form."""
        return "/stop_messages" if not tracker.active_loop_name and is_said("opt_out", written) else ""

    async def _is_for_counsellor(self, message: Incoming, tracker: DialogueStateTracker) -> bool:
        if not await is_taken_over(message):
            return False
        if not message.text:
            return True
        parsed = await self._parsed(Meant(message.text[:LONGEST_TEXT], is_typed=True), message, tracker)
        is_opt_out = bool(self._opt_out(message.text, tracker))
        return not (is_opt_out or is_answered_all_the_same(parsed, last_reply(tracker)))

    async def _is_danger(self, meant: Meant, message: Incoming, tracker: DialogueStateTracker) -> bool:
        """Whether a message speaks of danger: it is answered however many came before."""
        return speaks_of_danger(await self._parsed(meant, message, tracker))

    async def _parsed(self, meant: Meant, message: Incoming, tracker: DialogueStateTracker) -> dict[str, Any]:
        said = UserMessage(meant.text, None, message.conversation_id, metadata={"typed": meant.is_typed})
        return await self.agent.processor.parse_message(said, tracker)

    # --- answers that do not come from Rasa --------------------------------------------------------------

    async def say(self, name: str, tracker: DialogueStateTracker, hint: str = "") -> Reply:
        """A response in the person's language."""
        return kept(await self.agent.nlg.generate(name, tracker, self.name(), hint=hint)) | {"utter_action": name}

    def nobody(self, language: str) -> DialogueStateTracker:
        """A conversation with nobody, to say something in a language."""
        tracker = DialogueStateTracker(self.name(), self.agent.domain.slots)
        tracker.slots["language"].value = language
        return tracker

    async def _stale(self, tracker: DialogueStateTracker, hint: str) -> list[Reply]:
        """Say that the button is old, and where the conversation is."""
        now = last_reply(tracker) or await self.say("utter_menu", tracker, hint)
        return [await self.say("utter_old_button", tracker, hint), now]

    async def _notice(self, message: Incoming, tracker: DialogueStateTracker) -> list[Reply]:
        """A picture came with words: say that the picture is not seen, and answer the words."""
        kind = json.loads(message.payload.removeprefix("/received"))["kind"]
        said = await self.say(f"utter_received_{kind}", tracker, message.hint)
        return [{key: value for key, value in said.items() if key != "buttons"}]

    # --- nothing is lost ------------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        """Take up messages whose process died, and send what waits."""
        while True:
            try:
                await self._sweep_once()
            except Error as error:
                logger.warning("the database does not answer (%s); trying again", type(error).__name__)
            await asyncio.sleep(SWEEP_S)

    async def _sweep_once(self) -> None:
        for row in await in_database(inbound_abandoned, channel=self.name()):
            if row.message_id not in self._running:
                self.in_background(self._quietly(self.take(Incoming(**row.content))))
        for waiting in await in_database(conversations_waiting, channel=self.name(), now=timezone.now()):
            self.in_background(self._quietly(self.sender.flush(waiting)))

    async def _quietly(self, work: Awaitable[None]) -> None:
        """What fails here is tried again by the next sweep."""
        try:
            await work
        except Exception as error:
            logger.error("%s: a message could not be handled (%s)", self.name(), place_of(error))
