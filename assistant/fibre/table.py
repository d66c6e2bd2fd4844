"""What every reader gives: the names of the columns, and rows of text that come one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in lower case; each row has as many cells. `inside`: the file of an archive it was read from, or ""."""

    columns: tuple[str, ...]
    rows: Iterator[Sequence[str]]
    inside: str = ""
