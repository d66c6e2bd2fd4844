"""Documents → a new version of the index: written aside, checked, published in one step, or not at all.

A build begins with the published version and is told, document by document, what is taken over and what is read anew.
It holds one document at a time, whatever their number.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.fault_points import reached
from assistant.index.database import SCHEMA_VERSION, TERMS, Database, Kept
from assistant.index.embed import Embedder, load_embedder
from assistant.index.french import analyse
from assistant.index.history import History, open_history
from assistant.index.lexical import WordSearch
from assistant.index.store import check_store, write_store
from assistant.index.writer import DatabaseWriter
from assistant.models import (
    CUT_ROWS,
    RECORD_KEYS,
    TO_SCAN,
    TO_TELL,
    Access,
    BuildFailed,
    Contact,
    Document,
    DocumentRefused,
    Dropped,
    IndexUnavailable,
    Refusal,
    Term,
    TooManyVanished,
)
from assistant.settings import Settings
from assistant.versions import building, current_version, index_versions, new_version, publish, remove_unused
from assistant.wording import sentence

EMBEDDED_AT_ONCE = 64
CANARIES = 8  # chunks that must be found by their own words
FREE_SPACE = 200_000_000  # bytes that must be left before a build: a full disk makes Chroma unreadable
LARGEST_LOSS = 0.2  # share of the documents that may leave at once without being forced
FEW = 10  # documents that may leave at once in any case: somebody is tidying up

TRY_AGAIN = "again:"  # before the digest of a source that is refused for what stands beside it

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, or would do when it is only tried (`dry_run`).

    `version` is what is published now; `published` says whether this build made it.

    The documents are told by key, but `to_scan` and `cut_rows`: names, with what is not read.
    `moved` is new key → old key.
    """

    version: str
    published: bool
    created: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    reused: int
    moved: dict[str, str]
    refused: tuple[Refusal, ...]
    chunks: int
    embedded: int
    to_scan: tuple[str, ...] = ()
    cut_rows: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build.

    `partial`: documents that nobody speaks of stay. `dry_run`: nothing is written, the report says what would be.
    `force`: many documents may leave at once, and nothing is taken over unread.
    """

    partial: bool = False
    dry_run: bool = False
    force: bool = False


@contextmanager
def open_build(settings: Settings, options: BuildOptions | None = None) -> Iterator[Build]:
    """A build, from the lock to the publication. However it ends, the published version is whole, and alone.

    Raises:
        BuildFailed: another build is running, there is no space, or the new version cannot be written.
        EmbedderMissing: the configured model is not on this machine.
    """
    with building(index_versions(settings.data)), _as_failures():
        if shutil.disk_usage(settings.data).free < FREE_SPACE:
            raise BuildFailed(sentence("errors.disk_full", folder=settings.data, megabytes=FREE_SPACE // 1_000_000))
        remove_unused(index_versions(settings.data))  # what a run that was killed has left
        embedder = load_embedder(settings)
        with open_history(settings.data) as history, _previous(settings) as previous:
            build = Build(settings, options or BuildOptions(), embedder, previous, history)
            try:
                yield build
            finally:
                build.close()


class Build:
    """Collects what changes. Use `open_build`."""

    def __init__(
        self,
        settings: Settings,
        options: BuildOptions,
        embedder: Embedder | None,
        previous: Database | None,
        history: History,
    ) -> None:
        self._settings = settings
        self._options = options
        self._embedder = embedder
        self._previous = previous
        self._history = history
        self._now = f"{datetime.now(UTC):%FT%TZ}"
        self._before = previous.document_digests() if previous else {}
        self._refused_before = previous.refusals() if previous else {}
        self._after: dict[str, str] = {}
        self._leaving: set[str] = set()
        self._refused: dict[str, DocumentRefused] = {}
        self._to_tell: dict[str, list[str]] = {rule: [] for rule in TO_TELL}
        self._chunks = 0
        self._version: Path | None = None
        self._writer: DatabaseWriter | None = None

    # ------------------------------------------------------------------------------------------ told what is there

    def known(self, source_digest: str) -> Kept | DocumentRefused | None:
        """What the published version made of a source with this digest.

        None when there is nothing of the kind, or when everything is to be read again.
        """
        if self._previous is None or self._options.force:
            return None
        return self._refused_before.get(source_digest) or self._previous.kept(source_digest)

    def keep(self, kept: Kept) -> None:
        """A published document that stays as it is."""
        self._after[kept.key] = kept.digest
        self._chunks += kept.chunks
        self._note(kept.source_name, kept.to_tell)

    def add(self, document: Document, source_digest: str, content: str = "") -> None:
        """A document that was read. It takes the place of the published one of the same key.

        `content` is the digest of the bytes that it was read from, "" for a record.
        """
        key = document.page.key
        self._after[key] = document.digest
        self._chunks += len(document.chunks)
        self._note(document.page.source_name, (d for d in document.page.dropped if d.rule in TO_TELL))
        if self._options.dry_run:
            return
        if key not in RECORD_KEYS:
            self._history.record(document.page, self._now)
        writer = self._open_writer()
        if self._before.get(key) == document.digest:
            writer.read_from(key, source_digest, content)
            return
        vectors = writer.remove_document(key) if key in self._before else {}
        writer.add_document(document, source_digest, content)
        writer.put_vectors(vectors)
        reached("document_written")

    def add_record(self, document: Document) -> None:
        """A document that no source holds by itself: added, or kept if it is published already."""
        known = self.known(document.digest)
        if known is None or isinstance(known, DocumentRefused):
            self.add(document, document.digest)
        else:
            self.keep(known)

    def refuse(self, refusal: DocumentRefused, source_digest: str) -> None:
        """A source that cannot be indexed, and why. It will be tried again next time unless that is lasting."""
        self._refused[source_digest if refusal.lasting else f"{TRY_AGAIN}{source_digest}"] = refusal

    def leave(self, key: str) -> None:
        """A published document whose source is not there any more, in a build that keeps the others."""
        self._leaving.add(key)

    def published(self, name: str) -> Kept | None:
        """The published document of this key, or read from a source of this name."""
        return self._previous.kept_by_name(name) if self._previous else None

    def all_published(self) -> Iterator[Kept]:
        """Every published document."""
        return self._previous.all_kept() if self._previous else iter(())

    def _note(self, name: str, left_out: Iterable[Dropped]) -> None:
        pieces = list(left_out)
        for rule in TO_TELL:
            if told := ", ".join(piece.text for piece in pieces if piece.rule == rule):
                self._to_tell[rule].append(f"{name} ({told})")

    def _open_writer(self) -> DatabaseWriter:
        """The file of the new version, begun as a copy of the published one."""
        if self._writer is None:
            self._version = new_version(index_versions(self._settings.data))
            previous = self._previous.version if self._previous else None
            self._writer = DatabaseWriter(self._version, previous)
            if self._previous and self._previous.facts["embedder"] != self._identity():
                self._writer.forget_vectors()
        return self._writer

    def _identity(self) -> str:
        return self._embedder.identity if self._embedder else ""

    # ------------------------------------------------------------------------------------------ publishing

    def publish(
        self,
        contact: Contact | None,
        progress: Progress = lambda done, total: None,
        glossary: tuple[Term, ...] = (),
    ) -> BuildReport:
        """Publish what was told, if it is another index than the published one.

        `progress(done, total)` counts embedded chunks. What can be quoted of the glossary is a record of its own.

        Raises:
            BuildFailed: there is nothing to index, or the new version fails its checks.
            TooManyVanished: more documents would leave than leave by intent.
        """
        if self._options.partial:
            self._keep_the_others()
        if not self._after.keys() - set(RECORD_KEYS):
            refusals = "".join(f"\n    {refusal}" for refusal in self._refused.values())
            raise BuildFailed(sentence("errors.nothing_to_index", corpus=self._settings.corpus) + refusals)
        removed = sorted(self._before.keys() - self._after.keys())
        self._judge_loss(removed)
        facts = self._facts(contact, glossary)
        embedded, published, moved = 0, False, {}
        if not self._options.dry_run:
            moved = self._record(removed)
            if self._writer or self._previous is None or self._previous.facts["content"] != facts["content"]:
                embedded = self._write(facts, removed, progress)
                published = True
            self._history.commit()
            reached("history_written")
            if published and self._version:
                publish(self._version)
                reached("switched")
            remove_unused(index_versions(self._settings.data))
            reached("cleaned")
        return self._report(published, removed, moved, embedded)

    def close(self) -> None:
        """Leave nothing behind that was not published."""
        if self._writer:
            self._writer.close()
        if self._version and current_version(index_versions(self._settings.data)) != self._version:
            shutil.rmtree(self._version, ignore_errors=True)

    def _keep_the_others(self) -> None:
        for kept in self.all_published():
            if kept.key not in self._after and kept.key not in self._leaving:
                self.keep(kept)
        told = {refusal.name for refusal in self._refused.values()}
        for digest, refusal in self._refused_before.items():
            if refusal.name not in told:
                self._refused.setdefault(digest, refusal)

    def _judge_loss(self, removed: Collection[str]) -> None:
        leaving = len(set(removed).difference(RECORD_KEYS))
        if leaving > FEW and leaving > LARGEST_LOSS * len(self._before) and not self._options.force:
            raise TooManyVanished(sentence("errors.too_many_removed", count=leaving, total=len(self._before)))

    def _record(self, removed: Collection[str]) -> dict[str, str]:
        """Tell the history; returns the documents that moved, new key → old key."""
        created = self._after.keys() - self._before.keys()
        self._history.gone(removed, self._now)
        self._history.seen(self._now)
        return self._history.moved(created, removed)

    def _facts(self, contact: Contact | None, glossary: tuple[Term, ...]) -> dict[str, str]:
        """What the version says of itself; `content` identifies all the rest but the time."""
        facts = {"schema": SCHEMA_VERSION, "embedder": self._identity()}
        if contact:
            facts["contact"] = json.dumps(asdict(contact), ensure_ascii=False)
        if glossary:
            facts["glossary"] = TERMS.dump_json(glossary).decode()
        refused = sorted(str(refusal) for refusal in self._refused.values())
        content = json.dumps([sorted(facts.items()), refused, sorted(self._after.items())]).encode()
        return {**facts, "content": hashlib.sha256(content).hexdigest(), "built_at": self._now}

    def _write(self, facts: Mapping[str, str], removed: Iterable[str], progress: Progress) -> int:
        """Write the version's files; returns how many chunks had to be embedded."""
        writer = self._open_writer()
        for key in removed:
            writer.remove_document(key)
        writer.refuse(self._refused)
        embedded = _embed(writer, self._embedder, progress) if self._embedder else 0
        writer.finish(facts)
        reached("database_written")
        with closing(Database(writer.version)) as database:
            if self._embedder:
                write_store(database)
                reached("vectors_written")
            _check(database, self._chunks)
        return embedded

    def _report(self, published: bool, removed: Iterable[str], moved: dict[str, str], embedded: int) -> BuildReport:
        before, after = dict(self._before), dict(self._after)
        for documents in (before, after):  # records that come with the others, not documents that somebody put there
            for key in RECORD_KEYS:
                documents.pop(key, None)
        both = after.keys() & before.keys()
        changed = tuple(sorted(key for key in both if after[key] != before[key]))
        version = self._version if published else self._previous.version if self._previous else None
        return BuildReport(
            version=version.name if version else "",
            published=published,
            created=tuple(sorted(after.keys() - before.keys())),
            changed=changed,
            removed=tuple(key for key in removed if key not in RECORD_KEYS),
            reused=len(both) - len(changed),
            moved=moved,
            refused=tuple(Refusal(refusal.name, refusal.reason) for refusal in self._refused.values()),
            chunks=self._chunks,
            embedded=embedded,
            to_scan=tuple(self._to_tell[TO_SCAN]),
            cut_rows=tuple(self._to_tell[CUT_ROWS]),
            dry_run=self._options.dry_run,
        )


