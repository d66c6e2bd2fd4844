"""XLSX, ODS, CSV → blocks: each sheet a heading, each row a paragraph that can be read alone, « header : value | … ».

Spreadsheets are opened by python-calamine. Values are told as the file holds them, not as a format shows them: integers
without « .0 », dates as ISO 8601. Left out: hidden sheets, rows and columns, empty rows and columns.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice

from assistant.documents.archive import check_archive
from assistant.documents.decode import decode
from assistant.documents.hidden_cells import Hidden, Unreadable, hidden_in_ods, hidden_in_xlsx
from assistant.documents.reading import BlockWriter, Reading, joined, labelled, written
from assistant.models import CUT_ROWS, BlockKind, DocumentRefused
from assistant.wording import sentence

XLSX_PART = "xl/workbook.xml"
ODS_PART = "content.xml"
MOST_ROWS = 20_000  # of a file; what comes after is reported as left out
MOST_COLUMNS = 500
DELIMITERS = ";\t,|"
SAMPLE = 50  # records that decide the delimiter
LONGEST_CELL = 100_000  # characters of a CSV
# What programs call a sheet that nobody named.
NO_NAME = re.compile(r"(?i)(?:feuil|feuille|sheet|tabelle|hoja|foglio|table)\s*\d*")
NUMBER = re.compile(r"[-+]?[\d\s.,]*\d[\s%€$]*")
YEAR = re.compile(r"(?:19|20)\d\d")

Row = tuple[str, ...]


def read_xlsx(data: bytes, name: str) -> Reading:
    """The sheets of an Excel workbook that are shown.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb.
    """
    check_archive(data, name, XLSX_PART)
    return _workbook(data, name, hidden_in_xlsx)


def read_ods(data: bytes, name: str) -> Reading:
    """The sheets of an OpenDocument spreadsheet that are shown.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb.
    """
    check_archive(data, name, ODS_PART)
    return _workbook(data, name, hidden_in_ods)


def read_csv(data: bytes, name: str) -> Reading:
    """The rows of a text whose cells are parted by semicolons, tabs, commas or bars.

    Raises:
        DocumentRefused: not text, or a cell without end.
    """
    text = decode(data, name)
    csv.field_size_limit(LONGEST_CELL)
    writer = BlockWriter()
    try:
        records = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
        rows = (tuple(" ".join(cell.split()) for cell in record[:MOST_COLUMNS]) for record in records)
        left = _sheet(writer, rows, MOST_ROWS)
        cut = 0 if left else sum(1 for row in rows if _says(row))
    except csv.Error as error:
        raise DocumentRefused(name, sentence("refused_file.damaged")) from error
    if cut:
        writer.drop(CUT_ROWS, sentence("tables.cut", kept=MOST_ROWS, left_out=cut))
    return writer.reading(None)


def _workbook(data: bytes, name: str, hidden_in: Callable[[bytes], dict[str, Hidden]]) -> Reading:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    writer = BlockWriter()
    left = MOST_ROWS
    cut = 0
    try:
        hidden = hidden_in(data)
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != SheetVisibleEnum.Visible:
                writer.drop("hidden_sheet", sheet.name)
                continue
            cells = book.get_sheet_by_name(sheet.name)
            # Rows come from the first of the sheet on, cells from the first column that has any.
            shown = hidden[sheet.name].shown(cells.iter_rows(), (cells.start or (0, 0))[1])
            rows = (tuple(_told(cell) for cell in islice(row, MOST_COLUMNS)) for row in shown)
            if not NO_NAME.fullmatch(sheet.name):
                writer.add(BlockKind.HEADING, sheet.name, 1)
            left = _sheet(writer, rows, left)
            cut += 0 if left else sum(1 for row in rows if _says(row))
    except PasswordError as error:
        raise DocumentRefused(name, sentence("refused_file.encrypted")) from error
    except (CalamineError, Unreadable, KeyError) as error:
        raise DocumentRefused(name, sentence("refused_file.damaged")) from error
    if cut:
        writer.drop(CUT_ROWS, sentence("tables.cut", kept=MOST_ROWS, left_out=cut))
    return writer.reading(None)


def _sheet(writer: BlockWriter, rows: Iterator[Row], most: int) -> int:
    """Write at most so many rows of a sheet that are not empty; how many more may be written."""
    kept = list(islice((row for row in rows if _says(row)), most))
    used = sorted({column for row in kept for column, cell in enumerate(row) if cell})
    table = [tuple(row[column] if column < len(row) else "" for column in used) for row in kept]
    at = _header(table)
    for row in table if at is None else table[:at]:
        writer.add(BlockKind.PARAGRAPH, joined(row))
    if at is not None:
        for row in table[at + 1 :]:
            writer.add(BlockKind.PARAGRAPH, labelled(zip(table[at], row, strict=True)))
    return most - len(kept)


def _says(row: Row) -> bool:
    """Is there a letter or a figure in a row?"""
    return any(character.isalnum() for cell in row for character in cell)


def _header(table: Sequence[Row]) -> int | None:
    """The row that names the columns: the first that is full, or full but for the corner, before any figure.

    None when there is none: a row wrongly taken for it would give every figure a false name.
    """
    for at, row in enumerate(table[:-1]):
        if len(row) > 1 and all(row[1:]):
            figures = [cell for cell in row if NUMBER.fullmatch(cell) and not YEAR.fullmatch(cell)]
            return None if figures or all(YEAR.fullmatch(cell) for cell in row) else at
        if len([cell for cell in row if cell]) > 1 and any(NUMBER.fullmatch(cell) for cell in row):
            return None
    return None


def _told(cell: object) -> str:
    """A value of a spreadsheet as text."""
    if isinstance(cell, bool):
        return sentence("tables.true" if cell else "tables.false")
    if isinstance(cell, float):
        return written(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())


def _delimiter(text: str) -> str:
    """The sign that cuts the most of the first records into the same number of cells, and of two or more."""
    sample = list(islice(StringIO(text, newline=""), SAMPLE))

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(record) for record in csv.reader(sample, delimiter=delimiter) if len(record) > 1)
        except csv.Error:  # a cell without end: another sign parts the cells
            return 0, 0
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count, width

    return max(DELIMITERS, key=agreement)
