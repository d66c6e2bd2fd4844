"""Documents → a new version of the index: written aside, checked, published in one step, or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from assistant.index.database import SCHEMA_VERSION, Database, DatabaseWriter
from assistant.index.embed import Embedder, load_embedder
from assistant.index.french import analyse
from assistant.index.lexical import WordSearch
from assistant.index.store import check_store, write_store
from assistant.index.versions import building, current_version, publish, remove_unused, versions_folder
from assistant.models import (
    TO_SCAN,
    Access,
    BuildFailed,
    Chunk,
    Contact,
    DocumentRefused,
    IndexUnavailable,
    Page,
    Section,
)
from assistant.settings import Settings
from assistant.wording import sentence

EMBEDDED_AT_ONCE = 64
COPIED_AT_ONCE = 2_000
CANARIES = 8  # chunks that must be found by their own words
FREE_SPACE = 200_000_000  # bytes that must be left before a build: a full disk makes Chroma unreadable

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Document:
    """A page cut up, ready to be indexed."""

    page: Page
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]

    @property
    def digest(self) -> str:
        """Identifies all that the index keeps of the document."""
        return hashlib.sha256(repr((self.page, self.sections, self.chunks)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `version` is what is published now; `published` says whether this build made it."""

    version: str
    published: bool
    created: int
    changed: int
    reused: int
    removed: int
    refused: tuple[DocumentRefused, ...]
    chunks: int
    embedded: int
    to_scan: tuple[str, ...] = ()

    def summary(self) -> str:
        """The report as one French sentence."""
        refusals = "; ".join(str(refusal) for refusal in self.refused)
        scans = f" {sentence('ingest.to_scan', files='; '.join(self.to_scan))}" if self.to_scan else ""
        told = sentence(
            "ingest.published" if self.published else "ingest.unchanged",
            **{name: getattr(self, name) for name in ("version", "created", "changed", "reused", "removed")},
            chunks=self.chunks,
            embedded=self.embedded,
            refused=len(self.refused),
            refusals=f" ({refusals})" if refusals else "",
        )
        return told + scans


