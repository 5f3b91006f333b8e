"""Which texts a translator gets."""

import pytest

from desk.content.documents import TOPIC, document_get
from desk.content.selectors import topic_groups
from desk.editing.services import draft_save
from desk.exchange.rows import ALL, DONE, MISSING, OPEN, STALE, TAKEN, mark_of, plain, rows_of

pytestmark = pytest.mark.django_db


def found(user, language="fr", which=ALL):
    return {(row.topic, row.part): row for row in rows_of(language=language, which=which, user=user)}


def test_all_texts_of_all_questions_come_in_the_order_of_the_groups(editor):
    rows = rows_of(language="fr", which=ALL, user=editor)
    names = [name for group in topic_groups().values() for name in group]
    assert list(dict.fromkeys(row.topic for row in rows)) == names
    assert {row.state for row in rows} == {DONE}
    row = found(editor)["about_what_is_avrr", "title"]
    assert (row.english, row.translation, row.other) == (
        "What is this help?",
        document_get(TOPIC, "about_what_is_avrr")["parts"]["title"]["fr"],
        "ما هي هذه المساعدة؟",
    )


def test_one_group_has_its_questions_only(editor):
    rows = rows_of(language="ar", which="money", user=editor)
    assert {row.topic for row in rows} == set(topic_groups()["money"])
    assert ("money_how_much", "more.belgium") in {(row.topic, row.part) for row in rows}


@pytest.mark.parametrize(("language", "state"), [("fr", STALE), ("ar", MISSING)])
def test_what_is_missing_or_stale_can_be_had_alone(editor, half, language, state):
    assert {key: row.state for key, row in found(editor, language, OPEN).items()} == {(half, "answer"): state}


def test_one_s_own_draft_is_what_is_translated_and_a_new_question_is_there(editor):
    document = document_get(TOPIC, "cost_free")
    document["parts"]["title"]["en"] = "Does it cost money?"
    for key in ("cost_free", "cost_brand_new"):
        draft_save(kind=TOPIC, key=key, document=document, by=editor, revision=0)
    rows = found(editor)
    assert rows["cost_free", "title"].english == rows["cost_brand_new", "title"].english == "Does it cost money?"
    assert rows["cost_free", "title"].state == STALE
    assert ("cost_brand_new", "title") in found(editor, which="cost")


def test_a_draft_of_somebody_else_is_marked_and_not_shown(editor, other):
    document = document_get(TOPIC, "cost_free")
    document["parts"]["title"]["en"] = "Does it cost money?"
    draft_save(kind=TOPIC, key="cost_free", document=document, by=other, revision=0)
    row = found(editor)["cost_free", "title"]
    assert (row.english, row.state) == (document_get(TOPIC, "cost_free")["parts"]["title"]["en"], TAKEN)


@pytest.mark.parametrize("text", ["سطر\nآخر", "سطر\r\nآخر", " سطر\rآخر\n", "سطر_x000D_\nآخر", "س\x0bطر\nآخر"])
def test_line_ends_and_blanks_of_other_programs_make_no_difference(text):
    assert plain(text) == "سطر\nآخر"
    assert mark_of("A", text) == mark_of("A", "سطر\nآخر") != mark_of("B", text)
