"""WhatsApp through Twilio."""

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from django.db import Error
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse
from twilio.base.exceptions import TwilioException
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.content.v1.content import ContentList

from bot.channels import text
from bot.channels.conversation import Reply
from bot.channels.outbound import Content, Laid, buttons_of, content_of
from bot.channels.phone import Phone
from bot.channels.whatsapp_client import TwilioHttp
from bot.channels.whatsapp_content import LONGEST_BODY, content_key, content_types, is_pickable
from bot.channels.whatsapp_messages import NAME, PREFIX, from_history, incoming, kind_of_media
from bot.errors import BotError, NotNow, Refused, SendError, SettingMissing, Unreachable, WindowClosed
from desk.content.i18n import LANGUAGES
from desk.conversations.models import Delivery
from desk.conversations.outbox import delivery_report
from desk.conversations.selectors import content_template_sid, inbound_known
from desk.conversations.services import content_template_save
from desk.database import in_database
from desk.registry import templates as read_templates

logger = logging.getLogger(__name__)
LIMIT = 1600  # characters of one message
WINDOW = timedelta(hours=24)
MOST_MISSED = 1000
REPORTS = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}
# Twilio's error codes: the window is closed; our account is refused; the person left, blocked us or does not exist.
CLOSED = {63016}
NO_ENTRY = {401, 20003}
GONE = {21211, 21610, 21614, 63003, 63024, 63032}
EMPTY_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class WhatsAppInput(Phone):
    """Named in credentials.yml: account_sid, auth_token, number, public_url, buttons, templates, api_url. Off without a number."""

    window = WINDOW

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        number: str,
        public_url: str,
        buttons: str = "yes",
        templates: str = "",
        api_url: str = "",
    ) -> None:
        super().__init__(is_on=bool(number))
        self.account_sid, self.auth_token, self.number, self.api_url = account_sid, auth_token, number, api_url
        self.address = f"{public_url.rstrip('/')}/webhooks/{NAME}/webhook"
        self.has_buttons, self.templates = buttons != "no", read_templates(templates)
        wanted = {"TWILIO_ACCOUNT_SID": account_sid, "TWILIO_AUTH_TOKEN": auth_token, "PUBLIC_URL": public_url}
        missing = [name for name, value in wanted.items() if not value]
        if number and missing:
            raise SettingMissing(f"{' and '.join(missing)}: missing for WhatsApp. Set it in .env (see .env.example).")

    @classmethod
    def name(cls) -> str:
        """The address is /webhooks/whatsapp/."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "WhatsAppInput":
        """Raises SettingMissing."""
        return cls(**(credentials or {"account_sid": "", "auth_token": "", "number": "", "public_url": ""}))

    # --- the channel's life -----------------------------------------------------------------------------

    async def open(self) -> None:
        """Connect, and look for what came in while we were down."""
        self.http = TwilioHttp(self.api_url)
        self.client = Client(self.account_sid, self.auth_token, http_client=self.http)
        self.genuine = RequestValidator(self.auth_token)
        self.pick = {language: await self._pick_words(language) for language in LANGUAGES}
        self.in_background(self._catch_up())

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()

    async def _pick_words(self, language: str) -> dict[str, str]:
        """The few words around buttons."""
        names = ("utter_pick", "utter_pick_button", "utter_pick_number")
        return {name: (await self.say(name, self.nobody(language)))["text"] for name in names}

    async def _catch_up(self) -> None:
        """Answer what Twilio received in the last day and we did not, oldest first. Twilio gives up calling us after seconds."""
        since = datetime.now(timezone.utc) - WINDOW
        pause = 1.0
        while True:
            try:
                found = await self.client.messages.list_async(
                    to=f"whatsapp:{self.number}", date_sent_after=since, limit=MOST_MISSED
                )
                return await self._answer_missed([message for message in found if message.direction == "inbound"])
            except (TwilioException, SendError, Error) as error:
                logger.warning("what was missed cannot be read or kept (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 60.0)

    async def _answer_missed(self, found: list[MessageInstance]) -> None:
        known = await in_database(inbound_known, channel=NAME, message_ids=[message.sid for message in found])
        for message in reversed(found):  # Twilio lists the newest first
            if message.sid not in known:
                kind = await self._kind(message) if int(message.num_media or 0) else ""
                self.in_background(self._quietly(await self.accept(from_history(message, kind))))

    async def _kind(self, message: MessageInstance) -> str:
        items = await self.client.messages(message.sid).media.list_async(limit=1)
        return kind_of_media(items[0].content_type if items else "")

    # --- what Twilio posts --------------------------------------------------------------------------------

    async def webhook(self, request: Request) -> HTTPResponse:
        """A message, or what became of one of ours."""
        form = read_form(request.body)
        signature = request.headers.get(SIGNATURE_HEADER, "")
        if not signature or not self.genuine.validate(self._called(request), form, signature):
            return response.text("forbidden", status=403)
        if form.get("MessageStatus", "") in REPORTS:
            await self._note_status(form)
        elif self._is_message(form):
            await self.take(incoming(form))
        return response.text(EMPTY_REPLY, content_type="text/xml")

    def _is_message(self, form: dict[str, str]) -> bool:
        """Whether a person wrote; other reports on our own messages come from our number."""
        sender = form.get("From", "")
        is_person = sender.startswith(PREFIX) and sender != f"{PREFIX}{self.number}"
        return is_person and bool(form.get("MessageSid"))

    def _called(self, request: Request) -> str:
        """The address Twilio called, as it knows it: in front of us stands a proxy."""
        return f"{self.address}?{request.query_string}" if request.query_string else self.address

    async def _note_status(self, form: dict[str, str]) -> None:
        await in_database(
            delivery_report,
            provider_id=form.get("MessageSid", ""),
            status=REPORTS[form["MessageStatus"]],
            reason=reason_of(form.get("ErrorCode", "")),
            error=form.get("ErrorCode", ""),
        )

    # --- replies ----------------------------------------------------------------------------------------------

    def layout(self, replies: list[Reply], asked: str = "") -> Laid:
        """Long texts in parts. A text about one person is sent as text only: what has buttons stays at Twilio."""
        contents, issued = [], []
        for reply in replies:
            buttons = buttons_of(reply)
            issued += [button for _, button in buttons]
            contents += self._parts(reply, [(title, button.token) for title, button in buttons])
        return Laid(contents, issued)

    def _parts(self, reply: Reply, buttons: list[tuple[str, str]]) -> list[Content]:
        said, words = reply.get("text", ""), self._words(reply.get("language", ""))
        if not buttons:
            return [content_of(reply, part) for part in text.split(said, LIMIT)]
        *first, last = text.split(said, LONGEST_BODY) or [words["utter_pick"]]
        if reply.get("personal"):
            first, last = [*first, last], words["utter_pick"]
        plain = [content_of(reply, part) for part in first]
        return [*plain, content_of(reply, last, buttons=buttons)]

    def _words(self, language: str) -> dict[str, str]:
        return self.pick.get(language) or self.pick["en"]

    def template(self, language: str) -> Content | None:
        """The approved template of this language, else of any."""
        sid = self.templates.get(language) or next(iter(self.templates.values()), None)
        return {"text": "", "template": sid, "language": language} if sid else None

    async def send(self, address: str, content: Content) -> str:
        """Raises SendError."""
        what = {"content_sid": content["template"]} if content.get("template") else await self._what(content)
        ends = {"to": f"whatsapp:{address}", "from_": f"whatsapp:{self.number}", "status_callback": self.address}
        try:
            sent = await self.client.messages.create_async(**ends, **what)
        except TwilioException as error:
            raise send_error(error) from None
        return sent.sid or ""

    async def _what(self, content: Content) -> dict[str, Any]:
        """Buttons when we can, else a numbered menu."""
        buttons = [tuple(item) for item in content.get("buttons") or []]
        if not buttons:
            return {"body": text.directed(content["text"])}
        if self.has_buttons and is_pickable(buttons):
            sid = await self._content_sid(content, buttons)
            if sid:
                return {"content_sid": sid}
        titles = [title for title, _ in buttons]
        menu = text.numbered(content["text"], titles, self._words(content["language"])["utter_pick_number"])
        return {"body": text.directed(menu)}

    async def _content_sid(self, content: Content, buttons: list[tuple[str, str]]) -> str | None:
        """Twilio's id of this text with these buttons, made once; None when it cannot be made now."""
        language = content["language"] or "en"
        types = content_types(text.directed(content["text"]), buttons, self._words(language)["utter_pick_button"])
        key = content_key(language, types)
        sid = await in_database(content_template_sid, key=key)
        if sid is None:
            sid = await self._make_content(language, types, key)
        return sid

    async def _make_content(self, language: str, types: dict[str, Any], key: str) -> str | None:
        wanted = ContentList.ContentCreateRequest({"friendly_name": key[:32], "language": language, "types": types})
        try:
            sid = (await self.client.content.v1.contents.create_async(wanted)).sid or ""
        except (TwilioException, SendError) as error:
            logger.warning("Twilio made no buttons (%s): a numbered menu is sent", type(error).__name__)
            return None
        await in_database(content_template_save, key=key, sid=sid)
        return sid

    async def media(self, reference: str) -> tuple[bytes, str]:
        """A voice message by "MM.../ME...". Raises BotError."""
        message, _, item = reference.partition("/")
        if not (message.isalnum() and item.isalnum()):
            raise BotError("this is not a voice message of WhatsApp")
        return await self.http.media(self.account_sid, self.auth_token, message, item)


def read_form(body: bytes) -> dict[str, str]:
    """The posted values, the empty ones too: Twilio signs them as well. Empty when the body is no form."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return {}


def reason_of(code: str) -> str:
    """Why a message did not arrive, by the code of a status callback."""
    if code.isdecimal() and int(code) in CLOSED:
        return Delivery.Reason.WINDOW
    return Delivery.Reason.BLOCKED if code.isdecimal() and int(code) in GONE else ""


def send_error(error: TwilioException) -> SendError:
    """What an error of Twilio means for a message."""
    code = getattr(error, "code", None) or getattr(error, "status", None)
    said = f"error {code}"
    if code in CLOSED:
        return WindowClosed(said)
    if code in NO_ENTRY:
        logger.error("Twilio refuses TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (%s): correct them in .env", said)
        return NotNow(said)
    return Unreachable(said) if code in GONE else Refused(said)
