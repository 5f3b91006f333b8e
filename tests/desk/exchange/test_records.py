"""Topics and facts in their YAML files."""

import json
from difflib import unified_diff

import pytest

from desk.datafiles import read_yaml
from desk.exchange.folder import Folder
from desk.exchange.records import facts_written, topics_written
from desk.programmes.schema import Fact

TOPICS = {path.stem: path for path in Folder().topics()}
PROGRAMMES = {path.stem: path for path in Folder().programmes()}
FACTS = {name: read_yaml(path)["facts"] for name, path in PROGRAMMES.items()}
TEXTS = [
    "One line.",
    "Deux « lignes ».\n\n• Téléphone : {morocco.iom_phone}.",
    "سطر أول.\n\n• سطر ثان\n# ليس تعليقا",
    "  indented\n: colon - 'quotes' \"more\" # no comment",
    "ends with a line\n",
    "tab\tand \\ backslash",
    "null",
]


def changes(before: str, after: str) -> list[str]:
    return list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]


def record_of(name: str, fact: str) -> dict:
    record = json.loads(Fact.parse_obj(FACTS[name][fact]).json())
    if isinstance(record["value"], dict):
        record["value"] = {key: value for key, value in record["value"].items() if value is not None}
    return {key: value for key, value in record.items() if value != ""}


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_a_file_of_topics_stays_byte_for_byte_and_is_in_the_style_of_new_ones(name):
    source = TOPICS[name].read_text(encoding="utf-8")
    records = read_yaml(TOPICS[name])
    assert topics_written(source, records) == source
    assert topics_written("", records) == source


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
def test_a_file_of_a_programme_stays_byte_for_byte(name):
    source = PROGRAMMES[name].read_text(encoding="utf-8")
    assert facts_written(source, {fact: record_of(name, fact) for fact in FACTS[name]}) == source


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
def test_a_changed_note_changes_its_line_only_and_comments_stay_where_they_are(name):
    source = PROGRAMMES[name].read_text(encoding="utf-8")
    records = {fact: record_of(name, fact) for fact in FACTS[name]}
    without = {fact: {k: v for k, v in record.items() if k != "note"} for fact, record in records.items()}
    bare = facts_written(source, without)
    assert bare.splitlines() == [line for line in source.splitlines() if not line.startswith("    note: ")]
    assert facts_written(bare, records) == source


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
def test_a_new_fact_stands_after_the_last_in_the_style_of_the_others(name):
    source = PROGRAMMES[name].read_text(encoding="utf-8")
    fact = next(iter(FACTS[name]))
    found = changes(source, facts_written(source, {"brand_new": record_of(name, fact)}))
    added = [line[1:] for line in found if line.startswith("+")]
    lines = source.splitlines()
    start = lines.index(f"  {fact}:")
    assert not [line for line in found if line.startswith("-")]
    assert added == ["  brand_new:", *lines[start + 1 : start + len(added)]]


@pytest.mark.parametrize(
    ("kind", "value", "line"),
    [
        (
            "hours",
            {"days": ["monday", "friday"], "times": ["09:00-12:30"]},
            '{days: [monday, friday], times: ["09:00-12:30"]}',
        ),
        ("money", {"amount": 90, "currency": "EUR"}, "{amount: 90, currency: EUR}"),
        ("duration", {"unit": "week", "min": 2, "max": 8}, "{min: 2, max: 8, unit: week}"),
        ("places", ["Fès", "طنجة"], '["Fès", "طنجة"]'),
        ("count", 21, "21"),
    ],
)
def test_each_kind_of_value_is_written_as_the_files_write_it(kind, value, line):
    source = PROGRAMMES["morocco"].read_text(encoding="utf-8")
    record = {**record_of("morocco", "iom_phone"), "kind": kind, "value": value}
    assert f"    value: {line}\n" in facts_written(source, {"brand_new": record})


def test_a_programme_without_facts_gets_its_first(tmp_path):
    written = facts_written("country: null\nfacts: {}\n", {"iom_phone": record_of("morocco", "iom_phone")})
    (tmp_path / "x.yml").write_text(written, encoding="utf-8")
    assert written.startswith("country: null\nfacts:\n  iom_phone:\n    kind: phone\n")
    assert list(read_yaml(tmp_path / "x.yml")["facts"]) == ["iom_phone"]


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_whatever_is_written_is_read_as_it_was(tmp_path, number):
    source = "\n".join([*TOPICS["cost"].read_text(encoding="utf-8").splitlines(), "# the end", ""])
    records = read_yaml(TOPICS["cost"])
    name, last = list(records)[0], list(records)[-1]
    for key in (name, last):
        records[key] = {**records[key], "answer": TEXTS[number], "more": {"answer": TEXTS[number]}}
        records[key]["title"] = "A: b # c"
    written = topics_written(source, {name: records[name], last: records[last], "cost_new_one": records[name]})
    (tmp_path / "x.yml").write_text(written, encoding="utf-8")
    assert read_yaml(tmp_path / "x.yml") == {**records, "cost_new_one": records[name]}
    assert written.endswith("# the end\n")


def test_fields_that_became_empty_go_and_new_ones_take_their_place():
    source = "a_b:\n  title: A\n  next: help_menu\n  related: [c_d]  # why\n  answer: |-\n    Text.\n# end\n"
    record = {"handover": True, "title": "A", "next": "help_menu", "answer": "Text.", "belgium": "Here."}
    assert topics_written(source, {"a_b": record}) == (
        "a_b:\n  handover: true\n  title: A\n  next: help_menu\n  answer: |-\n    Text.\n  belgium: |-\n    Here.\n# end\n"
    )
