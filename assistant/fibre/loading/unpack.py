"""A file, compressed or not → its bytes, piece by piece, within bounds: a small file must not become an endless one."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from assistant.models import FibreFileRefused
from assistant.wording import sentence

PIECE = 1 << 18
FREE = 64_000_000  # bytes that anything may become
MOST_TIMES = 100  # how many times its size a larger one may: open data in CSV shrink 5 to 20 times
MOST = 12_000_000_000  # whatever it is: the buildings of the whole country are 4.5 GB

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"


def head(path: Path) -> bytes:
    """The first bytes, which say what a file is."""
    with path.open("rb") as file:
        return file.read(1024)


def pieces(path: Path, name: str) -> Iterator[bytes]:
    """The bytes of a file, those of a gzip unpacked.

    Raises:
        FibreFileRefused: it is cut short, damaged, or becomes far larger than it is.
    """
    with path.open("rb") as raw:
        packed = head(path).startswith(GZIP)
        yield from _bounded(gzip.GzipFile(fileobj=raw) if packed else raw, most(path), name)


def member(archive: zipfile.ZipFile, inside: str, path: Path, name: str) -> Iterator[bytes]:
    """The bytes of a file of a zip.

    Raises:
        FibreFileRefused: see `pieces`.
    """
    try:
        with archive.open(inside) as file:
            yield from _bounded(file, most(path), name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:  # damaged, encrypted, unheard of
        raise FibreFileRefused(name, sentence("fibre_data.refused.damaged")) from error


def whole(parts: Iterator[bytes], at_most: int, name: str) -> bytes:
    """All the bytes, when they are few.

    Raises:
        FibreFileRefused: they are not.
    """
    kept = bytearray()
    for piece in parts:
        kept += piece
        if len(kept) > at_most:
            raise FibreFileRefused(name, sentence("fibre_data.refused.too_large", megabytes=at_most // 1_000_000))
    return bytes(kept)


def most(path: Path) -> int:
    """How many bytes a file may become."""
    return min(MOST, max(FREE, MOST_TIMES * path.stat().st_size))


def _bounded(file: gzip.GzipFile | IO[bytes], at_most: int, name: str) -> Iterator[bytes]:
    size = 0
    try:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > at_most:
                raise FibreFileRefused(name, sentence("fibre_data.refused.bomb"))
            yield piece
    except EOFError as error:
        raise FibreFileRefused(name, sentence("fibre_data.refused.cut")) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FibreFileRefused(name, sentence("fibre_data.refused.damaged")) from error
