"""Words, numbers and dates in the person's language."""

import os
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import phonenumbers
from babel.dates import format_date, format_time, format_timedelta, get_day_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.support import Translations

from desk.content.published import content
from desk.programmes.schema import Duration, Fact, Hours, Money, parse_span
from desk.programmes.selectors import fact_get

LANGUAGES = ("fr", "ar", "en")
DEFAULT_LANGUAGE = os.environ.get("DEFAULT_LANGUAGE", "fr")
SOURCE_LANGUAGE = "en"
DOMAINS = ("bot", "faq")
LOCALES = Path(__file__).resolve().parents[2] / "locales"
FACT_UNKNOWN = "please ask the office"  # utter_fact_unknown in domain.yml
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SERVICE_NUMBERS = (
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
)
_ISOLATE, _END = "\u2066", "\u2069"  # left-to-right isolate, so that a number inside Arabic reads correctly


@cache
def catalogue(language: str) -> Translations:
    """The translations of one language, from all domains."""
    found = Translations.load(LOCALES, [language], DOMAINS[0])
    for domain in DOMAINS[1:]:
        found.merge(Translations.load(LOCALES, [language], domain))
    return found


def translate(language: str, text: str) -> str:
    """The text in this language, as published or from the catalogues; the English source when there is no translation."""
    if not text or language == SOURCE_LANGUAGE:
        return text
    return content().texts.get(language, {}).get(text) or catalogue(language).gettext(text)


def isolate(language: str, text: str) -> str:
    """Protect a Latin fragment (number, address) inside right-to-left text."""
    return f"{_ISOLATE}{text}{_END}" if language == "ar" else text


def language_name(language: str) -> str:
    """The language's name in itself."""
    return {"fr": "Français", "ar": "العربية", "en": "English"}[language]


def join(language: str, items: Iterable[str]) -> str:
    """A list in words: "a, b and c"."""
    return format_list(list(items), locale=language)


def comma(language: str) -> str:
    """The comma of a language, with its space."""
    return "، " if language == "ar" else ", "


def colon(language: str) -> str:
    """The colon of a language, with its spaces."""
    return "\u00a0: " if language == "fr" else ": "


def moment(language: str, value: datetime) -> str:
    """A weekday, date and time, in the time zone the value carries."""
    return f"{format_date(value, 'EEEE d MMMM', locale=language)}{comma(language)}{value:%H:%M}"


def phone(language: str, number: str) -> str:
    """A phone number in E.164 form, grouped for reading; a service number as it is dialled in its country."""
    parsed = phonenumbers.parse(number)
    is_service = phonenumbers.number_type(parsed) in SERVICE_NUMBERS
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_service else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    # Spaces that do not break: a number cut in two lines is read wrongly.
    return isolate(language, phonenumbers.format_number(parsed, style).replace(" ", "\u00a0"))


def weekday(language: str, name: str) -> str:
    """The day's name: weekday("fr", "monday") is "lundi"."""
    return get_day_names("wide", context="stand-alone", locale=language)[WEEKDAYS.index(name)]


def span(language: str, value: Duration) -> str:
    """A length of time: "5 years", "2–8 weeks"."""
    if value.count is not None:
        return _count(language, value.count, value.unit)
    return _count(language, value.max, value.unit).replace(
        str(value.max), isolate(language, f"{value.min}–{value.max}")
    )


def _count(language: str, count: int, unit: str) -> str:
    per_unit = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}
    delta = timedelta(seconds=count * per_unit[unit])
    return format_timedelta(delta, granularity=unit, threshold=10**9, locale=language)


def opening_hours(language: str, value: Hours) -> str:
    """Days and times: "Monday to Friday: 09:00–15:00"."""
    days = join(language, (weekday(language, day) for day in value.days))
    times = (parse_span(item) for item in value.times)
    clock = [f"{_clock(language, opens)}–{_clock(language, closes)}" for opens, closes in times]
    return f"{days}{colon(language)}{isolate(language, ', '.join(clock))}"


def _clock(language: str, value: time) -> str:
    return format_time(value, "HH:mm", locale=language)


def fact_date(language: str, fact: Fact) -> str:
    """Month and year of the fact's source, or its year, as far as it is known."""
    parts = [int(part) for part in fact.source_date.split("-") if part.isdigit()]
    if not parts:
        return translate(language, FACT_UNKNOWN)
    if len(parts) == 1:
        return str(parts[0])
    return format_date(date(parts[0], parts[1], 1), "MMMM y", locale=language)


def fact_value(language: str, fact: Fact) -> str:
    """A fact's value as this language writes it."""
    writers = {
        "phone": lambda: phone(language, fact.value),
        "hours": lambda: opening_hours(language, fact.value),
        "money": lambda: _money(language, fact.value),
        "duration": lambda: span(language, fact.value),
        "places": lambda: join(language, (translate(language, place) for place in fact.value)),
        "count": lambda: format_decimal(fact.value, locale=language),
        "date": lambda: format_date(date.fromisoformat(fact.value), "d MMMM y", locale=language),
    }
    return writers.get(fact.kind, lambda: isolate(language, str(fact.value)))()


def _money(language: str, value: Money) -> str:
    text = format_currency(value.amount, value.currency, format="#,##0 ¤", currency_digits=False, locale=language)
    return isolate(language, text)


class Facts:
    """Fills {programme.fact} in a text: str.format looks names up here."""

    def __init__(self, language: str, today: date, reference: str = "") -> None:
        self.language, self.today, self.reference = language, today, reference

    def __getattr__(self, name: str) -> "Facts":
        return Facts(self.language, self.today, f"{self.reference}.{name}".lstrip("."))

    def __format__(self, style: str) -> str:
        fact = fact_get(self.reference)
        if not fact.may_be_shown(self.today):
            return translate(self.language, FACT_UNKNOWN)
        return fact_date(self.language, fact) if style == "date" else fact_value(self.language, fact)
