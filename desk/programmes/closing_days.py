"""Days on which an office is closed: public holidays of its country, and what data/programmes/ says."""

from datetime import date
from functools import cache

import holidays

from desk.programmes.schema import Programme


def is_closed(programme: Programme, day: date) -> bool:
    """Whether nobody works on this day. `open_on` overrules the holidays: the day of an Islamic feast is an estimate."""
    if day in programme.open_on:
        return False
    return day in programme.closed_on or day in public_holidays(programme.country)


@cache
def public_holidays(country: str | None) -> holidays.HolidayBase:
    """The holidays of a country ("MA"), computed for a year when it is asked for; none when the country has no list."""
    known = country in holidays.list_supported_countries()
    return holidays.country_holidays(country) if known else holidays.HolidayBase()
