"""Which version of the index, or of the fibre data, is current, and who is using one.

Each kind has a folder of its own. A version is a folder in it, written aside and never changed once published.
`CURRENT` names the published one and is replaced in one atomic rename: a reader sees the old version or the new one.
Whoever reads a version holds a shared lock on it, so that the next build removes only what nobody reads. Locks are
`flock`s: they vanish with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.models import BuildFailed
from assistant.wording import sentence

CURRENT = "CURRENT"


def index_versions(data: Path) -> Path:
    """Where the versions of the index lie."""
    return data / "index"


def fibre_versions(data: Path) -> Path:
    """Where the versions of the fibre data lie."""
    return data / "fibre"


def current_version(versions: Path) -> Path | None:
    """The folder of the published version, or None when nothing has been published."""
    try:
        name = (versions / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    folder = versions / name
    return folder if name and folder.is_dir() else None


def new_version(versions: Path) -> Path:
    """An empty folder whose name is the time.

    Raises:
        BuildFailed: it cannot be created.
    """
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        try:
            (versions / f"{name}{suffix}").mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise BuildFailed(sentence("errors.data_folder", folder=versions.parent)) from error
        return versions / f"{name}{suffix}"
    raise BuildFailed(sentence("errors.data_folder", folder=versions.parent))


def publish(version: Path) -> None:
    """Make a finished version the current one, in one step that survives a power cut."""
    folder = version.parent
    for path in sorted(version.rglob("*")):
        if path.is_file():
            _sync(path)
    _sync(version)
    aside = folder / f"{CURRENT}.new"
    aside.write_text(version.name + "\n", encoding="utf-8")
    _sync(aside)
    aside.replace(folder / CURRENT)
    _sync(folder)


def remove_unused(versions: Path) -> int:
    """Remove every version that is neither current nor read by anyone. Returns how many."""
    current = current_version(versions)
    removed = 0
    for folder in versions.iterdir():
        if not folder.is_dir() or folder == current:
            continue
        with _lock(folder / "readers.lock", fcntl.LOCK_EX) as free:
            if free:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


@contextmanager
def building(versions: Path) -> Iterator[None]:
    """Hold the right to build; one process at a time.

    Raises:
        BuildFailed: another build is running, or the folder cannot be written.
    """
    try:
        versions.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BuildFailed(sentence("errors.data_folder", folder=versions.parent)) from error
    try:
        held = _hold(versions / "build.lock", fcntl.LOCK_EX)
    except OSError as error:
        raise BuildFailed(sentence("errors.data_folder", folder=versions.parent)) from error
    if held is None:
        raise BuildFailed(sentence("errors.build_running"))
    try:
        yield
    finally:
        held.release()


class Hold:
    """A lock on a file, kept until `release` or the end of the process. None: there is nothing to lock."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock up; harmless when done twice."""
        if self._descriptor is not None:
            # Unlocked before it is closed: a child that was just forked may hold a copy until it runs its program.
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.close(self._descriptor)
            self._descriptor = None


def hold_for_reading(version: Path) -> Hold | None:
    """Say that this process reads the version. None when it is being removed.

    On a disk that can only be read (a failing one becomes so) nothing is removed: reading goes on.
    """
    try:
        return _hold(version / "readers.lock", fcntl.LOCK_SH)
    except OSError:
        return Hold(None) if version.is_dir() else None


def hold_alone(version: Path, what: str) -> Hold | None:
    """The right to open a part of the version: one process at a time. None when another has it, or nobody can."""
    try:
        return _hold(version / f"{what}.lock", fcntl.LOCK_EX)
    except OSError:
        return None


@contextmanager
def _lock(path: Path, mode: int) -> Iterator[bool]:
    held = _hold(path, mode)
    try:
        yield held is not None
    finally:
        if held:
            held.release()


def _hold(path: Path, mode: int) -> Hold | None:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return Hold(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
