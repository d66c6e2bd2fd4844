"""What every reader gives: the names of the columns, and their cells, some thousands of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

Columns = Sequence[Sequence[str]]  # cells by column, all of one length
AT_ONCE = 2000  # rows


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in lower case. `batches` gives the cells of those it is asked for, in that order.

    `inside`: the file of an archive it was read from, or "".
    """

    columns: tuple[str, ...]
    batches: Callable[[Sequence[str]], Iterator[Columns]]
    inside: str = ""


def table_of_rows(columns: tuple[str, ...], rows: Iterable[Sequence[str]], inside: str = "") -> Table:
    """The table of a reader that gives row after row. They can be read once."""

    def batches(wanted: Sequence[str]) -> Iterator[Columns]:
        at = [columns.index(column) for column in wanted]
        coming = iter(rows)
        while batch := list(islice(coming, AT_ONCE)):
            yield [[row[each] for row in batch] for each in at]

    return Table(columns, batches, inside)
