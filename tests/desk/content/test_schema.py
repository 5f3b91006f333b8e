"""A wrong answer file is refused with the name of the file, the topic and the field."""

import pytest

from desk.content.schema import MOST_BUTTONS, TITLE_LENGTH, Topic
from desk.datafiles import parse_record, read_yaml
from desk.errors import DataError

GOOD = """\
title: Combien de temps ?
next: process_steps
answer: It depends.
morocco: Some weeks.
per_programme: true
"""


def load(tmp_path, text: str) -> Topic:
    path = tmp_path / "time.yml"
    path.write_text(text, encoding="utf-8")
    return parse_record(Topic, read_yaml(path), f"{path.name}: time_how_long")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("title: Combien de temps ?\n", "", "title"),
        ("next: process_steps\n", "", "next"),
        ("answer: It depends.\n", "", "answer"),
        ("Combien de temps ?", "Combien de temps est-ce que cela prend ?", "title"),
        ("Combien de temps ?", "كم من الوقت يستغرق هذا الأمر كله؟", "title"),
        ("morocco:", "maroc:", "maroc"),
        ("per_programme: true", "per_programme: perhaps", "per_programme"),
        ("answer: It depends.", "answer: [It, depends]", "answer"),
    ],
)
def test_a_wrong_field_is_named_with_file_and_topic(tmp_path, old, new, field):
    with pytest.raises(DataError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert str(caught.value).startswith(f"time.yml: time_how_long: {field}: ")


@pytest.mark.parametrize("letter", ["é", "ع", "a"])
def test_a_title_may_be_as_long_as_a_button(tmp_path, letter):
    title = letter * TITLE_LENGTH
    assert load(tmp_path, GOOD.replace("Combien de temps ?", title)).title == title


@pytest.mark.parametrize(
    ("programme", "text"),
    [
        ("morocco", "Some weeks."),
        ("belgium", "It depends."),
        ("elsewhere", "It depends."),
        (None, "It depends."),
        ("title", "It depends."),
    ],
)
def test_the_answer_is_that_of_the_programme_or_the_general_one(tmp_path, programme, text):
    assert load(tmp_path, GOOD).text(programme) == text


def test_all_answers_are_listed_the_general_one_first(tmp_path):
    assert list(load(tmp_path, GOOD).texts().items()) == [("answer", "It depends."), ("morocco", "Some weeks.")]


MORE = "more: {answer: The rest.}\n"


def test_what_is_long_has_a_rest_only_where_there_is_one(tmp_path):
    topic = load(tmp_path, GOOD + "more: {morocco: The rest.}\n")
    assert (topic.more.text("morocco"), topic.more.text("belgium"), topic.more.text(None)) == ("The rest.", "", "")


@pytest.mark.parametrize("more", ["related: [a, b, c]\n", "related: [a, b]\n" + MORE])
def test_more_buttons_than_a_phone_shows_are_refused(tmp_path, more):
    with pytest.raises(DataError, match=f"at most {MOST_BUTTONS} fit"):
        load(tmp_path, GOOD + more)


def test_a_topic_of_danger_has_no_rest_behind_a_button(tmp_path):
    with pytest.raises(DataError, match="says everything in its answer"):
        load(tmp_path, GOOD + "handover: true\n" + MORE)
