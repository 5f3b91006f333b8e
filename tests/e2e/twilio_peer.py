"""A stand-in for Twilio's Messages and Content resources, and for the phones behind them."""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from aiohttp import BasicAuth, web
from judge import UNKNOWN, Fields, TwilioJudge
from peer import Peer, Refusal, post, read_fields, reason
from twilio.request_validator import RequestValidator

VERSION = "2010-04-01"
PAGE_SIZE = 50
DELIVERY_S = 60
CHANNEL = "whatsapp:"
ERRORS = {
    20001: "The call was not accepted",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "The 'To' number is not a valid phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21655: "The ContentSid is invalid",
    63016: "Failed to send freeform message because you are outside the allowed window. Use a Message Template.",
    63024: "Invalid message recipient",
}
# A phone shows the richest type of a content.
TYPES = ("twilio/list-picker", "twilio/quick-reply")


@dataclass(frozen=True)
class Shown:
    """One message to a phone; kind is text, quick-reply, list-picker or template."""

    sid: str
    text: str
    buttons: list[tuple[str, str]]
    kind: str


def error_body(code: int, message: str | None = None, status: int = 400) -> Fields:
    """The JSON of one of Twilio's errors."""
    words = message or ERRORS.get(code, reason(status))
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": words, "more_info": more, "status": status}


def refuse(code: int, status: int = 400, message: str | None = None) -> Refusal:
    return Refusal(status, error_body(code, message, status))


def new_sid(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


def on_whatsapp(number: str) -> str:
    return number if number.startswith(CHANNEL) else CHANNEL + number


def now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)


def moment(text: str) -> datetime:
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def sent_when(message: Fields, name: str, wanted: str) -> bool:
    """Equality means the same day; the other two include the moment, or the whole day, that they name."""
    sent, start = parsedate_to_datetime(message["date_sent"]), moment(wanted)
    if name == "DateSent":
        return sent.date() == start.date()
    if name == "DateSent>":
        return sent >= start
    whole_day = timedelta(days=1, seconds=-1) if len(wanted) == len("2000-01-01") else timedelta()
    return sent <= start + whole_day


def filled(value: str, variables: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: variables.get(found[1], found[0]), value)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def content_buttons(kind: str, body: Fields) -> list[tuple[str, str]]:
    if kind == "twilio/list-picker":
        return [(item["item"], item["id"]) for item in body["items"]]
    actions = body.get("actions", [])
    return [(action["title"], action.get("id") or action.get("url") or action["title"]) for action in actions]


