"""A stand-in for Telegram's Bot API that a bot and its webhook talk to over loopback."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from aiohttp import web
from judge import UNKNOWN, Fields, TelegramJudge, plain
from peer import Failure, Peer, Refusal, post, read_fields, reason

BOT_ID = 700000001
TOO_BIG = 20 * 1024 * 1024
POLL_S = 0.02
DELIVERY_S = 60
REGISTERED = "the secret that setWebhook gave"
STRUCTURED = {"reply_markup", "commands", "allowed_updates", "link_preview_options", "entities", "scope"}

Rows = list[list[tuple[str, str]]]


@dataclass(frozen=True)
class Shown:
    """One message of the bot as a phone shows it now; keyboard is the reply keyboard's JSON."""

    message_id: int
    text: str
    buttons: Rows
    keyboard: Fields | None
    link_preview_off: bool


def refuse(status: int, words: str, **parameters: Any) -> Refusal:
    body = {"ok": False, "error_code": status, "description": words}
    return Refusal(status, {**body, "parameters": parameters} if parameters else body)


def bad_request(words: str) -> Refusal:
    return refuse(400, f"Bad Request: {words}")


def structured(fields: Fields) -> Fields:
    """The call with its JSON texts read; what cannot be read stays for the judge."""
    return {name: read_json(value) if name in STRUCTURED else value for name, value in fields.items()}


def read_json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def as_chat(value: Any) -> int | str:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text


def is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def chat_json(chat: int) -> Fields:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "Sample", "last_name": "Person"}
    kind = "supergroup" if str(chat).startswith("-100") else "group"
    return {"id": chat, "type": kind, "title": "Sample group"}


def button_rows(message: Fields) -> Rows:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[(b["text"], b.get("callback_data") or b.get("url", "")) for b in row] for row in rows]