@contextmanager
def _as_failures() -> Iterator[None]:
    """What the disk or SQLite refuse is told as a failure of the build."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BuildFailed(sentence("errors.build_failed", reason=error)) from error


@contextmanager
def _previous(settings: Settings) -> Iterator[Database | None]:
    """The published version, if it can still be read: else everything is indexed anew."""
    version = current_version(index_versions(settings.data))
    try:
        database = Database(version) if version else None
    except IndexUnavailable:
        database = None
    try:
        yield database
    finally:
        if database:
            database.close()


def _embed(writer: DatabaseWriter, embedder: Embedder, progress: Progress) -> int:
    """Embed the chunks without a vector; returns how many there were."""
    done, total, last = 0, writer.without_vector(), 0
    progress(done, total)
    while True:
        last, passages = writer.to_embed(last, EMBEDDED_AT_ONCE)
        if not passages:
            return done
        vectors = embedder.embed_documents(list(passages.values()))
        writer.add_vectors(dict(zip(passages, vectors, strict=True)))
        done += len(passages)
        progress(done, total)
        reached("batch_embedded")


def _check(database: Database, chunks: int) -> None:
    """Is the version whole? Counts agree, words find their chunk, vectors find themselves.

    Raises:
        BuildFailed: it is not.
    """
    if not chunks or database.counts(Access.STAFF)[1] != chunks:
        raise BuildFailed(sentence("errors.check_count"))
    for reader in Access:
        if database.counts(reader)[1] != database.word_count(reader):
            raise BuildFailed(sentence("errors.check_count"))
    search = WordSearch(database, Access.STAFF)
    for chunk in database.sample_chunks(CANARIES):
        if analyse(chunk.text) and database.chunk_id(chunk.digest) not in search.search(chunk.text, limit=chunks):
            raise BuildFailed(sentence("errors.check_words", key=chunk.document_key))
    if database.vector_count() and (fault := check_store(database)):
        raise BuildFailed(sentence("errors.check_vectors", reason=fault))
