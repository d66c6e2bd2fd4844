"""What was fetched, kept from run to run under `<data>/fetched/`: addresses in SQLite, bodies as files.

Readers see the addresses as the last complete run left them: a run writes its visits aside, and settles them at its end
in one transaction.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.crawl.bodies import body_path
from assistant.crawl.records import Address
from assistant.crawl.rows import ALIVE, SCHEMA, SCHEMA_VERSION, address_of, address_row
from assistant.crawl.sources import Role
from assistant.models import Access, CrawlFailed, Origin, Source
from assistant.wording import sentence

FOLDER = "fetched"
FILE = "fetched.sqlite"
LOCK = "lock"


def fetched_folder(data: Path) -> Path:
    """Where what was fetched is kept."""
    return data / FOLDER


def fetched_sources(data: Path) -> Iterator[Source]:
    """The documents that are alive: pages first, then files, each by key.

    Raises:
        CrawlFailed: the database cannot be read.
    """
    folder = fetched_folder(data)
    if not (folder / FILE).exists():
        return
    order = f"SELECT * FROM addresses WHERE {ALIVE} ORDER BY suffix != '.html', key"
    with database_errors(folder), closing(connect(folder)) as connection:
        for row in connection.execute(order):
            yield _source(folder, address_of(row))


def _source(folder: Path, address: Address) -> Source:
    kept, target = address.kept, address.target
    if kept is None:
        raise ValueError(target.key)  # ALIVE leaves these out
    origin = Origin(target.key, target.url, target.kind, kept.charset)
    return Source(body_path(folder, kept).absolute(), target.key, target.access, origin, kept.digest)


def connect(folder: Path) -> sqlite3.Connection:
    """Open the database, made if it is not there; every transaction is on the disk when it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, SCHEMA_VERSION):
        connection.close()
        raise CrawlFailed(sentence("crawl.schema", folder=folder))
    if version == 0:
        connection.executescript(f"BEGIN;{SCHEMA}COMMIT;")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


@contextmanager
def database_errors(folder: Path) -> Iterator[None]:
    """What the disk or the database refuses, as one French sentence.

    Raises:
        CrawlFailed: in place of the error.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise CrawlFailed(sentence("crawl.disk", folder=folder, reason=error)) from error


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock: one crawl at a time. It vanishes with the process.

    Raises:
        CrawlFailed: another crawl holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CrawlFailed(sentence("crawl.running")) from None
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


class Addresses:
    """The addresses known from run to run."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> Address | None:
        """What is known of a key."""
        row = self._connection.execute("SELECT * FROM addresses WHERE key = ?", (key,)).fetchone()
        return address_of(row) if row else None

    def all(self) -> Iterator[Address]:
        """Every address, by key."""
        return map(address_of, self._connection.execute("SELECT * FROM addresses ORDER BY key"))

    def alive_with(self, digest: str, role: Role, access: Access) -> Sequence[str]:
        """The keys that have this content for these readers, and are neither gone nor duplicates."""
        rows = self._connection.execute(
            "SELECT key FROM addresses WHERE digest = ? AND role = ? AND access = ? AND gone IS NULL"
            " AND duplicate_of IS NULL ORDER BY key",
            (digest, role, access),
        )
        return [row["key"] for row in rows]

    def write(self, addresses: Sequence[Address]) -> None:
        """Write them in place of what was known. To be called in a transaction."""
        if addresses:
            marks = ", ".join("?" * len(address_row(addresses[0])))
            self._connection.executemany(f"REPLACE INTO addresses VALUES ({marks})", map(address_row, addresses))

    def body_names(self) -> set[str]:
        """The file names of the bodies still needed, by addresses or by unfinished runs."""
        return {
            row[0]
            for table in ("addresses", "visits")
            for row in self._connection.execute(f"SELECT digest || suffix FROM {table} WHERE digest IS NOT NULL")
        }
