"""Two writings of a text, word by word."""

import pytest

from desk.content.documents import FACT, TOPIC, fact_document, topic_document
from desk.editing.compare import differences, pieces_of

KEY = "money_how_much"


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("", "new", [("ins", "new")]),
        ("old", "", [("del", "old")]),
        ("the same", "the same", [("same", "the same")]),
        (
            "Ask the office today.",
            "Ask the hotline today.",
            [("same", "Ask the "), ("del", "office"), ("ins", "hotline"), ("same", " today.")],
        ),
        ("one two three.", "four five three.", [("del", "one two"), ("ins", "four five"), ("same", " three.")]),
        (
            "لا نعرف المبلغ.",
            "لا نعرف القيمة.",
            [("same", "لا نعرف "), ("del", "المبلغ"), ("ins", "القيمة"), ("same", ".")],
        ),
        ("L'aide.", "L'appui.", [("same", "L'"), ("del", "aide"), ("ins", "appui"), ("same", ".")]),
        (
            "Call {belgium.hotline}.",
            "Call {morocco.iom_phone}.",
            [("same", "Call "), ("del", "{belgium.hotline}"), ("ins", "{morocco.iom_phone}"), ("same", ".")],
        ),
    ],
)
def test_words_that_went_and_came_are_told_from_those_that_stayed(before, after, pieces):
    assert pieces_of(before, after) == pieces
    assert "".join(text for what, text in pieces if what != "ins") == before
    assert "".join(text for what, text in pieces if what != "del") == after


def test_only_what_differs_is_listed_by_part_and_language():
    before, after = topic_document(KEY), topic_document(KEY)
    after["parts"]["answer"]["ar"] = "نص آخر"
    after["parts"]["more.morocco"] = {"fr": "", "ar": "", "en": "More"}
    after["related"] = []
    found = [(change.part, change.language) for change in differences(TOPIC, before, after)]
    assert found == [("answer", "ar"), ("more.morocco", "en"), ("related", "")]


def test_a_part_that_went_is_listed():
    before, after = topic_document(KEY), topic_document(KEY)
    del after["parts"]["yemen"]
    found = differences(TOPIC, before, after)
    assert [(change.part, change.language) for change in found] == [("yemen", name) for name in ("fr", "ar", "en")]
    assert all(what == "del" for change in found for what, _text in change.pieces)


def test_a_new_fact_is_all_new():
    found = differences(FACT, None, fact_document("belgium.hotline"))
    assert {what for change in found for what, _text in change.pieces} == {"ins"}
    assert "source" in [change.part for change in found]


def test_a_flag_that_was_set_is_seen():
    before, after = topic_document(KEY), topic_document(KEY)
    after["per_programme"] = False
    assert [change.part for change in differences(TOPIC, before, after)] == ["per_programme"]
