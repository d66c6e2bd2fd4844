"""The SQLite file of a version: what was loaded, one table a file of open data, and where each came from.

A version is made from a copy of the one before. A file is read into a table `new_…`, checked there, then takes the
place of the table before it; all of that in one transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from assistant.figures import DatasetKind

FILE = "fibre.sqlite"
SCHEMA_VERSION = 1
# 128 metres of EPSG:3857, 83 on the ground in the Somme: what is near lies in the same square or in the next one.
CELL = 128
CELL_OF = f"cast(x / {CELL} AS INTEGER) * 100000 + cast(y / {CELL} AS INTEGER)"

COLUMNS = {
    DatasetKind.PREMISES: "day TEXT, code TEXT, premises INTEGER",
    DatasetKind.TECHNOLOGIES: "day TEXT, code TEXT, covered INTEGER",
    DatasetKind.LAYER: "code TEXT, premises INTEGER, covered INTEGER",
    DatasetKind.HISTORY: "quarter TEXT, code TEXT, connectable INTEGER",
    DatasetKind.COPPER: "code TEXT, closes_on TEXT",
    DatasetKind.CONTOURS: "code TEXT, rings TEXT",
    DatasetKind.OPERATORS: "code TEXT, name TEXT",
    DatasetKind.BUILDINGS: "id TEXT, operator_id TEXT, code TEXT, address_id TEXT, label TEXT, x REAL, y REAL",
    DatasetKind.ELIGIBILITY: "building TEXT, operator TEXT",
    DatasetKind.STATES: (
        "id TEXT, code TEXT, label TEXT, x REAL, y REAL, state TEXT, cabinet_open INTEGER, opened_on TEXT"
    ),
    DatasetKind.ADDRESSES: (
        "id TEXT, code TEXT, street_key TEXT, number INTEGER, repetition TEXT, street TEXT, postcode TEXT,"
        " lon REAL, lat REAL"
    ),
}
INDEXES = {
    DatasetKind.BUILDINGS: {"address": "address_id", "cell": CELL_OF},
    DatasetKind.ELIGIBILITY: {"building": "building, operator"},
    DatasetKind.STATES: {"id": "id", "cell": CELL_OF},
    DatasetKind.ADDRESSES: {"street": "code, street_key, number"},
}
SCHEMA = f"""
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE datasets (
    kind TEXT NOT NULL, waiting INTEGER NOT NULL, day TEXT, source TEXT NOT NULL, licence TEXT NOT NULL,
    url TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, rows INTEGER NOT NULL, imported_at TEXT NOT NULL,
    PRIMARY KEY (kind, waiting)
);
CREATE TABLE coverage (
    definition TEXT NOT NULL, day TEXT NOT NULL, code TEXT NOT NULL, premises INTEGER, covered INTEGER,
    PRIMARY KEY (definition, day, code)
) WITHOUT ROWID;
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """A database that is being made: nobody reads it, and it is put on the disk when it is published."""
    connection = sqlite3.connect(path, isolation_level=None)
    new = connection.execute("PRAGMA user_version").fetchone()[0] == 0
    for pragma in ("page_size = 16384", "synchronous = OFF", "cache_size = -64000", "locking_mode = EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}")
    if new:
        connection.executescript(SCHEMA)
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A published database, which never changes."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def schema_of(path: Path) -> int:
    """The version of the schema; 0 when the file is no database."""
    try:
        connection = open_for_reading(path)
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error:
        return 0


def create(connection: sqlite3.Connection, kind: DatasetKind) -> str:
    """An empty table for a file of a kind; its name."""
    table = f"new_{kind}"
    connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(f"CREATE TABLE {table} ({COLUMNS[kind]})")
    return table


def rename(connection: sqlite3.Connection, table: str, to: str) -> None:
    """Put a table in the place of another."""
    connection.execute(f"DROP TABLE IF EXISTS {to}")
    connection.execute(f"ALTER TABLE {table} RENAME TO {to}")


def take_place(connection: sqlite3.Connection, table: str, kind: DatasetKind) -> None:
    """Have a table be the one of its kind that is searched."""
    rename(connection, table, kind.value)
    for name, columns in INDEXES.get(kind, {}).items():
        connection.execute(f"CREATE INDEX {kind}_by_{name} ON {kind} ({columns})")


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    """Is there such a table?"""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None
