"""The door to Chroma: chunk digests ⇄ vectors. A cache of the database, to be rebuilt at will.

Embedded Chroma serves one process at a time (a reader beside a writer had 13 % errors, two writers lost 24 % of the
vectors in silence). So each version of the index has a folder of its own, written and closed by the build, then opened
by one reader, which holds `chroma.lock`. One collection per access level: a metadata filter that keeps most rows was
measured a hundred times slower than none, and a collection that is not opened cannot leak.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from langchain_core.embeddings import Embeddings

from assistant.index.database import Database, StoredVector
from assistant.models import Access, BuildFailed
from assistant.versions import Hold, hold_alone
from assistant.wording import sentence

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from langchain_chroma import Chroma

FOLDER = "chroma"
SIZES = "sizes.json"  # beside Chroma's own files
BATCH = 2_000
CANARIES = 8  # vectors that must find themselves when the store is opened
SAME = 1e-3  # cosine distance below which a vector is the same one, float32 rounding included
# With Chroma's own ef_construction (100) and max_neighbors (16), 1 vector in 1,000 was found by no search; here, none.
SPACE = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 400, "max_neighbors": 32}}

log = logging.getLogger(__name__)


class _Recorded(Embeddings):
    """Gives Chroma the vectors that the database holds, by digest: nothing is embedded here, or downloaded."""

    def __init__(self, vectors: Iterable[StoredVector]) -> None:
        self._vectors = {stored.digest: stored.vector for stored in vectors}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._vectors[digest] for digest in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vectors[text]


class VectorStore:
    """An open Chroma. Use `open_store`."""

    def __init__(self, client: Client, version: str, hold: Hold) -> None:
        self._client = client
        self._version = version
        self._hold = hold
        self._collections = {access: _collection(client, version, access) for access in Access}

    def search(self, reader: Access, vector: Sequence[float], limit: int) -> dict[str, float]:
        """Chunk digest → cosine similarity, best first, among what the reader may see."""
        found: dict[str, float] = {}
        for access in reader.readable:
            hits = self._collections[access].similarity_search_by_vector_with_relevance_scores(list(vector), k=limit)
            found.update({document.page_content: 1 - distance for document, distance in hits})
        best = sorted(found.items(), key=lambda item: -item[1])[:limit]
        return dict(best)

    def count(self) -> int:
        """How many vectors all collections hold."""
        names = [_name(self._version, access) for access in Access]
        return sum(self._client.get_collection(name, embedding_function=None).count() for name in names)

    def close(self) -> None:
        """Close the files and let another process open them."""
        self._client.close()
        self._hold.release()


def open_store(database: Database) -> VectorStore | None:
    """The version's vector store, checked, rebuilt if the check fails; None when search must go on by words alone.

    The reason for None is logged: another process has the store open, or it cannot be rebuilt.
    """
    hold = hold_alone(database.version, "chroma")
    if hold is None:
        log.warning("Chroma %s is open in another process: searching by words alone", database.version.name)
        return None
    store, fault = _open_checked(database, hold)
    if store:
        return store
    log.warning("Chroma %s: %s; rebuilding it from the database", database.version.name, fault)
    try:
        write_store(database)
        store, fault = _open_checked(database, hold)
    except BuildFailed as error:
        fault = str(error)
    if store is None:
        log.error("Chroma %s cannot be rebuilt (%s): searching by words alone", database.version.name, fault)
        hold.release()
    return store


def write_store(database: Database) -> None:
    """Write the vectors of a version in a new folder, batch by batch, close the store and remove older folders.

    The folder is new because Chroma remembers by its path a client that could not start, and hands it out again.

    Raises:
        BuildFailed: Chroma could not write them: the disk is full, say.
    """
    older = _folders(database.version)
    try:
        folder = database.version / f"{FOLDER}-{_number(older[-1]) + 1 if older else 1}"
        _write(database, folder)
        (folder / SIZES).write_text(json.dumps(_sizes(folder)), encoding="utf-8")
    except _failures() as error:
        raise BuildFailed(sentence("errors.build_failed", reason=type(error).__name__)) from error
    for path in older:
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)  # should a file stand there


def _write(database: Database, folder: Path) -> None:
    client = _client(folder)
    try:
        for access in Access:
            _collection(client, database.version.name, access)
            vectors = database.vectors(access)
            while batch := list(islice(vectors, BATCH)):
                digests = [stored.digest for stored in batch]
                collection = _collection(client, database.version.name, access, _Recorded(batch))
                collection.add_texts(digests, ids=digests)
    finally:
        client.close()


def check_store(database: Database) -> str | None:
    """What is wrong with a store that was just written, or None."""
    hold = hold_alone(database.version, "chroma")
    if hold is None:
        return "it is open in another process"
    store, fault = _open_checked(database, hold)
    if store:
        store.close()
    hold.release()
    return fault


def _open_checked(database: Database, hold: Hold) -> tuple[VectorStore | None, str | None]:
    """An open store that passed its checks, or what is wrong with it."""
    folders = _folders(database.version)
    if not folders:
        return None, "there is none"
    try:
        # Chroma reads past the end of a shortened graph file, and the whole process ends.
        if json.loads((folders[-1] / SIZES).read_text(encoding="utf-8")) != _sizes(folders[-1]):
            return None, "a file has not its size"
        client = _client(folders[-1])
    except _failures() as error:
        return None, type(error).__name__
    try:
        store = VectorStore(client, database.version.name, hold)
        fault = _fault(store, database)
    except _failures() as error:
        store, fault = None, type(error).__name__
    if fault:
        client.close()
        return None, fault
    return store, None


def _fault(store: VectorStore, database: Database) -> str | None:
    if store.count() != database.vector_count():
        return f"{store.count()} vectors instead of {database.vector_count()}"
    for canary in database.sample_vectors(CANARIES):
        found = store.search(Access.STAFF, canary.vector, limit=3)
        # Two chunks with the same words have the same vector: the canary must be as near as the nearest.
        cosine = found.get(canary.digest, max(found.values(), default=0.0))
        if not cosine >= 1 - SAME:  # written so that what is not a number fails too
            return "a canary does not find itself"
    return None


def _failures() -> tuple[type[Exception], ...]:
    """What a damaged or unwritable store was seen to raise."""
    from chromadb.errors import ChromaError

    return (ChromaError, OSError, sqlite3.Error, RuntimeError, ValueError, KeyError, AttributeError)


def _folders(version: Path) -> list[Path]:
    """The version's Chroma folders, the newest last. There is one, but after a rebuild that was cut short."""
    return sorted(version.glob(f"{FOLDER}-*"), key=_number)


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of each of Chroma's graph files."""
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in sorted(folder.rglob("*.bin"))}


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix(f"{FOLDER}-"))


def _client(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    settings = ChromaSettings(anonymized_telemetry=False)
    # Declared as an interface that lacks `close`.
    return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))


def _collection(client: Client, version: str, access: Access, embedding: Embeddings | None = None) -> Chroma:
    from langchain_chroma import Chroma

    # An embedding function is always given: Chroma's default one downloads a model.
    return Chroma(
        client=client,
        collection_name=_name(version, access),
        embedding_function=embedding or _Recorded(()),
        collection_configuration=SPACE,  # type: ignore[arg-type]  # a TypedDict that mypy does not narrow to
    )


def _name(version: str, access: Access) -> str:
    return f"{access.value}-{version}"
