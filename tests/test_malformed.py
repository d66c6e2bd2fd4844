"""Damaged and hostile files: each is read or refused by name with its reason, and costs nothing to the others."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from assistant.documents.chunk import chunk_page
from assistant.documents.read import read_page
from assistant.documents.reading import clean
from assistant.documents.sections import split_sections
from assistant.index.database import Database
from assistant.models import Access, DocumentRefused, Page, Source
from assistant.settings import Settings
from assistant.versions import current_version, index_versions
from tests.ingested import ingest
from tests.malformed_files import READ, Malformed, damaged_files, good_files, named_files

SECONDS = {"rows.html", "tags.html", "brackets.md", "word.txt", "line.txt"}  # those take seconds


def _ending(folder: Path, file: Malformed) -> Page | str:
    """The page, or the reason of the refusal."""
    path = folder / file.name
    path.write_bytes(file.data)
    try:
        return read_page(Source(path, f"public/{file.name}", Access.PUBLIC))
    except DocumentRefused as refusal:
        assert refusal.name == f"public/{file.name}"
        return refusal.reason


def _surprises(folder: Path, files: Iterable[Malformed]) -> list[str]:
    """The files that do not end as they should. Reading waits for processes: two go at once."""
    todo = list(files)
    with ThreadPoolExecutor(2) as pool:
        endings = zip(todo, pool.map(partial(_ending, folder), todo), strict=True)
        return [f"{file.name}: {ending!r:.200}" for file, ending in endings if not _is_right(file, ending)]


def _is_right(file: Malformed, ending: Page | str) -> bool:
    if isinstance(ending, str):
        return bool(ending) and file.ending != READ and file.ending in ending
    ending.text.encode()
    has_words = any(character.isalnum() for character in ending.text) and bool(ending.blocks)
    # What has no words gives nothing to index, and ingestion refuses it for that.
    is_said = has_words if file.ending == READ else has_words or not chunk_page(ending, split_sections(ending))
    return file.ending in ("", READ) and is_said and clean(ending.text) == ending.text


def test_there_are_more_than_three_hundred_and_none_twice() -> None:
    names = {file.name for file in (*named_files(), *damaged_files())}
    assert len(names) == len(named_files()) + len(damaged_files()) > 300


def _sample() -> list[Malformed]:
    return [file for file in named_files() if file.name not in SECONDS][::4] + damaged_files()[::25]


def test_a_sample_of_malformed_files_is_read_or_refused_by_name(tmp_path: Path) -> None:
    assert len(_sample()) >= 40
    assert _surprises(tmp_path, _sample()) == []


@pytest.mark.slow
def test_every_other_malformed_file_is_read_or_refused_by_name(tmp_path: Path) -> None:
    sample = {file.name for file in _sample()}
    assert _surprises(tmp_path, (f for f in (*named_files(), *damaged_files()) if f.name not in sample)) == []


def test_every_good_file_among_malformed_ones_is_indexed(own_settings: Settings, corpus: Path) -> None:
    bad = [file for file in named_files() if file.ending not in ("", READ)][::12]
    for name, data in [(f"good{suffix}", data) for suffix, data in good_files().items()] + [
        (f.name, f.data) for f in bad
    ]:
        (corpus / "public" / name).write_bytes(data)
    report = ingest(own_settings)
    assert {refusal.name for refusal in report.refused} == {f"public/{file.name}" for file in bad}
    version = current_version(index_versions(own_settings.data))
    assert version
    database = Database(version)
    try:
        assert {f"public-good-{suffix[1:]}" for suffix in good_files()} == {
            key[:-7] for key in database.document_digests() if key.startswith("public-good-")
        }
    finally:
        database.close()
