"""Names and numbers of the pages on understanding."""

from typing import Any

from django import template
from django.utils.formats import number_format

from desk.understanding.words import figure_name, label_name, variety_name

register = template.Library()
register.filter("label_name", label_name)
register.filter("variety_name", variety_name)
register.filter("figure_name", figure_name)


@register.filter
def percent(share: float | None) -> str:
    """A share of 1 as a number of 100 with one digit."""
    return "–" if share is None else f"{number_format(100 * share, 1)}\u00a0%"


@register.filter
def by_variety(run: Any) -> list[tuple[str, dict[str, Any], float | None]]:
    """Name, figures now, and right answers before, for each variety and all together."""
    before = (run.comparison or {}).get("before") or {"varieties": {}, "overall": {}}
    rows = [(name, now, before["varieties"].get(name, {})) for name, now in run.report["varieties"].items()]
    rows.append(("", run.report["overall"], before["overall"]))
    return [(name, now, old.get("top1")) for name, now, old in rows]


@register.filter
def better(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes to the good."""
    return [change for change in changes if change["after"] > change["before"]]


@register.filter
def worse(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes to the bad."""
    return [change for change in changes if change["after"] < change["before"]]
