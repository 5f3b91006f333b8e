"""Messages that say nearly the same stand together."""

import pytest

from desk.learning.likeness import groups_of

SAME = {
    "fr": [
        "combien coûte le billet d'avion",
        "ça coûte combien le billet d avion ?",
        "COMBIEN COUTE LE BILLET D'AVION",
    ],
    "ar": ["كم سعر تذكرة الطائرة؟", "كم سعر التذكرة للطائرة", "كم سعر تذكره الطائره"],
    "ary": ["ch7al taman dyal tayara", "chhal taman dyal tayara ?", "ch7al dayer taman dyal tayara"],
    "en": ["how much is the plane ticket", "how much is a plane ticket?", "plane ticket how much"],
}
OTHER = {
    "fr": "mon école est fermée",
    "ar": "مدرستي مغلقة اليوم",
    "ary": "lmadrasa dyali msdoda",
    "en": "my school is closed",
}


@pytest.mark.parametrize("language", SAME)
def test_other_spellings_of_one_message_are_alike_and_another_message_is_not(language):
    assert groups_of([*SAME[language], OTHER[language]]) == [[0, 1, 2], [3]]


def test_every_text_is_in_one_group():
    texts = [text for language in SAME for text in (*SAME[language], OTHER[language])] * 3
    assert sorted(place for group in groups_of(texts) for place in group) == list(range(len(texts)))


@pytest.mark.parametrize(("texts", "groups"), [([], []), (["?"], [[0]]), (["", ""], [[0, 1]]), (["a"], [[0]])])
def test_hardly_any_text_is_grouped_too(texts, groups):
    assert groups_of(texts) == groups