class TwilioPeer(Peer):
    """Twilio for one account and one WhatsApp number."""

    def __init__(self, account_sid: str, auth_token: str, number: str) -> None:
        super().__init__()
        self.account_sid, self.auth_token, self.number = account_sid, auth_token, on_whatsapp(number)
        self.judge = TwilioJudge()
        self.messages: list[Fields] = []
        self.contents: dict[str, Fields] = {}
        self._media: dict[str, list[tuple[str, str, bytes]]] = {}
        self._sent: dict[str, list[Shown]] = {}
        self._refused: dict[str, int] = {}

    # What the software calls

    def routes(self) -> list[web.RouteDef]:
        root = f"/{VERSION}/Accounts/{{account}}/Messages"
        one = f"{root}/{{sid}}"
        calls = [
            ("POST", f"{root}.json", "messages.create", self._create_message),
            ("GET", f"{root}.json", "messages.list", self._list_messages),
            ("GET", f"{one}/Media.json", "media.list", self._list_media),
            ("GET", f"{one}/Media/{{media}}", "media.fetch", self._redirect_media),
            ("DELETE", f"{one}/Media/{{media}}.json", "media.delete", self._delete_media),
            ("GET", f"{one}.json", "messages.fetch", self._fetch_message),
            ("POST", f"{one}.json", "messages.update", self._update_message),
            ("DELETE", f"{one}.json", "messages.delete", self._delete_message),
            ("POST", "/v1/Content", "contents.create", self._create_content),
            ("GET", "/v1/Content", "contents.list", self._list_contents),
            ("GET", "/v1/Content/{content}", "contents.fetch", self._fetch_content),
            ("DELETE", "/v1/Content/{content}", "contents.delete", self._delete_content),
            ("*", "/{path:.*}", "other", self._other),
        ]
        served = [web.route(verb, path, self._handler(name, work)) for verb, path, name, work in calls]
        return [web.get("/storage/{media}", self._storage), *served]

    def failure_body(self, status: int) -> Fields:
        return error_body(20429 if status == 429 else 20000 + status, None, status)

    def rejection(self, faults: list[str]) -> web.Response:
        refusal = refuse(20404, 404) if UNKNOWN in faults[0] else refuse(20001, message=faults[0])
        return web.json_response(refusal.body, status=refusal.status)

    def flood(self, name: str, retry_after: int, times: int = 1) -> None:
        """Let the next calls of that name be too many."""
        self.fail(name, 429, times, {"Retry-After": str(retry_after)})

    def refuse(self, number: str, code: int) -> None:
        """From now on messages to this number are refused with this error code."""
        with self.changed:
            self._refused[on_whatsapp(number)] = code

    def accept(self, number: str) -> None:
        """Take a refusal back."""
        with self.changed:
            self._refused.pop(on_whatsapp(number), None)

    def add_content(self, types: Fields, language: str = "en", variables: dict[str, str] | None = None) -> str:
        """A content that exists already, such as an approved template; its sid."""
        fields = {"types": types, "language": language, "variables": variables or {}}
        with self.changed:
            return self._new_content(fields)["sid"]

    def shown(self, who: str) -> list[Shown]:
        """The messages to a number, oldest first."""
        with self.changed:
            return list(self._sent.get(on_whatsapp(who), []))

    # What phones do

    def text(self, number: str, body: str, **more: str) -> Fields:
        """The form of an inbound text; more parameters may be given, as in every builder."""
        return self._inbound(number, body, MessageType="text", **more)

    def forwarded(self, number: str, body: str, **more: str) -> Fields:
        return self._inbound(number, body, MessageType="text", Forwarded="true", **more)

    def empty(self, number: str, **more: str) -> Fields:
        return self._inbound(number, "", MessageType="text", **more)

    def voice(self, number: str, content: bytes = b"OggS voice", **more: str) -> Fields:
        return self._with_media(number, "audio", "audio/ogg", content, **more)

    def photo(self, number: str, caption: str = "", content: bytes = b"photo", **more: str) -> Fields:
        return self._with_media(number, "image", "image/jpeg", content, caption, **more)

    def document(self, number: str, name: str = "paper.pdf", content: bytes = b"%PDF-1.4", **more: str) -> Fields:
        """A file; WhatsApp gives its name as the body."""
        return self._with_media(number, "document", "application/pdf", content, name, **more)

    def video(self, number: str, caption: str = "", content: bytes = b"video", **more: str) -> Fields:
        return self._with_media(number, "video", "video/mp4", content, caption, **more)

    def sticker(self, number: str, content: bytes = b"RIFF", **more: str) -> Fields:
        return self._with_media(number, "sticker", "image/webp", content, **more)

    def contact(self, number: str, name: str = "Sample Person", phone: str = "+41791234567", **more: str) -> Fields:
        card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;type=CELL:{phone}\nEND:VCARD\n"
        return self._with_media(number, "contacts", "text/vcard", card.encode(), **more)

    def location(self, number: str, latitude: float = 46.2, longitude: float = 6.1, **more: str) -> Fields:
        where = {"Latitude": str(latitude), "Longitude": str(longitude)}
        named = {"Address": "Sample street 1, Geneva", "Label": "Sample place"}
        return self._inbound(number, "", MessageType="location", **where, **named, **more)

    def tap(self, number: str, title: str, **more: str) -> Fields:
        """A tap on the newest message that shows a button or list item with this title."""
        for message in reversed(self.shown(number)):
            for name, button in message.buttons:
                if name == title:
                    return self.tapped(number, title, button, message.kind == "list-picker", message.sid, **more)
        raise LookupError(f"no message to {number} shows {title!r}")

    def tapped(
        self, number: str, title: str, button: str, in_list: bool = False, sid: str | None = None, **more: str
    ) -> Fields:
        """A tap with any id, perhaps on a message that is long gone."""
        told = {"OriginalRepliedMessageSid": sid or new_sid("SM"), "OriginalRepliedMessageSender": self.number}
        if in_list:
            told |= {"MessageType": "interactive", "ListId": button, "ListTitle": title}
        else:
            told |= {"MessageType": "button", "ButtonText": title, "ButtonPayload": button}
        return self._inbound(number, title, **told, **more)

    def status(self, sid: str, status: str, error_code: int | None = None) -> Fields:
        """The form of a status callback about a message that was sent."""
        with self.changed:
            message = self._message(sid)
            message |= {"status": status, "error_code": error_code, "error_message": ERRORS.get(error_code or 0)}
        about = {"MessageSid": sid, "MessageStatus": status, "SmsSid": sid, "SmsStatus": status}
        about |= {"From": message["from"], "To": message["to"], "AccountSid": self.account_sid, "ApiVersion": VERSION}
        about |= {"ChannelToAddress": message["to"], "ChannelPrefix": "whatsapp"}
        return about | ({"ErrorCode": str(error_code)} if error_code else {})

    def deliver(
        self, params: Fields, address: str, public_url: str, signature: str | None = "right"
    ) -> tuple[int, str]:
        """Post a form to our webhook, signed for its public address; status and body, (0, "") without an answer."""
        headers = {} if signature is None else {"X-Twilio-Signature": self._signed(params, public_url, signature)}
        try:
            answer = post(address, data=params, headers=headers, timeout=DELIVERY_S)
        except httpx.TransportError:
            return 0, ""
        return answer.status_code, answer.text

    def _signed(self, params: Fields, public_url: str, signature: str) -> str:
        key = self.auth_token if signature == "right" else self.auth_token + "x"
        return RequestValidator(key).compute_signature(public_url, params)

    def _with_media(
        self, number: str, kind: str, media_type: str, content: bytes, body: str = "", **more: str
    ) -> Fields:
        sid, media = new_sid("MM"), new_sid("ME")
        self._media[sid] = [(media, media_type, content)]
        address = f"{self.url}/{VERSION}/Accounts/{self.account_sid}/Messages/{sid}/Media/{media}"
        about = {"MessageType": kind, "NumMedia": "1", "MediaContentType0": media_type, "MediaUrl0": address}
        return self._inbound(number, body, sid, **about, **more)

    def _inbound(self, number: str, body: str, sid: str | None = None, **more: str) -> Fields:
        sid, number = sid or new_sid("SM"), on_whatsapp(number)
        ids = {"SmsMessageSid": sid, "MessageSid": sid, "SmsSid": sid, "SmsStatus": "received"}
        ends = {"From": number, "To": self.number, "WaId": number.removeprefix(CHANNEL + "+")}
        about = {"AccountSid": self.account_sid, "ApiVersion": VERSION, "ProfileName": "Sample Person"}
        form = {**ids, **about, **ends, "Body": body, "NumMedia": "0", "NumSegments": "1"}
        form |= {"ReferralNumMedia": "0", **more}
        with self.changed:
            self._keep(sid, number, self.number, body, "inbound", form["NumMedia"])
        return form

    # How calls are served

    def _handler(self, name: str, work: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            if not self._allowed(request):
                return web.json_response(error_body(20003, None, 401), status=401)
            fields = await read_fields(request)
            faults = self._judged(name, request, fields)
            failure = self.arrive(name, fields, faults)
            return self.finish(request, failure, faults, lambda: self._worked_on(request, fields, work))

        return handle

    def _judged(self, name: str, request: web.Request, fields: Fields) -> list[str]:
        if name == "media.fetch" and not request.path.endswith(".json"):
            return []  # the description has no media itself, only what is told about it
        return self.judge.check(f"{request.method} {request.path}", fields)

    def _allowed(self, request: web.Request) -> bool:
        try:
            given = BasicAuth.decode(request.headers.get("Authorization", ""))
        except ValueError:
            return False
        return (given.login, given.password) == (self.account_sid, self.auth_token)

    def _worked_on(self, request: web.Request, fields: Fields, work: Any) -> web.StreamResponse:
        if request.match_info.get("account", self.account_sid) != self.account_sid:
            raise refuse(20404, 404)
        return work(request, fields)

    def _create_message(self, request: web.Request, fields: Fields) -> web.Response:
        number = fields["To"]
        if number in self._refused:
            raise refuse(self._refused[number])
        sid = new_sid("MM" if "MediaUrl" in fields else "SM")
        shown = self._as_shown(sid, fields)
        message = self._keep(sid, fields.get("From", self.number), number, shown.text, "outbound-api")
        self._sent.setdefault(number, []).append(shown)
        fresh = {"status": "queued", "date_sent": None}
        return web.json_response({**message, **fresh}, status=201)

    def _as_shown(self, sid: str, fields: Fields) -> Shown:
        if "ContentSid" not in fields:
            return Shown(sid, fields.get("Body", ""), [], "text")
        content = self.contents.get(fields["ContentSid"])
        if not content:
            raise refuse(21655)
        kind = next((name for name in TYPES if name in content["types"]), next(iter(content["types"])))
        given = json.loads(fields.get("ContentVariables") or "{}")
        body = self._filled_body(content["types"][kind], {**content["variables"], **given})
        name = kind.partition("/")[2] if kind in TYPES else "template"
        return Shown(sid, body.get("body", ""), content_buttons(kind, body), name)

    def _filled_body(self, body: Fields, variables: dict[str, str]) -> Fields:
        """Variables may stand in every text of a content."""
        return json.loads(
            json.dumps(body), object_hook=lambda item: {n: self._filled(v, variables) for n, v in item.items()}
        )

    def _filled(self, value: Any, variables: dict[str, str]) -> Any:
        return filled(value, variables) if isinstance(value, str) else value

    def _keep(self, sid: str, sender: str, to: str, body: str, direction: str, num_media: str = "0") -> Fields:
        place = f"/{VERSION}/Accounts/{self.account_sid}/Messages/{sid}"
        date = format_datetime(now())
        message = {"sid": sid, "account_sid": self.account_sid, "api_version": VERSION, "from": sender, "to": to}
        message |= {"body": body, "direction": direction, "num_media": num_media, "num_segments": "1"}
        message |= {"status": "received" if direction == "inbound" else "sent", "messaging_service_sid": None}
        message |= {"error_code": None, "error_message": None, "price": None, "price_unit": None}
        message |= {"date_created": date, "date_sent": date, "date_updated": date, "uri": f"{place}.json"}
        message |= {"subresource_uris": {"media": f"{place}/Media.json"}}
        self.messages.append(message)
        return message

    def _list_messages(self, request: web.Request, fields: Fields) -> web.Response:
        ends = {name: fields[name] for name in ("To", "From") if name in fields}
        dates = {name: fields[name] for name in ("DateSent", "DateSent<", "DateSent>") if name in fields}
        found = [
            message
            for message in reversed(self.messages)
            if all(message[name.lower()] == value for name, value in ends.items())
            and all(sent_when(message, name, value) for name, value in dates.items())
        ]
        return web.json_response(self._page(request, "messages", found, fields))

    def _page(self, request: web.Request, key: str, found: list[Fields], fields: Fields) -> Fields:
        size, page = int(fields.get("PageSize", PAGE_SIZE)), int(fields.get("Page", 0))
        shown, more = found[page * size : (page + 1) * size], len(found) > (page + 1) * size
        uris = {
            "uri": self._page_uri(request, fields, size, page),
            "first_page_uri": self._page_uri(request, fields, size, 0),
            "next_page_uri": self._page_uri(request, fields, size, page + 1) if more else None,
            "previous_page_uri": self._page_uri(request, fields, size, page - 1) if page else None,
        }
        ends = {"start": page * size, "end": page * size + max(len(shown) - 1, 0)}
        return {key: shown, "page": page, "page_size": size, **ends, **uris}

    def _page_uri(self, request: web.Request, fields: Fields, size: int, page: int) -> str:
        token = {"PageToken": f"PA{page}"} if page else {}
        kept = {name: value for name, value in fields.items() if not name.startswith("Page")}
        query = urlencode({**kept, "PageSize": size, "Page": page, **token}, quote_via=quote)
        return f"{request.path}?{query}"

    def _message(self, sid: str) -> Fields:
        for message in self.messages:
            if message["sid"] == sid:
                return message
        raise refuse(20404, 404)

    def _fetch_message(self, request: web.Request, fields: Fields) -> web.Response:
        return web.json_response(self._message(request.match_info["sid"]))

    def _update_message(self, request: web.Request, fields: Fields) -> web.Response:
        """An empty body redacts the message."""
        message = self._message(request.match_info["sid"])
        message |= {name.lower(): fields[name] for name in ("Body", "Status") if name in fields}
        return web.json_response(message)

    def _delete_message(self, request: web.Request, fields: Fields) -> web.Response:
        message = self._message(request.match_info["sid"])
        self.messages.remove(message)
        self._media.pop(message["sid"], None)
        return web.Response(status=204)

    def _list_media(self, request: web.Request, fields: Fields) -> web.Response:
        message = self._message(request.match_info["sid"])
        found = [self._media_json(message, media, kind) for media, kind, _ in self._media.get(message["sid"], [])]
        return web.json_response(self._page(request, "media_list", found, fields))

    def _media_json(self, message: Fields, media: str, kind: str) -> Fields:
        place = message["uri"].removesuffix(".json")
        about = {"sid": media, "account_sid": self.account_sid, "parent_sid": message["sid"], "content_type": kind}
        dates = {"date_created": message["date_created"], "date_updated": message["date_updated"]}
        return {**about, **dates, "uri": f"{place}/Media/{media}.json"}

    def _found_media(self, message_sid: str, media: str) -> tuple[str, str, bytes]:
        for row in self._media.get(message_sid, []):
            if row[0] == media:
                return row
        raise refuse(20404, 404)

    def _redirect_media(self, request: web.Request, fields: Fields) -> web.Response:
        """Twilio sends a client on to its storage, which asks for no password."""
        sid, media = request.match_info["sid"], request.match_info["media"]
        row = self._found_media(sid, media.removesuffix(".json"))
        if media.endswith(".json"):
            return web.json_response(self._media_json(self._message(sid), row[0], row[1]))
        return web.Response(status=307, headers={"Location": f"{self.url}/storage/{media}"})

    def _delete_media(self, request: web.Request, fields: Fields) -> web.Response:
        sid = request.match_info["sid"]
        self._media[sid].remove(self._found_media(sid, request.match_info["media"]))
        return web.Response(status=204)

    async def _storage(self, request: web.Request) -> web.Response:
        for rows in list(self._media.values()):
            for media, kind, content in rows:
                if media == request.match_info["media"]:
                    return web.Response(body=content, content_type=kind)
        return web.Response(status=404)

    def _create_content(self, request: web.Request, fields: Fields) -> web.Response:
        # Twilio's own client sends null for what it was not given.
        return web.json_response(self._new_content(without_nulls(fields)), status=201)

    def _new_content(self, fields: Fields) -> Fields:
        sid, date = new_sid("HX"), now().strftime("%Y-%m-%dT%H:%M:%SZ")
        place = f"{self.url}/v1/Content/{sid}"
        links = {"approval_create": f"{place}/ApprovalRequests/whatsapp", "approval_fetch": f"{place}/ApprovalRequests"}
        about = {"sid": sid, "account_sid": self.account_sid, "friendly_name": fields.get("friendly_name", "")}
        given = {"language": fields["language"], "variables": fields.get("variables") or {}, "types": fields["types"]}
        dates = {"date_created": date, "date_updated": date}
        self.contents[sid] = {**about, **given, **dates, "url": place, "links": links}
        return self.contents[sid]

    def _list_contents(self, request: web.Request, fields: Fields) -> web.Response:
        page = self._page(request, "contents", list(self.contents.values()), fields)
        meta: Fields = {"key": "contents", "page": page["page"], "page_size": page["page_size"]}
        for name in ("uri", "first_page_uri", "next_page_uri", "previous_page_uri"):
            meta[name.replace("uri", "url")] = page[name] and self.url + page[name]
        return web.json_response({"contents": page["contents"], "meta": meta})

    def _content(self, request: web.Request) -> Fields:
        sid = request.match_info["content"]
        if sid not in self.contents:
            raise refuse(20404, 404)
        return self.contents[sid]

    def _fetch_content(self, request: web.Request, fields: Fields) -> web.Response:
        return web.json_response(self._content(request))

    def _delete_content(self, request: web.Request, fields: Fields) -> web.Response:
        del self.contents[self._content(request)["sid"]]
        return web.Response(status=204)

    def _other(self, request: web.Request, fields: Fields) -> web.Response:
        if not self.judge.schemas:
            raise refuse(20404, 404)
        return web.json_response({})
