"""Compare the calls we make with what the two providers say they accept."""

import html
import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT.parent / "shared" / "specs"

Fields = dict[str, Any]
UNKNOWN = "there is no such"
ARRAY = "Array of "
SIMPLE = {"Integer", "Float", "Boolean", "String", "InputFile"}
NUMBERS = {"Integer": r"-?\d+", "Float": r"-?\d+(\.\d+)?([eE][-+]?\d+)?"}
LENGTH = re.compile(r"\b(\d+)-(\d+) (characters|bytes)", re.IGNORECASE)
RANGE = re.compile(r"(?:between |, )(\d+)-(\d+)(?: are accepted|\. Defaults)", re.IGNORECASE)
MOST = re.compile(r"At most (\d+) \w+ can be specified")
CONSTANT = re.compile(r"(?:must be|always) \"?([a-z0-9_]+)\"?$")
ALPHABETS = {
    "lowercase English letters, digits and underscores": "[a-z0-9_]*",
    "only characters A-Z, a-z, 0-9, _ and - are allowed": "[A-Za-z0-9_-]*",
}
PARSED = "after entities parsing"
BUTTON_LOOKS = {"text", "icon_custom_emoji_id", "style"}


@cache
def say_unjudged() -> None:
    print(f"calls are not judged: there is no {SPECS}", file=sys.stderr)


@cache
def read_spec(name: str) -> dict[str, Any]:
    path = SPECS / name
    if path.exists():
        return json.loads(path.read_text())
    say_unjudged()
    return {}


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str, parse_mode: str | None = None) -> str:
    """The text without its mark-up and outer white space, as a phone shows it."""
    if (parse_mode or "").upper() == "HTML":
        text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return text.strip()


def short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."


def wrong_keys(where: str, sent: Iterable[str], known: Iterable[str], required: Iterable[str]) -> list[str]:
    unknown = [f"{where}: {name} is not known here" for name in sent if name not in set(known)]
    return unknown + [f"{where}: {name} is required" for name in required if name not in set(sent)]


