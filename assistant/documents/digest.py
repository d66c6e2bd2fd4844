"""What a document was read from, in one digest: when it has not changed, the document is not read again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from assistant import wording
from assistant.documents.find import SIDECAR
from assistant.models import Introduction, Source

CODE = Path(__file__).parent


def content_digest(source: Source) -> str:
    """The SHA-256 of the bytes of a source; of a file that cannot be opened, why: reading it will say the same."""
    return source.digest or _content(source.path)


def source_digest(source: Source, content: str, introduction: Introduction | None = None, frame: str = "") -> str:
    """Identifies the bytes of a source, all else that reading it depends on, and the code that reads it.

    `content` is what `content_digest` says of it. `frame` identifies the rules learned from the site that the source
    comes from.
    """
    origin, beside = source.origin, source.path.with_name(source.path.name + SIDECAR)
    head = _content(beside) if origin is None else ""
    told = (_reading(), source.name, source.access.value, origin, content, head, introduction, frame)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _content(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():  # a pipe has no end
            return "not a file"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return type(error).__name__


@lru_cache
def _reading() -> str:
    """Identifies the readers: another rule may read the same bytes otherwise."""
    files = (*sorted(CODE.glob("*.py")), Path(wording.__file__).parent / "texts" / "fr.toml")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
