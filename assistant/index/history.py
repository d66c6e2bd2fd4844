"""What every document has said, and when: an old quotation can still be shown, whatever became of its page.

One SQLite file beside the indexes, which outlives them: versions of the index come and go, this is only added to. It is
written before a version is published, and writing the same twice changes nothing: a run killed in between is made good
by the next one.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.models import BuildFailed, Page
from assistant.wording import sentence

FILE = "history.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    key TEXT PRIMARY KEY, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, gone_on TEXT, moved_from TEXT
);
CREATE TABLE IF NOT EXISTS versions (
    key TEXT NOT NULL, digest TEXT NOT NULL, text_digest TEXT NOT NULL, first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL, current INTEGER NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, date TEXT, url TEXT,
    access TEXT NOT NULL, source_name TEXT NOT NULL, PRIMARY KEY (key, digest)
);
CREATE TABLE IF NOT EXISTS texts (digest TEXT PRIMARY KEY, text BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS versions_by_text ON versions (text_digest);
"""


@dataclass(frozen=True, slots=True)
class PastVersion:
    """What a document was between two days. `changed_on` is the day on which it began to read so."""

    key: str
    title: str
    date: str | None
    url: str | None
    changed_on: str
    last_seen: str
    is_current: bool
    text: str


@dataclass(frozen=True, slots=True)
class Life:
    """A document over time. `gone_on` is the day on which it left the answers, or None."""

    key: str
    first_seen: str
    last_seen: str
    gone_on: str | None
    moved_from: str | None
    versions: tuple[PastVersion, ...]


@contextmanager
def open_history(data: Path) -> Iterator[History]:
    """The history of the documents, open.

    Raises:
        BuildFailed: it cannot be opened or read.
    """
    history = History(data)
    try:
        yield history
    finally:
        history.close()


class History:
    """The open file. Nothing is kept until `commit`.

    Raises:
        BuildFailed: it cannot be opened or read.
    """

    def __init__(self, data: Path) -> None:
        try:
            self._connection = sqlite3.connect(data / FILE)
            self._connection.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise BuildFailed(sentence("errors.history", file=data / FILE)) from error

    def record(self, page: Page, now: str) -> None:
        """The document reads so now (a UTC time, ISO 8601)."""
        text_digest = hashlib.sha256(page.text.encode()).hexdigest()
        digest = hashlib.sha256(repr((page.title, page.date, page.url, text_digest)).encode()).hexdigest()
        execute = self._connection.execute
        execute(
            "INSERT INTO documents (key, first_seen, last_seen) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET last_seen = excluded.last_seen, gone_on = NULL",
            (page.key, now, now),
        )
        execute("UPDATE versions SET current = 0 WHERE key = ? AND digest <> ?", (page.key, digest))
        execute(
            "INSERT INTO versions VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key, digest) DO UPDATE SET current = 1, last_seen = excluded.last_seen,"
            " access = excluded.access, kind = excluded.kind, source_name = excluded.source_name",
            (page.key, digest, text_digest, now, now, page.title, page.kind, page.date, page.url, page.access.value,
             page.source_name),
        )  # fmt: skip
        if execute("SELECT 1 FROM texts WHERE digest = ?", (text_digest,)).fetchone() is None:
            execute("INSERT INTO texts VALUES (?, ?)", (text_digest, zlib.compress(page.text.encode())))

    def gone(self, keys: Iterable[str], now: str) -> None:
        """These documents have left the answers."""
        rows = [(now, key) for key in keys]
        self._connection.executemany("UPDATE documents SET gone_on = ? WHERE key = ? AND gone_on IS NULL", rows)
        self._connection.executemany("UPDATE versions SET current = 0 WHERE key = ?", [(key,) for _, key in rows])

    def moved(self, created: Iterable[str], removed: Iterable[str]) -> dict[str, str]:
        """New key → the key under which the same text stood until now; remembered for the new one."""
        gone = set(removed)
        found = {}
        for key in created if gone else ():
            same = self._connection.execute(
                "SELECT old.key FROM versions new JOIN versions old USING (text_digest) WHERE new.key = ? AND"
                " new.current AND old.key <> new.key ORDER BY old.last_seen DESC",
                (key,),
            )
            before = next((row[0] for row in same.fetchall() if row[0] in gone), None)
            if before:
                found[key] = before
                self._connection.execute("UPDATE documents SET moved_from = ? WHERE key = ?", (before, key))
        return found

    def seen(self, now: str) -> None:
        """Whatever is in the answers was seen now."""
        self._connection.execute("UPDATE documents SET last_seen = ? WHERE gone_on IS NULL", (now,))
        self._connection.execute("UPDATE versions SET last_seen = ? WHERE current", (now,))

    def commit(self) -> None:
        """Keep what was recorded."""
        self._connection.commit()

    def life(self, key: str) -> Life | None:
        """All that is known of a document, its newest version first; None when it was never indexed."""
        row = self._connection.execute(
            "SELECT first_seen, last_seen, gone_on, moved_from FROM documents WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        versions = self._connection.execute(
            "SELECT title, date, url, first_seen, last_seen, current, text FROM versions"
            " JOIN texts ON texts.digest = text_digest WHERE key = ?"
            " ORDER BY current DESC, last_seen DESC, versions.rowid DESC",
            (key,),
        )
        first_seen, last_seen, gone_on, moved_from = row
        told = tuple(_version(key, *columns) for columns in versions.fetchall())
        return Life(key, first_seen, last_seen, gone_on, moved_from, told)

    def forget(self, key: str) -> bool:
        """Erase what a document no longer says, and all of it if it is gone. Was it known?"""
        execute = self._connection.execute
        known = execute("SELECT 1 FROM documents WHERE key = ?", (key,)).fetchone() is not None
        execute("DELETE FROM versions WHERE key = ? AND NOT current", (key,))
        execute("DELETE FROM documents WHERE key = ? AND gone_on IS NOT NULL", (key,))
        execute("DELETE FROM texts WHERE digest NOT IN (SELECT text_digest FROM versions)")
        self._connection.commit()
        execute("VACUUM")
        return known

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._connection.close()


def _version(
    key: str, title: str, date: str | None, url: str | None, changed_on: str, last_seen: str, *rest: int | bytes
) -> PastVersion:
    current, text = rest
    readable = zlib.decompress(text).decode() if isinstance(text, bytes) else ""
    return PastVersion(key, title, date, url, changed_on, last_seen, bool(current), readable)
