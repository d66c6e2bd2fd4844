"""Documents are read on every core; few are in hand at a time, whatever their number."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

FEW = 24  # jobs that are done sooner than processes are started
AHEAD = 8  # jobs in hand for each process


def in_order(work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[tuple[Job, Result]]:
    """Each job with its result, in the order of the jobs. `work` must be a function of a module.

    Jobs are asked for a little ahead of their turn: none may depend on what is done with the result of another.
    """
    source = iter(jobs)
    first = list(islice(source, FEW))
    if len(first) < FEW:
        for job in first:
            yield job, work(job)
        return
    processes = os.cpu_count() or 1
    # Not a fork: this process may have threads, which a fork leaves in the middle of what they do.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_leave_interruptions) as pool:
        in_hand: deque[tuple[Job, Future[Result]]] = deque()
        for job in chain(first, source):
            in_hand.append((job, pool.submit(work, job)))
            if len(in_hand) >= AHEAD * processes:
                done, result = in_hand.popleft()
                yield done, result.result()
        while in_hand:
            done, result = in_hand.popleft()
            yield done, result.result()


def _leave_interruptions() -> None:
    """Ctrl-C reaches every process of a terminal: the one that started this one deals with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
