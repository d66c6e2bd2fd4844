"""A published file, read by many threads, each with its own connection."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from assistant.fibre.database import FILE, open_for_reading

Row = tuple[Any, ...]  # what SQLite holds; whoever reads it gives it its types


class PublishedFile:
    """The SQLite file of a version."""

    def __init__(self, version: Path) -> None:
        self._path = version / FILE
        self._thread = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def rows(self, query: str, *values: object) -> list[Row]:
        """The rows that a query finds."""
        connection: sqlite3.Connection | None = getattr(self._thread, "connection", None)
        if connection is None:
            connection = self._thread.connection = open_for_reading(self._path)
            self._opened.append(connection)
        return connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close it, in every thread."""
        while self._opened:
            self._opened.pop().close()
        self._thread = threading.local()
