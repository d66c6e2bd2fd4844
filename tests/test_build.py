"""A new version of the index: written aside, checked, published in one step, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import versions
from assistant.documents.find import find_sources
from assistant.documents.frame import strip_frame
from assistant.documents.read import read_page
from assistant.index import build
from assistant.index.build import BuildOptions, BuildReport, open_build
from assistant.index.database import FILE, Database, Kept
from assistant.index.search import open_index
from assistant.index.writer import DatabaseWriter
from assistant.ingestion.report import RunReport
from assistant.models import Access, BuildFailed, Contact, Document, DocumentRefused, IndexUnavailable, Sentence
from assistant.settings import ROOT, Settings
from assistant.versions import building, current_version, hold_for_reading, index_versions
from ingest import cut_up
from tests.ingested import ingest
from tests.test_embed import save_tiny_model

DOCUMENTS = tuple(cut_up(strip_frame(read_page(source))[0]) for source in find_sources(ROOT / "corpus"))
CHUNKS = sum(len(document.chunks) for document in DOCUMENTS)
NOTE = "Le comité a voté le budget de la Somme."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def vector_settings(own_settings: Settings, model: Path) -> Settings:
    """Settings over a copy of the corpus, with a small model."""
    return own_settings.model_copy(update={"embedder": str(model), "vector_weight": 0.2})


def _build_with(
    settings: Settings,
    documents: Sequence[Document],
    refused: Sequence[DocumentRefused] = (),
    contact: Contact | None = None,
    options: BuildOptions | None = None,
) -> BuildReport:
    """As an ingestion does: what is known is kept, the rest is added."""
    with open_build(settings, options) as build:
        for document in documents:
            known = build.known(document.digest)
            if isinstance(known, Kept):
                build.keep(known)
            else:
                build.add(document, document.digest)
        for refusal in refused:
            build.refuse(refusal, refusal.name)
        return build.publish(contact)


def _build(settings: Settings, *documents: Document) -> BuildReport:
    return _build_with(settings, documents or DOCUMENTS)


def _counts(report: BuildReport) -> tuple[int, int, int, int]:
    return len(report.created), len(report.changed), report.reused, len(report.removed)


def _current(settings: Settings) -> Path:
    version = current_version(index_versions(settings.data))
    assert version is not None
    return version


def _folders(settings: Settings) -> set[str]:
    return {path.name for path in index_versions(settings.data).iterdir() if path.is_dir()}


def _digest(settings: Settings) -> dict[str, bytes]:
    """Every file of the published version but the locks."""
    version = _current(settings)
    files = (path for path in version.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(version)): path.read_bytes() for path in files}


def _answers(settings: Settings) -> bool:
    with open_index(settings) as index:
        found = index.search("raccordements FTTH", Access.PUBLIC)
        return any("1500 raccordements" in evidence.chunk.text for evidence in found.evidence)


def _without_sentence(document: Document, words: str) -> Document:
    page = document.page
    return cut_up(replace(page, text=page.text.replace(words, "x" * len(words))))


# ---------------------------------------------------------------------------------------------- what is done again


def test_the_first_build_creates_and_embeds_everything(vector_settings: Settings) -> None:
    report = _build(vector_settings)
    assert report.published
    assert _counts(report) == (2, 0, 0, 0)
    assert (report.chunks, report.embedded) == (CHUNKS, CHUNKS)
    assert _current(vector_settings).name == report.version
    assert _answers(vector_settings)


def test_when_nothing_has_changed_nothing_is_embedded_and_the_version_stays(
    vector_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _build(vector_settings)
    before = _digest(vector_settings)
    monkeypatch.setattr(
        "assistant.index.embed.SentenceTransformerEmbedder.embed_documents", lambda *_: pytest.fail("embedded again")
    )
    second = _build(vector_settings)
    assert (second.version, second.published, second.embedded) == (first.version, False, 0)
    assert _counts(second) == (0, 0, 2, 0)
    assert second.chunks == CHUNKS
    assert _digest(vector_settings) == before


def test_the_order_of_the_documents_changes_nothing(own_settings: Settings) -> None:
    first = _build(own_settings)
    assert _build(own_settings, *DOCUMENTS[::-1]).version == first.version


def test_only_the_chunks_of_a_changed_file_that_changed_are_embedded(vector_settings: Settings) -> None:
    _build(vector_settings)
    changed = _without_sentence(DOCUMENTS[1], "1500 raccordements")
    report = _build(vector_settings, DOCUMENTS[0], changed)
    assert _counts(report) == (0, 1, 1, 0)
    assert report.published
    assert (report.chunks, report.embedded) == (CHUNKS, 1)
    assert not _answers(vector_settings)


def test_reused_vectors_are_those_of_their_chunks(vector_settings: Settings) -> None:
    _build(vector_settings, DOCUMENTS[1])
    report = _build(vector_settings)
    assert report.embedded == len(DOCUMENTS[0].chunks)
    reused = Database(_current(vector_settings))
    fresh_settings = vector_settings.model_copy(update={"data": vector_settings.data / "fresh"})
    fresh_settings.data.mkdir()
    _build(fresh_settings)
    fresh = Database(_current(fresh_settings))
    assert {v.digest: v.vector for v in reused.vectors(Access.PUBLIC)} == {
        v.digest: pytest.approx(v.vector, abs=1e-6) for v in fresh.vectors(Access.PUBLIC)
    }
    reused.close()
    fresh.close()


def test_a_document_that_is_gone_is_removed(vector_settings: Settings) -> None:
    _build(vector_settings)
    report = _build(vector_settings, DOCUMENTS[0])
    assert (_counts(report), report.embedded) == ((0, 0, 1, 1), 0)
    assert not _answers(vector_settings)
    with open_index(vector_settings) as index:
        assert index.document_text("tt_news=223", Access.STAFF) is None


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Autre titre"}, {"kind": "note"}, {"date": "2019"}, {"date_is_inferred": True},
        {"url": "https://exemple.fr/"}, {"access": Access.STAFF}, {"speaker": "Mme X"}, {"source_name": "public/b.txt"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_whatever_is_shown_of_a_document_makes_a_new_version(own_settings: Settings, change: dict[str, Any]) -> None:
    _build(own_settings)
    report = _build(own_settings, cut_up(replace(DOCUMENTS[0].page, **change)), DOCUMENTS[1])
    assert report.published
    assert _counts(report) == (0, 1, 1, 0)


def test_a_document_that_moves_to_staff_leaves_the_public_at_once_and_keeps_its_vectors(
    vector_settings: Settings,
) -> None:
    _build(vector_settings)
    staff = cut_up(replace(DOCUMENTS[1].page, access=Access.STAFF))
    report = _build(vector_settings, DOCUMENTS[0], staff)
    assert report.embedded == 0
    assert not _answers(vector_settings)
    with open_index(vector_settings) as index:
        evidence = index.search("raccordements FTTH", Access.STAFF).evidence
        assert any(e.chunk.document_key == "tt_news=223" and e.vectors > 0 for e in evidence)


def test_sentences_cut_otherwise_make_a_new_version(own_settings: Settings) -> None:
    _build(own_settings)
    first, *rest = DOCUMENTS[0].chunks
    whole = replace(first, sentences=(Sentence(first.text, first.span),))
    assert whole.sentences != first.sentences
    assert _build(own_settings, replace(DOCUMENTS[0], chunks=(whole, *rest)), DOCUMENTS[1]).published


def test_another_model_embeds_everything_again(vector_settings: Settings, tmp_path: Path) -> None:
    _build(vector_settings)
    other = vector_settings.model_copy(update={"embedder": str(save_tiny_model(tmp_path / "other", seed=1))})
    report = _build(other)
    assert report.published
    assert report.embedded == CHUNKS
    assert _counts(report) == (0, 0, 2, 0)


def test_another_prefix_embeds_everything_again(vector_settings: Settings) -> None:
    _build(vector_settings)
    assert _build(vector_settings.model_copy(update={"passage_prefix": "passage : "})).embedded == CHUNKS


def test_words_alone_then_vectors_and_back(vector_settings: Settings) -> None:
    words = vector_settings.model_copy(update={"vector_weight": 0.0})
    assert _build(words).embedded == 0
    assert not list(_current(words).glob("chroma*"))
    assert _build(vector_settings).embedded == CHUNKS
    assert _build(words).published
    assert _answers(words)


def test_a_version_that_cannot_be_read_is_replaced(vector_settings: Settings) -> None:
    _build(vector_settings)
    broken = _current(vector_settings)
    (broken / FILE).write_bytes(b"garbage")
    time.sleep(1.1)  # versions are named by the second
    report = _build(vector_settings)
    assert report.published
    assert (len(report.created), report.embedded) == (2, CHUNKS)
    assert _answers(vector_settings)
    assert broken.name not in _folders(vector_settings)


@pytest.mark.parametrize("keep", [8_192, 12_288], ids=["after-two-pages", "after-three-pages"])
def test_a_version_damaged_further_on_is_replaced(own_settings: Settings, keep: int) -> None:
    _build(own_settings)
    file = _current(own_settings) / FILE
    data = file.read_bytes()
    file.write_bytes(data[:keep] + b"\xff" * (len(data) - keep))
    time.sleep(1.1)
    assert _build(own_settings).published
    assert _answers(own_settings)


def test_a_version_replaced_within_the_second_is_not_lost(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(build.datetime):  # type: ignore[misc, name-defined]
        @classmethod
        def now(cls, tz: object = None) -> Any:
            return cls(2026, 1, 1, tzinfo=tz)

    monkeypatch.setattr(build, "datetime", Stopped)
    _build(own_settings)
    (_current(own_settings) / FILE).write_bytes(b"garbage")
    _build(own_settings)
    assert _answers(own_settings)


# ---------------------------------------------------------------------------------------------- failures


def test_nothing_to_index_is_a_failure_and_the_old_index_stays(own_settings: Settings) -> None:
    _build(own_settings)
    before = _digest(own_settings)
    with pytest.raises(BuildFailed, match="Aucun document à indexer"):
        _build_with(own_settings, ())
    assert _digest(own_settings) == before


def test_a_disk_that_is_nearly_full_is_a_failure_before_anything_is_written(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(BuildFailed, match="200 Mo"):
        _build(own_settings)
    assert _folders(own_settings) == set()


def _raise(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


FULL = OSError(28, "No space left on device")
MOMENTS = [
    pytest.param("assistant.index.build.write_store", FULL, id="vectors-no-space"),
    pytest.param("assistant.index.build.publish", FULL, id="publication-no-space"),
    pytest.param(
        "assistant.index.build.DatabaseWriter.finish", sqlite3.OperationalError("disk full"), id="words-no-space"
    ),
    pytest.param(
        "assistant.index.build.DatabaseWriter.add_document", sqlite3.IntegrityError("UNIQUE"), id="words-refused"
    ),
    pytest.param("assistant.index.build.check_store", None, id="vectors-check"),
    pytest.param("assistant.index.build.WordSearch.search", None, id="words-check"),
    pytest.param("assistant.index.build.Database.counts", None, id="count-check"),
]


@pytest.fixture
def published(vector_settings: Settings) -> Iterator[Settings]:
    """An index of the second page; the test builds one of both."""
    _build(vector_settings, DOCUMENTS[1])
    before, folders = _digest(vector_settings), _folders(vector_settings)
    yield vector_settings
    assert _digest(vector_settings) == before
    assert _folders(vector_settings) == folders, "a half version is left behind"
    assert _answers(vector_settings)


@pytest.mark.parametrize(("target", "error"), MOMENTS)
def test_a_failure_at_any_moment_leaves_the_old_index_and_nothing_else(
    published: Settings, monkeypatch: pytest.MonkeyPatch, target: str, error: Exception | None
) -> None:
    bad_checks: dict[str, Any] = {"check_store": "3 vectors instead of 4", "search": {}, "counts": (2, 1)}
    with monkeypatch.context() as patch:
        if error:
            patch.setattr(target, _raise(error))
        else:
            patch.setattr(target, lambda *_, **__: bad_checks[target.rpartition(".")[2]])
        with pytest.raises(BuildFailed, match=r"l'index publié reste tel quel|l'ancien reste"):
            _build(published)


@pytest.mark.parametrize("name", ["InternalError", "InvalidArgumentError"])
def test_an_error_of_chroma_is_cleaned_up_after_too(
    vector_settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import chromadb.errors

    _build(vector_settings, DOCUMENTS[1])
    folders = _folders(vector_settings)
    monkeypatch.setattr("chromadb.PersistentClient", _raise(getattr(chromadb.errors, name)("disk full")))
    with pytest.raises(BuildFailed, match="l'index publié reste tel quel"):
        _build(vector_settings)
    assert _folders(vector_settings) == folders


@pytest.mark.parametrize("error", [RuntimeError("torch"), MemoryError(), KeyboardInterrupt()], ids=repr)
def test_whatever_ends_the_build_leaves_no_half_version(
    vector_settings: Settings, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    _build(vector_settings, DOCUMENTS[1])
    folders = _folders(vector_settings)
    monkeypatch.setattr("assistant.index.embed.SentenceTransformerEmbedder.embed_documents", _raise(error))
    with pytest.raises((BuildFailed, type(error))):
        _build(vector_settings)
    assert _folders(vector_settings) == folders


def test_a_failure_after_the_switch_does_not_remove_what_is_published(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _build(own_settings, DOCUMENTS[1])
    folder, sync = index_versions(own_settings.data), versions._sync

    def fail(path: Path) -> None:
        if path == folder:
            raise OSError(5, "Input/output error")
        sync(path)

    with monkeypatch.context() as patch:
        patch.setattr(versions, "_sync", fail)
        with contextlib.suppress(BuildFailed):
            _build(own_settings)
    assert _answers(own_settings)


def test_a_build_after_a_failure_succeeds(vector_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(build, "write_store", _raise(FULL))
        with pytest.raises(BuildFailed):
            _build(vector_settings)
    assert current_version(index_versions(vector_settings.data)) is None
    assert _build(vector_settings).embedded == CHUNKS
    assert _answers(vector_settings)


def test_a_second_build_is_refused_while_the_first_runs(own_settings: Settings) -> None:
    _build(own_settings, DOCUMENTS[1])
    with building(index_versions(own_settings.data)), pytest.raises(BuildFailed, match="en cours"):
        _build(own_settings)
    assert _build(own_settings).published


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["write_store", "_check", "publish"])
def test_a_killed_build_leaves_the_old_version_served_and_the_next_one_cleans_up(
    vector_settings: Settings, moment: str
) -> None:
    _build(vector_settings, DOCUMENTS[1])
    old = _current(vector_settings)
    code = f"""
