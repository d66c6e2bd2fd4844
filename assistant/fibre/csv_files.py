"""CSV → rows, without ever holding the file: UTF-8 or cp1252, whatever sign parts the cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from assistant.fibre.table import Table
from assistant.models import FibreFileRefused
from assistant.wording import sentence

DELIMITERS = ";,\t|"
LONGEST_LINE = 1_000_000  # bytes
BOM = b"\xef\xbb\xbf"


def read_csv(parts: Iterator[bytes], name: str, inside: str = "") -> Table:
    """The rows under the header.

    Raises:
        FibreFileRefused: not text, or a line without end; while it is read, a row that has more or fewer cells.
    """
    lines = _lines(parts, name)
    header = next(lines, "")
    delimiter = max(DELIMITERS, key=header.count)
    columns = next(csv.reader([header], delimiter=delimiter), [])
    named = tuple(column.strip().lower() for column in columns)
    return Table(named, _rows(csv.reader(lines, delimiter=delimiter), len(named), name), inside)


def _rows(reader: Iterator[list[str]], width: int, name: str) -> Iterator[list[str]]:
    number = 1
    try:
        for row in reader:
            number += 1
            if len(row) == width:
                yield row
            elif row:
                cut = len(row) < width and next(reader, None) is None
                rule = "cut" if cut else "width"
                raise FibreFileRefused(name, sentence(f"fibre_data.refused.{rule}", line=number))
    except csv.Error as error:
        raise FibreFileRefused(name, sentence("fibre_data.refused.line", line=number + 1)) from error


def _lines(parts: Iterator[bytes], name: str) -> Iterator[str]:
    """Lines with their ends. What is no UTF-8 is cp1252, from there on: before it, both read the same."""
    rest, encoding = b"", "utf-8"
    for number, part in enumerate(parts):
        piece = rest + (part.removeprefix(BOM) if not number else part)
        end = piece.rfind(b"\n") + 1
        rest = piece[end:]
        if len(rest) > LONGEST_LINE:
            raise FibreFileRefused(name, sentence("fibre_data.refused.not_table"))
        text, encoding = _decoded(piece[:end], encoding, name)
        yield from StringIO(text, newline="\n")
    yield from StringIO(_decoded(rest, encoding, name)[0], newline="\n")


def _decoded(piece: bytes, encoding: str, name: str) -> tuple[str, str]:
    try:
        return piece.decode(encoding), encoding
    except UnicodeDecodeError as error:
        if encoding == "cp1252":
            raise FibreFileRefused(name, sentence("fibre_data.refused.not_text")) from error
        return _decoded(piece, "cp1252", name)
