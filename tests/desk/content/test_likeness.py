"""Messages that are nearly the same."""

import pytest

from desk.content.likeness import alike, nearest
from desk.content.spelling import normalise


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("c'est gratuit le retour ?", "cest gratuit le retours"),
        ("هل العودة مجانية", "هل العوده مجانيه ؟"),
        ("wach rjou3 fabor", "wach rjo3 fabor"),
    ],
    ids=["fr", "ar", "ary"],
)
def test_a_few_letters_make_no_other_message(text, like):
    texts = [normalise(item) for item in (text, "je veux parler à quelqu'un", like)]
    assert alike(texts) == [(0, 2)]
    assert nearest(texts[0], texts[1:]) == [1]


def test_other_words_make_another():
    assert nearest(normalise("is it free"), [normalise("is it far"), normalise("who pays")]) == []
