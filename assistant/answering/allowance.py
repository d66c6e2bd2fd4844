"""Whether the language model may be asked now: not too often a day, not while it keeps failing; and what came of it.

Counts alone are written, by day, beside the indexes: a restart does not give the day's budget again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from assistant.answering.write import Failure

log = logging.getLogger(__name__)

FAILURES = 5  # in a row: then nothing is asked for a while
REST_SECONDS = 60  # then one request goes, and what comes of it decides
WAIT_SECONDS = 2  # for another process that writes the file
ASKED, WRITTEN, DECLINED, REWRITTEN = "asked", "written", "declined", "rewritten"  # counted, besides failures

SCHEMA = """
CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL,       -- UTC, ISO 8601
    outcome TEXT NOT NULL,   -- asked: a request; what came of it: written, declined, rewritten, or a failure
    number INTEGER NOT NULL,
    PRIMARY KEY (day, outcome)
)
"""


class Allowance:
    """Safe to share between threads. `clock` gives seconds, from whenever; `today` the day, in UTC."""

    def __init__(
        self,
        path: Path,
        per_day: int,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._path = path
        self._per_day = per_day
        self._clock = clock
        self._today = today
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._rests_until = 0.0
        self._day = today()
        self._counts = Counter(read_counts(path, self._day))

    def refusal(self) -> Failure | None:
        """None when the model may be asked, and the request is counted; else why not."""
        with self._lock:
            self._turn_day()
            if self._clock() < self._rests_until:
                return self._refused(Failure.RESTING)
            if self._counts[ASKED] >= self._per_day:
                return self._refused(Failure.OVER_BUDGET)
            if self._in_a_row >= FAILURES:  # one goes; the others rest on
                self._rests_until = self._clock() + REST_SECONDS
            self._count(ASKED)
            return None

    def note(self, outcome: str) -> None:
        """Count what came of a request: `WRITTEN`, `DECLINED`, `REWRITTEN`, or the name of a failure."""
        with self._lock:
            self._turn_day()
            self._count(outcome)
            if outcome in (WRITTEN, DECLINED, REWRITTEN):
                self._in_a_row = 0
                self._rests_until = 0.0
                return
            self._in_a_row += 1
            if self._in_a_row >= FAILURES:
                self._rests_until = self._clock() + REST_SECONDS
                log.warning("the language model failed %d times in a row: it rests", self._in_a_row)

    def _refused(self, failure: Failure) -> Failure:
        self._count(failure)
        return failure

    def _turn_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day, self._counts = today, Counter(read_counts(self._path, today))

    def _count(self, outcome: str) -> None:
        self._counts[outcome] += 1
        try:
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as connection, connection:
                connection.execute(SCHEMA)
                connection.execute(
                    "INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT (day, outcome) DO UPDATE SET number = number + 1",
                    (self._day.isoformat(), str(outcome)),
                )
        except sqlite3.Error as error:  # counted in memory all the same
            log.warning("what the language model does cannot be counted on disk: %s", type(error).__name__)


def read_counts(path: Path, day: date) -> dict[str, int]:
    """What was counted on a day, by outcome; nothing where the file cannot be read."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as connection:
            rows = connection.execute("SELECT outcome, number FROM counts WHERE day = ?", (day.isoformat(),))
            return {str(outcome): int(number) for outcome, number in rows}
    except sqlite3.Error as error:
        log.warning("the counts of the language model cannot be read: %s", type(error).__name__)
        return {}
