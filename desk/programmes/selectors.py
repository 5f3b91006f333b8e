"""Read the country programmes."""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from desk.datafiles import DATA, parse_record, read_yaml
from desk.errors import DataError
from desk.programmes.schema import Fact, Programme

ELSEWHERE = "elsewhere"


@cache
def programmes() -> dict[str, Programme]:
    """All programmes by name (morocco, belgium, ..., elsewhere). Raises DataError."""
    paths = sorted((DATA / "programmes").glob("*.yml"))
    return {path.stem: parse_record(Programme, read_yaml(path), path.name) for path in paths}


def programme_get(name: str | None) -> Programme:
    """The programme of this name; "elsewhere" when the person's place is not known."""
    return programmes().get(name or ELSEWHERE) or programmes()[ELSEWHERE]


def programme_timezone(name: str | None) -> ZoneInfo:
    """The time zone of the office."""
    return ZoneInfo(programme_get(name).timezone)


def fact_get(reference: str) -> Fact:
    """The fact named "programme.fact". Raises DataError."""
    programme, _, name = reference.partition(".")
    try:
        return programmes()[programme].facts[name]
    except KeyError:
        raise DataError(f"there is no fact {reference}: add it to data/programmes/{programme}.yml") from None


def facts_to_review(today: date, within: timedelta) -> dict[str, Fact]:
    """Facts by reference that somebody must look at: not verified, or their review day is near or past; the earliest first."""
    found = {
        f"{name}.{fact_name}": fact
        for name, programme in programmes().items()
        for fact_name, fact in programme.facts.items()
        if fact.status != "verified" or fact.review_by <= today + within
    }
    return dict(sorted(found.items(), key=lambda item: (item[1].review_by, item[0])))
