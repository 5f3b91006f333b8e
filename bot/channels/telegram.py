"""Telegram: by webhook when there is a public address, else by long polling."""

import asyncio
import hmac
import json
import logging
from contextlib import suppress
from typing import Any

import httpx
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels import text
from bot.channels.conversation import Reply
from bot.channels.outbound import Content, Laid, buttons_of, content_of
from bot.channels.phone import FOREIGN, Incoming, Phone
from bot.channels.telegram_updates import (
    ALLOWED,
    NAME,
    group_of,
    incoming,
    language_of,
    membership_of,
    tap_in_group,
)
from bot.channels.turns import Gaps
from bot.errors import BotError, NotNow, Refused, SettingMissing, Unreachable
from bot.nlg import ASKS_FOR_PHONE
from desk.alerts.claim import claim_tapped, is_alert_group
from desk.alerts.routes.telegram import CLAIM
from desk.content.i18n import DEFAULT_LANGUAGE, LANGUAGES
from desk.conversations.identity import address_of
from desk.conversations.outbox import contact_back, contact_lost
from desk.database import in_database

logger = logging.getLogger(__name__)
LIMIT = 4096  # characters of one message
LONGEST_ANSWER = 200  # characters of what a tap is answered with
SHORT_TITLE = 16  # two buttons of this length fit in a row
COMMANDS = ("start", "menu", "language", "human", "delete")
POLL_S, PAUSE_S, LONGEST_PAUSE_S = 30, 1.0, 60.0
GAP_S = 1.0  # how long an update waits for those before it; Telegram numbers them without gaps
CHOSEN = "✓ "


