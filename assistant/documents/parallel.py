"""Documents are read on every core; few are in hand at a time, whatever their number.

A job that ends its process costs its own result; the processes end with the one that started them, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

FEW = 24  # jobs that are done sooner than processes are started
AHEAD = 8  # jobs in hand for each process


def in_order(
    work: Callable[[Job], Result], jobs: Iterable[Job], lost: Callable[[Job], Result]
) -> Iterator[tuple[Job, Result]]:
    """Each job with its result, in the order of the jobs. `work` must be a function of a module.

    Jobs are asked for a little ahead of their turn: none may depend on what is done with the result of another. `lost`
    is the result of a job that ends its process.
    """
    source = iter(jobs)
    first = list(islice(source, FEW))
    if len(first) < FEW:
        for job in first:
            yield job, work(job)
        return
    processes = os.cpu_count() or 1
    workers = _Workers(work, lost, processes)
    in_hand: deque[tuple[Job, Future[Result]]] = deque()
    try:
        for job in chain(first, source):
            in_hand.append((job, workers.submit(job)))
            if len(in_hand) >= AHEAD * processes:
                yield workers.finish(*in_hand.popleft())
        while in_hand:
            yield workers.finish(*in_hand.popleft())
    finally:
        workers.close()


class _Workers(Generic[Job, Result]):
    """Processes, started again when one of them was ended by its job."""

    def __init__(self, work: Callable[[Job], Result], lost: Callable[[Job], Result], processes: int) -> None:
        self._work = work
        self._lost = lost
        self._processes = processes
        self._pool = _pool(processes)

    def submit(self, job: Job) -> Future[Result]:
        try:
            return self._pool.submit(self._work, job)
        except BrokenProcessPool:
            self.close()
            self._pool = _pool(self._processes)
            return self._pool.submit(self._work, job)

    def finish(self, job: Job, result: Future[Result]) -> tuple[Job, Result]:
        try:
            return job, result.result()
        except BrokenProcessPool:  # by this job, or by another one: alone, it shows
            return job, self._alone(job)

    def _alone(self, job: Job) -> Result:
        with _pool(1) as pool:
            try:
                return pool.submit(self._work, job).result()
            except BrokenProcessPool:
                return self._lost(job)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _pool(processes: int) -> ProcessPoolExecutor:
    # Not a fork: this process may have threads, which a fork leaves in the middle of what they do.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_follow_parent)


def _follow_parent() -> None:
    """End with the process that started this one, and leave Ctrl-C, which reaches every process of a terminal, to it.

    A worker waits for its next job on a pipe that it holds open itself: it would not see that its parent was killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(wait: Callable[[], object]) -> None:
    wait()
    os._exit(1)
