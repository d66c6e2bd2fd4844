"""Rows of a file → a table, as they come. The csv module and many rows an INSERT: see tests/benchmarks/fibre_import."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter

from assistant.fibre.recipes import BadCell, Recipe, Record
from assistant.fibre.table import Table
from assistant.models import FibreFileRefused
from assistant.wording import sentence

AT_ONCE = 50  # rows an INSERT: twice as fast as one; more does not help
BATCH = 40 * AT_ONCE


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
    rows = _with_optional(source, recipe)
    columns = (*source.columns, *recipe.optional)  # the first of that name: the file's own, if it has it
    pick = itemgetter(*(columns.index(column) for column in (*recipe.columns, *recipe.optional)))
    while batch := list(islice(rows, BATCH)):
        records = _converted(recipe, pick, batch, seen, name)
        _insert(connection, into, records)
        seen += len(batch)
        kept += len(records)
    return Filled(seen, kept)


def _with_optional(source: Table, recipe: Recipe) -> Iterator[Sequence[str]]:
    """Rows long enough for the optional columns that the file does not have."""
    missing = [""] * len(recipe.optional)
    return ([*row, *missing] for row in source.rows) if missing else source.rows


def _converted(
    recipe: Recipe, pick: Callable[[Sequence[str]], tuple[str, ...]], batch: list[Sequence[str]], before: int, name: str
) -> list[Record]:
    convert, records = recipe.convert, []
    for number, row in enumerate(batch, before + 2):  # the first line is the header
        try:
            record = convert(*pick(row))
        except BadCell as error:
            values = {"line": number, "column": error.column, "value": error.value}
            raise FibreFileRefused(name, sentence("fibre_data.refused.cell", **values)) from error
        if record is not None:
            records.append(record)
    return records


def _insert(connection: sqlite3.Connection, into: str, records: list[Record]) -> None:
    if not records:
        return
    row = f"({', '.join('?' * len(records[0]))})"
    whole = len(records) - len(records) % AT_ONCE
    many = (tuple(chain.from_iterable(records[at : at + AT_ONCE])) for at in range(0, whole, AT_ONCE))
    connection.executemany(f"INSERT INTO {into} VALUES {', '.join([row] * AT_ONCE)}", many)
    connection.executemany(f"INSERT INTO {into} VALUES {row}", records[whole:])
