"""A wrong programme file is refused with the name of the file and of the field."""

from datetime import date, time

import pytest

from desk.datafiles import parse_record, read_yaml
from desk.errors import DataError
from desk.programmes.schema import Fact, Programme, parse_span

GOOD = """\
country: MA
timezone: Africa/Casablanca
opening_hours:
  monday: ["09:00-12:30", "13:30-16:00"]
facts:
  phone:
    kind: phone
    value: "+212537652881"
    source: "https://example.org"
    source_date: "2020"
    checked_on: 2026-11-23
    review_by: 2027-05-23
    status: verified
eligibility:
  - id: no_papers
    when: {situation: [no_papers], own_wish: ["yes"]}
    result: likely
    reason: "People without papers may ask."
    source: "https://example.org"
"""
PHONE = 'kind: phone\n    value: "+212537652881"'
RULE = GOOD[GOOD.index("  - id: no_papers") :]
UNSEEN = "not checked when the file is read: it breaks the reply that shows the fact"


def load(tmp_path, text: str) -> Programme:
    path = tmp_path / "maroc.yml"
    path.write_text(text, encoding="utf-8")
    return parse_record(Programme, read_yaml(path), path.name)


def refusal(tmp_path, text: str) -> str:
    with pytest.raises(DataError) as caught:
        load(tmp_path, text)
    return str(caught.value)


