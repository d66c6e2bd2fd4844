"""What is published, open: replaced when a newer version is, closed when nobody reads it any more."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from assistant.models import AssistantError

log = logging.getLogger(__name__)


class Versioned(Protocol):
    """Something that was opened in one of its published versions."""

    @property
    def version(self) -> str:
        """The name of the version, "" for what comes with the program."""

    def close(self) -> None:
        """Give it back."""


V = TypeVar("V", bound=Versioned)


class Current(Generic[V]):
    """Safe to share between threads. `published` names the version there is now, `open_it` opens it.

    One thread opens a newer version while the others go on with the one that is open. When it cannot be opened, the one
    that is open goes on, until yet another is published. While nothing is open, whoever reads waits, or tries again.
    """

    def __init__(self, published: Callable[[], str], open_it: Callable[[], V]) -> None:
        self._published = published
        self._open_it = open_it
        self._lock = threading.Lock()  # of what is below: held for an instant
        self._opening = threading.Lock()  # held for as long as an opening takes
        self._open: V | None = None
        self._failed = ""  # the newer version that cannot be opened
        self._readers: dict[int, tuple[V, int]] = {}  # by identity: what is opened need not be hashable

    @contextmanager
    def reading(self) -> Iterator[V]:
        """What is published now, kept open until the end of the block.

        Raises:
            AssistantError: nothing can be opened.
        """
        read = self._taken()
        try:
            yield read
        finally:
            self._give_back(read)

    def close(self) -> None:
        """Close what is open, once nobody reads it. Asked again, it opens again."""
        with self._lock:
            self._let_go()

    def _taken(self) -> V:
        while True:
            self._renew()
            with self._lock:
                if (read := self._open) is not None:  # else it was closed just now
                    self._readers[id(read)] = (read, self._readers.get(id(read), (read, 0))[1] + 1)
                    return read

    def _give_back(self, read: V) -> None:
        with self._lock:
            left = self._readers.pop(id(read))[1] - 1
            if left:
                self._readers[id(read)] = (read, left)
            elif read is not self._open:
                read.close()

    def _renew(self) -> None:
        """Open what is published, unless it is open, or another thread opens it and there is one to go on with."""
        if self._is_behind() and self._opening.acquire(blocking=self._open is None):
            try:
                if self._is_behind():  # another thread may have opened it just before
                    self._open_newest()
            finally:
                self._opening.release()

    def _is_behind(self) -> bool:
        read = self._open
        return read is None or self._published() not in ("", read.version, self._failed)

    def _open_newest(self) -> None:
        """The published version, in the place of the one that is open; else that one stays."""
        name = self._published()
        try:
            newer = self._open_it()
        except AssistantError as error:
            if self._open is None:
                raise
            self._failed = name
            log.error("the new version cannot be opened, the old one goes on: %s", error)
            return
        with self._lock:
            self._let_go()
            self._open = newer

    def _let_go(self) -> None:
        old, self._open = self._open, None
        if old is not None and id(old) not in self._readers:
            old.close()
