"""Work on every core, in order, few things in hand."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from assistant.documents.parallel import AHEAD, FEW, in_order
from assistant.models import DocumentRefused


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> DocumentRefused:
    return DocumentRefused(f"{number}.txt", "vide")


def process(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("number", [0, 1, FEW - 1, FEW, FEW + 60])
def test_results_come_in_the_order_of_the_jobs(number: int) -> None:
    assert list(in_order(square, range(number))) == [(n, n * n) for n in range(number)]


def test_many_jobs_are_shared_by_processes_and_few_are_done_here() -> None:
    assert {pid for _, pid in in_order(process, range(3))} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in in_order(process, range(FEW + 20))}


def test_a_refusal_comes_back_whole_from_another_process() -> None:
    results = [refusal for _, refusal in in_order(refuse, range(FEW + 1))]
    assert (results[3].name, results[3].reason, str(results[3])) == ("3.txt", "vide", "3.txt : vide")


def test_jobs_are_asked_for_as_they_are_needed() -> None:
    asked = 0

    def jobs() -> Iterator[int]:
        nonlocal asked
        for number in range(1_000):
            asked += 1
            yield number

    results = in_order(square, jobs())
    for _ in range(10):
        next(results)
    assert asked <= FEW + 10 + AHEAD * (os.cpu_count() or 1)
    results.close()  # type: ignore[attr-defined]  # a generator
