"""Work on every core, in order, few things in hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.documents.parallel import AHEAD, FEW, in_order
from assistant.models import DocumentRefused
from assistant.settings import ROOT


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> DocumentRefused:
    return DocumentRefused(f"{number}.txt", "vide")


def die_at_thirty(number: int) -> int:
    if number == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def lost(number: int) -> int:
    return -number


def process(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("number", [0, 1, FEW - 1, FEW, FEW + 60])
def test_results_come_in_the_order_of_the_jobs(number: int) -> None:
    assert list(in_order(square, range(number), square)) == [(n, n * n) for n in range(number)]


def test_many_jobs_are_shared_by_processes_and_few_are_done_here() -> None:
    assert {pid for _, pid in in_order(process, range(3), process)} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in in_order(process, range(FEW + 20), process)}


def test_a_refusal_comes_back_whole_from_another_process() -> None:
    results = [refusal for _, refusal in in_order(refuse, range(FEW + 1), refuse)]
    assert (results[3].name, results[3].reason, str(results[3])) == ("3.txt", "vide", "3.txt : vide")


def test_jobs_are_asked_for_as_they_are_needed() -> None:
    asked = 0

    def jobs() -> Iterator[int]:
        nonlocal asked
        for number in range(1_000):
            asked += 1
            yield number

    results = in_order(square, jobs(), square)
    for _ in range(10):
        next(results)
    assert asked <= FEW + 10 + AHEAD * (os.cpu_count() or 1)
    results.close()  # type: ignore[attr-defined]  # a generator


def test_a_job_that_kills_its_process_costs_its_own_result() -> None:
    results = [result for _, result in in_order(die_at_thirty, range(60), lost)]
    assert results == [-30 if number == 30 else number for number in range(60)]


@pytest.mark.slow
def test_no_process_outlives_the_one_that_started_it() -> None:
    script = (
        "from tests.test_parallel import process, in_order\n"
        "if __name__ == '__main__':\n"
        "    results = in_order(process, iter(range(10**9)), process)\n"
        "    print({next(results)[1] for _ in range(100)}, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().strip("{}\n").split(",")]
        parent.kill()
    for _ in range(100):
        alive = [pid for pid in workers if Path(f"/proc/{pid}/stat").exists()]
        if not alive:
            break
        time.sleep(0.1)
    assert not alive