def test_a_good_file_is_read(tmp_path):
    programme = load(tmp_path, GOOD)
    assert programme.facts["phone"].value == "+212537652881"
    assert programme.eligibility[0].result == "likely"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("timezone: Africa/Casablanca\n", "", "timezone"),
        ("timezone: Africa/Casablanca", "timezone: ../Casablanca", "timezone"),
        ("country: MA", "contry: MA", "contry"),
        ("  monday:", "  lundi:", "opening_hours"),
        ("09:00-12:30", "12:30-09:00", "opening_hours"),
        ("09:00-12:30", "09:00-09:00", "opening_hours"),
        ("09:00-12:30", "9h-12h30", "opening_hours"),
        ("09:00-12:30", "09:00", "opening_hours"),
        ("09:00-12:30", "09:00-12:30-13:00", "opening_hours"),
        ("09:00-12:30", "09:00-24:30", "opening_hours"),
        ('["09:00-12:30", "13:30-16:00"]', "[]", "opening_hours"),
        ('["09:00-12:30", "13:30-16:00"]', '"09:00-12:30"', "opening_hours.monday"),
        ("kind: phone", "kind: telephone", "facts.phone.kind"),
        (PHONE, "kind: phone\n    value: 212537652881", "facts.phone.value"),
        (PHONE, "kind: hours\n    value: {days: [lundi], times: []}", "facts.phone.value.days"),
        (PHONE, "kind: money\n    value: {amount: vingt, currency: EUR}", "facts.phone.value.amount"),
        (PHONE, "kind: money\n    value: {amount: 20}", "facts.phone.value.currency"),
        (PHONE, "kind: duration\n    value: {count: 5, unit: moon}", "facts.phone.value.unit"),
        (PHONE, "kind: duration\n    value: 5 days", "facts.phone.value"),
        (PHONE, "kind: places\n    value: Rabat", "facts.phone.value"),
        (PHONE, 'kind: count\n    value: "17"', "facts.phone.value"),
        ('    source: "https://example.org"\n    source_date', "    source_date", "facts.phone.source"),
        ("checked_on: 2026-11-23", "checked_on: gestern", "facts.phone.checked_on"),
        ("review_by: 2027-05-23", "review_by: soon", "facts.phone.review_by"),
        ("status: verified", "status: sure", "facts.phone.status"),
        ("result: likely", "result: eligible", "eligibility.0.result"),
        ('    reason: "People without papers may ask."\n', "", "eligibility.0.reason"),
        ("situation: [", "status: [", "eligibility.0.when"),
        ("[no_papers]", "{in: [no_papers]}", "eligibility.0.when.situation"),
        ("[no_papers]", "no_papers", "eligibility.0.when.situation"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(tmp_path, old, new, field):
    assert old in GOOD
    assert f"maroc.yml: {field}" in refusal(tmp_path, GOOD.replace(old, new))


def test_all_wrong_fields_are_named_together(tmp_path):
    said = refusal(
        tmp_path, GOOD.replace("status: verified", "status: sure").replace("result: likely", "result: eligible")
    )
    assert [line.split(": ")[1] for line in said.splitlines()] == ["facts.phone.status", "eligibility.0.result"]


def test_two_rules_of_one_name_are_refused(tmp_path):
    assert "same id" in refusal(tmp_path, GOOD + RULE)


@pytest.mark.parametrize("text", ["", "- Maroc\n", "Maroc\n"])
def test_a_file_that_holds_no_programme_is_named(tmp_path, text):
    assert refusal(tmp_path, text).startswith("maroc.yml: ")


def test_the_office_that_never_opens_is_refused(tmp_path):
    assert "opening_hours" in refusal(tmp_path, GOOD.replace('\n  monday: ["09:00-12:30", "13:30-16:00"]', " {}"))


@pytest.mark.parametrize("zone", ["Africa/Cassablanca", "Mars/Base", "Maroc"])
def test_an_unknown_time_zone_is_named(tmp_path, zone):
    assert "maroc.yml: timezone" in refusal(tmp_path, GOOD.replace("Africa/Casablanca", zone))


@pytest.mark.parametrize(
    "value",
    [
        "kind: hours\n    value: {days: [monday], times: [9h-12h]}",
        "kind: duration\n    value: {unit: day}",
        "kind: duration\n    value: {unit: day, min: 3}",
        'kind: date\n    value: "demain"',
        'kind: phone\n    value: "appelez-nous"',
    ],
)
def test_a_value_that_can_not_be_shown_is_named(tmp_path, value):
    assert "maroc.yml: facts.phone.value" in refusal(tmp_path, GOOD.replace(PHONE, value))


@pytest.mark.parametrize(
    ("status", "today", "shown"),
    [
        ("verified", date(2026, 11, 23), True),
        ("verified", date(2027, 5, 23), True),
        ("verified", date(2027, 5, 24), False),
        ("conflicting", date(2026, 11, 23), False),
        ("unverified", date(2026, 11, 23), False),
    ],
)
def test_a_fact_is_shown_only_when_verified_and_before_its_review(tmp_path, status, today, shown):
    fact: Fact = load(tmp_path, GOOD.replace("status: verified", f"status: {status}")).facts["phone"]
    assert fact.may_be_shown(today) is shown


@pytest.mark.parametrize("span", ["09:00-12:30", " 09:00 - 12:30 "])
def test_a_span_is_read(span):
    assert parse_span(span) == (time(9), time(12, 30))


# --- offices ------------------------------------------------------------------------------------

PLACES = """\
  cities:
    kind: places
    value: [Rabat, Oujda]
    source: "https://example.org"
    source_date: "2020"
    checked_on: 2026-11-23
    review_by: 2027-05-23
    status: verified
  street:
    kind: address
    value: "Rue 1, Rabat"
    source: "https://example.org"
    source_date: "2020"
    checked_on: 2026-11-23
    review_by: 2027-05-23
    status: verified
"""
OFFICES = """\
offices:
  Rabat: {latitude: 34.01325, longitude: -6.83255, geonames: 2538475, listed_in: cities, address: street}
  Oujda: {latitude: 34.68139, longitude: -1.90858, geonames: 2540483, listed_in: cities}
phone: phone
"""
WITH_OFFICES = GOOD.replace("eligibility:", PLACES + OFFICES + "eligibility:")


def test_a_file_with_offices_is_read(tmp_path):
    programme = load(tmp_path, WITH_OFFICES)
    assert list(programme.offices) == ["Rabat", "Oujda"]
    assert (programme.offices["Rabat"].latitude, programme.offices["Rabat"].longitude) == (34.01325, -6.83255)
    assert (programme.offices["Rabat"].address, programme.offices["Oujda"].address) == ("street", "")
    assert programme.phone == "phone"


def test_a_country_may_have_neither_offices_nor_a_phone(tmp_path):
    programme = load(tmp_path, GOOD)
    assert (programme.offices, programme.phone) == ({}, "")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("latitude: 34.01325", "latitude: north", "offices.Rabat.latitude"),
        ("latitude: 34.01325, ", "", "offices.Rabat.latitude"),
        ("longitude: -6.83255, ", "", "offices.Rabat.longitude"),
        ("geonames: 2540483", "geonames: Oujda", "offices.Oujda.geonames"),
        ("geonames: 2540483, ", "", "offices.Oujda.geonames"),
        (", listed_in: cities}", "}", "offices.Oujda.listed_in"),
        ("address: street", "adress: street", "offices.Rabat.adress"),
        ("phone: phone\n", "phone: [phone]\n", "phone"),
    ],
)
def test_a_wrong_field_of_an_office_is_named_with_its_town(tmp_path, old, new, field):
    assert old in WITH_OFFICES
    assert f"maroc.yml: {field}: " in refusal(tmp_path, WITH_OFFICES.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[Rabat, Oujda]", "[Rabat]", ["Oujda", "cities"]),
        ("  Oujda:", "  Oudjda:", ["Oudjda", "cities"]),
        ("listed_in: cities, address", "listed_in: towns, address", ["Rabat", "towns"]),
        ("listed_in: cities}", "listed_in: phone}", ["Oujda", "phone"]),
        ("address: street}", "address: road}", ["road"]),
        ("phone: phone\n", "phone: hotline\n", ["hotline"]),
    ],
    ids=["not listed", "spelt otherwise", "no such list", "not a list", "no such address", "no such phone"],
)
def test_an_office_or_phone_without_its_fact_is_named(tmp_path, old, new, named):
    assert old in WITH_OFFICES
    said = refusal(tmp_path, WITH_OFFICES.replace(old, new))
    assert said.startswith("maroc.yml: ")
    assert [name for name in named if name not in said] == []


def test_all_missing_facts_of_offices_are_named_together(tmp_path):
    text = WITH_OFFICES.replace("address: street", "address: road").replace("phone: phone\n", "phone: hotline\n")
    assert "hotline, road" in refusal(tmp_path, text)


def test_a_list_that_is_no_list_of_towns_is_refused(tmp_path):
    text = WITH_OFFICES.replace("kind: places\n    value: [Rabat, Oujda]", "kind: count\n    value: 2")
    assert text != WITH_OFFICES
    assert refusal(tmp_path, text).startswith("maroc.yml: ")


@pytest.mark.parametrize("slip", ["latitude: 340.1325", "latitude: -90.1", "longitude: 683.255", "longitude: .nan"])
def test_a_position_that_is_not_on_earth_is_refused(tmp_path, slip):
    field, wrong = slip.split(": ")
    right = {"latitude": "34.01325", "longitude": "-6.83255"}[field]
    text = WITH_OFFICES.replace(f"{field}: {right}", f"{field}: {wrong}")
    assert text != WITH_OFFICES
    assert f".{field}: " in refusal(tmp_path, text)