class Updates:
    """Builders for what Telegram sends to a bot; each takes the chat and maybe the person's language."""

    def __init__(self) -> None:
        super().__init__()
        start = int(time.time())
        self.bot_user = {"id": BOT_ID, "is_bot": True, "first_name": "Sample bot", "username": "sample_bot"}
        self.messages: dict[int | str, list[Fields]] = {}
        self.files: dict[str, tuple[bytes, int]] = {}
        self.queries: set[str] = set()
        self._update_ids = itertools.count(start)
        self._message_ids = itertools.count(100)
        self._other_ids = itertools.count(start * 1000)

    def text(self, chat: int, text: str, language_code: str | None = None) -> Fields:
        return self._arrived(chat, language_code, text=text)

    def command(self, chat: int, text: str, language_code: str | None = None) -> Fields:
        """A text that starts with a command, such as "/start" or "/start code"."""
        entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
        return self._arrived(chat, language_code, text=text, entities=[entity])

    def forwarded(self, chat: int, text: str, language_code: str | None = None) -> Fields:
        author = {"id": 55500, "is_bot": False, "first_name": "Other"}
        origin = {"type": "user", "sender_user": author, "date": int(time.time()) - 60}
        return self._arrived(chat, language_code, text=text, forward_origin=origin)

    def group_text(self, group: int, text: str, language_code: str | None = None, sender: int = 4242) -> Fields:
        """A text that a person wrote in a group; the chat id of a group is negative."""
        return self._arrived(group, language_code, sender=sender, text=text)

    def edited(self, chat: int, text: str, language_code: str | None = None, message_id: int = 0) -> Fields:
        """A person changed the text of an earlier message."""
        message = self._message(chat, language_code, text=text, edit_date=int(time.time()))
        return self._update("edited_message", {**message, "message_id": message_id or message["message_id"]})

    def voice(self, chat: int, language_code: str | None = None, content: bytes = b"OggS voice") -> Fields:
        return self._arrived(chat, language_code, voice=self._file(content, mime_type="audio/ogg", duration=2))

    def video(self, chat: int, language_code: str | None = None, content: bytes = b"video") -> Fields:
        video = self._file(content, mime_type="video/mp4", duration=3, width=640, height=360)
        return self._arrived(chat, language_code, video=video)

    def photo(
        self, chat: int, language_code: str | None = None, caption: str | None = None, content: bytes = b"photo"
    ) -> Fields:
        sizes = [self._file(content, width=side, height=side) for side in (90, 320, 800)]
        return self._arrived(chat, language_code, photo=sizes, caption=caption)

    def document(
        self,
        chat: int,
        language_code: str | None = None,
        name: str = "paper.pdf",
        mime_type: str = "application/pdf",
        content: bytes = b"%PDF-1.4",
        caption: str | None = None,
        file_size: int | None = None,
    ) -> Fields:
        """A file; getFile refuses one whose file_size is above 20 MB."""
        document = self._file(content, file_size, file_name=name, mime_type=mime_type)
        return self._arrived(chat, language_code, document=document, caption=caption)

    def sticker(self, chat: int, language_code: str | None = None) -> Fields:
        looks = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "\U0001f44d"}
        return self._arrived(chat, language_code, sticker=self._file(b"RIFF", width=512, height=512, **looks))

    def location(
        self, chat: int, language_code: str | None = None, latitude: float = 46.2, longitude: float = 6.1
    ) -> Fields:
        return self._arrived(chat, language_code, location={"latitude": latitude, "longitude": longitude})

    def contact(
        self, chat: int, language_code: str | None = None, phone: str = "41791234567", own: bool = True
    ) -> Fields:
        """A shared contact: the person's own number, or another user's."""
        owner = chat if own else chat + 1
        contact = {"phone_number": phone, "first_name": "Sample", "user_id": owner}
        return self._arrived(chat, language_code, contact=contact)

    def poll(self, chat: int, language_code: str | None = None, question: str = "Which one?") -> Fields:
        options = [{"persistent_id": str(i), "text": text, "voter_count": 0} for i, text in enumerate(("One", "Two"))]
        flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False}
        poll = {"id": str(next(self._other_ids)), "question": question, "options": options, "type": "regular"}
        more = {"total_voter_count": 0, "allows_revoting": False, "members_only": False}
        return self._arrived(chat, language_code, poll={**poll, **flags, **more})

    def reaction(self, chat: int, language_code: str | None = None, emoji: str = "\U0001f44d") -> Fields:
        """A person reacted to the newest message of the bot."""
        sent = self.messages.get(chat) or [{"message_id": 1}]
        moved = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": emoji}]}
        about = {"chat": chat_json(chat), "message_id": sent[-1]["message_id"], "date": int(time.time())}
        return self._update("message_reaction", {**about, "user": self._person(chat, language_code), **moved})

    def tap(self, chat: int, title: str, language_code: str | None = None) -> Fields:
        """A tap on the newest message that shows a button with this title."""
        for message in reversed(self.messages.get(chat, [])):
            for name, data in itertools.chain.from_iterable(button_rows(message)):
                if name == title:
                    return self._query(chat, message, data, language_code)
        raise LookupError(f"no message to {chat} shows the button {title!r}")

    def old_tap(self, chat: int, data: str, language_code: str | None = None) -> Fields:
        """A tap on a message of long ago, with any callback data."""
        button = {"text": "Old button", "callback_data": data}
        head = {"message_id": 1, "from": self.bot_user, "chat": chat_json(chat), "date": int(time.time()) - 40 * 86400}
        message = {**head, "text": "Old message", "reply_markup": {"inline_keyboard": [[button]]}}
        return self._query(chat, message, data, language_code)

    def blocked(self, chat: int, language_code: str | None = None) -> Fields:
        """A person blocked the bot; `block` makes later calls fail."""
        return self._membership(chat, "member", "kicked", language_code)

    def unblocked(self, chat: int, language_code: str | None = None) -> Fields:
        return self._membership(chat, "kicked", "member", language_code)

    def added_to_group(self, group: int, language_code: str | None = None) -> Fields:
        return self._membership(group, "left", "member", language_code)

    def unknown(self, chat: int, language_code: str | None = None) -> Fields:
        """A kind of update that no library knows yet."""
        about = {"chat": chat_json(chat), "from": self._person(chat, language_code), "date": int(time.time())}
        return self._update("thing_of_the_future", about)

    def _update(self, kind: str, content: Fields) -> Fields:
        return {"update_id": next(self._update_ids), kind: content}

    def _arrived(self, chat: int, language_code: str | None, sender: int | None = None, **content: Any) -> Fields:
        return self._update("message", self._message(chat, language_code, sender, **content))

    def _message(self, chat: int, language_code: str | None, sender: int | None = None, **content: Any) -> Fields:
        head = {"message_id": next(self._message_ids), "from": self._person(sender or chat, language_code)}
        content = {name: value for name, value in content.items() if value is not None}
        return {**head, "chat": chat_json(chat), "date": int(time.time()), **content}

    def _person(self, chat: int, language_code: str | None) -> Fields:
        # In a private chat the person has the number of the chat; a group has a negative one.
        person = {"id": chat if chat > 0 else 4242, "is_bot": False, "first_name": "Sample", "last_name": "Person"}
        return {**person, "language_code": language_code} if language_code else person

    def _file(self, content: bytes, size: int | None = None, **more: Any) -> Fields:
        file_id = f"file{next(self._other_ids)}"
        self.files[file_id] = (content, size or len(content))
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size or len(content), **more}

    def _query(self, chat: int, message: Fields, data: str, language_code: str | None) -> Fields:
        query_id = str(next(self._other_ids))
        self.queries.add(query_id)
        about = {"id": query_id, "from": self._person(chat, language_code), "chat_instance": str(abs(chat) * 7)}
        return self._update("callback_query", {**about, "message": dict(message), "data": data})

    def _membership(self, chat: int, old: str, new: str, language_code: str | None) -> Fields:
        about = {"chat": chat_json(chat), "from": self._person(chat, language_code), "date": int(time.time())}
        members = {"old_chat_member": self._member(old), "new_chat_member": self._member(new)}
        return self._update("my_chat_member", {**about, **members})

    def _member(self, status: str) -> Fields:
        return {"user": self.bot_user, "status": status, **({"until_date": 0} if status == "kicked" else {})}


