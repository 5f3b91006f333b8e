"""The texts as a spreadsheet."""

import contextlib
import random
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from desk.errors import Refused
from desk.exchange import spreadsheet
from desk.exchange.rows import DONE, MOST_ROWS, Row
from desk.exchange.spreadsheet import spreadsheet_read, spreadsheet_write

TEXTS = ["=1+1", "+212", "-5", "@SUM(A1)", "• Un\n• Deux", "هل هي مجانية؟", "=HYPERLINK(\"x\")", "1"]  # fmt: skip
ROWS = [Row("cost_free", "title", text, text, "autre", DONE) for text in TEXTS]


def unpacked(written: bytes):
    return load_workbook(BytesIO(written)).worksheets[0]


def packed(book) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def changed(written: bytes, **cells) -> bytes:
    book = load_workbook(BytesIO(written))
    for name, value in cells.items():
        book.worksheets[0][name] = value
    return packed(book)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_text_comes_back_as_it_went_and_none_is_a_formula(language):
    rows = [Row(row.topic, row.part, row.english, row.english, row.other, DONE) for row in ROWS]
    written = spreadsheet_write(rows, language)
    lines = spreadsheet_read(written, language)
    assert [(line.english, line.translation, line.mark) for line in lines] == [
        (row.english, row.translation, row.mark) for row in rows
    ]
    assert [line.row for line in lines] == list(range(2, len(rows) + 2))
    assert not any(line.fault or line.is_right for line in lines)
    cells = [cell for row in unpacked(written).iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


@pytest.mark.parametrize(("language", "column"), [("fr", "E"), ("ar", "D")])
def test_the_header_stays_in_view_and_only_the_translator_s_columns_can_be_written(language, column):
    sheet = unpacked(spreadsheet_write(ROWS[:1], language))
    assert sheet.freeze_panes == "A2"
    assert sheet.protection.sheet
    assert [cell.column_letter for cell in sheet[2] if not cell.protection.locked] == ["D", "G"]
    assert all(cell.protection.locked for cell in sheet[1])
    assert sheet["C2"].fill.fgColor.rgb == "00EEEEEE"
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)
    assert [c.column_letter for c in sheet[2] if c.alignment.readingOrder == 2] == [column]
    assert sheet.column_dimensions["H"].hidden


@pytest.mark.parametrize(
    ("language", "names"), [("fr", ["English", "French", "Arabic"]), ("ar", ["English", "Arabic", "French"])]
)
def test_the_header_has_a_name_for_each_column(language, names):
    with translation.override("en"):
        header = [cell.value for cell in unpacked(spreadsheet_write([], language))[1]]
    assert header[2:5] == names
    assert len(set(header)) == 8


@pytest.mark.parametrize("value", ["=1+1", "=D3", "#REF!"])
def test_a_formula_is_no_text(value):
    lines = spreadsheet_read(changed(spreadsheet_write(ROWS, "fr"), D3=value), "fr")
    assert [line.row for line in lines if line.fault] == [3]


@pytest.mark.parametrize("value", [112, 1.5, True])
def test_a_number_is_read_as_it_stands(value):
    lines = spreadsheet_read(changed(spreadsheet_write(ROWS, "fr"), D2=value), "fr")
    assert lines[0].translation == str(value)


def test_a_cross_says_that_a_translation_is_still_right():
    lines = spreadsheet_read(changed(spreadsheet_write(ROWS, "fr"), G4="x"), "fr")
    assert [line.row for line in lines if line.is_right] == [4]


def test_empty_rows_are_passed_over_and_keep_the_count():
    written = changed(spreadsheet_write(ROWS[:1], "fr"), A9="cost_free", B9="answer")
    assert [(line.row, line.part) for line in spreadsheet_read(written, "fr")] == [(2, "title"), (9, "answer")]


def test_a_file_of_another_language_or_program_is_refused():
    with pytest.raises(Refused, match="another language"):
        spreadsheet_read(spreadsheet_write(ROWS, "ar"), "fr")
    with pytest.raises(Refused, match="its sheet is called “Sheet”"):
        spreadsheet_read(packed(Workbook()), "fr")


def bomb(name: str, text: bytes) -> bytes:
    """A spreadsheet one of whose parts is something else."""
    out = BytesIO()
    with ZipFile(BytesIO(spreadsheet_write(ROWS, "fr"))) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in {*source.namelist(), name}:
            target.writestr(part, text if part == name else source.read(part))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
CELL = b'<row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>" + HEAD + CELL + END
FILES = {
    "empty": b"",
    "text": "thème;partie;texte".encode("latin-1"),
    "csv": b"topic,part,English,translation\ncost_free,title,Is it free?,Gratuit ?\n",
    "truncated": spreadsheet_write(ROWS, "fr")[:-900],
    "first half": spreadsheet_write(ROWS, "fr")[:2000],
    "zip of nothing": b"PK\x05\x06" + b"\0" * 18,
    "entities": bomb(SHEET, ENTITIES),
    "no XML": bomb(SHEET, b"<worksheet><sheetData><row>"),
    "an old XLS": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_damaged_or_no_spreadsheet_is_refused(name):
    with pytest.raises(Refused, match="damaged, or no spreadsheet"):
        spreadsheet_read(FILES[name], "fr")


@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "xl/media/other.bin"])
def test_a_zip_that_becomes_too_large_is_not_unpacked(name, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_UNPACKED", 2_000_000)
    written = bomb(name, HEAD + b" " * 3_000_000 + END)
    assert len(written) < 20_000
    with pytest.raises(Refused, match="too large"):
        spreadsheet_read(written, "fr")


def test_a_sheet_with_too_many_rows_is_refused():
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, MOST_ROWS + 3))
    with pytest.raises(Refused, match="too large"):
        spreadsheet_read(bomb(SHEET, HEAD + rows + END), "fr")


def test_a_row_far_below_costs_nothing():
    rows = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert spreadsheet_read(bomb(SHEET, HEAD + rows + END), "fr") == []


def test_whatever_is_damaged_is_refused_or_read_but_breaks_nothing():
    written, chance = spreadsheet_write(ROWS[:3], "fr"), random.Random(7)
    whole, read = spreadsheet_read(written, "fr"), []
    for _ in range(60):
        broken = bytearray(written)
        for _ in range(chance.randint(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with contextlib.suppress(Refused):
            read.append(spreadsheet_read(bytes(broken), "fr"))
    assert len(read) < 60, "some were refused"
    assert [rows for rows in read if rows != whole] == [], "what is read is what was written"
