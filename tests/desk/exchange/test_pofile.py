"""The texts as a PO file."""

from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from desk.errors import Refused
from desk.exchange.pofile import pofile_read, pofile_write
from desk.exchange.rows import DONE, MISSING, STALE, Row

ROWS = [
    Row("cost_free", "title", "Is it free?", "C'est gratuit ?", "هل هي مجانية؟", DONE),
    Row("cost_free", "answer", "Yes.\n\n• 100 %: {morocco.iom_phone}", "", "نعم.\n\n• نعم", MISSING),
    Row("cost_other", "title", "Is it free?", "Gratuit ?", "", STALE),
    Row("cost_other", "more.belgium", 'Say "no".', 'Dites « non »\n"x".', "", STALE),
]
HEAD = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def test_every_text_comes_back_as_it_went_also_one_that_stands_twice():
    written = pofile_write(ROWS, "fr")
    lines = pofile_read(written, "fr")
    assert [(line.topic, line.part, line.english, line.translation, line.mark) for line in lines] == [
        (row.topic, row.part, row.english, row.translation, row.mark) for row in ROWS
    ]
    assert [line.is_right for line in lines] == [True, True, False, False]
    assert not any(line.fault for line in lines)
    assert all(written.splitlines()[line.row - 1].startswith(b"msgid ") for line in lines)


def test_the_file_tells_the_state_and_the_other_language():
    found = read_po(BytesIO(pofile_write(ROWS, "fr")))
    assert found.get("Is it free?", "cost_free.title").auto_comments[1] == "ar: هل هي مجانية؟"
    assert [message.fuzzy for message in found if message.id] == [False, False, True, True]


@pytest.mark.parametrize("change", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")])
def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(change):
    assert [line.translation for line in pofile_read(change(pofile_write(ROWS, "fr")), "fr")] == [
        row.translation for row in ROWS
    ]


def test_a_changed_text_that_is_still_fuzzy_is_unfinished():
    written = pofile_write(ROWS, "fr").replace(b'"Gratuit ?"', b'"Est-ce gratuit ?"')
    assert [bool(line.fault) for line in pofile_read(written, "fr")] == [False, False, True, False]


def test_a_text_that_stands_twice_in_the_file_is_given_twice():
    entry = 'msgctxt "cost_free.title"\nmsgid "Is it free?"\nmsgstr "{}"\n\n'
    lines = pofile_read((HEAD + entry.format("Un") + entry.format("Deux")).encode(), "fr")
    assert [(line.topic, line.part) for line in lines] == [("cost_free", "title")] * 2


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"", "another language"),
        (b"topic,part\ncost_free,title\n", "no PO file"),
        (b"PK\x03\x04", "no PO file"),
        (b'msgid "a\nmsgstr', "no PO file"),
        (HEAD.encode() + b'msgid "a"\nmsgstr "b', "no PO file"),
        (HEAD.encode() + 'msgid "a"\nmsgstr "é"\n'.encode("latin-1"), "not in UTF-8"),
        ((HEAD + 'msgid "a"\nmsgstr "نعم"\n').encode("windows-1256"), "not in UTF-8"),
        ((HEAD + 'msgid "a"\nmsgstr "é"\n').encode("utf-16"), "not in UTF-8"),
        ((HEAD + 'msgid "a"\nmsgstr "e"\n').encode("utf-16-le"), "no PO file"),
        ((HEAD.replace("utf-8", "iso-8859-1") + 'msgid "a"\nmsgstr "é"\n').encode(), "not in UTF-8"),
        ((HEAD.replace("utf-8", "nonsense") + 'msgid "a"\nmsgstr "é"\n').encode(), "no PO file|not in UTF-8"),
        ((HEAD.replace("Language: fr", "Language: ar") + 'msgid "a"\nmsgstr "b"\n').encode(), "another language"),
        ((HEAD.replace("Language: fr", "Language: ??") + 'msgid "a"\nmsgstr "b"\n').encode(), "no PO file"),
    ],
    ids=range(13),
)
def test_a_file_that_is_damaged_or_of_another_kind_is_refused(written, reason):
    with pytest.raises(Refused, match=reason):
        pofile_read(written, "fr")


def test_a_plural_or_a_text_without_a_place_is_read_without_one():
    plural = 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'
    lines = pofile_read((HEAD + plural).encode(), "fr")
    assert [(line.topic, line.part, line.translation) for line in lines] == [("", "", "")]
