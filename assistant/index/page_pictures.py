"""Pictures of the pages of documents, beside the versions of the index: a version begins as a copy of the last one.

A picture is named by the SHA-256 of the bytes of its document and by its page: other bytes, other pictures. Whoever
reads one looks its document up in the published index first, for the access that the reader has.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

_DIGEST = re.compile("[0-9a-f]{64}")
_HEAD = 30  # bytes


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The picture of a page of a document whose bytes have this digest. Width and height are in pixels."""

    document_key: str
    page: int
    digest: str
    width: int
    height: int


def pictures_folder(data: Path) -> Path:
    """Where the pictures lie: a folder for each document."""
    return data / "pictures"


def document_folder(pictures: Path, digest: str) -> Path | None:
    """The folder of a document in that one; None for what is no digest."""
    return pictures / digest if _DIGEST.fullmatch(digest) else None


def picture_path(pictures: Path, digest: str, page: int) -> Path | None:
    """Where the picture of a page lies, or would; None for what is no digest."""
    folder = document_folder(pictures, digest)
    return folder / f"{page}.webp" if folder else None


def size_of(picture: Path | None) -> tuple[int, int] | None:
    """Width and height, in pixels; None when there is no picture there.

    Source: RFC 9649, 2.5 (simple lossy file, the only kind that is drawn), and RFC 6386, 9.1.
    """
    if picture is None:
        return None
    try:
        with picture.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    if len(head) < _HEAD or head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8 ":
        return None
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF
