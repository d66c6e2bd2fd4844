"""How a file that was read and found good takes its place among those that were loaded before."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from assistant.fibre.communes import shipped_table
from assistant.fibre.database import rename, take_place
from assistant.fibre.loading.checks import check_count, check_fall, check_ratio
from assistant.fibre.quarters import last_day
from assistant.figures import DatasetKind
from assistant.models import FibreFileRefused
from assistant.wording import sentence

CONNECTABLE, ELIGIBLE = "connectable", "eligible"  # the definitions, as the table of coverage names them
HALVES = {DatasetKind.PREMISES: "premises", DatasetKind.TECHNOLOGIES: "covered"}
PAIR = (DatasetKind.BUILDINGS, DatasetKind.ELIGIBILITY)
# What may be there once only.
ONCE = {DatasetKind.CONTOURS: "code", DatasetKind.HISTORY: "code || ' ' || quarter"}
SAME_BUILDINGS = 0.9  # share of the buildings of one file that the other must have: they change names by quarter

Pairs = dict[str, tuple[int, int]]  # code → premises, covered


def settle_layer(connection: sqlite3.Connection, table: str, day: str, force: bool, name: str) -> tuple[int, int]:
    """Connectable premises by commune: added to the quarters before. Gives the totals before and after.

    Raises:
        FibreFileRefused: see `checks`.
    """
    after = _pairs(connection, f"SELECT code, premises, covered FROM {table}", name)
    check_ratio(after, name)
    before = newest(connection, CONNECTABLE) or _shipped()
    check_fall(after, before, force, name)
    connection.execute("DELETE FROM coverage WHERE definition = ? AND day = ?", (CONNECTABLE, day))
    connection.execute(f"INSERT INTO coverage SELECT ?, ?, code, premises, covered FROM {table}", (CONNECTABLE, day))
    connection.execute(f"DROP TABLE {table}")
    return _covered(before), _covered(after)


def settle_half(
    connection: sqlite3.Connection, kind: DatasetKind, table: str, day: str, force: bool, name: str
) -> tuple[int | None, int, bool]:
    """Premises of Ma connexion internet, or those eligible: nothing is answered with until both are of one day.

    Gives the totals before and after, and whether the other half is awaited.

    Raises:
        FibreFileRefused: see `checks`.
    """
    column, before = HALVES[kind], newest(connection, ELIGIBLE)
    half = dict(connection.execute(f"SELECT code, {column} FROM {table}").fetchall())
    _check_once(connection, f"SELECT code FROM {table}", name)
    at = list(HALVES).index(kind)
    check_fall({c: (v,) for c, v in half.items()}, {c: (v[at],) for c, v in before.items()}, force, name)
    connection.execute(f"UPDATE coverage SET {column} = NULL WHERE definition = ? AND day = ?", (ELIGIBLE, day))
    connection.execute(
        f"INSERT INTO coverage (definition, day, code, {column}) SELECT ?, ?, code, {column} FROM {table} WHERE true"
        f" ON CONFLICT DO UPDATE SET {column} = excluded.{column}",
        (ELIGIBLE, day),
    )
    connection.execute(f"DROP TABLE {table}")
    both = complete(connection, ELIGIBLE, day)
    check_ratio(both, name)
    if both:
        connection.execute("DELETE FROM coverage WHERE definition = ? AND day <> ?", (ELIGIBLE, day))
        _no_longer_waiting(connection, tuple(HALVES))
    return sum(values[at] for values in before.values()) or None, sum(half.values()), not both


def settle_rows(
    connection: sqlite3.Connection, kind: DatasetKind, table: str, before: int | None, force: bool, name: str
) -> None:
    """A file that takes the place of the one before, which had `before` rows.

    Raises:
        FibreFileRefused: it has far fewer rows.
    """
    if kind in ONCE:
        _check_once(connection, f"SELECT {ONCE[kind]} AS code FROM {table}", name)
    check_count(int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]), before, force, name)
    if kind in PAIR:
        rename(connection, table, f"waiting_{kind}")
    else:
        take_place(connection, table, kind)


def settle_pair(connection: sqlite3.Connection, name: str) -> bool:
    """Buildings and their eligibility are searched when both are of one quarter: true when that has just come true.

    Raises:
        FibreFileRefused: they are said to be, but name other buildings.
    """
    rows = connection.execute("SELECT kind, waiting, day FROM datasets").fetchall()
    days: Mapping[tuple[str, int], str] = {(kind, waiting): day for kind, waiting, day in rows}
    for states in ((1, 1), (1, 0), (0, 1)):
        told = [days.get((kind, waiting)) for kind, waiting in zip(PAIR, states, strict=True)]
        if told[0] is None or told[0] != told[1]:
            continue
        tables = [f"waiting_{kind}" if waiting else kind.value for kind, waiting in zip(PAIR, states, strict=True)]
        _check_same_buildings(connection, tables[0], tables[1], name)
        for kind, table, waiting in zip(PAIR, tables, states, strict=True):
            if waiting:
                take_place(connection, table, kind)
                _no_longer_waiting(connection, (kind,))
        return True
    return False


def newest(connection: sqlite3.Connection, definition: str) -> Pairs:
    """The figures of the newest day that has both halves."""
    days = connection.execute(
        "SELECT DISTINCT day FROM coverage WHERE definition = ? ORDER BY day DESC", (definition,)
    ).fetchall()
    return next((found for (day,) in days if (found := complete(connection, definition, day))), {})


def complete(connection: sqlite3.Connection, definition: str, day: str) -> Pairs:
    """The figures of a day, by commune; none unless nearly all have both halves."""
    rows = connection.execute(
        "SELECT code, premises, covered FROM coverage WHERE definition = ? AND day = ?"
        " AND premises IS NOT NULL AND covered IS NOT NULL",
        (definition, day),
    ).fetchall()
    every = len(shipped_table().communes)
    return {code: (premises, covered) for code, premises, covered in rows} if len(rows) >= 0.9 * every else {}


def _shipped() -> Pairs:
    return {code: (figure.premises, figure.covered) for code, figure in shipped_table().coverage.items()}


def shipped_days() -> dict[DatasetKind, str]:
    """Of which day the table that comes with the program is, for what it tells."""
    table = shipped_table()
    quarter = next(iter(table.coverage.values())).publication.quarter
    return {DatasetKind.LAYER: last_day(quarter), DatasetKind.COPPER: next(iter(table.copper.values())).told_on}


def _pairs(connection: sqlite3.Connection, query: str, name: str) -> Pairs:
    _check_once(connection, query, name)
    return {code: (premises, covered) for code, premises, covered in connection.execute(query)}


def _check_once(connection: sqlite3.Connection, query: str, name: str) -> None:
    twice = connection.execute(f"SELECT code FROM ({query}) GROUP BY code HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice:
        raise FibreFileRefused(name, sentence("fibre_data.refused.twice", code=twice[0]))


def _check_same_buildings(connection: sqlite3.Connection, buildings: str, eligibility: str, name: str) -> None:
    every, known = connection.execute(
        f"SELECT count(*), count(b.id) FROM (SELECT DISTINCT building FROM {eligibility}) e"
        f" LEFT JOIN (SELECT DISTINCT id FROM {buildings}) b ON b.id = e.building"
    ).fetchone()
    if known < SAME_BUILDINGS * every:
        raise FibreFileRefused(name, sentence("fibre_data.refused.pair", known=known, all=every))


def _no_longer_waiting(connection: sqlite3.Connection, kinds: tuple[DatasetKind, ...]) -> None:
    for kind in kinds:
        if connection.execute("SELECT 1 FROM datasets WHERE kind = ? AND waiting", (kind,)).fetchone():
            connection.execute("DELETE FROM datasets WHERE kind = ? AND NOT waiting", (kind,))
            connection.execute("UPDATE datasets SET waiting = 0 WHERE kind = ?", (kind,))


def rows_before(connection: sqlite3.Connection, kind: DatasetKind) -> int | None:
    """How many rows the file of a kind had that is in place, or waits to be."""
    row = connection.execute("SELECT rows FROM datasets WHERE kind = ? ORDER BY waiting LIMIT 1", (kind,)).fetchone()
    return row[0] if row else None


def _covered(pairs: Pairs) -> int:
    return sum(covered for _, covered in pairs.values())
