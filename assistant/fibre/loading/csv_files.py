"""CSV → cells by column, without ever holding the file: UTF-8 or cp1252, whatever sign parts the cells.

Rows are cut by pyarrow: half a million of them a second, where the csv module cuts a fifth of that
(tests/benchmarks/fibre_import.py).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import TYPE_CHECKING

from assistant.fibre.loading.table import Columns, Table
from assistant.models import FibreFileRefused
from assistant.wording import sentence

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DELIMITERS = ";,\t|"
BLOCK = 1 << 20  # bytes that are cut at a time: some ten thousand rows; a line cannot be longer
SHOWN = 60  # characters of a row that is not right
BOM = b"\xef\xbb\xbf"


def read_csv(parts: Iterator[bytes], name: str, inside: str = "") -> Table:
    """The rows under the header.

    Raises:
        FibreFileRefused: not text; while it is read, a row that has more or fewer cells than the header.
    """
    stream = _Utf8(parts, name)
    header = stream.first_line()
    delimiter = max(DELIMITERS, key=header.count)
    columns = tuple(cell.strip().lower() for cell in next(csv.reader([header], delimiter=delimiter), []))
    return Table(columns, lambda wanted: _batches(stream, columns, wanted, delimiter, name), inside)


def _batches(
    stream: _Utf8, columns: Sequence[str], wanted: Sequence[str], delimiter: str, name: str
) -> Iterator[Columns]:
    import pyarrow
    from pyarrow import csv as arrow

    wrong: list[str] = []

    def note(row: arrow.InvalidRow) -> str:
        wrong.append(row.text)
        return "error"

    try:
        reader = arrow.open_csv(
            stream,
            arrow.ReadOptions(block_size=BLOCK, column_names=list(columns)),
            arrow.ParseOptions(delimiter=delimiter, invalid_row_handler=note),
            arrow.ConvertOptions(include_columns=list(wanted), column_types=dict.fromkeys(wanted, pyarrow.string())),
        )
        for batch in reader:
            yield [column.to_pylist() for column in batch.columns]
    except pyarrow.ArrowInvalid as error:
        if stream.refusal:  # what reading the file has said, told in Arrow's words
            raise stream.refusal from error
        if not stream.given:
            return
        rule, text = ("row", wrong[0][:SHOWN]) if wrong else ("not_table", "")
        raise FibreFileRefused(name, sentence(f"fibre_data.refused.{rule}", text=text)) from error


class _Utf8(RawIOBase):
    """The bytes of a text, in UTF-8, as a file that can be read.

    What is no UTF-8 is cp1252, from there on: before it, both read the same. Pieces are cut at the ends of lines.
    """

    def __init__(self, parts: Iterator[bytes], name: str) -> None:
        self.refusal: FibreFileRefused | None = None
        self.given = 0  # bytes, header left out
        self._pieces = self._decoded(parts)
        self._name = name
        self._left = b""

    def first_line(self) -> str:
        """The header, which is then behind."""
        self._left = next(self._pieces, b"").removeprefix(BOM)
        line, _, self._left = self._left.partition(b"\n")
        return line.decode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer with what comes next; 0 at the end."""
        view = memoryview(buffer).cast("B")
        try:
            while not self._left:
                self._left = next(self._pieces)
        except StopIteration:
            return 0
        except FibreFileRefused as refusal:
            self.refusal = refusal
            raise
        size = min(len(view), len(self._left))
        view[:size], self._left = self._left[:size], self._left[size:]
        self.given += size
        return size

    def _decoded(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        rest, is_utf8 = b"", True
        for part in parts:
            piece = rest + part
            end = piece.rfind(b"\n") + 1 or (len(piece) if len(piece) > BLOCK else 0)
            rest = piece[end:]
            piece, is_utf8 = self._utf8(piece[:end], is_utf8)
            yield piece
        yield self._utf8(rest, is_utf8)[0]

    def _utf8(self, piece: bytes, is_utf8: bool) -> tuple[bytes, bool]:
        try:
            if is_utf8:
                piece.decode("utf-8")
                return piece, True
        except UnicodeDecodeError:
            pass
        try:
            return piece.decode("cp1252").encode(), False
        except UnicodeDecodeError as error:
            raise FibreFileRefused(self._name, sentence("fibre_data.refused.not_text")) from error