def build_index(
    documents: Sequence[Document],
    refused: Iterable[DocumentRefused],
    contact: Contact | None,
    settings: Settings,
    progress: Progress = lambda done, total: None,
) -> BuildReport:
    """Publish an index of these documents, reusing every vector whose chunk has not changed.

    Any failure leaves the published index as it was. `progress(done, total)` counts embedded chunks.

    Raises:
        BuildFailed: nothing to index, another build running, no space, or the new version fails its checks.
        EmbedderMissing: the configured model is not on this machine.
    """
    refused = tuple(refused)
    if not documents:
        refusals = "".join(f"\n    {refusal}" for refusal in refused)
        raise BuildFailed(sentence("errors.nothing_to_index", corpus=settings.corpus) + refusals)
    with building(settings.data):
        if shutil.disk_usage(settings.data).free < FREE_SPACE:
            raise BuildFailed(sentence("errors.disk_full", folder=settings.data, megabytes=FREE_SPACE // 1_000_000))
        embedder = load_embedder(settings)
        previous = _previous(settings)
        try:
            return _build(documents, refused, contact, settings, embedder, previous, progress)
        finally:
            if previous:
                previous.close()


def _build(
    documents: Sequence[Document],
    refused: tuple[DocumentRefused, ...],
    contact: Contact | None,
    settings: Settings,
    embedder: Embedder | None,
    previous: Database | None,
    progress: Progress,
) -> BuildReport:
    after = {document.page.key: document.digest for document in documents}
    facts = _facts(after, refused, contact, embedder)
    chunks = [chunk for document in documents for chunk in document.chunks]
    unchanged = previous is not None and previous.facts.get("content") == facts["content"]
    embedded = 0
    if unchanged and previous is not None:
        version = previous.version
    else:
        version = _new_version(settings.data, facts["content"])
        try:
            embedded = _write(version, documents, facts, embedder, previous, progress)
            _check(version, chunks)
            publish(settings.data, version)
        except BaseException as error:  # Ctrl+C included: no half version is left behind
            if current_version(settings.data) != version:
                shutil.rmtree(version, ignore_errors=True)
            if isinstance(error, (OSError, sqlite3.Error)):
                raise BuildFailed(sentence("errors.build_failed", reason=error)) from error
            raise
    remove_unused(settings.data)
    before = previous.document_digests() if previous else {}
    if contact:  # a record that comes with the pages, not a document that somebody put there
        before.pop(contact.document_key, None)
        after.pop(contact.document_key, None)
    both = after.keys() & before.keys()
    reused = sum(1 for key in both if after[key] == before[key])
    return BuildReport(
        version=version.name,
        published=not unchanged,
        created=len(after.keys() - before.keys()),
        changed=len(both) - reused,
        reused=reused,
        removed=len(before.keys() - after.keys()),
        refused=refused,
        chunks=len(chunks),
        embedded=embedded,
        to_scan=tuple(_to_scan(documents)),
    )


def _to_scan(documents: Sequence[Document]) -> Iterator[str]:
    """The documents that have pages without text, with these."""
    for document in documents:
        pages = [dropped.text for dropped in document.page.dropped if dropped.rule == TO_SCAN]
        if pages:
            yield f"{document.page.source_name} ({', '.join(pages)})"


def _new_version(data: Path, content: str) -> Path:
    """An empty folder of a new name: the time, and the beginning of the content's digest.

    Raises:
        BuildFailed: it cannot be created.
    """
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{content[:8]}"
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        try:
            (versions_folder(data) / f"{name}{suffix}").mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise BuildFailed(sentence("errors.data_folder", folder=data)) from error
        return versions_folder(data) / f"{name}{suffix}"
    raise BuildFailed(sentence("errors.data_folder", folder=data))


def _facts(
    digests: dict[str, str],
    refused: tuple[DocumentRefused, ...],
    contact: Contact | None,
    embedder: Embedder | None,
) -> dict[str, str]:
    """What the version says of itself; `content` identifies all the rest but the time."""
    facts = {
        "schema": SCHEMA_VERSION,
        "embedder": embedder.identity if embedder else "",
        "refused": json.dumps([str(refusal) for refusal in refused], ensure_ascii=False),
    }
    if contact:
        facts["contact"] = json.dumps(asdict(contact), ensure_ascii=False)
    content = json.dumps([sorted(facts.items()), sorted(digests.items())]).encode()
    return {**facts, "content": hashlib.sha256(content).hexdigest(), "built_at": f"{datetime.now(UTC):%FT%TZ}"}


def _previous(settings: Settings) -> Database | None:
    """The published version, if it can still be read: else everything is indexed anew."""
    version = current_version(settings.data)
    try:
        return Database(version) if version else None
    except IndexUnavailable:
        return None


def _write(
    version: Path,
    documents: Sequence[Document],
    facts: dict[str, str],
    embedder: Embedder | None,
    previous: Database | None,
    progress: Progress,
) -> int:
    """Write the version's files; returns how many chunks had to be embedded."""
    writer = DatabaseWriter(version)
    embedded = 0
    try:
        for document in documents:
            writer.add_document(document.page, document.digest, document.sections, document.chunks)
        if embedder:
            passages = {chunk.digest: passage_text(chunk) for document in documents for chunk in document.chunks}
            _reuse(writer, passages, embedder, previous)
            embedded = _embed(writer, passages, embedder, progress)
        writer.finish(facts)
    finally:
        writer.close()
    if embedder:
        database = Database(version)
        try:
            write_store(database)
        finally:
            database.close()
    return embedded


def _reuse(writer: DatabaseWriter, passages: dict[str, str], embedder: Embedder, previous: Database | None) -> None:
    """Copy the vectors of unchanged chunks, and take these off the passages to embed."""
    if previous is None or previous.facts.get("embedder") != embedder.identity:
        return
    for access in Access:
        vectors = previous.vectors(access)
        while batch := list(islice(vectors, COPIED_AT_ONCE)):
            kept = {stored.digest: stored.vector for stored in batch if stored.digest in passages}
            writer.add_vectors(kept)
            for digest in kept:
                del passages[digest]


def _embed(writer: DatabaseWriter, passages: dict[str, str], embedder: Embedder, progress: Progress) -> int:
    rows = iter(passages.items())
    done = 0
    progress(done, len(passages))
    while batch := dict(islice(rows, EMBEDDED_AT_ONCE)):
        vectors = embedder.embed_documents(list(batch.values()))
        writer.add_vectors(dict(zip(batch, vectors, strict=True)))
        done += len(batch)
        progress(done, len(passages))
    return done


def _check(version: Path, chunks: Sequence[Chunk]) -> None:
    """Is the version whole? Counts agree, words find their chunk, vectors find themselves.

    Raises:
        BuildFailed: it is not.
    """
    database = Database(version)
    try:
        if not chunks or database.counts(Access.STAFF)[1] != len(chunks):
            raise BuildFailed(sentence("errors.check_count"))
        search = WordSearch(database, Access.STAFF)
        for chunk in [chunk for chunk in chunks if analyse(chunk.text)][:: max(1, len(chunks) // CANARIES)]:
            if database.chunk_id(chunk.digest) not in search.search(chunk.text, limit=len(chunks)):
                raise BuildFailed(sentence("errors.check_words", key=chunk.document_key))
        if database.vector_count() and (fault := check_store(database)):
            raise BuildFailed(sentence("errors.check_vectors", reason=fault))
    finally:
        database.close()


def passage_text(chunk: Chunk) -> str:
    """What is embedded for a chunk: the passage with its title, its headings and the sentence that introduces it."""
    return "\n".join(
        part for part in (chunk.title, *chunk.heading_path, chunk.introduction, chunk.lead_in, chunk.text) if part
    )
