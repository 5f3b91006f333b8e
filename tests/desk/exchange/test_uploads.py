"""Translations that come back become drafts, or each that is wrong is listed and nothing is saved."""

from dataclasses import replace

import pytest
from django.utils import translation

from desk.content.documents import TOPIC, document_get
from desk.editing.models import Version
from desk.editing.services import draft_save
from desk.errors import Refused
from desk.exchange.rows import ALL, MOST_BYTES, OPEN, Line, rows_of
from desk.exchange.uploads import lines_read, translations_save

pytestmark = pytest.mark.django_db
KEY = "about_what_is_avrr"
FREE = {"fr": "L'aide est pour vous.", "ar": "المساعدة لك."}
PHONE = "morocco.iom_phone"


def line_of(user, key=KEY, part="title", language="fr", **changes) -> Line:
    """A row as it was downloaded, with changes."""
    rows = rows_of(language=language, which=ALL, user=user)
    number, row = next((n, row) for n, row in enumerate(rows, start=2) if (row.topic, row.part) == (key, part))
    return replace(Line(number, key, part, row.english, row.translation, row.mark), **changes)


def save(user, *lines: Line, language="fr"):
    return translations_save(lines=list(lines), language=language, by=user)


def reasons(user, *lines: Line, language="fr") -> list[str]:
    done = save(user, *lines, language=language)
    assert done.saved == []
    assert not Version.objects.filter(author=user).exists()
    return [found.reason for found in done.rejected]


@pytest.mark.parametrize(("language", "text"), FREE.items())
def test_a_translation_becomes_a_draft_which_is_not_published(editor, language, text):
    done = save(editor, line_of(editor, part="answer", language=language, translation=text), language=language)
    assert (done.saved, done.rejected) == ([KEY], [])
    draft = Version.objects.get()
    assert (draft.state, draft.author, draft.revision) == ("draft", editor, 1)
    now = document_get(TOPIC, KEY)
    assert draft.document["parts"]["answer"] == {**now["parts"]["answer"], language: text}
    assert draft.based_on == now


def test_texts_of_one_question_are_one_draft_and_a_second_file_continues_it(editor):
    save(editor, line_of(editor, translation="Quelle aide ?"), line_of(editor, part="answer", translation=FREE["fr"]))
    save(editor, line_of(editor, translation="Quelle est cette aide ?"))
    parts = Version.objects.get().document["parts"]
    assert (parts["title"]["fr"], parts["answer"]["fr"]) == ("Quelle est cette aide ?", FREE["fr"])
    assert Version.objects.get().revision == 2


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_file_that_comes_back_as_it_went_saves_nothing(editor, language):
    rows = enumerate(rows_of(language=language, which=ALL, user=editor))
    lines = [Line(n, row.topic, row.part, row.english, row.translation, row.mark) for n, row in rows]
    done = save(editor, *lines, language=language)
    assert (done.saved, done.rejected) == ([], [])


def test_what_is_missing_is_filled_and_what_stays_open_is_no_fault(editor, half):
    (row,) = rows_of(language="ar", which=OPEN, user=editor)
    line = Line(2, row.topic, row.part, row.english, "", row.mark)
    assert save(editor, line, language="ar").rejected == []
    assert save(editor, replace(line, translation="قد يستغرق ذلك أسابيع."), language="ar").saved == [half]
    assert Version.objects.get(state="draft").document["stale"] == {"fr": ["answer"]}


def test_a_stale_translation_is_new_or_said_to_be_still_right(editor, half):
    line = line_of(editor, half, "answer")
    assert save(editor, line).saved == []
    assert save(editor, replace(line, is_right=True)).saved == [half]
    assert Version.objects.get(state="draft").document["stale"] == {}


def test_a_new_translation_of_a_stale_text_is_not_stale(editor, half):
    assert save(editor, line_of(editor, half, "answer", translation="Cela dure des semaines.")).saved == [half]
    assert Version.objects.get(state="draft").document["stale"] == {}