import os, signal
from pathlib import Path
from assistant.index import build
from assistant.settings import load_settings
from tests.ingested import ingest
build.{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
changes = {{"data": Path({str(vector_settings.data)!r}), "corpus": Path({str(vector_settings.corpus)!r})}}
ingest(load_settings().model_copy(update=changes | {{"embedder": {vector_settings.embedder!r}}}))
"""
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(_folders(vector_settings)) == 2
    assert _current(vector_settings) == old
    assert _answers(vector_settings)
    report = ingest(vector_settings)
    assert _folders(vector_settings) == {report.version}
    assert _answers(vector_settings)


# ---------------------------------------------------------------------------------------------- old versions


def test_old_versions_are_removed_unless_somebody_reads_them(own_settings: Settings) -> None:
    _build(own_settings, DOCUMENTS[1])
    old = _current(own_settings)
    with open_index(own_settings) as reader:
        _build(own_settings)
        assert _folders(own_settings) == {old.name, _current(own_settings).name}
        assert reader.version == old.name
        assert any("1500 raccordements" in e.chunk.text for e in reader.search("raccordements", Access.PUBLIC).evidence)
    report = _build(own_settings)
    assert not report.published
    assert _folders(own_settings) == {report.version}


def test_a_reader_may_hold_the_version_that_stays(own_settings: Settings) -> None:
    _build(own_settings)
    hold = hold_for_reading(_current(own_settings))
    assert hold is not None
    _build(own_settings)
    assert _answers(own_settings)
    hold.release()


# ---------------------------------------------------------------------------------------------- what is said


def test_progress_counts_to_the_end(vector_settings: Settings) -> None:
    steps: list[tuple[int, int]] = []
    with open_build(vector_settings) as build:
        for document in DOCUMENTS:
            build.add(document, document.digest)
        build.publish(None, lambda done, total: steps.append((done, total)))
    assert steps[0] == (0, CHUNKS)
    assert steps[-1] == (CHUNKS, CHUNKS)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_the_report_is_one_french_sentence_that_counts(own_settings: Settings) -> None:
    refused = (DocumentRefused("public/a.pdf", "ce format n'est pas lu"), DocumentRefused("public/b.txt", "vide {x}"))
    report = _build_with(own_settings, DOCUMENTS, refused)
    assert RunReport("", build=report).summary() == (
        f"Index {report.version} publié : documents créés 2, modifiés 0, repris 0, supprimés 0, refusés 2"
        f" (public/a.pdf : ce format n'est pas lu; public/b.txt : vide {{x}}) ; {CHUNKS} passages, dont 0 vectorisés."
    )
    again = _build_with(own_settings, DOCUMENTS, refused)
    assert (
        RunReport("", build=again)
        .summary()
        .startswith(f"Rien n'a changé, l'index {report.version} reste : documents repris 2, refusés 2 (")
    )


def test_refusals_are_part_of_what_is_published(own_settings: Settings) -> None:
    refused = DocumentRefused("public/a.pdf", "ce format n'est pas lu")
    _build(own_settings)
    assert _build_with(own_settings, DOCUMENTS, (refused,)).published
    with open_index(own_settings) as index:
        assert index.status(Access.STAFF).refused == ("public/a.pdf : ce format n'est pas lu",)
        assert index.status(Access.PUBLIC).refused == ()


def test_what_is_embedded_is_the_passage_with_what_stands_above_it(tmp_path: Path) -> None:
    writer = DatabaseWriter(tmp_path)
    writer.add_document(DOCUMENTS[1], "x")
    _, passages = writer.to_embed(0, CHUNKS)
    writer.close()
    assert passages.keys() == {chunk.digest for chunk in DOCUMENTS[1].chunks}
    chunk = next(chunk for chunk in DOCUMENTS[1].chunks if chunk.lead_in)
    assert passages[chunk.digest].split("\n") == [chunk.title, *chunk.heading_path, chunk.lead_in, chunk.text]


def test_a_published_version_is_closed_and_whole(vector_settings: Settings) -> None:
    _build(vector_settings)
    version = _current(vector_settings)
    assert not [path for path in version.rglob("*") if path.name.endswith(("-wal", "-journal", "-shm"))]
    with sqlite3.connect(version / FILE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    assert not os.access(version / FILE, os.X_OK)


def test_an_index_of_another_schema_says_to_build_it_again_and_building_does_it(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(build, "SCHEMA_VERSION", "0")
        patch.setattr("assistant.index.database.SCHEMA_VERSION", "0")
        _build(own_settings)
    with pytest.raises(IndexUnavailable, match="autre version du programme"):
        open_index(own_settings)
    assert _build(own_settings).published
    assert _answers(own_settings)
