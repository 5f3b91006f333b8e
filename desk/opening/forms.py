"""What supervisors fill in about the opening hours."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _

from desk.programmes.schema import WEEKDAYS

SPAN = re.compile(r"(\d{1,2})(?:[:hH.](\d{2})?)?\s*[-–]\s*(\d{1,2})(?:[:hH.](\d{2})?)?")


class DayInput(forms.DateInput):
    """The browser's own choice of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Reason(forms.Form):
    """Why, for colleagues; it comes last."""

    reason = forms.CharField(
        label=_("reason, for colleagues (name nobody)"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


class Closing(Reason):
    """One day, or several in a row."""

    first = forms.DateField(label=_("day"), widget=DayInput())
    last = forms.DateField(label=_("last day, if there are several"), required=False, widget=DayInput())


class Opening(Reason):
    """A holiday on which the office works."""

    day = forms.DateField(label=_("day"), widget=DayInput())


class SpansField(forms.CharField):
    """Hours such as "09:00-12:30, 13:30-16:00", also as "9h-12h30"; empty: closed."""

    widget = forms.TextInput(attrs={"dir": "ltr", "placeholder": "09:00-12:30, 13:30-16:00"})

    def to_python(self, value: str | None) -> list[str]:
        parts = filter(None, re.split(r"[,;،؛]\s*", super().to_python(value)))
        return [_span(part.strip()) for part in parts]

    def prepare_value(self, value: list[str] | str | None) -> str | None:
        return ", ".join(value) if isinstance(value, list) else value


def _span(text: str) -> str:
    found = SPAN.fullmatch(text)
    try:
        first, minute, last, end = (int(number or 0) for number in found.groups())
        return f"{time(first, minute):%H:%M}-{time(last, end):%H:%M}"
    except (AttributeError, ValueError):
        raise forms.ValidationError(_("Write hours such as 09:00-12:30, 13:30-16:00.")) from None


class Hours(forms.Form):
    """The hours of each day of the week, and for which days they count."""

    first_day = forms.DateField(label=_("only from (Ramadan, for example)"), required=False, widget=DayInput())
    last_day = forms.DateField(label=_("until"), required=False, widget=DayInput())

    def __init__(self, *args: object, hours: Mapping[str, list[str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            self.fields[name] = SpansField(label=WEEKDAY_NAMES[number], required=False, initial=hours.get(name, []))
        self.order_fields(WEEKDAYS)

    def clean(self) -> dict[str, Any]:
        """As the service wants it."""
        values = super().clean()
        hours = {name: values.pop(name) for name in WEEKDAYS if name in values}
        return {**values, "hours": hours}


class Day(forms.Form):
    """The day that is taken back."""

    day = forms.DateField()


class Row(forms.Form):
    """The weekly hours that are taken back."""

    pk = forms.IntegerField()
