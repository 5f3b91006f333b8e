"""When an office is open: weekly hours, the public holidays of its country, and the days on which people decided otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Literal

import holidays

from desk.programmes.schema import WEEKDAYS, Programme, Weekday, parse_span

Span = tuple[time, time]
Source = Literal["colleague", "file", "holiday"]


@dataclass(frozen=True)
class WeekOfHours:
    """Opening hours of a week, written as in data/programmes/; with both days given they count between these only."""

    hours: Mapping[Weekday, list[str]]
    first_day: date | None = None
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        return self.first_day is None or self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Decision:
    """What is said of one day, and by whom."""

    is_closed: bool
    source: Source


@dataclass(frozen=True)
class OpeningTimes:
    """The opening times of one programme. `decided` holds what colleagues said of days (True: closed); of `weeks`, which
    overrule the file, those with days overrule those without."""

    programme: Programme
    decided: Mapping[date, bool] = field(default_factory=dict)
    weeks: tuple[WeekOfHours, ...] = ()

    def spans(self, day: date) -> list[Span]:
        """From when to when the office is open on this day; nothing when it is closed."""
        decision = self.decision(day)
        return [] if decision and decision.is_closed else self.weekly_spans(day)

    def weekly_spans(self, day: date) -> list[Span]:
        """The hours of this day of the week, whatever is said of the day."""
        return [parse_span(span) for span in self._hours(day).get(WEEKDAYS[day.weekday()], [])]

    def decision(self, day: date) -> Decision | None:
        """What overrules the weekly hours; a colleague comes before the file, the file before the public holidays."""
        if day in self.decided:
            return Decision(self.decided[day], "colleague")
        if day in self.programme.open_on or day in self.programme.closed_on:
            return Decision(day not in self.programme.open_on, "file")
        return Decision(True, "holiday") if day in public_holidays(self.programme.country) else None

    def is_open_at(self, moment: datetime) -> bool:
        """Whether the office is open, or just closing, at a moment on its own clock."""
        return any(opens < moment.time() <= closes for opens, closes in self.spans(moment.date()))

    def _hours(self, day: date) -> Mapping[Weekday, list[str]]:
        valid = sorted((week for week in self.weeks if week.covers(day)), key=lambda week: week.first_day is None)
        return valid[0].hours if valid else self.programme.opening_hours


@cache
def public_holidays(country: str | None, language: str = "en_US") -> holidays.HolidayBase:
    """The holidays of a country ("MA"), computed for a year when it is asked for; none when the country has no list."""
    known = country in holidays.list_supported_countries()
    return holidays.country_holidays(country, language=language) if known else holidays.HolidayBase()


def holiday_name(country: str | None, day: date, language: str) -> str:
    """The holiday of a day in a language, in English where the library has no other; "" when the day is none."""
    has_it = language in public_holidays(country).supported_languages
    return public_holidays(country, language if has_it else "en_US").get(day, "")
