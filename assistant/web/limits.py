"""How much one visitor may ask, and how much is done at once: the rest is told when to come back.

Addresses are counted under a keyed hash whose key lasts a day, in memory alone: nobody can tell who asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

REFILL = 60  # seconds in which an empty bucket is full again
# A person who reads the answers asks three or four questions a minute.
IN_A_CONVERSATION = 20  # a minute
# Measured on two shared cores (tests/benchmarks/web_load.py): 1, 2, 3 or 4 at once answer as many a second, 27 to 33 a
# core that the service gets. Four, because one that waits for the geocoder holds its place.
AT_ONCE = 4
WRITING_AT_ONCE = 16  # where a language model writes: a question then waits for it most of the time
WAITING = 100  # the last of them waits 4 seconds where a core is free, and LONGEST_WAIT where it is not
LONGEST_WAIT = 8  # seconds
TRY_AGAIN = 4  # seconds: by then those who waited have their answer
OUTAGE = 60  # seconds after which to ask a service again that cannot answer: somebody has to see to it


def places(has_model: bool) -> int:
    """How many questions are worked on at once."""
    return WRITING_AT_ONCE if has_model else AT_ONCE


class Busy(Exception):  # named for what happened, like our other exceptions
    """No place before long: the visitor comes back after `TRY_AGAIN` seconds."""


class Buckets:
    """A bucket of `most` tokens under each key, filled again in a minute. Not to be shared between threads.

    Ours, because `limits` 5.8 has no bucket, keeps each key for ever and looks at all of them at each hit, in a thread
    of its own: with 50,000 past conversations, 15 ms of processor a question. `clock` gives seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when; the oldest first

    def __len__(self) -> int:
        """How many keys are remembered: after a minute of silence a bucket is full, and forgotten."""
        return len(self._left)

    def wait(self, key: str) -> float:
        """0 when a token was there, and is taken; else the seconds until there is one."""
        now = self._clock()
        while self._left and next(iter(self._left.values()))[1] <= now - REFILL:
            self._left.popitem(last=False)
        tokens, since = self._left.get(key, (float(self._most), now))
        tokens = min(self._most, tokens + (now - since) * self._most / REFILL)
        if tokens < 1:
            return (1 - tokens) * REFILL / self._most
        self._left[key] = (tokens - 1, now)
        self._left.move_to_end(key)
        return 0


class Visitors:
    """Counts what each address, and each conversation, asks.

    `per_minute`: questions an address may ask. A town hall or a school is one address: not a small number.
    """

    def __init__(self, per_minute: int, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self.of_addresses = Buckets(per_minute)
        self.of_conversations = Buckets(IN_A_CONVERSATION)
        self._today = today
        self._day: date | None = None
        self._key = b""

    def seconds_to_wait(self, address: str, conversation: str = "") -> int:
        """0 when one more question may be asked, and it is counted; else the seconds until one may."""
        wait = self.of_addresses.wait(self._hidden(network(address)))
        if not wait and conversation:
            wait = self.of_conversations.wait(self._hidden(conversation))
        return math.ceil(wait)

    def _hidden(self, text: str) -> str:
        if self._day != (today := self._today()):
            self._day, self._key = today, secrets.token_bytes(32)
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def network(address: str) -> str:
    """What is counted as one visitor: an IPv4 address, or the /64 that one line has in IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class Turnstile:
    """Lets a few in at once, and a few wait: beyond, or after a long wait, whoever comes is told to come back."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, longest: float = LONGEST_WAIT) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._most_waiting = waiting
        self._longest = longest

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place, for as long as the block lasts.

        Raises:
            Busy: too many wait already, or the wait was too long.
        """
        await self._wait()
        try:
            yield
        finally:
            self._places.release()

    async def _wait(self) -> None:
        if self._places.locked() and self._waiting >= self._most_waiting:
            raise Busy
        self._waiting += 1
        try:
            async with asyncio.timeout(self._longest):
                await self._places.acquire()
        except TimeoutError as error:
            raise Busy from error
        finally:
            self._waiting -= 1
