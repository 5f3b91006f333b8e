"""Read the country programmes: those of data/programmes/, and over their facts what editors published."""

from datetime import date, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from desk.content.published import Content, content
from desk.datafiles import DATA, parse_record, read_yaml
from desk.errors import DataError
from desk.programmes.schema import Fact, Programme

ELSEWHERE = "elsewhere"


def programmes() -> dict[str, Programme]:
    """All programmes by name (morocco, belgium, ..., elsewhere). Raises DataError."""
    return _programmes(content())


@lru_cache(maxsize=4)
def _programmes(layer: Content) -> dict[str, Programme]:
    return {name: _with_facts(name, programme, layer) for name, programme in file_programmes().items()}


def _with_facts(name: str, programme: Programme, layer: Content) -> Programme:
    own = {ref.partition(".")[2]: fact for ref, fact in layer.facts.items() if ref.startswith(f"{name}.")}
    return programme.copy(update={"facts": {**programme.facts, **own}}) if own else programme


@cache
def file_programmes() -> dict[str, Programme]:
    """The programmes of data/programmes/ by name. Raises DataError."""
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
