"""What is published, open: which version is read, when it is closed, and who waits for an opening."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from assistant.answering.current import Current
from assistant.models import IndexUnavailable

LONG = 30  # seconds: nobody waits so long, unless a promise is broken


@dataclass
class Book:
    """What is published in a version, and whether it is closed."""

    version: str
    closed: int = 0

    def close(self) -> None:
        self.closed += 1


@dataclass
class Shelf:
    """Publishes books; notes each attempt to open one. Those of `torn` cannot be opened."""

    name: str = "1"
    torn: set[str] = field(default_factory=set)
    attempts: list[str] = field(default_factory=list)
    opened: list[Book] = field(default_factory=list)
    before_opening: Callable[[str], None] = lambda name: None

    def open(self) -> Book:
        name = self.name
        self.attempts.append(name)
        self.before_opening(name)
        if name in self.torn:
            raise IndexUnavailable(f"version {name}")
        self.opened.append(Book(name))
        return self.opened[-1]


class Gate:
    """Holds up whoever opens a version until `release`."""

    def __init__(self, held_up: str) -> None:
        self._held_up = held_up
        self._released = threading.Event()
        self.reached = threading.Event()

    def __call__(self, name: str) -> None:
        if name == self._held_up:
            self.reached.set()
            assert self._released.wait(LONG)

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def current(shelf: Shelf) -> Current[Book]:
    return Current(lambda: shelf.name, shelf.open)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def read(current: Current[Book]) -> str:
    with current.reading() as book:
        assert not book.closed
        return book.version


def closings(shelf: Shelf) -> list[int]:
    """How many times each book was closed, in the order in which they were opened."""
    return [book.closed for book in shelf.opened]


def test_a_version_is_opened_once_for_all_who_read_it(shelf: Shelf, current: Current[Book]) -> None:
    assert [read(current) for _ in range(5)] == ["1"] * 5
    assert shelf.attempts == ["1"]


def test_a_newer_version_is_read_at_once_and_the_older_closed(shelf: Shelf, current: Current[Book]) -> None:
    read(current)
    shelf.name = "2"
    assert read(current) == "2"
    assert closings(shelf) == [1, 0]


def test_an_older_version_is_closed_when_its_last_reader_leaves(shelf: Shelf, current: Current[Book]) -> None:
    with current.reading() as first:
        with current.reading() as second:
            assert first is second
            shelf.name = "2"
            assert read(current) == "2"
        assert closings(shelf) == [0, 0]
    assert closings(shelf) == [1, 0]


def test_what_comes_with_the_program_is_replaced_by_what_is_published(shelf: Shelf, current: Current[Book]) -> None:
    shelf.name = ""
    assert [read(current), read(current)] == ["", ""]
    shelf.name = "1"
    assert read(current) == "1"
    assert shelf.attempts == ["", "1"]


def test_nothing_is_closed_when_nothing_is_published_any_more(shelf: Shelf, current: Current[Book]) -> None:
    read(current)
    shelf.name = ""
    assert read(current) == "1"
    assert shelf.attempts == ["1"]


def test_a_newer_version_that_cannot_be_opened_is_tried_once(
    shelf: Shelf, current: Current[Book], caplog: pytest.LogCaptureFixture
) -> None:
    read(current)
    shelf.name = "2"
    shelf.torn = {"2"}
    assert [read(current) for _ in range(5)] == ["1"] * 5
    assert shelf.attempts == ["1", "2"]
    assert [record.getMessage() for record in caplog.records] == [
        "the new version cannot be opened, the old one goes on: version 2"
    ]


def test_after_a_version_that_cannot_be_opened_the_next_one_is(shelf: Shelf, current: Current[Book]) -> None:
    read(current)
    shelf.torn = {"2", "3"}
    for name, told in (("2", "1"), ("3", "1"), ("4", "4")):
        shelf.name = name
        assert [read(current), read(current)] == [told, told]
    assert shelf.attempts == ["1", "2", "3", "4"]
    assert closings(shelf) == [1, 0]


def test_a_version_published_while_another_fails_to_open_is_tried_too(shelf: Shelf, current: Current[Book]) -> None:
    def overtake(name: str) -> None:
        if name == "2":
            shelf.name = "3"

    read(current)
    shelf.name, shelf.torn, shelf.before_opening = "2", {"2"}, overtake
    assert [read(current), read(current)] == ["1", "3"]


def test_with_nothing_to_go_on_with_each_reader_is_told_and_tries_again(shelf: Shelf, current: Current[Book]) -> None:
    shelf.torn = {"1"}
    for _ in range(2):
        with pytest.raises(IndexUnavailable, match="version 1"):
            read(current)
    shelf.torn = set()
    assert read(current) == "1"
    assert shelf.attempts == ["1", "1", "1"]


def test_what_was_closed_is_opened_again_when_it_is_asked_for(shelf: Shelf, current: Current[Book]) -> None:
    with current.reading():
        current.close()
        assert closings(shelf) == [0]  # somebody reads it
    assert closings(shelf) == [1]
    assert read(current) == "1"
    current.close()
    assert closings(shelf) == [1, 1]


def test_a_slow_opening_holds_up_nobody_who_has_a_version_to_read(
    shelf: Shelf, current: Current[Book], threads: ThreadPoolExecutor
) -> None:
    read(current)
    shelf.name, shelf.before_opening = "2", (gate := Gate("2"))
    opener = threads.submit(read, current)
    try:
        assert gate.reached.wait(LONG)
        others = [threads.submit(read, current) for _ in range(4)]
        assert [other.result(LONG) for other in others] == ["1"] * 4
        assert not opener.done()
    finally:
        gate.release()
    assert opener.result(LONG) == "2"
    assert shelf.attempts == ["1", "2"]
    assert closings(shelf) == [1, 0]


def test_those_who_have_nothing_to_read_wait_for_the_one_who_opens(
    shelf: Shelf, current: Current[Book], threads: ThreadPoolExecutor
) -> None:
    shelf.before_opening = gate = Gate("1")
    readers = [threads.submit(read, current) for _ in range(4)]
    try:
        assert gate.reached.wait(LONG)
        assert not any(reader.done() for reader in readers)
    finally:
        gate.release()
    assert [reader.result(LONG) for reader in readers] == ["1"] * 4
    assert shelf.attempts == ["1"]


def test_versions_that_change_under_many_readers_are_each_closed_once(
    shelf: Shelf, current: Current[Book], threads: ThreadPoolExecutor
) -> None:
    def publish() -> None:
        for number in range(2, 200):
            shelf.name = str(number)
            read(current)

    publishing = threads.submit(publish)
    readers = [threads.submit(lambda: [read(current) for _ in range(500)]) for _ in range(4)]
    publishing.result(LONG)
    for reader in readers:
        reader.result(LONG)
    assert read(current) == "199"
    current.close()
    assert closings(shelf) == [1] * len(shelf.opened)
    assert len(shelf.attempts) == len(set(shelf.attempts))
