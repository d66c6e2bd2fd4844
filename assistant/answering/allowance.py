"""Whether the language model may be asked now: not too often a day, not while it keeps failing; and what came of it.

Counts alone are written, by day, beside the indexes: a restart does not give the day's budget again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """Safe to share between threads. `clock` gives seconds, from whenever; `today` the day, in UTC; `rests` is false
    where every failure is to be measured.

    Counted in memory at once, on disk a little later and in a thread of its own: nobody waits for a disk. Processes
    that share the file share the budget, to within the requests of an instant.
    """

    def __init__(
        self,
        path: Path,
        per_day: int,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        rests: bool = True,
    ) -> None:
        self._path = path
        self._per_day = per_day
        self._clock = clock
        self._today = today
        self._rests = rests
        self._lock = threading.Lock()
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="counts")
        self._in_a_row = 0
        self._rests_until = 0.0
        self._day = today()
        self._asked = read_counts(path, self._day).get(ASKED, 0)

    def refusal(self) -> Failure | None:
        """None when the model may be asked, and the request is counted; else why not."""
        with self._lock:
            self._turn_day()
            if self._clock() < self._rests_until:
                return self._refused(Failure.RESTING)
            if self._asked >= self._per_day:
                return self._refused(Failure.OVER_BUDGET)
            if self._rests and self._in_a_row >= FAILURES:  # one goes; the others rest on
                self._rests_until = self._clock() + REST_SECONDS
            self._asked += 1
            self._count(ASKED)
            return None

    def note(self, outcome: str) -> None:
        """Count what came of a request: `WRITTEN`, `DECLINED`, `REWRITTEN`, or the name of a failure.

        A rewriting is short: that it comes says little of whether answers do.
        """
        with self._lock:
            self._turn_day()
            self._count(outcome)
            if outcome in (WRITTEN, DECLINED):
                self._in_a_row = 0
                self._rests_until = 0.0
            elif outcome != REWRITTEN:
                self._failed()

    def close(self) -> None:
        """Once all is on disk."""
        self._disk.shutdown()

    def _failed(self) -> None:
        self._in_a_row += 1
        if self._rests and self._in_a_row >= FAILURES:
            self._rests_until = self._clock() + REST_SECONDS
            log.warning("the language model failed %d times in a row: it rests", self._in_a_row)

    def _refused(self, failure: Failure) -> Failure:
        self._count(failure)
        return failure

    def _turn_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day, self._asked = today, 0

    def _count(self, outcome: str) -> None:
        self._disk.submit(self._write, self._day, str(outcome))

    def _write(self, day: date, outcome: str) -> None:
        try:
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as connection, connection:
                connection.execute(SCHEMA)
                ((number,),) = connection.execute(
                    "INSERT INTO counts VALUES (?, ?, 1) "
                    "ON CONFLICT (day, outcome) DO UPDATE SET number = number + 1 RETURNING number",
                    (day.isoformat(), outcome),
                )
        except sqlite3.Error as error:  # counted in memory all the same
            log.warning("what the language model does cannot be counted on disk: %s", type(error).__name__)
            return
        with self._lock:
            if outcome == ASKED and day == self._day:  # another process asks too
                self._asked = max(self._asked, int(number))


def read_counts(path: Path, day: date) -> dict[str, int]:
    """What was counted on a day, by outcome; nothing where the file cannot be read."""
    if not path.exists():
        return {}
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)
        ) as connection:
            rows = connection.execute("SELECT outcome, number FROM counts WHERE day = ?", (day.isoformat(),))
            return {str(outcome): int(number) for outcome, number in rows}
    except sqlite3.Error as error:
        log.warning("the counts of the language model cannot be read: %s", type(error).__name__)
        return {}