WRONG = {
    "unknown topic": (dict(topic="about_nothing"), "There is no question of this name."),
    "unknown part": (dict(part="yemen"), "This question has no text of this name."),
    "no part": (dict(part=""), "This question has no text of this name."),
    "changed English": (dict(english="Other.", translation="Autre."), "The English changed"),
    "empty": (dict(translation=""), "This text is empty."),
    "formula": (dict(fault="A formula."), "A formula."),
    "too long title": (dict(translation="Un titre beaucoup trop long"), "At most 24 characters."),
    "Arabic": (dict(translation="مساعدة"), "This text is in another language."),
}
WRONG_ANSWERS = {
    "number": (dict(translation="Appelez le 112."), "Numbers are facts"),
    "Arabic digits": (dict(translation="Appelez le ١١٢."), "Numbers are facts"),
    "another fact": (dict(translation=f"Appelez {{{PHONE}}}."), "The facts in it are not those of the English text."),
    "unknown fact": (dict(translation="Appelez {morocco.nothing}."), "there is no fact morocco.nothing"),
    "lone bracket": (dict(translation="Appelez {morocco."), "A curly bracket stands alone"),
    "too long": (dict(translation="Une aide. " * 61), "characters, at most 600"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_title_that_is_wrong_is_rejected_with_its_row(editor, name):
    changes, reason = WRONG[name]
    line = replace(line_of(editor), **changes)
    good = line_of(editor, "cost_free", "answer", translation=FREE["fr"])
    done = save(editor, good, line)
    assert [(found.row, found.topic, found.part) for found in done.rejected] == [(line.row, line.topic, line.part)]
    assert done.rejected[0].reason.startswith(reason)
    assert not Version.objects.exists()


@pytest.mark.parametrize("name", sorted(WRONG_ANSWERS))
def test_an_answer_that_is_wrong_is_rejected(editor, name):
    changes, reason = WRONG_ANSWERS[name]
    assert reason in reasons(editor, line_of(editor, part="answer", **changes))[0]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_fact_that_was_left_out_is_missed(editor, language):
    line = line_of(editor, "money_how_much", "morocco", language, translation=FREE[language])
    assert reasons(editor, line, language=language) == ["The facts in it are not those of the English text."]


def test_french_in_the_arabic_file_is_rejected(editor):
    line = line_of(editor, language="ar", translation="Quelle aide ?")
    assert reasons(editor, line, language="ar") == ["This text is in another language."]


def test_a_text_that_stands_twice_is_rejected_twice(editor):
    line = line_of(editor, translation="Quelle aide ?")
    twice = replace(line, row=900, translation="Une aide ?")
    assert reasons(editor, line, twice) == ["This text stands in the file more than once."] * 2


def test_every_wrong_row_is_listed_in_the_order_of_the_file(editor):
    lines = [
        replace(line_of(editor, part="answer", translation="Appelez le 112."), row=5),
        replace(line_of(editor, translation="Un titre beaucoup trop long"), row=4),
        replace(line_of(editor, topic="about_nothing"), row=9),
    ]
    assert [found.row for found in save(editor, *lines).rejected] == [4, 5, 9]


def test_a_draft_of_somebody_else_is_reported_and_stays(editor, other):
    document = document_get(TOPIC, KEY)
    draft = draft_save(kind=TOPIC, key=KEY, document=document, by=other, revision=0)
    assert reasons(editor, line_of(editor, translation="Quelle aide ?")) == ["omar has a draft of this question."]
    draft.refresh_from_db()
    assert (draft.document, draft.author, draft.revision) == (document, other, 1)


def test_a_text_that_changed_since_it_was_downloaded_is_not_overwritten(editor, publish):
    line = line_of(editor, translation="Quelle aide ?")
    untouched = line_of(editor)
    document = document_get(TOPIC, KEY)
    document["parts"]["title"]["fr"] = "Une aide ?"
    publish(TOPIC, KEY, document)
    assert reasons(editor, line)[0].startswith("The translation changed since this file was downloaded.")
    document["parts"]["title"]["en"] = "Which help?"
    publish(TOPIC, KEY, document)
    assert reasons(editor, line)[0].startswith("The English changed since this file was downloaded.")
    assert save(editor, untouched).rejected == []


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_reason_is_in_the_language_of_the_editor(editor, language):
    with translation.override(language):
        found = reasons(editor, line_of(editor, part="answer", translation="Appelez le 112."))[0]
        assert found == translation.gettext("Numbers are facts: put them in from the list.")


@pytest.mark.parametrize("name", ["texts.csv", "texts.xls", "texts", "texts.xlsx.exe", ""])
def test_other_kinds_of_files_are_refused(name):
    with pytest.raises(Refused, match="Choose a PO file or a spreadsheet"):
        lines_read(name=name, written=b"x", language="fr")


@pytest.mark.parametrize("name", ["texts.xlsx", "TEXTS.PO"])
def test_a_file_that_is_too_large_is_not_read(name):
    with pytest.raises(Refused, match="too large"):
        lines_read(name=name, written=b"x" * (MOST_BYTES + 1), language="fr")


def test_a_file_without_texts_is_refused():
    with pytest.raises(Refused, match="holds no texts"):
        lines_read(name="a.po", written=b'msgid ""\nmsgstr "Language: fr\\n"\n', language="fr")
