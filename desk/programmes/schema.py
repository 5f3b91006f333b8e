"""The shape of data/programmes/*.yml. Loading checks it and names the field that is wrong."""

from collections.abc import Callable
from datetime import date, time
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

import phonenumbers
from pydantic import BaseModel, Extra, Field, root_validator, validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Outcome = Literal["likely", "perhaps", "unlikely"]
SLOTS = ("nationality", "situation", "own_wish", "age", "children", "health", "earlier_help")


class Strict(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True


class Money(Strict):
    amount: int
    currency: str


class Duration(Strict):
    """A span: either `count`, or `min` to `max`."""

    unit: Literal["minute", "hour", "day", "week", "month", "year"]
    count: int | None = None
    min: int | None = None
    max: int | None = None

    @root_validator
    def has_a_length(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("count") is None and None in (values.get("min"), values.get("max")):
            raise ValueError("a duration needs count, or min and max")
        return values


class Hours(Strict):
    """Opening times such as "09:00-12:30", the same on each of the days."""

    days: list[Weekday]
    times: list[str]

    @validator("times", each_item=True)
    def time_can_be_read(cls, span: str) -> str:
        parse_span(span)
        return span


VALUE_TYPES: dict[str, type] = {
    "phone": str,
    "short_number": str,
    "email": str,
    "url": str,
    "address": str,
    "hours": Hours,
    "money": Money,
    "duration": Duration,
    "date": str,
    "places": list,
    "count": int,
}


def check_phone(value: str) -> None:
    """Raises ValueError unless a number with its country code."""
    try:
        phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{value} is not a phone number with its country code, such as +212537000000") from None


VALUE_CHECKS: dict[str, Callable[[str], Any]] = {"phone": check_phone, "date": date.fromisoformat}


class Fact(Strict):
    """One figure, number or address with where it comes from. Source: shared rule of the organisation's content review."""

    kind: Literal[
        "phone", "short_number", "email", "url", "address", "hours", "money", "duration", "date", "places", "count"
    ]
    value: Any
    source: str
    source_date: str
    checked_on: date
    review_by: date
    status: Literal["verified", "conflicting", "unverified"]
    note: str = ""

    @validator("value")
    def value_fits_kind(cls, value: Any, values: dict[str, Any]) -> Any:
        wanted = VALUE_TYPES.get(values.get("kind", ""), object)
        if isinstance(value, dict) and issubclass(wanted, Strict):
            return wanted(**value)
        if not isinstance(value, wanted):
            raise ValueError(f"a fact of kind {values.get('kind')} needs a value of type {wanted.__name__}")
        VALUE_CHECKS.get(values.get("kind", ""), str)(value)
        return value

    def may_be_shown(self, today: date) -> bool:
        """Whether the fact is verified and not past its review date."""
        return self.status == "verified" and today <= self.review_by


class Rule(Strict):
    """One line of the guided check: when the answers match, this is the result and why."""

    id: str
    when: dict[str, list[str] | dict[Literal["not_in"], list[str]]]
    result: Outcome
    reason: str
    next: str = ""
    source: str

    @validator("when")
    def known_slots(cls, when: dict[str, Any]) -> dict[str, Any]:
        unknown = set(when) - set(SLOTS)
        if unknown:
            raise ValueError(f"unknown questions {sorted(unknown)}; known: {', '.join(SLOTS)}")
        return when


class Office(Strict):
    """A place where people can go. Its position is the middle of the town, from GeoNames (CC BY 4.0), and only tells which
    office is nearest; `listed_in` names the fact that lists the town, `address` the fact with the street if it is known."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    geonames: int
    listed_in: str
    address: str = ""


class Programme(Strict):
    """One country programme."""

    country: str | None
    timezone: str
    opening_hours: dict[Weekday, list[str]]
    closed_on: list[date] = []  # beside the public holidays of the country
    open_on: list[date] = []  # although it is a public holiday, or was one by estimate only
    facts: dict[str, Fact] = {}
    offices: dict[str, Office] = {}
    phone: str = ""  # the fact with the number to call before going to an office
    eligibility: list[Rule] = []

    @validator("timezone")
    def zone_exists(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name} is not a time zone such as Africa/Casablanca")
        return name

    @validator("opening_hours")
    def hours_can_be_read(cls, hours: dict[str, list[str]]) -> dict[str, list[str]]:
        for span in (span for spans in hours.values() for span in spans):
            opens, closes = parse_span(span)
            if opens >= closes:
                raise ValueError(f"{span}: opens after it closes")
        if not any(hours.values()):
            raise ValueError("at least one day must have opening hours")
        return hours

    @root_validator
    def offices_stand_on_facts(cls, values: dict[str, Any]) -> dict[str, Any]:
        facts: dict[str, Fact] = values.get("facts", {})
        for town, office in values.get("offices", {}).items():
            if office.listed_in not in facts or town not in facts[office.listed_in].value:
                raise ValueError(f"offices: {town} is not in a fact {office.listed_in}")
        named = [office.address for office in values.get("offices", {}).values()] + [values.get("phone")]
        unknown = sorted(name for name in named if name and name not in facts)
        if unknown:
            raise ValueError(f"offices or phone name facts that do not exist: {', '.join(unknown)}")
        return values

    @root_validator
    def ids_are_unique(cls, values: dict[str, Any]) -> dict[str, Any]:
        ids = [rule.id for rule in values.get("eligibility", [])]
        if len(ids) != len(set(ids)):
            raise ValueError("two eligibility rules have the same id")
        return values


def parse_span(span: str) -> tuple[time, time]:
    """Read "09:00-12:30". Raises ValueError."""
    opens, closes = span.split("-")
    return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