class TelegramPeer(Updates, Peer):
    """Telegram for one bot: serves its calls, remembers what phones show, plays what people do."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.judge = TelegramJudge()
        self.commands: dict[str, list[Fields]] = {}
        self.webhook: Fields = {}
        self.webhook_url = ""
        self._last_error: Fields = {}
        self._waiting: list[Fields] = []
        self._keyboards: dict[int, Fields] = {}
        self._blocked: set[int | str] = set()
        self._left: set[int | str] = set()
        self._methods: dict[str, Callable[[Fields], Any]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "getUpdates": self._get_updates,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda fields: self.commands.get(fields.get("language_code", ""), []),
            "deleteMyCommands": lambda fields: bool(self.commands.pop(fields.get("language_code", ""), True)),
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._answer_query,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "leaveChat": self._leave,
            "getFile": self._get_file,
        }

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        return f"{self.url}/file/bot"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/file/bot{token}/{path:.+}", self._download),
            web.route("*", "/bot{token}/{method}", self._call),
        ]

    def failure_body(self, status: int) -> Fields:
        return {"ok": False, "error_code": status, "description": reason(status)}

    def rejection(self, faults: list[str]) -> web.Response:
        refusal = refuse(404, "Not Found") if UNKNOWN in faults[0] else bad_request(faults[0])
        return web.json_response(refusal.body, status=refusal.status)

    def flood(self, method: str, retry_after: int, times: int = 1) -> None:
        """Let the next calls of a method be too many."""
        refusal = refuse(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
        self.fail(method, 429, times, {"Retry-After": str(retry_after)}, refusal.body)

    def block(self, chat: int) -> None:
        """From now on this person has blocked the bot."""
        with self.changed:
            self._blocked.add(chat)

    def unblock(self, chat: int) -> None:
        with self.changed:
            self._blocked.discard(chat)

    def shown(self, who: int) -> list[Shown]:
        """The bot's messages in a chat, oldest first, as they look after all edits."""
        with self.changed:
            return [self._as_shown(message) for message in self.messages.get(who, [])]

    def queue(self, update: Fields) -> Fields:
        """Put an update where getUpdates finds it."""
        with self.changed:
            self._waiting.append(update)
            self.changed.notify_all()
        return update

    def deliver(self, update: Fields, secret: str | None = REGISTERED) -> int:
        """Post an update to the webhook; its HTTP status, 0 when nobody answered."""
        address = self.webhook_url or self.webhook.get("url")
        assert address, "no webhook: neither setWebhook nor the test gave an address"
        token = self.webhook.get("secret_token") if secret == REGISTERED else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": token} if token is not None else {}
        try:
            status = post(address, json=update, headers=headers, timeout=DELIVERY_S).status_code
        except httpx.TransportError:
            status = 0
        self._note_delivery(status)
        return status

    def deliver_until_taken(
        self, update: Fields, tries: int = 5, pause_s: float = 0.5, secret: str | None = REGISTERED
    ) -> int:
        """Repeat an update until the webhook takes it, as Telegram does; the last HTTP status."""
        status = self.deliver(update, secret)
        for _ in range(tries - 1):
            if 200 <= status < 300:
                break
            time.sleep(pause_s)
            status = self.deliver(update, secret)
        return status

    def _note_delivery(self, status: int) -> None:
        if not 200 <= status < 300:
            words = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            with self.changed:
                self._last_error = {"last_error_date": int(time.time()), "last_error_message": words}

    def _as_shown(self, message: Fields) -> Shown:
        number = message["message_id"]
        off = message.get("link_preview_options", {}).get("is_disabled", False)
        return Shown(number, message["text"], button_rows(message), self._keyboards.get(number), off)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return web.json_response(refuse(401, "Unauthorized").body, status=401)
        fields = await read_fields(request)
        faults = self.judge.check(method, fields)
        fields = structured(fields)
        failure = self.arrive(method, fields, faults)
        if method == "getUpdates" and not failure and not faults:
            await self._await_updates(fields)
        return self.finish(request, failure, faults, lambda: self._answer(method, fields))

    def _answer(self, method: str, fields: Fields) -> web.Response:
        if "chat_id" in fields:
            self._reach(as_chat(fields["chat_id"]))
        work = self._methods.get(method, lambda fields: True)
        return web.json_response({"ok": True, "result": work(fields)})

    def _reach(self, chat: int | str) -> None:
        if chat in self._blocked:
            raise refuse(403, "Forbidden: bot was blocked by the user")
        if chat in self._left:
            kind = chat_json(chat)["type"] if isinstance(chat, int) else "channel"
            raise refuse(403, f"Forbidden: bot is not a member of the {kind} chat")

    def _get_me(self, fields: Fields) -> Fields:
        groups = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return {**self.bot_user, **groups, "can_connect_to_business": False, "has_main_web_app": False}

    def _set_webhook(self, fields: Fields) -> bool:
        self._drop_pending(fields)
        self.webhook = {**fields} if fields.get("url") else {}
        self._last_error = {}
        return True

    def _delete_webhook(self, fields: Fields) -> bool:
        self._drop_pending(fields)
        self.webhook = {}
        return True

    def _drop_pending(self, fields: Fields) -> None:
        if is_true(fields.get("drop_pending_updates")):
            self._waiting.clear()

    def _get_webhook_info(self, fields: Fields) -> Fields:
        kept = ("allowed_updates", "max_connections", "ip_address")
        info = {"url": self.webhook.get("url", ""), "has_custom_certificate": "certificate" in self.webhook}
        info |= {"pending_update_count": len(self._waiting), **self._last_error}
        return info | {name: read_json(self.webhook[name]) for name in kept if name in self.webhook}

    async def _await_updates(self, fields: Fields) -> None:
        """Hold the call until an update waits or its time is over."""
        deadline = time.monotonic() + float(fields.get("timeout", 0))
        self._confirm(int(fields.get("offset", 0)))
        while not self._waiting and not self.webhook and time.monotonic() < deadline and not self.stopping:
            await asyncio.sleep(POLL_S)

    def _confirm(self, offset: int) -> None:
        with self.changed:
            if offset < 0:
                self._waiting = self._waiting[offset:]
            elif offset:
                self._waiting = [update for update in self._waiting if update["update_id"] >= offset]

    def _get_updates(self, fields: Fields) -> list[Fields]:
        if self.webhook:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise refuse(409, f"Conflict: {words}")
        return self._waiting[: int(fields.get("limit", 100))]

    def _set_commands(self, fields: Fields) -> bool:
        self.commands[fields.get("language_code", "")] = fields["commands"]
        return True

    def _send_message(self, fields: Fields) -> Fields:
        chat = as_chat(fields["chat_id"])
        text = plain(fields["text"], fields.get("parse_mode"))
        if not text:
            raise bad_request("message text is empty")
        place = chat_json(chat) if isinstance(chat, int) else {"id": -1001, "type": "channel", "title": chat}
        message = {"message_id": next(self._message_ids), "from": self.bot_user, "chat": place}
        message |= {"date": int(time.time()), "text": text, **self._extras(fields)}
        self.messages.setdefault(chat, []).append(message)
        markup = fields.get("reply_markup")
        if markup and "inline_keyboard" not in markup:
            self._keyboards[message["message_id"]] = markup
        return message

    def _extras(self, fields: Fields) -> Fields:
        """What of a call the message itself shows again; of keyboards only the inline one."""
        extras = {name: fields[name] for name in ("entities", "link_preview_options") if fields.get(name)}
        markup = fields.get("reply_markup") or {}
        return {**extras, "reply_markup": markup} if markup.get("inline_keyboard") else extras

    def _answer_query(self, fields: Fields) -> bool:
        if str(fields["callback_query_id"]) not in self.queries:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return True

    def _edit_text(self, fields: Fields) -> Fields:
        return self._edit(fields, {"text": plain(fields["text"], fields.get("parse_mode")), **self._extras(fields)})

    def _edit_markup(self, fields: Fields) -> Fields:
        message = self._found(fields)
        kept = {name: message[name] for name in ("entities", "link_preview_options") if name in message}
        return self._edit(fields, {"text": message["text"], **kept, **self._extras({**fields, **kept})})

    def _found(self, fields: Fields) -> Fields:
        for message in self.messages.get(as_chat(fields.get("chat_id")), []):
            if str(message["message_id"]) == str(fields.get("message_id")):
                return message
        raise bad_request("message to edit not found")

    def _edit(self, fields: Fields, content: Fields) -> Fields:
        message = self._found(fields)
        if (message["text"], message.get("reply_markup")) == (content["text"], content.get("reply_markup")):
            words = "specified new message content and reply markup are exactly the same as a current content"
            raise bad_request(f"message is not modified: {words} and reply markup of the message")
        for name in ("entities", "link_preview_options", "reply_markup"):
            message.pop(name, None)
        message |= {**content, "edit_date": int(time.time())}
        return message

    def _leave(self, fields: Fields) -> bool:
        self._left.add(as_chat(fields["chat_id"]))
        return True

    def _membership(self, chat: int, old: str, new: str, language_code: str | None) -> Fields:
        if new == "member":
            with self.changed:
                self._left.discard(chat)
        return super()._membership(chat, old, new, language_code)

    def _get_file(self, fields: Fields) -> Fields:
        file_id = fields["file_id"]
        if file_id not in self.files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        content, size = self.files[file_id]
        if size > TOO_BIG:
            raise bad_request("file is too big")
        about = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}
        return {**about, "file_path": f"files/{file_id}"}

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if request.match_info["token"] != self.token:
            return web.json_response(refuse(401, "Unauthorized").body, status=401)
        failure: Failure | None = self.arrive("file", {"path": path}, [])
        return self.finish(request, failure, [], lambda: self._content(path.rpartition("/")[2]))

    def _content(self, file_id: str) -> web.Response:
        if file_id not in self.files:
            raise refuse(404, "Not Found")
        return web.Response(body=self.files[file_id][0], content_type="application/octet-stream")
