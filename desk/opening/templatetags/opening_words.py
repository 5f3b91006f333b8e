"""Words of the page of opening hours."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES

from desk.programmes.schema import WEEKDAYS

register = template.Library()


@register.filter
def week(hours: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Each day of the week in the language of the page, with its hours."""
    return [(str(WEEKDAY_NAMES[number]), hours.get(name, [])) for number, name in enumerate(WEEKDAYS)]


@register.filter
def clock(moment: datetime) -> str:
    """The time of day on the moment's own clock."""
    return f"{moment:%H:%M}"
