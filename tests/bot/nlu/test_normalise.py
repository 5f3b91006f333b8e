import pytest

from desk.content.spelling import normalise


@pytest.mark.parametrize("text", ["Où est le bureau ?", "أين المكتب؟", "Fin kayn lbureau?", "Where is the office?"])
def test_messages_and_examples_get_the_same_spelling(read, text):
    assert read(text).get("normalised") == normalise(text)


def test_every_training_example_is_normalised(training_data):
    assert len(training_data.intent_examples) > 1000
    wrong = [item for item in training_data.intent_examples if item.get("normalised") != normalise(item.get("text"))]
    assert wrong == []


def test_the_text_itself_is_not_changed(read):
    assert read("À demain").get("text") == "À demain"
