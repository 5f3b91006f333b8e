"""Which office is near a place. Distances and towns are those of any map."""

from datetime import date, timedelta

import pytest

from desk.programmes import offices
from desk.programmes.offices import distance_km, offices_nearest
from desk.programmes.schema import Fact, Office, Programme
from desk.programmes.selectors import programmes

TODAY = date(2026, 11, 25)
LATER = timedelta(days=180)
TOWNS = [(name, town, office) for name, programme in programmes().items() for town, office in programme.offices.items()]


def office(latitude: float, longitude: float, listed_in: str = "cities") -> Office:
    return Office(latitude=latitude, longitude=longitude, geonames=1, listed_in=listed_in)


def programme(status: str = "verified", **towns: tuple[float, float]) -> Programme:
    """A country with offices in these towns, all in one fact."""
    fact = Fact(
        kind="places",
        value=list(towns),
        source="https://example.org",
        source_date="2026",
        checked_on=TODAY,
        review_by=TODAY + LATER,
        status=status,
    )
    return Programme(
        country="XX",
        timezone="UTC",
        opening_hours={"monday": ["09:00-12:00"]},
        facts={"cities": fact},
        offices={town: office(*place) for town, place in towns.items()},
    )


@pytest.fixture
def countries(monkeypatch):
    """Put other programmes in the place of ours: countries(north=programme(...))."""

    def choose(**chosen: Programme) -> None:
        monkeypatch.setattr(offices, "programmes", lambda: chosen)

    return choose


def nearest(latitude: float, longitude: float, today: date = TODAY) -> list[str]:
    return [item for item in offices_nearest(latitude, longitude, today).split("|") if item]


# --- distances ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ((34.013, -6.833), (33.588, -7.611), 86),  # Rabat, Casablanca
        ((50.850, 4.349), (51.220, 4.400), 41),  # Brussels, Antwerp
        ((48.857, 2.351), (40.713, -74.006), 5837),  # Paris, New York
        ((-6.823, 39.270), (15.355, 44.206), 2523),  # Dar es Salaam, Sana'a
        ((0, 179.5), (0, -179.5), 111),  # across the date line
        ((90, 0), (90, 137), 0),  # one pole by two names
    ],
)
def test_a_distance_is_that_of_the_map_both_ways(start, end, km):
    assert distance_km(*start, office(*end)) == pytest.approx(km, rel=0.01, abs=0.1)
    assert distance_km(*end, office(*start)) == pytest.approx(distance_km(*start, office(*end)))


@pytest.mark.parametrize(("name", "town", "where"), TOWNS, ids=[f"{name}-{town}" for name, town, _ in TOWNS])
def test_no_place_is_further_away_than_the_other_side_of_the_earth(name, town, where):
    assert distance_km(where.latitude, where.longitude, where) == 0
    assert distance_km(-where.latitude, where.longitude + 180, where) == pytest.approx(20015, rel=0.001)


# --- the nearest --------------------------------------------------------------------------------


def test_the_nearest_office_of_each_country_is_told_the_nearest_country_first(countries):
    countries(
        south=programme(Close=(10, 10), Far=(-60, 10)), north=programme(Away=(60, 10)), middle=programme(Near=(5, 10))
    )
    assert nearest(0, 10) == ["middle:Near", "south:Close", "north:Away"]
    assert nearest(59, 10) == ["north:Away", "south:Close", "middle:Near"]


def test_the_way_counts_and_not_the_numbers_of_the_map(countries):
    countries(north=programme(AcrossTheLine=(0, -179), ManyDegreesAway=(0, 170)))
    assert nearest(0, 179) == ["north:AcrossTheLine"]
    countries(north=programme(OnTheParallel=(80, 20), OnTheMeridian=(70, 0)))
    assert nearest(80, 0) == ["north:OnTheParallel"]


def test_a_country_without_offices_is_left_out(countries):
    countries(none=programme(), some=programme(Town=(1, 1)))
    assert nearest(0, 0) == ["some:Town"]


@pytest.mark.parametrize("status", ["conflicting", "unverified"])
def test_an_office_of_which_we_are_not_sure_is_not_told(countries, status):
    countries(unsure=programme(status, Near=(1, 1)), sure=programme(Far=(50, 50)))
    assert nearest(0, 0) == ["sure:Far"]


@pytest.mark.parametrize(("day", "told"), [(TODAY + LATER, ["a:Town"]), (TODAY + LATER + timedelta(days=1), [])])
def test_an_office_is_told_until_its_fact_must_be_checked_again(countries, day, told):
    countries(a=programme(Town=(1, 1)))
    assert nearest(0, 0, day) == told


@pytest.mark.parametrize(("days", "told"), [(1, "a:Town"), (-1, "")])
def test_without_a_day_it_is_today(countries, days, told):
    until = programme(Town=(1, 1)).facts["cities"].copy(update={"review_by": date.today() + timedelta(days=days)})
    countries(a=programme(Town=(1, 1)).copy(update={"facts": {"cities": until}}))
    assert offices_nearest(0, 0) == told


# --- the offices that ship ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ((34.878, -1.315), "morocco:Oujda"),  # Tlemcen, over the border
        ((33.574, -7.590), "morocco:Casablanca"),
        ((35.759, -5.834), "morocco:Rabat"),  # Tangier
        ((50.467, 4.868), "belgium:Charleroi"),  # Namur
        ((51.209, 3.225), "belgium:Ghent"),  # Bruges
        ((50.411, 5.999), "belgium:Liège"),  # Verviers and beyond
        ((-6.16, 35.75), "tanzania:Dodoma"),
    ],
)
def test_a_person_is_told_the_office_that_the_map_shows(place, first):
    told = nearest(*place)
    assert told[0] == first
    assert len({item.partition(":")[0] for item in told}) == len(told)


@pytest.mark.parametrize(("name", "town", "where"), TOWNS, ids=[f"{name}-{town}" for name, town, _ in TOWNS])
def test_every_office_that_may_be_shown_is_the_nearest_to_itself(name, town, where):
    may_be_shown = programmes()[name].facts[where.listed_in].may_be_shown(TODAY)
    assert (f"{name}:{town}" in nearest(where.latitude, where.longitude)[:1]) is may_be_shown


def test_a_place_is_answered_with_names_only():
    assert not any(letter.isdigit() for letter in offices_nearest(34.878123, -1.315456, TODAY))


@pytest.mark.parametrize(("name", "town", "where"), TOWNS, ids=[f"{name}-{town}" for name, town, _ in TOWNS])
def test_a_town_stands_in_its_own_country(name, town, where):
    south, north, west, east = {
        "morocco": (27.6, 36, -13.2, -1),
        "belgium": (49.5, 51.6, 2.5, 6.5),
        "tanzania": (-11.8, -0.9, 29.3, 40.5),
        "yemen": (12.1, 19, 42.5, 54.6),
    }[name]
    assert south < where.latitude < north
    assert west < where.longitude < east
