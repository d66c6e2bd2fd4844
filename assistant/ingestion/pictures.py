"""The pages of PDFs that can be quoted are drawn once the index is published: pictures come, and leave, after it.

A picture is written aside and renamed, so what is there is whole. A run that was killed is finished by the next one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.documents.parallel import in_order
from assistant.documents.pictures import can_be_drawn, pictures
from assistant.fault_points import reached
from assistant.index.database import Database
from assistant.index.page_pictures import document_folder, picture_path, pictures_folder, size_of
from assistant.ingestion.report import Drawn
from assistant.models import Access, DocumentRefused, Source
from assistant.settings import Settings
from assistant.versions import current_version, index_versions

MOST_PAGES = 200  # of a document: 15 MB, half a minute of drawing; one of a thousand pages must not fill the disk
FREE_SPACE = 400_000_000  # bytes that must be left: the next build of the index wants half of them
ASIDE = ".new"  # in place of `.webp`, while a picture is being written
CANNOT = ".cannot"  # an empty file: this page cannot be drawn, or stands behind one that stopped the drawing


@dataclass(frozen=True, slots=True)
class ToDraw:
    """Pages of a document that have no picture yet. `content` is the digest of the bytes that were indexed."""

    source: Source
    content: str
    pages: tuple[int, ...]
    folder: Path


def pictures_to_draw(settings: Settings, sources: Mapping[str, Source], again: bool = False) -> tuple[ToDraw, ...]:
    """What the published index can quote of these sources (by document key) and has no picture yet.

    Pictures of what is not published any more are removed. `again`: pages that could not be drawn are tried once more.
    """
    folder, version = pictures_folder(settings.data), current_version(index_versions(settings.data))
    files = {key: source for key, source in sources.items() if can_be_drawn(source)} if settings.pictures else {}
    if version is None or not (files or folder.exists()):
        return ()
    with closing(Database(version)) as database:
        _forget(folder, database.contents() if settings.pictures else set())
        found = {job.content: job for job in _jobs(database, files, folder, again)}  # twice the same file: once
        return tuple(found.values())


def _jobs(database: Database, files: Mapping[str, Source], pictures: Path, again: bool) -> Iterator[ToDraw]:
    for key, source in files.items():
        content = database.content(Access.STAFF, key)
        folder = document_folder(pictures, content)
        pages = database.pages(key)[:MOST_PAGES]
        missing = tuple(page for page in pages if not _is_done(picture_path(pictures, content, page), again))
        if folder and missing:
            yield ToDraw(source, content, missing, folder)


def _is_done(picture: Path | None, again: bool) -> bool:
    if picture is None or size_of(picture):
        return True
    return not again and picture.with_suffix(CANNOT).exists()


def _forget(folder: Path, contents: set[str]) -> None:
    for found in folder.iterdir() if folder.exists() else ():
        if found.name not in contents:
            shutil.rmtree(found, ignore_errors=True)


def draw_pictures(jobs: Sequence[ToDraw], progress: Callable[[int], object] = lambda pages: None) -> Drawn:
    """Draw them; `progress` is told of the pages of each document that is done with."""
    pages, incomplete = 0, []
    for job, drawn in in_order(draw_document, jobs, _lost):
        pages += drawn
        if drawn < len(job.pages):
            incomplete.append(job.source.name)
        progress(len(job.pages))
    return Drawn(pages, tuple(incomplete))


def _lost(_: ToDraw) -> int:
    return 0


def draw_document(job: ToDraw) -> int:
    """How many of the pages were drawn and written. A disk that fails or is full costs pictures, nothing else."""
    try:
        data = job.source.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != job.content:  # it changed since: the next run will see that
            return 0
        job.folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(job.folder).free < FREE_SPACE:
            return 0
        return _written(data, job)
    except OSError:
        return 0


def _written(data: bytes, job: ToDraw) -> int:
    left = set(job.pages)
    try:
        for some in pictures(data, job.pages, job.source.name):
            for page, picture in some.items():
                _write(job.folder / f"{page}.webp", picture)
                left.discard(page)
    except DocumentRefused:
        pass  # what is left says so
    for page in left:
        (job.folder / f"{page}{CANNOT}").touch()
    return len(job.pages) - len(left)


def _write(path: Path, picture: bytes) -> None:
    aside = path.with_suffix(ASIDE)
    aside.write_bytes(picture)
    reached("picture_written")
    aside.replace(path)
    path.with_suffix(CANNOT).unlink(missing_ok=True)
