"""« Utile » or « Pas utile »: what visitors think of an answer, without a word of their question."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from assistant.models import Answer, AssistantError
from assistant.wording import sentence

# Files of earlier versions have a table `feedback`, without the last two columns: it stays as it is.
SCHEMA = """
CREATE TABLE IF NOT EXISTS opinions (
    at TEXT NOT NULL,        -- UTC, ISO 8601, to the second
    status TEXT NOT NULL,    -- Status of the answer
    quotes TEXT NOT NULL,    -- JSON: [[document key, start, end], …] of the quotes shown
    useful INTEGER NOT NULL, -- 1 or 0
    comment TEXT NOT NULL,   -- what the visitor chose to add, or ""
    answer TEXT UNIQUE       -- its id under a key that is gone with the service: a second opinion replaces the first
)
"""

# A write waits this long for another one to end; each lasts about a millisecond.
WAIT_SECONDS = 5
LONGEST_COMMENT = 1_000  # characters
MOST = 200_000  # a bound for whoever would fill the disk

# So that nobody can tell, from the file, which kept answer, and its question, an opinion is about.
_KEY = secrets.token_bytes(32)


class TooManyOpinions(AssistantError):
    """No more opinions are noted: somebody has to put the file away."""


def record(path: Path, answer: Answer, useful: bool, comment: str = "", identifier: str | None = None) -> None:
    """Add one opinion to the file at `path`, created at the first one. Safe under concurrent threads and processes:
    each call has a connection of its own, and SQLite lines up the writers.

    `identifier` is the answer's: another opinion on the same one takes the place of the first.

    Raises:
        TooManyOpinions: the file holds as many as it may.
        OSError: the folder cannot be created.
        sqlite3.Error: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    quotes = json.dumps([[quote.document_key, quote.span.start, quote.span.end] for quote in answer.quotes])
    at = datetime.now(UTC).isoformat(timespec="seconds")
    hidden = hmac.new(_KEY, identifier.encode(), hashlib.sha256).hexdigest() if identifier else None
    row = (at, answer.status.value, quotes, int(useful), comment[:LONGEST_COMMENT], hidden)
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection, connection:
        connection.execute(SCHEMA)
        (count,) = connection.execute("SELECT count(*) FROM opinions").fetchone()
        if count >= MOST:
            raise TooManyOpinions(sentence("answers.too_many_opinions", count=count))
        connection.execute("INSERT OR REPLACE INTO opinions VALUES (?, ?, ?, ?, ?, ?)", row)
