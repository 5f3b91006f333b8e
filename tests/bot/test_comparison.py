"""What became better and worse, and which cries for help are lost."""

import pytest

from bot.comparison import Change, changes, rows_of_tests
from bot.evaluate import Judged


def judged(*rows: tuple[str, str, str]) -> list[Judged]:
    return [Judged(variety, label, [first] if first else []) for variety, label, first in rows]


def test_changes_are_counted_by_topic_and_variety_the_greatest_first():
    before = judged(
        ("fr", "cost_free", "greet"), ("fr", "cost_free", "greet"), ("ar", "greet", "greet"), ("en", "thank", "thank")
    )
    after = judged(
        ("fr", "cost_free", "cost_free"),
        ("fr", "cost_free", "cost_free"),
        ("ar", "greet", ""),
        ("en", "thank", "thank"),
    )
    assert changes(before, after) == [Change("cost_free", "fr", 2, 0, 2), Change("greet", "ar", 1, 1, 0)]
    assert changes(after, after) == []


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("safety_suicide", "greet", True),
        ("safety_suicide", "safety_violence_gbv", False),
        ("safety_violence_gbv", "greet", True),
        ("greet", "greet", False),
        ("greet", "safety_suicide", False),
    ],
)
def test_a_cry_for_help_is_lost_when_no_topic_of_danger_hears_it_any_more(old, new, lost):
    message = {"text": "je veux mourir", "label": "safety_suicide", "language": "fr"}
    (row,) = rows_of_tests([message], judged(("fr", "safety_suicide", old)), judged(("fr", "safety_suicide", new)))
    assert row["lost"] is lost
    assert (row["before"], row["after"]) == (old == "safety_suicide", new == "safety_suicide")


def test_another_question_that_is_lost_is_no_cry_for_help():
    message = {"text": "c'est gratuit", "label": "cost_free", "language": "fr"}
    (row,) = rows_of_tests([message], judged(("fr", "cost_free", "cost_free")), judged(("fr", "cost_free", "greet")))
    assert not row["lost"]


def test_without_a_model_before_nothing_is_lost():
    message = {"text": "je veux mourir", "label": "safety_suicide", "language": "fr"}
    (row,) = rows_of_tests([message], None, judged(("fr", "safety_suicide", "greet")))
    assert (row["before"], row["lost"]) == (None, False)
