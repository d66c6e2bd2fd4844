"""Work that speaks before it is done: what it says can be shown meanwhile."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from assistant.answering.compose import Say

Done = TypeVar("Done")


class Speaking(Generic[Done]):
    """`work` in a thread of its own, given what it says things by. Iterating gives what it says, until it is done."""

    def __init__(self, work: Callable[[Say], Done]) -> None:
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speaking")
        self._done = executor.submit(work, self._said.put)
        self._done.add_done_callback(lambda _: self._said.put(None))
        executor.shutdown(wait=False)

    def __iter__(self) -> Iterator[str]:
        while (text := self._said.get()) is not None:
            yield text

    def result(self) -> Done:
        """What the work gives, once done; or raises what it raised."""
        return self._done.result()
