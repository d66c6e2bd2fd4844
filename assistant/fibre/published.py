"""A published file, read by many threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.fibre.database import FILE, open_for_reading

Row = tuple[Any, ...]  # what SQLite holds; whoever reads it gives it its types


class PublishedFile:
    """The SQLite file of a version. Safe to share between threads.

    Each query has a connection to itself, and the next one takes it over: never are more open than queries have run
    at once, however many threads come and go.
    """

    def __init__(self, version: Path) -> None:
        self._path = version / FILE
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    def rows(self, query: str, *values: object) -> list[Row]:
        """The rows that a query finds.

        Raises:
            sqlite3.Error: the file is damaged, or it was closed.
        """
        with self._connection() as connection:
            return connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close it in every thread; a query that is running ends first, in its own time. Harmless when done twice."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = self._taken() or open_for_reading(self._path)
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _taken(self) -> sqlite3.Connection | None:
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError("the file was closed")
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)