class TelegramInput(Phone):
    """Named in credentials.yml: token, secret, public_url, api_url. Off without a token."""

    def __init__(self, *, token: str, secret: str, public_url: str, api_url: str) -> None:
        super().__init__(is_on=bool(token))
        self.token, self.secret, self.public_url, self.api_url = token, secret, public_url.rstrip("/"), api_url
        if token and public_url and not secret:
            raise SettingMissing("TELEGRAM_SECRET is missing: PUBLIC_URL needs it. Set it in .env (see .env.example).")
        self._gaps = Gaps(GAP_S)

    @classmethod
    def name(cls) -> str:
        """The address is /webhooks/telegram/."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "TelegramInput":
        """Raises SettingMissing."""
        return cls(**(credentials or {"token": "", "secret": "", "public_url": "", "api_url": ""}))

    # --- the bot's life -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Tell Telegram what the bot can do, then be called or ask."""
        self.bot = Bot(
            self.token,
            base_url=f"{self.api_url}/bot",
            base_file_url=f"{self.api_url}/file/bot",
            request=_requests(64),
            get_updates_request=_requests(1, read_timeout=POLL_S + 5),
        )
        self.in_background(self._introduce())

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.shutdown()

    async def _introduce(self) -> None:
        """Register commands and webhook, again and again until Telegram takes them; then poll if there is no webhook."""
        pause = PAUSE_S
        while not await self._is_introduced():
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        if not self.public_url:
            await self._poll()

    async def _is_introduced(self) -> bool:
        try:
            await self._register()
        except InvalidToken:
            logger.error("TELEGRAM_TOKEN is refused by Telegram: copy it anew from @BotFather into .env")
        except TelegramError as error:
            logger.warning("Telegram does not answer (%s); trying again", type(error).__name__)
        else:
            return True
        return False

    async def _register(self) -> None:
        await self.bot.initialize()
        await self._register_commands(DEFAULT_LANGUAGE, None)
        for language in LANGUAGES:
            await self._register_commands(language, language)
        if self.public_url:
            address = f"{self.public_url}/webhooks/{NAME}/webhook"
            await self.bot.set_webhook(address, secret_token=self.secret, allowed_updates=ALLOWED)
        else:
            await self.bot.delete_webhook()

    async def _register_commands(self, language: str, code: str | None) -> None:
        nobody = self.nobody(language)
        said = [(name, await self.say(f"utter_command_{name}", nobody)) for name in COMMANDS]
        await self.bot.set_my_commands([BotCommand(name, reply["text"]) for name, reply in said], language_code=code)

    # --- updates ----------------------------------------------------------------------------------------

    async def webhook(self, request: Request) -> HTTPResponse:
        """One update; what we do not know is acknowledged and ignored."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not self.secret or not hmac.compare_digest(given.encode(), self.secret.encode()):
            return response.text("forbidden", status=403)
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            return response.text("not JSON", status=400)
        update = self._read(body)
        if update:
            await self._gaps.wait(update.update_id)
            await (await self._accept(update))
        return response.text("")

    def _read(self, body: Any) -> Update | None:
        try:
            update = Update.de_json(body, self.bot) if isinstance(body, dict) else None
        except FOREIGN:
            return None
        return update if update and type(update.update_id) is int else None

    async def _poll(self) -> None:
        """Ask for updates for ever; one is confirmed only when it is claimed."""
        offset, pause = None, PAUSE_S
        while True:
            try:
                updates = await self.bot.get_updates(offset, timeout=POLL_S, allowed_updates=ALLOWED)
                for update in updates:
                    self.in_background(self._quietly(await self._accept(update)))
                    offset = update.update_id + 1
                pause = PAUSE_S
            except Exception as error:  # the network, Telegram, or our database: whatever it is, it must go on
                logger.warning("polling Telegram failed (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _accept(self, update: Update) -> Any:
        """Claim an update; what comes back ends when it is handled."""
        try:
            group, membership, message = group_of(update), membership_of(update), incoming(update)
        except FOREIGN:
            return _nothing()
        if group:
            return self._in_group(update, group)
        if membership:
            return self._note_membership(*membership)
        if message is None:
            return _nothing()
        if update.callback_query:
            self.in_background(self._show_choice(update.callback_query))
        return await self.accept(message)

    async def _note_membership(self, person: str, is_gone: bool) -> None:
        await in_database(contact_lost if is_gone else contact_back, conversation_id=person)

    async def _in_group(self, update: Update, group: int) -> None:
        """In a group of counsellors only the button under an alert counts; any other group is left."""
        tapped = tap_in_group(update)
        if tapped.startswith(CLAIM):
            await self._claim(update.callback_query, group, tapped.removeprefix(CLAIM))
        elif not await in_database(is_alert_group, group=str(group)):
            await self._refuse_group(group, language_of(update))

    async def _claim(self, query: CallbackQuery, group: int, reference: str) -> None:
        """Take a request for who tapped; the message then says who has it."""
        who = str(query.from_user.id)
        tapped = await in_database(claim_tapped, group=str(group), telegram_id=who, reference=reference)
        if tapped is None:
            return
        with suppress(TelegramError):
            await query.answer(tapped.text[:LONGEST_ANSWER], show_alert=True)
        if tapped.taken and isinstance(query.message, Message):
            with suppress(TelegramError):
                await query.edit_message_text(f"{query.message.text}\n\n{tapped.taken}")

    async def _refuse_group(self, group: int, language: str) -> None:
        """A group is no place for this: say so and leave. Who sets up alerts reads the number of the group."""
        said = await self.say("utter_group", self.nobody(language or DEFAULT_LANGUAGE))
        with suppress(TelegramError):
            await self.bot.send_message(group, f"{text.directed(said['text'])}\n\n({group})")
        with suppress(TelegramError):
            await self.bot.leave_chat(group)

    def is_at_work(self, message: Incoming) -> None:
        """Show "typing"."""
        self.in_background(self._type(message))

    async def _type(self, message: Incoming) -> None:
        with suppress(TelegramError):
            await self.bot.send_chat_action(int(address_of(message.conversation_id)), ChatAction.TYPING)

    async def _show_choice(self, query: CallbackQuery) -> None:
        """Stop the button's clock and mark the tapped choice."""
        with suppress(TelegramError):
            await query.answer()
        markup = getattr(query.message, "reply_markup", None)
        if markup:
            with suppress(TelegramError):
                await query.edit_message_reply_markup(marked(markup, query.data or ""))

    # --- replies ------------------------------------------------------------------------------------------

    def layout(self, replies: list[Reply], asked: str = "") -> Laid:
        """Long texts in parts; when the phone is asked for, a key that sends it."""
        contents, issued = [], []
        if asked == ASKS_FOR_PHONE and replies and replies[-1].get("utter_action") != ASKS_FOR_PHONE:
            contents.append(content_of(replies[-1], CHOSEN.strip(), keyboard="remove"))
        for reply in replies:
            buttons = buttons_of(reply)
            issued += [button for _, button in buttons]
            contents += _parts(reply, [(title, button.token) for title, button in buttons])
        return Laid(contents, issued)

    async def send(self, address: str, content: Content) -> str:
        """Raises SendError."""
        try:
            sent = await self.bot.send_message(
                int(address),
                text.directed(content["text"]),
                reply_markup=markup_of(content),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            raise send_error(error) from None
        return str(sent.message_id)

    async def media(self, reference: str) -> tuple[bytes, str]:
        """A voice message by its file id. Raises BotError."""
        try:
            file = await self.bot.get_file(reference)
            return bytes(await file.download_as_bytearray()), "audio/ogg"
        except (TelegramError, httpx.HTTPError) as error:
            raise BotError(f"Telegram does not give the voice message ({type(error).__name__})") from None


def _requests(connections: int, read_timeout: float = 10) -> HTTPXRequest:
    return HTTPXRequest(connections, read_timeout=read_timeout, connect_timeout=10, pool_timeout=20)


async def _nothing() -> None:
    """An update that needs no answer."""


def _parts(reply: Reply, buttons: list[tuple[str, str]]) -> list[Content]:
    """The messages of one reply; the buttons are under the last part."""
    *first, last = text.split(reply.get("text", ""), LIMIT) or [""]
    contents = [content_of(reply, part) for part in first]
    contents.append(content_of(reply, last, buttons=buttons))
    share = reply.get("share_contact")
    if share:
        contents.append(content_of(reply, share["text"], keyboard=share["title"]))
    return [content for content in contents if content["text"]]


def markup_of(content: Content) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """What stands below a message: buttons, the key that sends the phone number, or its removal."""
    if content.get("keyboard") == "remove":
        return ReplyKeyboardRemove()
    if content.get("keyboard"):
        key = KeyboardButton(content["keyboard"], request_contact=True)
        return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
    return InlineKeyboardMarkup(_rows(content["buttons"])) if content.get("buttons") else None


def _rows(buttons: list[tuple[str, str]]) -> list[list[InlineKeyboardButton]]:
    """Two short buttons in a row, a long one alone."""
    rows: list[list[InlineKeyboardButton]] = []
    for title, token in buttons:
        button = InlineKeyboardButton(title, callback_data=token)
        before = rows[-1] if rows else []
        if len(before) == 1 and max(len(title), len(before[0].text)) <= SHORT_TITLE:
            before.append(button)
        else:
            rows.append([button])
    return rows


def marked(markup: InlineKeyboardMarkup, token: str) -> InlineKeyboardMarkup:
    """The keyboard with a mark at the tapped button and at no other."""
    return InlineKeyboardMarkup([[_mark(button, token) for button in row] for row in markup.inline_keyboard])


def _mark(button: InlineKeyboardButton, token: str) -> InlineKeyboardButton:
    title = button.text.removeprefix(CHOSEN)
    is_chosen = button.callback_data == token
    return InlineKeyboardButton(CHOSEN + title if is_chosen else title, callback_data=button.callback_data)


def send_error(error: TelegramError) -> NotNow | Unreachable | Refused:
    """What an error of Telegram means for a message."""
    if isinstance(error, Forbidden):
        return Unreachable("blocked or left")
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return NotNow("too many messages", after if isinstance(after, (int, float)) else after.total_seconds())
    if isinstance(error, BadRequest):
        is_gone = "chat not found" in error.message.lower()
        return Unreachable("chat not found") if is_gone else Refused(error.message)
    if isinstance(error, InvalidToken):
        logger.error("Telegram refuses TELEGRAM_TOKEN: correct it in .env")
    if isinstance(error, (NetworkError, InvalidToken)):
        return NotNow(type(error).__name__)
    return Refused(type(error).__name__)
