"""When the language model may be asked, and what is counted of it."""

from __future__ import annotations

import sqlite3
import time
from datetime import date
from pathlib import Path

import pytest

from assistant.answering.allowance import DECLINED, FAILURES, REST_SECONDS, REWRITTEN, WRITTEN, Allowance, read_counts
from assistant.answering.write import Failure

DAY, NEXT_DAY = date(2026, 11, 22), date(2026, 11, 23)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.day = DAY

    def allowance(self, path: Path, per_day: int = 1_000) -> Allowance:
        return Allowance(path, per_day, lambda: self.now, lambda: self.day)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "writing.sqlite"


def fail(allowance: Allowance, times: int) -> None:
    for _ in range(times):
        assert allowance.refusal() is None
        allowance.note(Failure.SERVER)


def test_after_five_failures_in_a_row_the_model_rests_a_minute(path: Path, clock: Clock) -> None:
    allowance = clock.allowance(path)
    fail(allowance, FAILURES)
    assert allowance.refusal() is Failure.RESTING
    clock.now = REST_SECONDS - 1
    assert allowance.refusal() is Failure.RESTING
    clock.now = REST_SECONDS
    assert allowance.refusal() is None


def test_after_the_rest_one_request_decides(path: Path, clock: Clock) -> None:
    allowance = clock.allowance(path)
    fail(allowance, FAILURES)
    clock.now = REST_SECONDS
    assert (allowance.refusal(), allowance.refusal()) == (None, Failure.RESTING)
    allowance.note(Failure.LATE)
    clock.now = 2 * REST_SECONDS - 1
    assert allowance.refusal() is Failure.RESTING
    clock.now = 2 * REST_SECONDS
    assert allowance.refusal() is None
    allowance.note(WRITTEN)
    assert [allowance.refusal() for _ in range(3)] == [None] * 3


@pytest.mark.parametrize("success", [WRITTEN, DECLINED])
def test_a_success_in_between_keeps_it_at_work(path: Path, clock: Clock, success: str) -> None:
    allowance = clock.allowance(path)
    for _ in range(3):
        fail(allowance, FAILURES - 1)
        assert allowance.refusal() is None
        allowance.note(success)
    assert allowance.refusal() is None


def test_rewritings_that_come_do_not_hide_that_answers_do_not(path: Path, clock: Clock) -> None:
    allowance = clock.allowance(path)
    for _ in range(FAILURES):
        assert allowance.refusal() is None
        allowance.note(REWRITTEN)
        fail(allowance, 1)
    assert allowance.refusal() is Failure.RESTING


def test_where_every_failure_is_measured_it_does_not_rest(path: Path, clock: Clock) -> None:
    allowance = Allowance(path, 1_000, lambda: clock.now, lambda: DAY, rests=False)
    fail(allowance, 3 * FAILURES)


def test_two_processes_share_the_budget_of_the_day(path: Path, clock: Clock) -> None:
    one, other = clock.allowance(path, per_day=4), clock.allowance(path, per_day=4)
    assert [one.refusal() for _ in range(3)] == [None] * 3
    one.close()
    assert other.refusal() is None
    ends = time.monotonic() + 20
    while other._asked < 4 and time.monotonic() < ends:  # the disk tells it of the others' a little later
        time.sleep(0.01)
    assert other.refusal() is Failure.OVER_BUDGET
    other.close()


@pytest.mark.parametrize("name", ["a#b", "a?b", "a%41b", "é"])
def test_counts_are_read_in_any_folder(tmp_path: Path, clock: Clock, name: str) -> None:
    (tmp_path / name).mkdir()
    allowance = clock.allowance(tmp_path / name / "writing.sqlite")
    allowance.refusal()
    allowance.close()
    assert read_counts(tmp_path / name / "writing.sqlite", DAY) == {"asked": 1}


def test_the_budget_of_a_day_outlives_a_restart_and_ends_with_the_day(path: Path, clock: Clock) -> None:
    allowance = clock.allowance(path, per_day=2)
    assert [allowance.refusal() for _ in range(3)] == [None, None, Failure.OVER_BUDGET]
    allowance.close()
    again = clock.allowance(path, per_day=2)
    assert again.refusal() is Failure.OVER_BUDGET
    clock.day = NEXT_DAY
    assert again.refusal() is None


def test_each_outcome_is_counted_by_day(path: Path, clock: Clock) -> None:
    allowance = clock.allowance(path)
    fail(allowance, FAILURES)
    allowance.refusal()
    clock.day = NEXT_DAY
    clock.now = REST_SECONDS
    allowance.refusal()
    allowance.note(DECLINED)
    allowance.close()
    assert read_counts(path, DAY) == {"asked": 5, "server": 5, "resting": 1}
    assert read_counts(path, NEXT_DAY) == {"asked": 1, "declined": 1}


def test_a_file_that_cannot_be_written_stops_nothing_and_the_budget_holds(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "writing.sqlite"
    folder.mkdir()
    allowance = clock.allowance(folder, per_day=2)
    assert [allowance.refusal() for _ in range(3)] == [None, None, Failure.OVER_BUDGET]
    allowance.close()
    assert "cannot be counted" in caplog.text


def test_a_damaged_file_counts_for_nothing(path: Path, clock: Clock) -> None:
    path.write_bytes(b"no database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(path).execute("SELECT * FROM counts")
    assert read_counts(path, DAY) == {}
    assert clock.allowance(path).refusal() is None
