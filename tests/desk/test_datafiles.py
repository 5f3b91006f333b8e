"""Errors in data files name the file, and the field or the line."""

import pytest

from desk.datafiles import parse_record, read_yaml
from desk.errors import DataError
from desk.programmes.schema import Money


def write(tmp_path, content: str):
    path = tmp_path / "morocco.yml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_is_read_with_its_letters(tmp_path):
    assert read_yaml(write(tmp_path, "ville: Témara\nمدينة: الرباط\n")) == {"ville": "Témara", "مدينة": "الرباط"}


def test_yes_and_no_stay_words(tmp_path):
    assert read_yaml(write(tmp_path, "children: [yes, no]\ncountry: NO\n")) == {
        "children": ["yes", "no"],
        "country": "NO",
    }


@pytest.mark.parametrize(
    ("content", "line"),
    [("a: [1\nb: 2\n", 2), ('a: "x\n', 2), ("a: 1\n\tb: 2\n", 2), ("a: 1\nb: 1\na: 2\n", 3), ("a: b: c\n", 1)],
    ids=["open list", "open quote", "tab", "key twice", "two colons"],
)
def test_broken_yaml_is_named_with_file_and_line(tmp_path, content, line):
    with pytest.raises(DataError, match=r"^morocco\.yml: ") as caught:
        read_yaml(write(tmp_path, content))
    assert f"line {line}" in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "morocco.yml"
    path.write_bytes("ville: Témara\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"morocco\.yml"):
        read_yaml(path)


@pytest.mark.parametrize("day", ["2027-13-23", "2027-02-30"])
def test_a_date_that_does_not_exist_is_named(tmp_path, day):
    with pytest.raises(DataError, match=r"morocco\.yml"):
        read_yaml(write(tmp_path, f"review_by: {day}\n"))


def test_every_wrong_field_has_its_own_line():
    with pytest.raises(DataError) as caught:
        parse_record(Money, {"amount": "viel", "curency": "EUR"}, "belgium.yml: premium")
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[:3] for line in lines] == [
        ["belgium.yml", "premium", field] for field in ("amount", "currency", "curency")
    ]


@pytest.mark.parametrize("values", [None, [], "text", 3])
def test_a_record_that_is_no_mapping_is_named(values):
    with pytest.raises(DataError, match=r"^morocco\.yml: "):
        parse_record(Money, values, "morocco.yml")
