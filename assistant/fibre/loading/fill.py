"""Rows of a file → a table, as they come."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.fibre.loading.recipes import BadCell, Recipe, Record
from assistant.fibre.loading.table import Table
from assistant.models import FibreFileRefused
from assistant.wording import sentence

AT_ONCE = 50  # rows an INSERT: twice as fast as one; more does not help


@dataclass(frozen=True, slots=True)
class Filled:
    """How many rows the file has, and how many of them are of concern."""

    seen: int
    kept: int


def fill(connection: sqlite3.Connection, into: str, recipe: Recipe, source: Table, name: str) -> Filled:
    """Put what a recipe keeps of a file into a table.

    Raises:
        FibreFileRefused: a cell cannot be what its column says, or the file ends too early.
    """
    seen = kept = 0
    there = [column for column in (*recipe.columns, *recipe.optional) if column in source.columns]
    for columns in source.batches(there):
        missing = [[""] * len(columns[0])] * (len(recipe.columns) + len(recipe.optional) - len(there))
        try:
            records = recipe.convert([*columns, *missing])
        except BadCell as error:
            # The first line is the header. Rows of other départements may have been left out before: the value tells.
            values = {"line": seen + error.row + 2, "column": error.column, "value": error.value}
            raise FibreFileRefused(name, sentence("fibre_data.refused.cell", **values)) from error
        _insert(connection, into, records)
        seen += len(columns[0])
        kept += len(records)
    return Filled(seen, kept)


def _insert(connection: sqlite3.Connection, into: str, records: Sequence[Record]) -> None:
    if not records:
        return
    row = f"({', '.join('?' * len(records[0]))})"
    whole = len(records) - len(records) % AT_ONCE
    flat = list(chain.from_iterable(records[:whole]))
    cells = AT_ONCE * len(records[0])
    many = (flat[at : at + cells] for at in range(0, len(flat), cells))
    connection.executemany(f"INSERT INTO {into} VALUES {', '.join([row] * AT_ONCE)}", many)
    connection.executemany(f"INSERT INTO {into} VALUES {row}", records[whole:])
