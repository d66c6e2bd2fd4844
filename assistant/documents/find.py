"""The files of the corpus: `public/` and `staff/`, the folder being the access level."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from assistant.documents.sandbox import DOCUMENT_READERS
from assistant.models import Access, CorpusUnreadable, Source
from assistant.wording import sentence

IGNORED = {"readme.md"}
SIDECAR = ".yaml"  # `X.pdf.yaml` says of `X.pdf` what the head of a text says


def find_sources(corpus: Path) -> Iterator[Source]:
    """Every file under the corpus's access folders, in a stable order, whatever its format.

    A README, a sidecar beside its document and hidden files are not documents. A link that leads out of the corpus is
    followed like any file or folder: who can write in the corpus can already copy.

    Raises:
        CorpusUnreadable: a folder cannot be read.
    """
    for access in Access:
        folder = corpus / access.value
        for path in sorted(_files(folder)):
            relative = path.relative_to(folder)
            if path.name.lower() in IGNORED or any(part.startswith(".") for part in relative.parts):
                continue
            # A name that is not UTF-8 (an old archive) is shown with � in place of what cannot be read.
            name = os.fsencode(relative.as_posix()).decode("utf-8", errors="replace")
            yield Source(path=path, name=f"{access.value}/{name}", access=access)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, linked folders included, each real folder once: links may go round in circles."""
    seen = set()
    for parent, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        if (real := Path(parent).resolve()) in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(parent, name) for name in names if not _is_sidecar(name, names))


def _refuse(error: OSError) -> None:
    """A folder that is not there is empty; one that cannot be read is not: its documents must not leave unnoticed."""
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        raise CorpusUnreadable(sentence("errors.corpus_folder", folder=error.filename)) from error


def _is_sidecar(name: str, beside: list[str]) -> bool:
    document = name.removesuffix(SIDECAR)
    return document != name and document in beside and Path(document).suffix.lower() in DOCUMENT_READERS
