"""The bodies of what was fetched: one file per content, named by its SHA-256."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from pathlib import Path

from assistant.crawl.records import Kept
from assistant.fault_points import reached

FOLDER = "bodies"
UNFINISHED = ".part"


def body_path(folder: Path, kept: Kept) -> Path:
    """Where the body is."""
    return folder / FOLDER / kept.digest[:2] / f"{kept.digest}{kept.suffix}"


def write_body(folder: Path, kept: Kept, body: bytes) -> None:
    """Write a body aside, then give it its name: a file that has its name is whole.

    Raises:
        OSError: it cannot be written.
    """
    path = body_path(folder, kept)
    if _is_whole(path, kept):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + UNFINISHED)
    with aside.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    reached("body_written")


def has_body(folder: Path, kept: Kept) -> bool:
    """Whether the body is still there, whole as far as its size says."""
    return _is_whole(body_path(folder, kept), kept)


def remove_others(folder: Path, wanted: AbstractSet[str]) -> None:
    """Remove the bodies whose file name is not wanted, and what a killed run left unfinished."""
    for path in (folder / FOLDER).glob("*/*"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)


def _is_whole(path: Path, kept: Kept) -> bool:
    try:
        return path.stat().st_size == kept.size
    except FileNotFoundError:
        return False
