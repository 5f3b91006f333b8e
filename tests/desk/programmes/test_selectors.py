"""The programmes and facts that ship."""

import pytest

from desk.errors import DataError
from desk.programmes import selectors
from desk.programmes.schema import Duration, Money
from desk.programmes.selectors import fact_get, file_programmes, programme_get, programme_timezone, programmes

COUNTRIES = {"morocco": "MA", "belgium": "BE", "tanzania": "TZ", "yemen": "YE", "elsewhere": None}
ZONES = {
    "morocco": "Africa/Casablanca",
    "belgium": "Europe/Brussels",
    "tanzania": "Africa/Dar_es_Salaam",
    "yemen": "Asia/Aden",
    "elsewhere": "UTC",
}


def test_the_programmes_are_those_of_the_countries():
    assert {name: programme.country for name, programme in programmes().items()} == COUNTRIES


@pytest.mark.parametrize("name", [None, "", "elsewhere", "atlantis"])
def test_a_place_without_programme_is_elsewhere(name):
    assert programme_get(name) is programmes()["elsewhere"]


@pytest.mark.parametrize(("name", "zone"), ZONES.items())
def test_an_office_has_the_time_of_its_country(name, zone):
    assert programme_timezone(name).key == zone


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("morocco.iom_phone", "+212537652881"),
        ("belgium.hotline", "+3280032745"),
        ("belgium.immigration_office_phone", "+3224889777"),
        ("belgium.earlier_help_wait", Duration(count=5, unit="year")),
        ("belgium.premium_adult", Money(amount=350, currency="EUR")),
        ("belgium.premium_child", Money(amount=175, currency="EUR")),
        ("belgium.desk_cities", ["Brussels", "Ghent", "Antwerp", "Liège", "Charleroi"]),
        ("belgium.emergency", "112"),
    ],
)
def test_a_fact_is_that_of_its_source(reference, value):
    assert fact_get(reference).value == value


@pytest.mark.parametrize("reference", ["morocco.nothing", "atlantis.phone", "morocco", ""])
def test_an_unknown_fact_is_named(reference):
    with pytest.raises(DataError, match=f"no fact {reference}"):
        fact_get(reference)


@pytest.mark.parametrize("reference", ["belgium.antwerp_desk", "belgium.asylum_registration"])
def test_facts_on_which_sources_differ_are_marked(reference):
    assert fact_get(reference).status == "conflicting"


def test_every_fact_names_a_source_and_is_reviewed_after_it_was_checked():
    facts = [
        (f"{name}.{key}", fact) for name, programme in programmes().items() for key, fact in programme.facts.items()
    ]
    assert len(facts) > 50
    assert [
        name for name, fact in facts if not fact.source.startswith("http") or fact.review_by <= fact.checked_on
    ] == []


def test_a_broken_file_stops_the_reading_with_its_name(tmp_path, monkeypatch):
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "maroc.yml").write_text("timezone: UTC\n", encoding="utf-8")
    monkeypatch.setattr(selectors, "DATA", tmp_path)
    with pytest.raises(DataError, match=r"maroc\.yml: opening_hours"):
        file_programmes.__wrapped__()
