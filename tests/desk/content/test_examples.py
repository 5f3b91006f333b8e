"""The training messages with the changes of editors."""

import pytest

from bot.train import counts
from desk.content.examples import LANGUAGES, Change, examples, examples_write, intents, labels, laid_over
from desk.datafiles import read_yaml


def test_every_message_of_the_files_is_read():
    assert {(label.removeprefix("faq/"), language) for label, language in counts()} == {
        (label, language) for language, of in examples().items() for label in of
    }
    assert sum(len(texts) for of in examples().values() for texts in of.values()) == sum(counts().values())


def test_labels_are_questions_and_intents_that_are_typed():
    assert {"cost_free", "greet", "out_of_scope"} <= set(labels())
    assert not {"inform", "faq", "nlu_fallback", "received"} & set(labels())
    assert "cost_free" not in intents()


def test_what_is_written_is_what_is_trained_on(tmp_path):
    gone = examples()["fr"]["cost_free"][0]
    new = "et : les # sous, qui les paie ?"
    changes = [Change("cost_free", "fr", gone, is_removed=True), Change("cost_free", "fr", new)]
    examples_write(tmp_path, changes)
    blocks = {block["intent"]: block for block in read_yaml(tmp_path / "fr.yml")["nlu"]}
    lines = blocks["faq/cost_free"]["examples"].splitlines()
    assert f"- {new}" in lines
    assert f"- {gone}" not in lines
    assert blocks["greet"]["metadata"] == {"language": "fr"}


def test_the_same_changes_give_the_same_files(tmp_path):
    changes = [Change("cost_free", "ar", "من يدفع"), Change("greet", "en", "hey there you")]
    examples_write(tmp_path / "one", changes)
    examples_write(tmp_path / "two", reversed(changes))
    for language in LANGUAGES:
        assert (tmp_path / "one" / f"{language}.yml").read_bytes() == (
            tmp_path / "two" / f"{language}.yml"
        ).read_bytes()


@pytest.mark.parametrize("label", ["a_topic_that_was_taken_away"])
def test_a_label_that_is_no_more_is_left_out(label):
    assert label not in laid_over([Change(label, "fr", "bonjour tout le monde")])["fr"]
