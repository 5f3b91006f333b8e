"""What editors fill in about a fact: its value by its kind, where it stands, and when it was checked."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.content.documents import FACT, TRANSLATED, Document
from desk.content.i18n import SOURCE_LANGUAGE
from desk.conversations.record import country
from desk.editing.forms import direction, may_own
from desk.editing.labels import FIELD_NAMES, KIND_NAMES, STATUS_NAMES, language_label
from desk.editing.selectors import document_now, version_open
from desk.opening.forms import DayInput, SpansField
from desk.programmes.schema import WEEKDAYS, check_phone
from desk.programmes.selectors import programmes

SOURCE_DATE = r"undated|\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
CHECK_AGAIN_AFTER = timedelta(days=180)
EMPTY_ROWS = 2  # for places that are added
UNIT_NAMES = {
    "minute": _("minutes"),
    "hour": _("hours"),
    "day": _("days"),
    "week": _("weeks"),
    "month": _("months"),
    "year": _("years"),
}


def left_to_right(kind: str = "text") -> forms.TextInput:
    """For numbers and addresses, also on an Arabic page."""
    widget = forms.TextInput(attrs={"dir": "ltr"})
    widget.input_type = kind
    return widget


class Value(forms.Form):
    """The value of a fact; `initial_of` and `changes` go between the document and the fields."""

    @staticmethod
    def initial_of(document: Document) -> dict[str, Any]:
        return {"value": document["value"]}

    def changes(self) -> Document:
        return {"value": self.cleaned_data["value"]}


class Words(Value):
    """A web address, an e-mail address, a short number or a street."""

    value = forms.CharField(label=_("value"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))


class Phone(Value):
    value = forms.CharField(
        label=_("value"),
        max_length=30,
        help_text=_("With its country code, such as +212...."),
        widget=left_to_right("tel"),
    )

    def clean_value(self) -> str:
        number = re.sub(r"[\s().–-]", "", self.cleaned_data["value"])
        try:
            check_phone(number)
        except ValueError:
            raise forms.ValidationError(_("Write a phone number with its country code, such as +212....")) from None
        return number


class Web(Value):
    value = forms.URLField(label=_("value"), max_length=500, assume_scheme="https", widget=left_to_right("url"))


class Mail(Value):
    value = forms.EmailField(label=_("value"), widget=left_to_right("email"))


class Day(Value):
    value = forms.DateField(label=_("value"), widget=DayInput())

    def changes(self) -> Document:
        return {"value": self.cleaned_data["value"].isoformat()}


class Count(Value):
    value = forms.IntegerField(label=_("value"), min_value=0)


class Amount(Value):
    amount = forms.IntegerField(label=_("amount"), min_value=0)
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        label=_("currency"),
        help_text=_("Three capital letters, such as EUR or MAD."),
        error_messages={"invalid": _("Three capital letters, such as EUR or MAD.")},
        widget=left_to_right(),
    )

    @staticmethod
    def initial_of(document: Document) -> dict[str, Any]:
        return dict(document["value"] or {})

    def changes(self) -> Document:
        return {"value": {name: self.cleaned_data[name] for name in ("amount", "currency")}}


class Span(Value):
    """A length of time: one number, or from one to another."""

    count = forms.IntegerField(label=_("how many"), min_value=0, required=False)
    min = forms.IntegerField(label=_("or at least"), min_value=0, required=False)
    max = forms.IntegerField(label=_("at most"), min_value=0, required=False)
    unit = forms.ChoiceField(label=_("unit"), choices=list(UNIT_NAMES.items()))

    @staticmethod
    def initial_of(document: Document) -> dict[str, Any]:
        return dict(document["value"] or {})

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        least, most = values.get("min"), values.get("max")
        if values.get("count") is None and (least is None or most is None or least > most):
            self.add_error("count", _("Write one number, or the least and the most."))
        return values

    def changes(self) -> Document:
        names = ("count",) if self.cleaned_data["count"] is not None else ("min", "max")
        return {"value": {name: self.cleaned_data[name] for name in (*names, "unit")}}


class Hours(Value):
    """Opening times, the same on each of the days."""

    days = forms.MultipleChoiceField(
        label=_("days"),
        choices=[(name, WEEKDAY_NAMES[number]) for number, name in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
    )
    times = SpansField(label=_("times"))

    @staticmethod
    def initial_of(document: Document) -> dict[str, Any]:
        return dict(document["value"] or {})

    def changes(self) -> Document:
        return {"value": {name: self.cleaned_data[name] for name in ("days", "times")}}


class Places(Value):
    """Towns, each with its name in every language; a row without an English name is left out."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        rows = sum(name.startswith("place_") and name.endswith("_en") for name in (data or self.initial))
        for number in range(rows + (0 if data else EMPTY_ROWS)):
            for language in (SOURCE_LANGUAGE, *TRANSLATED):
                label = _("place %(number)s, %(language)s") % {
                    "number": number + 1,
                    "language": language_label(language),
                }
                attrs = {"lang": language, "dir": direction(language)}
                self.fields[f"place_{number}_{language}"] = forms.CharField(
                    label=label, required=False, max_length=80, widget=forms.TextInput(attrs)
                )

    @staticmethod
    def initial_of(document: Document) -> dict[str, Any]:
        found = {}
        for number, place in enumerate(document["value"] or []):
            names = {SOURCE_LANGUAGE: place, **(document.get("names") or {}).get(place, {})}
            found |= {f"place_{number}_{language}": name for language, name in names.items()}
        return found

    def _rows(self) -> list[dict[str, str]]:
        values = self.cleaned_data
        numbers = range(len(values) // (1 + len(TRANSLATED)))
        languages = (SOURCE_LANGUAGE, *TRANSLATED)
        return [{language: values.get(f"place_{n}_{language}", "") for language in languages} for n in numbers]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for number, row in enumerate(self._rows()):
            if any(row.values()) and not all(row.values()):
                missing = next(language for language, name in row.items() if not name)
                self.add_error(f"place_{number}_{missing}", _("Write the name in each language."))
        return values

    def changes(self) -> Document:
        rows = [row for row in self._rows() if row[SOURCE_LANGUAGE]]
        names = {row[SOURCE_LANGUAGE]: {language: row[language] for language in TRANSLATED} for row in rows}
        return {"value": list(names), "names": names}


VALUES: dict[str, type[Value]] = {
    "phone": Phone,
    "short_number": Words,
    "email": Mail,
    "url": Web,
    "address": Words,
    "hours": Hours,
    "money": Amount,
    "duration": Span,
    "date": Day,
    "places": Places,
    "count": Count,
}


class FactForm(forms.Form):
    """Where a fact stands and when it was checked."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    source = forms.URLField(
        label=FIELD_NAMES["source"], max_length=1000, assume_scheme="https", widget=left_to_right("url")
    )
    source_date = forms.RegexField(
        f"^({SOURCE_DATE})$",
        label=FIELD_NAMES["source_date"],
        help_text=_("As far as it is known: 2026, 2026-05 or 2026-05-31; otherwise undated."),
        error_messages={"invalid": _("Write 2026, 2026-05, 2026-05-31 or undated.")},
        widget=left_to_right(),
    )
    checked_on = forms.DateField(label=FIELD_NAMES["checked_on"], widget=DayInput())
    review_by = forms.DateField(
        label=FIELD_NAMES["review_by"],
        widget=DayInput(),
        help_text=_("After this day, people read “please ask the office” instead."),
    )
    status = forms.ChoiceField(label=FIELD_NAMES["status"], choices=list(STATUS_NAMES.items()))
    note = forms.CharField(
        label=FIELD_NAMES["note"],
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean_checked_on(self) -> date:
        day = self.cleaned_data["checked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        checked, again = values.get("checked_on"), values.get("review_by")
        if checked and again and again <= checked:
            self.add_error("review_by", _("The day to check again must come after the day it was checked."))
        return values

    def changes(self) -> Document:
        """What was written, as the document holds it."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        days = {name: values[name].isoformat() for name in ("checked_on", "review_by")}
        return {**values, **days}


class NewFact(forms.Form):
    """A fact that does not exist yet."""

    programme = forms.ChoiceField(label=_("programme"))
    kind = forms.ChoiceField(label=FIELD_NAMES["kind"], choices=list(KIND_NAMES.items()))
    name = forms.RegexField(
        "^[a-z][a-z0-9_]*$",
        label=FIELD_NAMES["name"],
        max_length=60,
        help_text=_("Small English letters and underscores, such as iom_phone. It cannot be changed later."),
        error_messages={"invalid": _("The name of a fact has small letters and underscores only, such as iom_phone.")},
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [(name, country(name, get_language() or "en")) for name in programmes()]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        key = f"{values.get('programme')}.{values.get('name')}"
        if document_now(kind=FACT, key=key) or version_open(kind=FACT, key=key):
            self.add_error("name", _("This fact exists already."))
        return values

    def document(self) -> Document:
        """The fact without a value; nobody is shown it until it is verified."""
        today = timezone.localdate()
        days = {"checked_on": today.isoformat(), "review_by": (today + CHECK_AGAIN_AFTER).isoformat()}
        where = {"source": "", "source_date": "", "status": "unverified", "note": ""}
        return {"kind": self.cleaned_data["kind"], "value": None, **where, **days}


class Ownership(forms.Form):
    """Who keeps a fact right."""

    owner = forms.ModelChoiceField(label=_("who keeps it right"), queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = may_own(get_user_model().objects)