class TelegramJudge:
    """Judge calls of the Bot API by its machine-readable description."""

    def __init__(self) -> None:
        spec = read_spec("telegram_bot_api_10.1.json")
        self.methods: dict[str, Any] = spec.get("methods", {})
        self.types: dict[str, Any] = spec.get("types", {})

    def check(self, method: str, fields: Fields) -> list[str]:
        """Faults of one call; values may be form texts or JSON values."""
        if not self.methods:
            return []
        if method not in self.methods:
            return [f"{method}: {UNKNOWN} method"]
        sent = self._as_shown(self._without_attachments(fields))
        known = {field["name"]: field for field in self.methods[method].get("fields", [])}
        faults = wrong_keys(method, sent, known, (n for n, f in known.items() if f["required"]))
        for name in sent.keys() & known.keys():
            faults += self._parameter(known[name], sent[name], f"{method}: {name}")
        return faults

    def check_type(self, name: str, value: Any) -> list[str]:
        """Faults of one JSON value of a named type."""
        return self._value(name, value, name) if self.types else []

    def _without_attachments(self, fields: Fields) -> Fields:
        texts = " ".join(str(value) for value in fields.values() if not isinstance(value, bytes))
        attached = {n for n, v in fields.items() if isinstance(v, bytes) and f"attach://{n}" in texts}
        return {name: value for name, value in fields.items() if name not in attached}

    def _as_shown(self, fields: Fields) -> Fields:
        """Limits hold for the text without its mark-up."""
        texts = {n: fields[n] for n in ("text", "caption") if isinstance(fields.get(n), str)}
        return {**fields, **{n: plain(text, fields.get("parse_mode")) for n, text in texts.items()}}

    def _parameter(self, field: Fields, raw: Any, where: str) -> list[str]:
        found = []
        for kind in field["types"]:
            value, fault = self._decoded(kind, raw, where)
            found.append((value, [fault] if fault else self._value(kind, value, where)))
        best = min(range(len(found)), key=lambda i: self._rank(field["types"][i], *found[i]))
        value, faults = found[best]
        return faults or self._limits(field, value, where)

    def _decoded(self, kind: str, raw: Any, where: str) -> tuple[Any, str]:
        """A form carries texts: read one as the JSON value of its type."""
        if not isinstance(raw, str) or kind in ("String", "InputFile"):
            return raw, ""
        if kind in NUMBERS:
            fits = re.fullmatch(NUMBERS[kind], raw)
            return (json.loads(raw) if fits else raw), ""
        if kind == "Boolean":
            return {"true": True, "false": False}.get(raw.lower(), raw), ""
        try:
            return json.loads(raw), ""
        except ValueError:
            return raw, f"{where}: {short(raw)} is not the JSON text of {kind}"

    def _rank(self, kind: str, value: Any, faults: list[str]) -> tuple[bool, int, int]:
        return bool(faults), self._distance(kind, value), len(faults)

    def _distance(self, kind: str, value: Any) -> int:
        """How little the outer shape of a value fits a type; tells which of several was meant."""
        if kind.startswith(ARRAY):
            if not isinstance(value, list):
                return 99
            return self._distance(kind.removeprefix(ARRAY), value[0]) if value else 0
        if kind in SIMPLE or kind not in self.types:
            return 99 if self._simple(kind, value, "") else 0
        if not isinstance(value, dict):
            return 99
        fields = {field["name"]: field for field in self.types[kind].get("fields", [])}
        missing = [name for name, field in fields.items() if field["required"] and name not in value]
        wrong = [n for n, f in fields.items() if n in value and self._constant(f, value[n], "")]
        return len(missing) + len(value.keys() - fields.keys()) + 10 * len(wrong)

    def _value(self, kind: str, value: Any, where: str) -> list[str]:
        if kind.startswith(ARRAY):
            return self._array(kind.removeprefix(ARRAY), value, where)
        if kind in SIMPLE or kind not in self.types:
            return self._simple(kind, value, where)
        if "subtypes" in self.types[kind]:
            return self._best(self.types[kind]["subtypes"], value, where)
        return self._object(kind, value, where)

    def _best(self, kinds: list[str], value: Any, where: str) -> list[str]:
        found = {kind: self._value(kind, value, where) for kind in kinds}
        return found[min(kinds, key=lambda kind: self._rank(kind, value, found[kind]))]

    def _array(self, kind: str, value: Any, where: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{where}: {short(value)} is not an array of {kind}"]
        return [fault for i, item in enumerate(value) for fault in self._value(kind, item, f"{where}[{i}]")]

    def _simple(self, kind: str, value: Any, where: str) -> list[str]:
        number = isinstance(value, int) and not isinstance(value, bool)
        fits = {
            "Integer": number,
            "Float": number or isinstance(value, float),
            "Boolean": isinstance(value, bool),
            "String": isinstance(value, str),
            "InputFile": isinstance(value, bytes) or (isinstance(value, str) and value.startswith("attach://")),
        }
        return [] if fits.get(kind, True) else [f"{where}: {short(value)} is not of the type {kind}"]

    def _object(self, kind: str, value: Any, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {short(value)} is not of the type {kind}"]
        known = {field["name"]: field for field in self.types[kind].get("fields", [])}
        faults = wrong_keys(where, value, known, (n for n, f in known.items() if f["required"]))
        for name in value.keys() & known.keys():
            inner = f"{where}.{name}"
            faults += self._best(known[name]["types"], value[name], inner) or self._limits(
                known[name], value[name], inner
            )
        return faults + self._one_purpose(kind, value, where)

    def _one_purpose(self, kind: str, value: Fields, where: str) -> list[str]:
        uses = value.keys() - BUTTON_LOOKS
        if kind != "InlineKeyboardButton" or len(uses) == 1:
            return []
        return [f"{where}: a button does exactly one thing, this one does {len(uses)}"]

    def _limits(self, field: Fields, value: Any, where: str) -> list[str]:
        """The limits which the description of a field states in words."""
        if isinstance(value, str):
            return self._text_limits(field["description"], value, where) + self._constant(field, value, where)
        said = RANGE.search(field["description"])
        if isinstance(value, int) and said and not int(said[1]) <= value <= int(said[2]):
            return [f"{where}: {value} is outside {said[1]}-{said[2]}"]
        most = MOST.search(field["description"])
        if isinstance(value, list) and most and len(value) > int(most[1]):
            return [f"{where}: {len(value)} entries, at most {most[1]} are allowed"]
        return []

    def _text_limits(self, words: str, value: str, where: str) -> list[str]:
        faults, said = [], LENGTH.search(words)
        if said:
            length = len(value.encode()) if said[3].lower() == "bytes" else utf16_length(value)
            if not int(said[1]) <= length <= int(said[2]):
                faults.append(f"{where}: {length} {said[3].lower()}, allowed are {said[1]}-{said[2]}")
        for alphabet, pattern in ALPHABETS.items():
            if alphabet.lower() in words.lower() and not re.fullmatch(pattern, value):
                faults.append(f"{where}: {short(value)} has other characters than {alphabet}")
        return faults

    def _constant(self, field: Fields, value: Any, where: str) -> list[str]:
        said = CONSTANT.search(field["description"])
        wrong = said and field["types"] == ["String"] and value != said[1]
        return [f"{where}: {short(value)} is not {said[1]}"] if said and wrong else []


class Schema:
    """The part of OpenAPI's schemas that Twilio's descriptions use."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def check(self, schema: Fields, value: Any, where: str, form: bool = False) -> list[str]:
        """Faults of a value; a form carries numbers and booleans as texts."""
        schema = self.resolved(schema)
        if value is None and schema.get("nullable"):
            return []
        checks: dict[str, Callable[[Fields, Any, str, bool], list[str]]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._number,
            "number": self._number,
            "boolean": self._boolean,
        }
        check = checks.get(schema.get("type", ""))
        return check(schema, value, where, form) if check else []

    def resolved(self, schema: Fields) -> Fields:
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema

    def _object(self, schema: Fields, value: Any, where: str, form: bool) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {short(value)} is not an object"]
        # Twilio's own client sends null for what it was not given.
        value = {name: inner for name, inner in value.items() if inner is not None}
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        # Twilio leaves out additionalProperties where it names every property; a name outside is our slip.
        allowed = known if known or more is False else value
        faults = wrong_keys(where, value, allowed, schema.get("required", []))
        for name, inner in value.items():
            rule = known.get(name) or (more if isinstance(more, dict) else {})
            faults += self.check(rule, inner, f"{where}: {name}" if form else f"{where}.{name}", form)
        return faults

    def _array(self, schema: Fields, value: Any, where: str, form: bool) -> list[str]:
        items = [value] if form and isinstance(value, str) else value
        if not isinstance(items, list):
            return [f"{where}: {short(value)} is not an array"]
        rule = schema.get("items", {})
        return [f for i, item in enumerate(items) for f in self.check(rule, item, f"{where}[{i}]", form)]

    def _string(self, schema: Fields, value: Any, where: str, form: bool) -> list[str]:
        if not isinstance(value, str):
            return [f"{where}: {short(value)} is not a text"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where}: {short(value)} is none of {', '.join(schema['enum'])}"]
        if "pattern" in schema and not re.search(schema["pattern"], value):
            return [f"{where}: {short(value)} does not look like {schema['pattern']}"]
        low, high = schema.get("minLength", 0), schema.get("maxLength", len(value))
        if not low <= len(value) <= high:
            return [f"{where}: {len(value)} characters, allowed are {low}-{high}"]
        free = schema.get("x-twilio", {}).get("ignoreFormat")
        return [] if free else self._format(schema.get("format", ""), value, where)

    def _format(self, name: str, value: str, where: str) -> list[str]:
        checks = {"uri": is_uri, "date-time": is_moment, "phone-number": is_address}
        if name in checks and not checks[name](value):
            return [f"{where}: {short(value)} is not of the format {name}"]
        return []

    def _number(self, schema: Fields, value: Any, where: str, form: bool) -> list[str]:
        kind = schema["type"]
        pattern = NUMBERS["Integer" if kind == "integer" else "Float"]
        if form and isinstance(value, str) and re.fullmatch(pattern, value):
            value = json.loads(value)
        types = (int,) if kind == "integer" else (int, float)
        if isinstance(value, bool) or not isinstance(value, types):
            return [f"{where}: {short(value)} is not of the type {kind}"]
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        return [] if low <= value <= high else [f"{where}: {value} is outside {low}-{high}"]

    def _boolean(self, schema: Fields, value: Any, where: str, form: bool) -> list[str]:
        fits = isinstance(value, bool) or (form and value in ("true", "false"))
        return [] if fits else [f"{where}: {short(value)} is not of the type boolean"]


def is_uri(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def is_address(value: str) -> bool:
    """A number in E.164, that number on WhatsApp, a short code, a name, or another channel's address."""
    if value.startswith(("+", "whatsapp:")):
        return re.fullmatch(r"(whatsapp:)?\+[1-9]\d{6,14}", value) is not None
    return re.fullmatch(r"\d{3,8}|[A-Za-z0-9 ]{1,11}|[a-z]+:\S+", value) is not None


class TwilioJudge:
    """Judge calls of Twilio's Messages and Content resources by their OpenAPI descriptions."""

    def __init__(self) -> None:
        names = ("twilio_messages_v2010.json", "twilio_content_v1.json")
        self.schemas = [Schema(document) for document in map(read_spec, names) if document]

    def check(self, path: str, fields: Fields) -> list[str]:
        """Faults of one call, named as "POST /v1/Content"; fields are its form, JSON or query."""
        if not self.schemas:
            return []
        verb, _, place = path.partition(" ")
        for schema in self.schemas:
            for template, item in schema.document["paths"].items():
                values = path_values(template, place)
                if values is not None and verb.lower() in item:
                    return self._operation(schema, item[verb.lower()], path, values, fields)
        return [f"{path}: {UNKNOWN} call"]

    def check_type(self, name: str, value: Any) -> list[str]:
        """Faults of one JSON value of a named schema."""
        for schema in self.schemas:
            if name in schema.document["components"]["schemas"]:
                return schema.check({"$ref": f"#/components/schemas/{name}"}, value, name)
        return [f"{name}: {UNKNOWN} schema"] if self.schemas else []

    def _operation(self, schema: Schema, operation: Fields, path: str, values: Fields, fields: Fields) -> list[str]:
        faults = schema.check(parameters_of(operation, "path"), values, path, form=True)
        body = operation.get("requestBody")
        if not body:
            return faults + schema.check(parameters_of(operation, "query"), fields, path, form=True)
        kind, content = next(iter(body["content"].items()))
        faults += schema.check(content["schema"], fields, path, form="json" not in kind)
        own = {"CreateMessage": message_faults, "CreateContent": content_faults}.get(operation["operationId"])
        return faults + (own(path, fields) if own else [])


def path_values(template: str, path: str) -> dict[str, str] | None:
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+?)", re.escape(template))
    found = re.fullmatch(pattern, path)
    return found.groupdict() if found else None


def parameters_of(operation: Fields, place: str) -> Fields:
    found = [p for p in operation.get("parameters", []) if p["in"] == place]
    return {
        "type": "object",
        "properties": {p["name"]: p["schema"] for p in found},
        "required": [p["name"] for p in found if p.get("required")],
        "additionalProperties": False,
    }


def message_faults(where: str, fields: Fields) -> list[str]:
    """What the description of a message says in words only."""
    faults = []
    if not fields.get("From") and not fields.get("MessagingServiceSid"):
        faults.append(f"{where}: From is required")
    if not any(fields.get(name) for name in ("Body", "ContentSid", "MediaUrl")):
        faults.append(f"{where}: one of Body, ContentSid and MediaUrl is required")
    faults += sized(where, "Body", fields.get("Body"), 0, 1600)
    ends = [str(fields[name]).startswith("whatsapp:") for name in ("From", "To") if fields.get(name)]
    if len(set(ends)) > 1:
        faults.append(f"{where}: From and To are addresses of different channels")
    return faults + variable_faults(where, fields.get("ContentVariables"))


def variable_faults(where: str, text: Any) -> list[str]:
    if not isinstance(text, str):
        return []
    try:
        values = json.loads(text)
    except ValueError:
        return [f"{where}: ContentVariables: {short(text)} is not JSON"]
    fits = isinstance(values, dict) and all(isinstance(value, str) for value in values.values())
    return [] if fits else [f"{where}: ContentVariables: {short(text)} is not an object of texts"]


def content_faults(where: str, fields: Fields) -> list[str]:
    """The limits which WhatsApp sets to quick replies and lists."""
    types = fields.get("types")
    if not isinstance(types, dict) or not types:
        return [] if "types" not in fields else [f"{where}: types names no type"]
    faults = []
    for kind, check in (("twilio/quick-reply", quick_reply_faults), ("twilio/list-picker", list_picker_faults)):
        if isinstance(types.get(kind), dict):
            faults += check(f"{where}: {kind}", types[kind])
    return faults


def quick_reply_faults(where: str, content: Fields) -> list[str]:
    actions = rows(content.get("actions"))
    faults = sized(where, "body", content.get("body"), 1, 1024) + counted(where, "actions", actions, 1, 3)
    for action in actions:
        faults += sized(where, "title", action.get("title"), 1, 20) + sized(where, "id", action.get("id"), 0, 200)
    return faults


def list_picker_faults(where: str, content: Fields) -> list[str]:
    items = rows(content.get("items"))
    faults = sized(where, "body", content.get("body"), 1, 1024) + counted(where, "items", items, 1, 10)
    faults += sized(where, "button", content.get("button"), 1, 20)
    for item in items:
        faults += sized(where, "item", item.get("item"), 1, 24) + sized(where, "id", item.get("id"), 1, 200)
        faults += sized(where, "description", item.get("description"), 0, 72)
    ids = [item.get("id") for item in items]
    return faults + ([f"{where}: two items have one id"] if len(set(ids)) < len(ids) else [])


def rows(value: Any) -> list[Fields]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def sized(where: str, name: str, value: Any, low: int, high: int) -> list[str]:
    if not isinstance(value, str) or low <= len(value) <= high:
        return []
    return [f"{where}: {name}: {len(value)} characters, allowed are {low}-{high}"]


def counted(where: str, name: str, value: list[Fields], low: int, high: int) -> list[str]:
    return [] if low <= len(value) <= high else [f"{where}: {len(value)} {name}, allowed are {low}-{high}"]
