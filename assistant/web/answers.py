"""Answers after they were given: some minutes in memory; for good, under a permanent link, once somebody asks for it.

Nothing of a question is written anywhere until then: so the chat can say that questions are not recorded.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.models import Answer, AssistantError, Edition
from assistant.web.conversation import FORGET_SECONDS
from assistant.web.shown import Shown
from assistant.wording import sentence

MOST_RECENT = 2_000  # in memory, some 10 kB each; beyond it the oldest goes
MOST_KEPT = 100_000  # on disk, some 10 kB each: a bound for whoever would fill the disk
WAIT_SECONDS = 5  # for another writer to end
TOKEN_BYTES = 16

SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    id TEXT PRIMARY KEY,      -- of the permanent link; cannot be guessed
    kept_at TEXT NOT NULL,    -- UTC, ISO 8601, to the second
    question TEXT NOT NULL,
    answer TEXT NOT NULL,     -- Answer as JSON
    shown TEXT NOT NULL,      -- Shown as JSON: what a visitor read
    version TEXT NOT NULL,    -- of the index
    built_at TEXT NOT NULL    -- when that index was built
)
"""

_SHOWN = TypeAdapter(Shown)  # fields that it does not know are left out, those that are missing have their default
# Columns by name: another version's table may have more of them.
_ADD = """INSERT OR IGNORE INTO kept (id, kept_at, question, answer, shown, version, built_at)
VALUES (?, ?, ?, ?, ?, ?, ?)"""
_FIND = "SELECT id, kept_at, question, answer, shown, version, built_at FROM kept WHERE id = ?"


class _StoredAnswer(BaseModel):
    """What pages need of the fields of `Answer`; the others are given back as they were stored."""

    model_config = ConfigDict(extra="allow")

    status: str
    related: list[Any] = []


class TooManyKept(AssistantError):
    """No more answers are kept: somebody has to make room."""


class AnswersUnavailable(AssistantError):
    """The file of kept answers cannot be read or written."""


class AnswerUnreadable(AssistantError):
    """A kept answer has a form that this version does not read. The message may be shown."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given to the public a short while ago. `at` is in seconds of the clock of its memory."""

    identifier: str
    question: str
    answer: Answer
    shown: Shown
    edition: Edition
    at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer under its permanent link, as it was given. `answer` is the fields of `Answer`, as JSON has them."""

    identifier: str
    kept_at: str
    question: str
    answer: dict[str, Any]
    shown: Shown
    edition: Edition


class RecentAnswers:
    """In memory alone, half an hour. Safe to share between threads. `clock` gives seconds, from whenever."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._given: OrderedDict[str, Given] = OrderedDict()  # the oldest first

    def add(self, question: str, answer: Answer, shown: Shown, edition: Edition) -> str:
        """Remember an answer that was given to the public. Its id, which only whoever got the answer knows."""
        identifier = secrets.token_urlsafe(TOKEN_BYTES)
        given = Given(identifier, question, answer.for_visitor, shown, edition, self._clock())
        with self._lock:
            self._forget()
            self._given[identifier] = given
            if len(self._given) > MOST_RECENT:
                self._given.popitem(last=False)
        return identifier

    def get(self, identifier: str) -> Given | None:
        """The answer of this id, or None when it is forgotten, or was never given."""
        with self._lock:
            self._forget()
            return self._given.get(identifier)

    def _forget(self) -> None:
        limit = self._clock() - FORGET_SECONDS
        while self._given and next(iter(self._given.values())).at < limit:
            self._given.popitem(last=False)


class KeptAnswers:
    """The file of answers under a permanent link. Each call has a connection of its own: threads and processes may
    call at once, and SQLite lines up the writers.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, given: Given) -> None:
        """Write an answer under its id; the second time changes nothing.

        Raises:
            TooManyKept: the file holds as many as it may.
            AnswersUnavailable: it cannot be written.
        """
        row = (
            given.identifier,
            datetime.now(UTC).isoformat(timespec="seconds"),
            given.question,
            _json(asdict(given.answer)),
            _json(asdict(given.shown)),
            given.edition.version,
            given.edition.built_at,
        )
        with self._open() as connection:
            (count,) = connection.execute("SELECT count(*) FROM kept").fetchone()
            if count >= MOST_KEPT:
                raise TooManyKept(sentence("answers.too_many", count=count))
            connection.execute(_ADD, row)

    def get(self, identifier: str) -> Kept | None:
        """The answer of this id, or None. An older or a newer version may have kept it. Raises like `keep`, and:

        Raises:
            AnswerUnreadable: it is there, and cannot be read.
        """
        if not self._path.exists():
            return None
        with self._open() as connection:
            row = connection.execute(_FIND, (identifier,)).fetchone()
        try:
            return _kept(*row) if row else None
        except ValueError as error:  # pydantic's is one
            raise AnswerUnreadable(sentence("answers.unreadable")) from error

    def forget(self, identifier: str) -> bool:
        """Erase an answer, because somebody asked for it; whether there was one. Raises like `keep`."""
        if not self._path.exists():
            return False
        with self._open() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            return connection.execute("DELETE FROM kept WHERE id = ?", (identifier,)).rowcount == 1

    def count(self) -> int:
        """How many there are. Raises like `keep`."""
        if not self._path.exists():
            return 0
        with self._open() as connection:
            (count,) = connection.execute("SELECT count(*) FROM kept").fetchone()
        return int(count)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as connection, connection:
                connection.execute(SCHEMA)
                yield connection
        except (OSError, sqlite3.Error) as error:
            reason = type(error).__name__
            raise AnswersUnavailable(sentence("answers.unavailable", file=self._path, reason=reason)) from error


def _kept(identifier: str, kept_at: str, question: str, answer: str, shown: str, version: str, built_at: str) -> Kept:
    """A row, its columns in order. Raises ValueError."""
    for moment in (kept_at, built_at):
        datetime.fromisoformat(moment)
    stored = _StoredAnswer.model_validate_json(answer).model_dump()
    return Kept(identifier, kept_at, question, stored, _SHOWN.validate_json(shown), Edition(version, built_at))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
