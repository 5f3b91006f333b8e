"""The texts to translate as a spreadsheet (XLSX)."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

from desk.errors import Refused
from desk.exchange.rows import MOST_ROWS, Line, Row, plain

MOST_UNPACKED = 20 * 1024 * 1024
WIDTHS = {"A": 28, "B": 16, "C": 60, "D": 60, "E": 60, "F": 18, "G": 14, "H": 14}
TOPIC, PART, ENGLISH, TRANSLATION, RIGHT, MARK = 0, 1, 2, 3, 6, 7
WRITTEN = (TRANSLATION, RIGHT)  # the columns for the translator; the others are locked
GREY = PatternFill("solid", fgColor="EEEEEE")
DAMAGED = (
    BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    NotImplementedError, RuntimeError, OSError,
)  # fmt: skip


def spreadsheet_write(rows: list[Row], language: str) -> bytes:
    """A workbook whose one sheet is called as the language; everything in it is text, never a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = language
    _write_row(sheet, 1, _header(language), language)
    for number, row in enumerate(rows, start=2):
        texts = (row.topic, row.part, row.english, row.translation, row.other, _(row.state), "", row.mark)
        _write_row(sheet, number, texts, language)
    _lay_out(sheet)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _header(language: str) -> tuple[str, ...]:
    names = {"fr": _("French"), "ar": _("Arabic")}
    other = names["ar" if language == "fr" else "fr"]
    return (
        _("question"), _("part"), _("English"), names[language], other, _("state"), _("still right: x"), _("do not change"),
    )  # fmt: skip


def _write_row(sheet: Worksheet, number: int, texts: tuple[str, ...], language: str) -> None:
    arabic = TRANSLATION if language == "ar" else TRANSLATION + 1
    for column, text in enumerate(texts):
        cell = sheet.cell(number, column + 1)
        _write_text(cell, text)
        from_right = column == arabic
        cell.alignment = Alignment(
            wrap_text=True,
            vertical="top",
            horizontal="right" if from_right else None,
            readingOrder=2 if from_right else 1,
        )
        is_open = column in WRITTEN and number > 1
        cell.protection = Protection(locked=not is_open)
        cell.font = Font(bold=number == 1)
        if not is_open:
            cell.fill = GREY


def _write_text(cell: Cell, text: str) -> None:
    if text:
        cell.value = text
        cell.data_type = "s"  # also what begins with =
        cell.quotePrefix = True


def _lay_out(sheet: Worksheet) -> None:
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["H"].hidden = True
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:G{sheet.max_row}"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.autoFilter = False  # allowed


def spreadsheet_read(written: bytes, language: str) -> list[Line]:
    """The rows of a workbook that came back. Raises Refused when it cannot be read."""
    try:
        _check_size(written)
        book = load_workbook(BytesIO(written), read_only=True)
        sheet = book.worksheets[0]
        name, rows = sheet.title, list(_rows(sheet))
    except DAMAGED:
        raise Refused(_("This file is damaged, or no spreadsheet (XLSX).")) from None
    if name != language:
        raise Refused(_("This file is for another language: its sheet is called “%(name)s”.") % {"name": name[:40]})
    if len(rows) > MOST_ROWS:
        raise Refused(_("This file is too large."))
    return rows


def _check_size(written: bytes) -> None:
    with ZipFile(BytesIO(written)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise Refused(_("This file is too large."))


def _rows(sheet: Any) -> Iterator[Line]:
    rows = sheet.iter_rows(min_row=2, max_row=MOST_ROWS + 2, max_col=MARK + 1)
    for number, cells in enumerate(rows, start=2):
        if any(cell.value is not None for cell in cells):
            yield _line(number, [*cells, *[None] * (MARK + 1 - len(cells))])


def _line(number: int, cells: list[Any]) -> Line:
    texts = [plain(str(cell.value)) if cell is not None and cell.value is not None else "" for cell in cells]
    kinds = {cell.data_type for cell in cells[: TRANSLATION + 1] if cell is not None and cell.value is not None}
    fault = _("This cell holds a formula: write the text itself.") if kinds & {"f", "e"} else ""
    return Line(
        row=number,
        topic=texts[TOPIC],
        part=texts[PART],
        english=texts[ENGLISH],
        translation=texts[TRANSLATION],
        mark=texts[MARK],
        is_right=bool(texts[RIGHT]),
        fault=fault,
    )
