"""A message in a Telegram group, with a button to take the request."""

import asyncio

from django.conf import settings
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import ChatMigrated, TelegramError
from telegram.request import HTTPXRequest

from desk.alerts.routes.target import TIMEOUT_S, Message, NotSent, Target

CLAIM = "claim:"  # what the button sends, before the reference


def send(target: Target, message: Message) -> str:
    """Raises NotSent."""
    try:
        asyncio.run(_send(int(target.address), message))
    except ChatMigrated as moved:
        raise NotSent(f"the group has a new number: {moved.new_chat_id}; write it in the rule") from None
    except TelegramError as error:
        raise NotSent(f"{type(error).__name__}: {error}") from None
    return ""


async def _send(group: int, message: Message) -> None:
    wait = {"connect_timeout": TIMEOUT_S, "read_timeout": TIMEOUT_S, "write_timeout": TIMEOUT_S}
    request = HTTPXRequest(**wait, httpx_kwargs={"trust_env": False})
    bot = Bot(settings.CHOSEN["TELEGRAM_TOKEN"], f"{settings.CHOSEN['TELEGRAM_API_URL']}/bot", request=request)
    try:
        await bot.send_message(group, message.short, reply_markup=_button(message))
    finally:
        await request.shutdown()


def _button(message: Message) -> InlineKeyboardMarkup | None:
    if not message.claim:
        return None
    button = InlineKeyboardButton(message.claim, callback_data=CLAIM + message.reference)
    return InlineKeyboardMarkup([[button]])
