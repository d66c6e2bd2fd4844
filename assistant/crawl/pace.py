"""One request at a time to a host, no faster than it asks for."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_DELAY = 60.0  # a robots.txt that asks for more would stop the crawl without saying so


class Pace:
    """Holds each host's next turn. `clock` and `sleep` count in seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self.sleep = sleep
        self._delays: dict[str, float] = {}
        self._next: dict[str, float] = {}

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between two requests to the host."""
        self._delays[host] = min(max(delay, self._delays.get(host, 0.0)), LONGEST_DELAY)

    def wait_turn(self, host: str, delay: float) -> None:
        """Sleep until the host may be asked again."""
        pause = self._next.get(host, 0.0) - self._clock()
        if pause > 0:
            self.sleep(pause)
        self._next[host] = self._clock() + max(delay, self._delays.get(host, 0.0))
