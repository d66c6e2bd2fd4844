"""Chroma is a cache of the database: whatever happens to it, it is rebuilt, or search goes on by words."""

from __future__ import annotations

import fcntl
import logging
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.index.database import Database
from assistant.index.embed import load_embedder
from assistant.index.search import open_index
from assistant.index.store import check_store, open_store, write_store
from assistant.models import Access
from assistant.settings import ROOT, Settings, load_settings
from assistant.versions import current_version, index_versions
from ingest import ingest
from tests.test_embed import save_tiny_model

QUESTION = "Combien de raccordements FTTH au premier trimestre 2020 ?"
SECRET = "---\ntitle: Note interne\n---\nLe réseau de la Somme raccorde le coffre secret.\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


def _built(folder: Path, model: Path, files: dict[str, str]) -> Settings:
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    for name, text in files.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    changes = {"data": folder / "data", "corpus": folder / "corpus", "embedder": str(model)}
    settings = load_settings().model_copy(update=changes)
    ingest(settings)
    return settings


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Settings:
    """The real pages and a staff note, indexed. Not to be written to."""
    return _built(tmp_path_factory.mktemp("published"), model, {"staff/note.md": SECRET})


@pytest.fixture
def own(published: Settings, tmp_path: Path) -> Settings:
    """A copy of that index, to be damaged."""
    shutil.copytree(published.data, tmp_path / "data")
    return published.model_copy(update={"data": tmp_path / "data"})


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Settings:
    """2,100 chunks more: past the sizes at which Chroma writes its graph to files, and we cut in batches."""
    source = random.Random(3)
    words = sorted(
        set(re.findall(r"\w{4,}", (ROOT / "corpus/public/2020-04_communique-coronavirus.txt").read_text("utf-8")))
    )
    files = {}
    for number in range(21):
        parts = (f"## Partie {number}.{part}\n\n{' '.join(source.choices(words, k=12))}." for part in range(100))
        files[f"public/{number}.md"] = "\n\n".join(parts)
    return _built(tmp_path_factory.mktemp("large"), model, files)


def _version(settings: Settings) -> Path:
    version = current_version(index_versions(settings.data))
    assert version is not None
    return version


def _chroma(settings: Settings) -> Path:
    return _chroma_of(_version(settings))


def _chroma_of(version: Path) -> Path:
    (folder,) = (path for path in version.iterdir() if path.is_dir())
    return folder


@pytest.fixture
def database(own: Settings) -> Iterator[Database]:
    opened = Database(_version(own))
    yield opened
    opened.close()


def _searches_by_vectors(settings: Settings) -> bool:
    """Does a search work, and do vectors count in it?"""
    with open_index(settings) as index:
        found = index.search(QUESTION, Access.PUBLIC)
        assert any("1500 raccordements" in evidence.chunk.text for evidence in found.evidence)
        by_vectors = any(evidence.vectors > 0 for evidence in found.evidence)
        assert by_vectors == (index.status(Access.PUBLIC).vectors == "chroma")
        return by_vectors


# ---------------------------------------------------------------------------------------------- whole


def test_a_published_store_is_opened_without_a_word(own: Settings, caplog: pytest.LogCaptureFixture) -> None:
    assert _searches_by_vectors(own)
    assert not [record for record in caplog.records if record.name == "assistant.index.store"]


def test_every_vector_finds_its_chunk_first(database: Database) -> None:
    store = open_store(database)
    assert store is not None
    for access in Access:
        for stored in database.vectors(access):
            digest, cosine = next(iter(store.search(Access.STAFF, stored.vector, 5).items()))
            assert digest == stored.digest
            assert cosine == pytest.approx(1, abs=1e-5)
    store.close()


