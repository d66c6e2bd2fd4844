"""One SQLite file per version: what is written is read back, and only by those who may."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant.documents.contact import contact_fields, contact_page
from assistant.documents.find import find_sources
from assistant.documents.frame import strip_frame
from assistant.documents.read import read_page
from assistant.index.database import FILE, SCHEMA_VERSION, Database
from assistant.index.writer import DatabaseWriter
from assistant.models import Access, Chunk, Document, IndexUnavailable
from assistant.settings import ROOT
from ingest import cut_up

FACTS = {
    "schema": str(SCHEMA_VERSION),
    "embedder": "",
    "content": "x",
    "built_at": "2026-01-01T00:00:00Z",
}


def _documents() -> list[Document]:
    """The two real pages, and the first one again as a staff document with another key and title."""
    pages = [strip_frame(read_page(source))[0] for source in find_sources(ROOT / "corpus")]
    staff = replace(pages[0], key="secret", title="Titre réservé", access=Access.STAFF, date="2026-02-03")
    return [cut_up(page) for page in (*pages, staff)]


DOCUMENTS = _documents()
CHUNKS = [chunk for document in DOCUMENTS for chunk in document.chunks]
STAFF = [chunk for chunk in CHUNKS if chunk.access is Access.STAFF]


def _write(folder: Path, facts: dict[str, str]) -> Path:
    folder.mkdir()
    writer = DatabaseWriter(folder)
    for document in DOCUMENTS:
        writer.add_document(document, f"read from {document.page.key}")
    writer.add_vectors({chunk.digest: [float(number), 0.5, -1.0] for number, chunk in enumerate(CHUNKS)})
    writer.finish(facts)
    return folder


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("index") / "1", FACTS)


@pytest.fixture(scope="module")
def database(version: Path) -> Iterator[Database]:
    opened = Database(version)
    yield opened
    opened.close()


def _chunk(database: Database, reader: Access, chunk: Chunk) -> Chunk | None:
    identifier = database.chunk_id(chunk.digest)
    assert identifier is not None
    return database.chunk(reader, identifier)


def test_every_chunk_comes_back_as_it_went_in(database: Database) -> None:
    assert [_chunk(database, Access.STAFF, chunk) for chunk in CHUNKS] == CHUNKS


def test_every_text_comes_back_letter_for_letter(database: Database) -> None:
    for document in DOCUMENTS:
        assert database.document_text(Access.STAFF, document.page.key) == document.page.text


def test_the_chunks_of_a_document_are_in_reading_order(database: Database) -> None:
    for document in DOCUMENTS:
        assert database.document_chunks(Access.STAFF, document.page.key) == document.chunks


def test_sections_and_dropped_lines_are_kept(version: Path) -> None:
    with sqlite3.connect(version / FILE) as connection:
        sections = connection.execute("SELECT count(*) FROM sections WHERE document_key = 'tt_news=223'").fetchone()[0]
        dropped = connection.execute("SELECT dropped FROM documents WHERE key = 'tt_news=223'").fetchone()[0]
    connection.close()
    assert sections == len(DOCUMENTS[1].sections)
    assert json.loads(dropped) == [asdict(line) for line in DOCUMENTS[1].page.dropped]


def test_the_public_sees_nothing_of_a_staff_document(database: Database) -> None:
    assert STAFF
    assert [_chunk(database, Access.PUBLIC, chunk) for chunk in STAFF] == [None] * len(STAFF)
    assert database.document_text(Access.PUBLIC, "secret") is None
    assert database.document_chunks(Access.PUBLIC, "secret") == ()
    assert database.counts(Access.PUBLIC) == (2, len(CHUNKS) - len(STAFF))
    assert database.counts(Access.STAFF) == (3, len(CHUNKS))
    assert database.dates(Access.PUBLIC) == ("2016-11-18", "2020-04")
    assert database.dates(Access.STAFF) == ("2016-11-18", "2026-02-03")


def test_the_words_of_staff_titles_are_not_even_in_the_public_vocabulary(database: Database) -> None:
    assert "reserv" in database.vocabulary(Access.STAFF)
    assert "reserv" not in database.vocabulary(Access.PUBLIC)
    assert database.match_words(Access.PUBLIC, '"reserv"', 10) == {}
    assert len(database.match_words(Access.STAFF, '"reserv"', 1000)) == len(STAFF)


def test_words_find_only_what_the_reader_may_see(database: Database) -> None:
    ids = database.match_words(Access.PUBLIC, '"somm" OR "numer"', 1000)
    assert ids
    assert all(database.chunk(Access.PUBLIC, identifier) for identifier in ids)
    assert len(database.match_words(Access.STAFF, '"somm" OR "numer"', 1000)) > len(ids)


def test_scores_are_positive_and_best_first(database: Database) -> None:
    scores = list(database.match_words(Access.PUBLIC, '"raccord"', 1000).values())
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_the_limit_keeps_the_best(database: Database) -> None:
    every = database.match_words(Access.PUBLIC, '"somm"', 1000)
    assert list(database.match_words(Access.PUBLIC, '"somm"', 3)) == list(every)[:3]


def test_vectors_come_back_in_order_and_by_access(database: Database) -> None:
    assert database.vector_count() == len(CHUNKS)
    for access in Access:
        expected = [(chunk.digest, number) for number, chunk in enumerate(CHUNKS) if chunk.access is access]
        stored = list(database.vectors(access))
        assert [(vector.digest, vector.vector[0]) for vector in stored] == expected
        assert {vector.access for vector in stored} == {access}
        assert all(vector.vector[1:] == [0.5, -1.0] for vector in stored)


@pytest.mark.parametrize("number", [1, 8, 1000])
def test_a_sample_is_spread_over_all_vectors(database: Database, number: int) -> None:
    digests = [chunk.digest for chunk in CHUNKS]
    places = [digests.index(vector.digest) for vector in database.sample_vectors(number)]
    assert min(number, len(CHUNKS)) <= len(places) <= 2 * number
    assert places == sorted(places)
    assert places[-1] - places[0] >= (len(CHUNKS) // 2 if number > 1 else 0)


def test_an_unknown_digest_or_document_is_nothing(database: Database) -> None:
    assert database.chunk_id("x") is None
    assert database.chunk(Access.STAFF, 10**6) is None
    assert database.document_text(Access.STAFF, "x") is None
    assert database.document_chunks(Access.STAFF, "x") == ()


@pytest.mark.parametrize("key", ["' OR 1=1 --", "tt_news=194' --", "%", "\x00"])
def test_a_key_is_a_value_and_never_sql(database: Database, key: str) -> None:
    assert database.document_text(Access.PUBLIC, key) is None


def test_digests_are_those_of_the_documents(database: Database) -> None:
    assert database.document_digests() == {document.page.key: document.digest for document in DOCUMENTS}


def test_the_contact_record_comes_back(tmp_path: Path) -> None:
    pages = (strip_frame(read_page(source)) for source in find_sources(ROOT / "corpus"))
    record = next(contact for _, contact in pages if contact)
    contact = contact_fields(contact_page(record, "https://www.sommenumerique.fr/actualites"))
    opened = Database(_write(tmp_path / "1", {**FACTS, "contact": json.dumps(asdict(contact))}))
    assert opened.contact() == contact
    assert (contact.phone, contact.url) == ("Tél. : 03 22 22 27 27", "https://www.sommenumerique.fr/")
    opened.close()


def test_without_a_contact_record_there_is_none(database: Database) -> None:
    assert database.contact() is None


def test_a_published_file_is_never_written_to(database: Database, version: Path) -> None:
    before = (version / FILE).read_bytes()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database._connection.execute("DELETE FROM chunks")
    assert (version / FILE).read_bytes() == before
    assert sorted(path.name for path in version.iterdir()) == [FILE]


def test_threads_share_one_database(database: Database) -> None:
    def read(number: int) -> bool:
        chunk = CHUNKS[number % len(CHUNKS)]
        found = list(database.match_words(Access.STAFF, '"somm" OR "numer"', 5))
        return _chunk(database, Access.STAFF, chunk) == chunk and len(found) == 5

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(400)))


@pytest.mark.parametrize("name", ["a b", "100% é", "what?", "a#b", "a&b=c"])
def test_a_folder_with_odd_letters_is_opened(tmp_path: Path, name: str) -> None:
    opened = Database(_write(tmp_path / name, FACTS))
    assert opened.counts(Access.STAFF)[0] == 3
    opened.close()


def test_a_file_of_another_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="autre version du programme"):
        Database(_write(tmp_path / "1", {**FACTS, "schema": "0"}))


@pytest.mark.parametrize("content", [None, b"", b"x" * 5000, b"SQLite format 3\x00" + bytes(4096)])
def test_a_missing_or_damaged_file_is_an_error_of_ours_and_says_what_to_do(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexUnavailable, match=r"relancez python ingest\.py"):
        Database(tmp_path)
    assert (tmp_path / FILE).exists() is (content is not None)


def test_a_file_damaged_further_on_is_an_error_of_ours(version: Path, tmp_path: Path) -> None:
    data = bytearray((version / FILE).read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(IndexUnavailable):
        Database(tmp_path).document_digests()


def test_a_file_that_was_not_finished_is_damaged(tmp_path: Path) -> None:
    writer = DatabaseWriter(tmp_path)
    writer.add_document(DOCUMENTS[0], "x")
    writer.close()
    with pytest.raises(IndexUnavailable):
        Database(tmp_path)


def test_vectors_are_kept_with_the_precision_of_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "1"
    folder.mkdir()
    writer = DatabaseWriter(folder)
    writer.add_document(DOCUMENTS[0], "x")
    vector = list(array("f", [0.1, 1 / 3, -1e-8]))
    writer.add_vectors({DOCUMENTS[0].chunks[0].digest: vector})
    writer.finish(FACTS)
    opened = Database(folder)
    assert [stored.vector for stored in opened.vectors(Access.PUBLIC)] == [vector]
    opened.close()
