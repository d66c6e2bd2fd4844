"""The files of the corpus: `public/` and `staff/`, the folder being the access level."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.models import Access, Source

IGNORED = {"readme.md"}


def find_sources(corpus: Path) -> Iterator[Source]:
    """Every file under the corpus's access folders, in a stable order, whatever its format.

    A README and hidden files are not documents. A link that leads out of the corpus is followed like any file: who
    can write in the folder can already copy.
    """
    for access in Access:
        folder = corpus / access.value
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            if path.is_dir() or path.name.lower() in IGNORED or any(part.startswith(".") for part in relative.parts):
                continue
            yield Source(path=path, name=f"{access.value}/{relative.as_posix()}", access=access)