def test_similarities_are_cosines_best_first(database: Database, own: Settings) -> None:
    embedder = load_embedder(own)
    assert embedder is not None
    asked = embedder.embed_query(QUESTION)
    store = open_store(database)
    assert store is not None
    found = store.search(Access.PUBLIC, asked, 1000)
    expected = {
        stored.digest: sum(a * b for a, b in zip(asked, stored.vector, strict=True))
        for stored in database.vectors(Access.PUBLIC)
    }
    assert found == pytest.approx(expected, abs=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert list(store.search(Access.PUBLIC, asked, 3)) == list(found)[:3]
    store.close()


def test_each_access_has_a_collection_of_its_own(database: Database, own: Settings) -> None:
    with sqlite3.connect(_chroma(own) / "chroma.sqlite3") as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM collections")}
    connection.close()
    assert names == {f"public-{database.version.name}", f"staff-{database.version.name}"}


def test_the_public_never_meets_a_staff_vector_though_it_is_the_nearest(database: Database) -> None:
    (secret,) = database.vectors(Access.STAFF)
    store = open_store(database)
    assert store is not None
    assert next(iter(store.search(Access.STAFF, secret.vector, 3))) == secret.digest
    public = store.search(Access.PUBLIC, secret.vector, 1000)
    assert public.keys() == {stored.digest for stored in database.vectors(Access.PUBLIC)}
    store.close()


def test_the_store_holds_no_text_of_a_document(own: Settings) -> None:
    # The graph files are left out: Chroma writes the memory of their free slots as it found it,
    # which may hold anything this process read before.
    data = b"".join(path.read_bytes() for path in _chroma(own).glob("chroma.sqlite3*"))
    assert b"coffre secret" not in data
    assert b"raccordements" not in data


def test_the_count_is_that_of_the_database(database: Database) -> None:
    store = open_store(database)
    assert store is not None
    assert store.count() == database.vector_count() > 0
    store.close()


def test_a_store_can_be_opened_again_once_closed(database: Database) -> None:
    for _ in range(3):
        store = open_store(database)
        assert store is not None
        store.close()


# ---------------------------------------------------------------------------------------------- damaged


def _sql(*statements: str) -> Callable[[Path], None]:
    def damage(chroma: Path) -> None:
        connection = sqlite3.connect(chroma / "chroma.sqlite3")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return damage


def _truncate(size: int) -> Callable[[Path], None]:
    return lambda chroma: os.truncate(chroma / "chroma.sqlite3", size)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(shutil.rmtree, id="folder-deleted"),
        pytest.param(lambda chroma: [path.unlink() for path in chroma.glob("*.sqlite3")], id="sqlite-deleted"),
        pytest.param(_truncate(0), id="sqlite-emptied"),
        pytest.param(_truncate(100), id="sqlite-cut-in-its-header"),
        pytest.param(_truncate(40_000), id="sqlite-cut"),
        pytest.param(lambda chroma: (chroma / "chroma.sqlite3").write_bytes(b"garbage" * 5000), id="sqlite-garbage"),
        pytest.param(_sql("DELETE FROM embeddings", "DELETE FROM embeddings_queue"), id="no-vectors"),
        pytest.param(_sql("DELETE FROM embeddings_queue WHERE seq_id = 5", "DELETE FROM embeddings WHERE seq_id = 5"),
                     id="one-vector-less"),
        pytest.param(_sql("DELETE FROM collections"), id="no-collections"),
        pytest.param(_sql("DELETE FROM segments"), id="no-segments"),
        pytest.param(_sql("UPDATE collections SET name = name || 'x'"), id="collections-renamed"),
        pytest.param(_sql("DROP TABLE collections"), id="a-table-less"),
        pytest.param(_sql("DELETE FROM embedding_metadata"), id="digests-lost"),
        pytest.param(_sql("UPDATE embeddings_queue SET vector = randomblob(128)"), id="other-vectors"),
    ],
)  # fmt: skip
def test_a_damaged_store_is_rebuilt_from_the_database_and_said_so(
    own: Settings, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    damage(_chroma(own))
    with caplog.at_level(logging.WARNING):
        assert _searches_by_vectors(own)
    assert any("rebuilding it from the database" in record.message for record in caplog.records)
    caplog.clear()
    assert _searches_by_vectors(own)
    assert not caplog.records


def test_vectors_of_another_version_are_not_served(own: Settings, caplog: pytest.LogCaptureFixture) -> None:
    chroma = _chroma(own)
    connection = sqlite3.connect(chroma / "chroma.sqlite3")
    connection.execute("UPDATE embeddings_queue SET vector = (SELECT vector FROM embeddings_queue LIMIT 1)")
    connection.commit()
    connection.close()
    assert _searches_by_vectors(own)
    assert "a canary does not find itself" in caplog.text


DAMAGE_EACH = """
import random, shutil, sys
from pathlib import Path
from assistant.index.database import Database
from assistant.index.store import open_store
from assistant.models import Access

def search(version):
    database = Database(version)
    store = open_store(database)
    if store is not None:
        canary = database.sample_vectors(1)[0]
        assert canary.digest in store.search(Access.STAFF, canary.vector, 3)
        store.close()
    database.close()

version, name = Path(sys.argv[1]), sys.argv[2]
search(version)  # a service has had a store open before it meets a damaged one
for damage in (b"", b"garbage", random.Random(5).randbytes(9_000), None):
    copy = Path(shutil.copytree(version, version.parent / "damaged" / version.name))
    (file,) = copy.rglob(name)
    file.unlink() if damage is None else file.write_bytes(damage)
    search(copy)
    shutil.rmtree(copy.parent)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "header.bin",
        "data_level0.bin",
        "length.bin",
        "link_lists.bin",
    ],
)
def test_garbage_in_the_graph_is_survived(large: Settings, tmp_path: Path, name: str) -> None:
    """In a process of its own: some damages were seen to end it in a segmentation fault."""
    version = Path(shutil.copytree(_version(large), tmp_path / _version(large).name))
    done = subprocess.run(
        [sys.executable, "-c", DAMAGE_EACH, str(version), name],
        capture_output=True, text=True, timeout=120, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_no_vector_of_a_large_store_is_lost(large: Settings, tmp_path: Path) -> None:
    version = Path(shutil.copytree(_version(large), tmp_path / _version(large).name))
    database = Database(version)
    assert database.vector_count() > 2_100
    stored = list(database.vectors(Access.PUBLIC))
    lost = []
    for _ in range(3):  # the graph is another one each time
        write_store(database)
        store = open_store(database)
        if store is None:
            pytest.fail("a canary was lost")
        assert store.count() == database.vector_count()
        lost += [s for s in stored if next(iter(store.search(Access.PUBLIC, s.vector, 3).values())) < 0.999]
        store.close()
    database.close()
    assert not lost


# ---------------------------------------------------------------------------------------------- beyond repair


def test_a_file_in_the_place_of_the_folder_is_rebuilt_around(own: Settings, caplog: pytest.LogCaptureFixture) -> None:
    chroma = _chroma(own)
    shutil.rmtree(chroma)
    chroma.write_text("a file in the place of the folder", encoding="utf-8")
    assert _searches_by_vectors(own)
    assert "rebuilding it from the database" in caplog.text
    assert not chroma.exists()


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("chroma"), sqlite3.OperationalError("disk full")]
)
def test_a_rebuild_that_fails_leaves_words_and_gives_the_lock_back(
    own: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    shutil.rmtree(_chroma(own))
    with monkeypatch.context() as patch:
        patch.setattr("chromadb.PersistentClient", fail)
        assert not _searches_by_vectors(own)
    assert "cannot be rebuilt" in caplog.text
    assert _searches_by_vectors(own)


@pytest.mark.slow
def test_another_process_that_has_the_store_open_leaves_words(own: Settings, caplog: pytest.LogCaptureFixture) -> None:
    lock = _version(own) / "chroma.lock"
    code = f"import fcntl; f = open({str(lock)!r}, 'a'); fcntl.flock(f, {fcntl.LOCK_EX}); print('held'); input()"
    other = subprocess.Popen(
        [sys.executable, "-u", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        before = sorted((path, path.stat().st_mtime_ns) for path in _chroma(own).rglob("*"))
        assert not _searches_by_vectors(own)
        assert "is open in another process: searching by words alone" in caplog.text
        assert sorted((path, path.stat().st_mtime_ns) for path in _chroma(own).rglob("*")) == before
    finally:
        other.kill()
        other.communicate()
    assert _searches_by_vectors(own)


@pytest.mark.slow
def test_a_real_service_that_has_the_store_open_leaves_words_to_a_second_one(own: Settings) -> None:
    code = f"""
from pathlib import Path
from assistant.settings import load_settings
from assistant.index.search import open_index
from assistant.models import Access
settings = load_settings().model_copy(update={{"data": Path({str(own.data)!r}), "embedder": {own.embedder!r}}})
with open_index(settings) as index:
    print(index.status(Access.PUBLIC).vectors, flush=True)
    input()
"""
    first = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "chroma\n"
        assert not _searches_by_vectors(own)
    finally:
        first.kill()
        first.communicate()
    assert _searches_by_vectors(own)


def test_a_second_opening_in_the_same_process_leaves_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    first = open_store(database)
    assert first is not None
    assert open_store(database) is None
    assert "another process" in caplog.text
    first.close()


# ---------------------------------------------------------------------------------------------- written by the build


def test_a_store_that_was_just_written_passes_its_check(database: Database) -> None:
    assert check_store(database) is None
    shutil.rmtree(_chroma_of(database.version))
    assert check_store(database) is not None
    write_store(database)
    assert check_store(database) is None


def test_a_check_that_fails_says_why_and_gives_the_lock_back(database: Database, own: Settings) -> None:
    _sql("DELETE FROM embeddings", "DELETE FROM embeddings_queue")(_chroma(own))
    assert check_store(database) == f"0 vectors instead of {database.vector_count()}"
    store = open_store(database)
    assert store is not None
    store.close()


def test_nothing_is_left_open(own: Settings) -> None:
    for _ in range(3):
        _searches_by_vectors(own)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(10):
        _searches_by_vectors(own)
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 10  # Chroma's own threads may open one or two
