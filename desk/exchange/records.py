"""Write topics and facts into the YAML files of data/: what did not change keeps its place, its comments and its quotes."""

from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString
from ruamel.yaml.tokens import CommentToken

from desk.content.documents import FLAGS, VARIANTS

Record = dict[str, Any]
TOPIC_ORDER = (*FLAGS, "title", "next", "related", *VARIANTS, "more")
FACT_ORDER = ("kind", "value", "source", "source_date", "checked_on", "review_by", "status", "note")
VALUE_ORDER = ("amount", "currency", "count", "min", "max", "unit", "days", "times")
DATES = ("checked_on", "review_by")
PLAIN = ("kind", "status", "currency", "unit", "days", "title", "next", "related")
WIDEST = 10**9


class Representer(RoundTripRepresenter):
    """Writes "nothing" as our files do."""


Representer.add_representer(type(None), lambda self, _: self.represent_scalar("tag:yaml.org,2002:null", "null"))


def _yaml() -> YAML:
    yaml = YAML()
    yaml.Representer = Representer
    yaml.width, yaml.preserve_quotes = WIDEST, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def topics_written(source: str, records: dict[str, Record]) -> str:
    """A file of data/faq/ with these topics in it: each in its place, a new one at the end."""
    yaml = _yaml()
    found = yaml.load(source) if source.strip() else CommentedMap()
    for name, record in records.items():
        _put(found, name, record, TOPIC_ORDER)
    return _dumped(yaml, found)


def facts_written(source: str, records: dict[str, Record]) -> str:
    """A file of data/programmes/ with these facts in it: each in its place, a new one after the last."""
    yaml = _yaml()
    found = yaml.load(source)
    if not found.get("facts"):
        found["facts"] = CommentedMap()
    for name, record in records.items():
        _put(found["facts"], name, _dated(record), FACT_ORDER)
    return _dumped(yaml, found)


def _dumped(yaml: YAML, found: CommentedMap) -> str:
    out = StringIO()
    yaml.dump(found, out)
    return out.getvalue()


def _dated(record: Record) -> Record:
    return {name: date.fromisoformat(value) if name in DATES else value for name, value in record.items()}


def _put(there: CommentedMap, name: str, record: Record, order: tuple[str, ...]) -> None:
    ends = there.get(name, there)
    after = _comment_taken(ends)
    entry = there.setdefault(name, CommentedMap())
    _merge(entry, record, order)
    _comment_put(ends, after)


def _merge(entry: CommentedMap, record: Record, order: tuple[str, ...]) -> None:
    for key in [key for key in entry if key not in record]:
        del entry[key]
    for key in sorted(record, key=order.index):
        if key not in entry:
            before = [name for name in entry if order.index(name) < order.index(key)]
            entry.insert(list(entry).index(before[-1]) + 1 if before else 0, key, _styled(key, record[key]))
        elif isinstance(entry[key], dict) and isinstance(record[key], dict):
            _merge(entry[key], record[key], VALUE_ORDER if key == "value" else order)
        elif entry[key] != record[key]:
            entry[key] = _styled(key, record[key])


def _styled(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        order = VALUE_ORDER if key == "value" else TOPIC_ORDER
        found = CommentedMap((name, _styled(name, value[name])) for name in sorted(value, key=order.index))
        if key == "value":
            found.fa.set_flow_style()
        return found
    if isinstance(value, list):
        listed = CommentedSeq(_styled(key, item) for item in value)
        listed.fa.set_flow_style()
        return listed
    if key in VARIANTS and not value[:1].isspace():
        return LiteralScalarString(value)
    is_plain = key in PLAIN or value == "undated" or not isinstance(value, str)
    return value if is_plain else DoubleQuotedScalarString(value)


def _last(there: CommentedMap) -> tuple[CommentedMap, str] | None:
    """Where the last line of a mapping stands: what follows it hangs there."""
    if not there:
        return None
    key = next(reversed(there))
    inner = there[key]
    is_block = isinstance(inner, CommentedMap) and not inner.fa.flow_style() and inner
    return _last(inner) if is_block else (there, key)


def _comment_taken(there: CommentedMap) -> str | None:
    """The lines of comments, and the blank ones, that follow a mapping, taken off its last line."""
    found = _last(there)
    held = found and found[0].ca.items.pop(found[1], None)
    if not held:
        return None
    return held[2].value if _is_literal(*found) else held[2].value.removeprefix("\n")


def _comment_put(there: CommentedMap, lines: str | None) -> None:
    found = _last(there)
    if lines is None or found is None:
        return
    entry, key = found
    token = CommentToken(lines if _is_literal(*found) else f"\n{lines}", CommentMark(0), None)
    entry.ca.items[key] = [None, None, token, None]


def _is_literal(entry: CommentedMap, key: str) -> bool:
    """A comment after a literal text begins on a line of its own, after any other it ends the line."""
    return isinstance(entry[key], LiteralScalarString)
