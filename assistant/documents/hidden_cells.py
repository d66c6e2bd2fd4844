"""Which rows and columns of a spreadsheet are hidden: python-calamine tells the sheets that are, and no more.

Read from the XML as a stream, so that a sheet of a million rows takes no memory.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MOST_COLUMNS = 16_384


class Unreadable(Exception):
    """Nobody can tell what is hidden in the file."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The numbers, from 0, of the rows and columns of a sheet that are hidden."""

    rows: list[range] = field(default_factory=list)
    columns: frozenset[int] = frozenset()

    def shown(self, rows: Iterable[Sequence[object]], column: int) -> Iterator[Sequence[object]]:
        """What is left of all the rows of a sheet, told from a column on."""
        spans = iter(sorted(self.rows, key=lambda span: span.start))
        span = next(spans, None)
        for number, row in enumerate(rows):
            while span is not None and span.stop <= number:
                span = next(spans, None)
            if span is None or number not in span:
                yield [c for at, c in enumerate(row, start=column) if at not in self.columns] if self.columns else row


def hidden_in_xlsx(data: bytes) -> dict[str, Hidden]:
    """By name of sheet.

    Raises:
        Unreadable: when nobody can tell what is hidden; python-calamine may well read the rest, and must not.
    """
    found = {}
    with _readable(), zipfile.ZipFile(BytesIO(data)) as archive:
        for name, part in _sheets(archive):
            with archive.open(part) as sheet:
                found[name] = _of_sheet(sheet)
    return found


def hidden_in_ods(data: bytes) -> dict[str, Hidden]:
    """By name of sheet.

    Raises:
        Unreadable: when nobody can tell what is hidden; python-calamine may well read the rest, and must not.
    """
    with _readable(), zipfile.ZipFile(BytesIO(data)) as archive, archive.open("content.xml") as content:
        return dict(_of_tables(content))


@contextmanager
def _readable() -> Iterator[None]:
    from lxml.etree import XMLSyntaxError

    try:
        yield
    except (
        XMLSyntaxError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        NotImplementedError,
    ) as error:
        raise Unreadable from error


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name, part) of each sheet of a workbook."""
    links = {
        element.get("Id"): posixpath.normpath(posixpath.join("/xl", element.get("Target", ""))).lstrip("/")
        for element in _elements(archive.open("xl/_rels/workbook.xml.rels"), "{*}Relationship")
    }
    for sheet in _elements(archive.open("xl/workbook.xml"), "{*}sheet"):
        link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        if (part := links.get(link)) is not None:
            yield sheet.get("name", ""), part


def _of_sheet(sheet: IO[bytes]) -> Hidden:
    rows: list[range] = []
    columns: set[int] = set()
    number = 0
    for element in _elements(sheet, "{*}row", "{*}col"):
        hidden = element.get("hidden") in ("1", "true")
        if element.tag.endswith("}row"):
            number = int(element.get("r", number + 1))
            if hidden:
                rows.append(range(number - 1, number))
        elif hidden:
            last = min(int(element.get("max", 0)), MOST_COLUMNS)
            columns.update(range(int(element.get("min", 1)) - 1, last))
    return Hidden(rows, frozenset(columns))


def _of_tables(content: IO[bytes]) -> Iterator[tuple[str, Hidden]]:
    """An element that repeats stands for as many rows or columns."""
    rows: list[range] = []
    columns: set[int] = set()
    row = column = 0
    for element in _elements(content, f"{TABLE}table-row", f"{TABLE}table-column", f"{TABLE}table"):
        hidden = element.get(f"{TABLE}visibility") in ("collapse", "filter")
        if element.tag == f"{TABLE}table-row":
            start, row = row, row + int(element.get(f"{TABLE}number-rows-repeated", 1))
            if hidden:
                rows.append(range(start, row))
        elif element.tag == f"{TABLE}table-column":
            start, column = column, column + int(element.get(f"{TABLE}number-columns-repeated", 1))
            if hidden:
                columns.update(range(start, min(column, MOST_COLUMNS)))
        else:
            yield element.get(f"{TABLE}name", ""), Hidden(rows, frozenset(columns))
            rows, columns, row, column = [], set(), 0, 0


def _elements(part: IO[bytes], *tags: str) -> Iterator[Any]:
    """The elements of these names as they end, emptied afterwards, and all that came before."""
    from lxml.etree import iterparse

    for _, element in iterparse(part, tag=tags, resolve_entities=False, no_network=True):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
