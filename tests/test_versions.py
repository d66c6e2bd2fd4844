"""Which version is current, who reads it, and what is removed."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import versions
from assistant.models import BuildFailed
from assistant.versions import (
    CURRENT,
    building,
    current_version,
    hold_alone,
    hold_for_reading,
    publish,
    remove_unused,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    return folder


def _version(data: Path, name: str) -> Path:
    folder = data / name
    (folder / "chroma").mkdir(parents=True)
    (folder / "index.sqlite").write_text(name, encoding="utf-8")
    (folder / "chroma" / "a.bin").write_text(name, encoding="utf-8")
    return folder


def _names(data: Path) -> set[str]:
    return {path.name for path in data.iterdir() if path.is_dir()}


@pytest.fixture
def other_process() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def _hold_elsewhere(path: Path, mode: int, started: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    code = (
        f"import fcntl, sys; f = open({str(path)!r}, 'a'); fcntl.flock(f, {mode}); print('held', flush=True); input()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    started.append(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_nothing_is_current_before_the_first_publication(tmp_path: Path, data: Path) -> None:
    assert current_version(data) is None
    assert current_version(tmp_path / "nowhere") is None


@pytest.mark.parametrize("content", ["", "\n", "gone\n", "\0\0\0\0", "../..//nowhere"])
def test_a_pointer_to_nothing_is_no_version(data: Path, content: str) -> None:
    (data / CURRENT).write_text(content, encoding="utf-8")
    assert current_version(data) is None


def test_the_published_version_is_current_until_the_next_one(data: Path) -> None:
    for name in ("1", "2", "1"):
        folder = data / name
        publish(folder if folder.is_dir() else _version(data, name))
        assert current_version(data) == folder


def test_publishing_leaves_nothing_beside(data: Path) -> None:
    publish(_version(data, "1"))
    assert {path.name for path in data.iterdir()} == {"1", CURRENT}


def test_a_switch_that_fails_leaves_the_old_version_current(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(_version(data, "1"))
    new = _version(data, "2")

    def full(path: Path) -> None:
        if path.name == f"{CURRENT}.new":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(versions, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        publish(new)
    assert current_version(data) == data / "1"


def test_everything_is_on_the_disk_before_the_switch(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(_version(data, "1"))
    order: list[tuple[str, str]] = []

    def note(path: Path) -> None:
        current = current_version(data)
        order.append((path.name, current.name if current else ""))

    monkeypatch.setattr(versions, "_sync", note)
    publish(_version(data, "2"))
    assert dict(order[:-1]) == dict.fromkeys(["a.bin", "index.sqlite", "2", f"{CURRENT}.new"], "1")
    assert order[-1] == ("index", "2")


# ---------------------------------------------------------------------------------------------- removing


def test_old_versions_are_removed_and_the_current_one_kept(data: Path) -> None:
    for name in ("1", "2", "3"):
        _version(data, name)
    publish(data / "2")
    assert remove_unused(data) == 2
    assert _names(data) == {"2"}


def test_a_version_that_somebody_reads_is_kept_until_they_leave(data: Path) -> None:
    old = _version(data, "1")
    publish(_version(data, "2"))
    first, second = hold_for_reading(old), hold_for_reading(old)
    assert first is not None
    assert second is not None
    assert remove_unused(data) == 0
    first.release()
    assert remove_unused(data) == 0
    second.release()
    assert remove_unused(data) == 1
    assert _names(data) == {"2"}


def test_a_version_read_by_another_process_is_kept_until_it_ends(
    data: Path, other_process: list[subprocess.Popen[str]]
) -> None:
    old = _version(data, "1")
    publish(_version(data, "2"))
    reader = _hold_elsewhere(old / "readers.lock", fcntl.LOCK_SH, other_process)
    assert remove_unused(data) == 0
    reader.kill()
    reader.wait()
    assert remove_unused(data) == 1


def test_a_version_that_is_not_there_cannot_be_held(data: Path) -> None:
    assert hold_for_reading(data / "gone") is None
    assert hold_alone(data / "gone", "vectors") is None


def test_a_version_that_is_being_removed_cannot_be_held(data: Path, other_process: list[subprocess.Popen[str]]) -> None:
    old = _version(data, "1")
    _hold_elsewhere(old / "readers.lock", fcntl.LOCK_EX, other_process)
    assert hold_for_reading(old) is None


# ---------------------------------------------------------------------------------------------- one at a time


def test_vectors_are_held_by_one_at_a_time(data: Path) -> None:
    version = _version(data, "1")
    first = hold_alone(version, "vectors")
    assert first is not None
    assert hold_alone(version, "vectors") is None
    first.release()
    first.release()  # twice is harmless
    second = hold_alone(version, "vectors")
    assert second is not None
    second.release()


def test_a_second_build_is_refused_while_one_runs(data: Path) -> None:
    with building(data), pytest.raises(BuildFailed, match="en cours"), building(data):
        pytest.fail("two builds at once")
    with building(data):
        pass


def test_a_build_in_another_process_refuses_ours_until_it_ends(
    data: Path, other_process: list[subprocess.Popen[str]]
) -> None:
    builder = _hold_elsewhere(data / "build.lock", fcntl.LOCK_EX, other_process)
    with pytest.raises(BuildFailed, match="en cours"), building(data):
        pytest.fail("two builds at once")
    builder.kill()
    builder.wait()
    with building(data):
        pass


def test_a_build_that_fails_gives_its_right_back(data: Path) -> None:
    with pytest.raises(ZeroDivisionError), building(data):
        raise ZeroDivisionError
    with building(data):
        pass


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(BuildFailed, match="ne peut pas être écrit"), building(tmp_path / "data"):
        pytest.fail("built in a file")


def test_a_lock_that_cannot_be_opened_is_an_error_of_ours(data: Path) -> None:
    (data / "build.lock").mkdir()
    with pytest.raises(BuildFailed), building(data):
        pytest.fail("built without a lock")


def test_locks_do_not_pass_to_child_processes(data: Path) -> None:
    version = _version(data, "1")
    hold = hold_alone(version, "vectors")
    assert hold is not None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    try:
        hold.release()
        again = hold_alone(version, "vectors")
        assert again is not None
        again.release()
    finally:
        child.kill()
        child.communicate()


def test_descriptors_are_given_back(data: Path) -> None:
    version = _version(data, "1")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        hold = hold_alone(version, "vectors")
        assert hold is not None
        assert hold_alone(version, "vectors") is None
        hold.release()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
