"""Reads the record of sensitive actions from the three places where it is written: ours, Django's admin's, and the looks
at phone numbers in the history of requests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, F, QuerySet, Value

from desk.callbacks.models import Entry
from desk.people.models import Audit

Row = tuple[datetime, str, int]  # when, source, key


@dataclass(frozen=True)
class Line:
    """One line of the page."""

    at: datetime
    who: str
    what: str
    about: str = ""
    address: str = ""
    reference: str = ""  # of a request


def _of_audit(row: Audit) -> Line:
    return Line(row.at, row.name, row.get_kind_display(), row.about, row.address or "")


def _of_admin(row: LogEntry) -> Line:
    kind = row.content_type.name if row.content_type else ""
    about = " · ".join(filter(None, [kind, row.object_repr, row.get_change_message()]))
    return Line(row.action_time, str(row.user), row.get_action_flag_display(), about)


def _of_history(row: Entry) -> Line:
    return Line(row.at, str(row.author or ""), row.get_kind_display(), reference=row.request.reference)


@dataclass(frozen=True)
class Source:
    """Where lines come from: the rows, the names of the fields for when and who, and how a row reads."""

    rows: QuerySet
    at: str
    who: str
    read: Callable[[Any], Line]


SOURCES = {
    "audit": Source(Audit.objects.all(), "at", "account", _of_audit),
    "administration": Source(LogEntry.objects.select_related("user", "content_type"), "action_time", "user", _of_admin),
    "revealed": Source(
        Entry.objects.filter(kind=Entry.Kind.REVEALED).select_related("author", "request"), "at", "author", _of_history
    ),
}


def trail(*, account: int | None = None, kind: str = "") -> QuerySet[Any, Row]:
    """The rows that are wanted, the newest first; `kind` is one of Audit or the name of a source."""
    sources = {kind: SOURCES[kind]} if kind in SOURCES else SOURCES
    if kind in Audit.Kind.values:
        own = SOURCES["audit"]
        sources = {"audit": Source(own.rows.filter(kind=kind), own.at, own.who, own.read)}
    first, *others = (_rows(name, source, account) for name, source in sources.items())
    return first.union(*others, all=True).order_by("-moment", "source", "-pk")


def _rows(name: str, source: Source, account: int | None) -> QuerySet[Any, Row]:
    wanted = source.rows.filter(**{source.who: account}) if account else source.rows
    named = wanted.annotate(moment=F(source.at), source=Value(name, output_field=CharField()))
    return named.select_related(None).order_by().values_list("moment", "source", "pk")


def lines(rows: Iterable[Row]) -> list[Line]:
    """The rows of one page, read."""
    rows = list(rows)
    found = {name: source.rows.in_bulk([pk for _, of, pk in rows if of == name]) for name, source in SOURCES.items()}
    return [SOURCES[of].read(found[of][pk]) for _, of, pk in rows if pk in found[of]]
