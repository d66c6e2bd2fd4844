"""One SQLite file per version: documents, sections, chunks, spans, digests, vectors, and the words to search.

Words are in FTS5 tables over French-analysed tokens, **one table per reader**: `words_public` holds what the public may
read, `words_staff` what staff may. A public search cannot touch staff text, nor even its word counts.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.index.french import ANALYSIS, analyse
from assistant.models import (
    Access,
    Chunk,
    Contact,
    IndexUnavailable,
    Page,
    Place,
    PlaceKind,
    Section,
    Sentence,
    Span,
)
from assistant.wording import sentence

FILE = "index.sqlite"
SCHEMA_VERSION = f"3-{ANALYSIS}"  # an index whose words another analysis made is not searched with this one
SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    key TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, date TEXT, date_is_inferred INTEGER NOT NULL,
    url TEXT, access TEXT NOT NULL, speaker TEXT, source_name TEXT NOT NULL, text TEXT NOT NULL, digest TEXT NOT NULL,
    dropped TEXT NOT NULL
);
CREATE TABLE sections (
    id INTEGER PRIMARY KEY, document_key TEXT NOT NULL REFERENCES documents (key), heading_path TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, lead_start INTEGER, lead_end INTEGER,
    place_kind TEXT, place_number INTEGER
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, document_key TEXT NOT NULL REFERENCES documents (key), ordinal INTEGER NOT NULL,
    access TEXT NOT NULL, heading_path TEXT NOT NULL, speaker TEXT, text TEXT NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, sentences TEXT NOT NULL, lead_in TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE, place_kind TEXT, place_number INTEGER, role TEXT, occasion TEXT,
    introduction TEXT NOT NULL, vector BLOB
);
CREATE INDEX chunks_by_document ON chunks (document_key, ordinal);
"""
WORDS_TABLE = """
CREATE VIRTUAL TABLE words_{reader} USING fts5 (title, context, text, content='', tokenize="ascii tokenchars '_'");
CREATE VIRTUAL TABLE vocabulary_{reader} USING fts5vocab (words_{reader}, 'row');
"""


@dataclass(frozen=True, slots=True)
class StoredVector:
    """A chunk's digest, access and vector, as the vector store wants them."""

    digest: str
    access: Access
    vector: list[float]


class DatabaseWriter:
    """Writes a new version's file. Nothing is visible to others until the version is published."""

    def __init__(self, version: Path) -> None:
        self._connection = sqlite3.connect(version / FILE)
        self._connection.executescript(SCHEMA)
        for reader in Access:
            self._connection.executescript(WORDS_TABLE.format(reader=reader.value))

    def add_document(self, page: Page, digest: str, sections: Sequence[Section], chunks: Sequence[Chunk]) -> None:
        """A page, its sections and its chunks, without vectors."""
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (page.key, page.title, page.kind, page.date, page.date_is_inferred, page.url, page.access, page.speaker,
             page.source_name, page.text, digest, json.dumps([asdict(d) for d in page.dropped], ensure_ascii=False)),
        )  # fmt: skip
        for section in sections:
            lead = (section.lead_in.start, section.lead_in.end) if section.lead_in else (None, None)
            self._connection.execute(
                "INSERT INTO sections (document_key, heading_path, start, end, lead_start, lead_end,"
                " place_kind, place_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (page.key, json.dumps(section.heading_path, ensure_ascii=False), section.span.start, section.span.end,
                 *lead, *_place_columns(section.place)),
            )  # fmt: skip
        for chunk in chunks:
            self._add_chunk(chunk)

    def _add_chunk(self, chunk: Chunk) -> None:
        sentences = json.dumps([(s.text, s.span.start, s.span.end) for s in chunk.sentences], ensure_ascii=False)
        row = self._connection.execute(
            "INSERT INTO chunks (document_key, ordinal, access, heading_path, speaker, text, start, end, sentences,"
            " lead_in, before, after, digest, place_kind, place_number, role, occasion, introduction)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (chunk.document_key, chunk.ordinal, chunk.access, json.dumps(chunk.heading_path, ensure_ascii=False),
             chunk.speaker, chunk.text, chunk.span.start, chunk.span.end, sentences, chunk.lead_in, chunk.before,
             chunk.after, chunk.digest, *_place_columns(chunk.place), chunk.role, chunk.occasion, chunk.introduction),
        ).lastrowid  # fmt: skip
        fields = (chunk.title, " ".join((*chunk.heading_path, chunk.lead_in, chunk.introduction)), chunk.text)
        tokens = [" ".join(analyse(field)) for field in fields]
        for reader in Access:
            if chunk.access in reader.readable:
                self._connection.execute(
                    f"INSERT INTO words_{reader.value} (rowid, title, context, text) VALUES (?, ?, ?, ?)",
                    (row, *tokens),
                )

    def add_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Vectors by chunk digest."""
        self._connection.executemany(
            "UPDATE chunks SET vector = ? WHERE digest = ?",
            ((array("f", vector).tobytes(), digest) for digest, vector in vectors.items()),
        )

    def finish(self, facts: Mapping[str, str]) -> None:
        """Write the facts about the version, compact the word tables and close the file."""
        self._connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        for reader in Access:
            self._connection.execute(f"INSERT INTO words_{reader.value} (words_{reader.value}) VALUES ('optimize')")
        self._connection.commit()
        self.close()

    def close(self) -> None:
        """Close the file, finished or not."""
        self._connection.close()


class Database:
    """A published version's file, read only. Safe to share between threads: SQLite serialises the calls.

    Raises:
        IndexUnavailable: the file is missing, damaged or of another schema.
    """

    def __init__(self, version: Path) -> None:
        self.version = version
        try:
            uri = (version / FILE).resolve().as_uri() + "?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self.facts = dict(self._connection.execute("SELECT name, value FROM facts").fetchall())
            # Reads the whole file, once: damage is found here rather than at somebody's question.
            sound = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        except sqlite3.Error as error:
            raise IndexUnavailable(sentence("errors.index_damaged", version=version.name)) from error
        if not sound:
            raise IndexUnavailable(sentence("errors.index_damaged", version=version.name))
        if self.facts.get("schema") != SCHEMA_VERSION:
            raise IndexUnavailable(sentence("errors.index_schema", version=version.name))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def contact(self) -> Contact | None:
        """The syndicate's contact record, if the corpus held one."""
        record = self.facts.get("contact")
        return Contact(**json.loads(record)) if record else None

    def refused(self) -> tuple[str, ...]:
        """The files that the build refused, with their reasons."""
        return tuple(json.loads(self.facts["refused"]))

    def document_digests(self) -> dict[str, str]:
        """Digest by document key."""
        return dict(self._connection.execute("SELECT key, digest FROM documents").fetchall())

    def document_text(self, reader: Access, key: str) -> str | None:
        """The whole text of a document, as read from its file; None when the reader may not see it."""
        marks, levels = _readable(reader)
        row = self._connection.execute(
            f"SELECT text FROM documents WHERE key = ? AND access IN ({marks})", (key, *levels)
        ).fetchone()
        return str(row[0]) if row else None

    def document_chunks(self, reader: Access, key: str) -> tuple[Chunk, ...]:
        """The chunks of a document in reading order; none when the reader may not see it."""
        rows = self._connection.execute("SELECT id FROM chunks WHERE document_key = ? ORDER BY ordinal", (key,))
        chunks = (self.chunk(reader, row[0]) for row in rows.fetchall())
        return tuple(chunk for chunk in chunks if chunk)

    def dates(self, reader: Access) -> tuple[str | None, str | None]:
        """The dates of the oldest and the newest document that the reader may see."""
        marks, levels = _readable(reader)
        query = f"SELECT min(date), max(date) FROM documents WHERE access IN ({marks})"
        first, last = self._connection.execute(query, levels).fetchone()
        return _text(first), _text(last)

    def counts(self, reader: Access) -> tuple[int, int]:
        """(documents, chunks) that the reader may see."""
        marks, levels = _readable(reader)
        one = f"SELECT count(*) FROM {{}} WHERE access IN ({marks})"
        documents = self._connection.execute(one.format("documents"), levels).fetchone()[0]
        return documents, self._connection.execute(one.format("chunks"), levels).fetchone()[0]

    def match_words(self, reader: Access, expression: str, limit: int) -> dict[int, float]:
        """Chunk id → BM25 score (higher is better) for an FTS5 expression, best first.

        The title and the context of a passage weigh half of its text.
        """
        rows = self._connection.execute(
            f"SELECT rowid, -bm25(words_{reader.value}, 0.5, 0.5, 1.0) AS score FROM words_{reader.value}"
            f" WHERE words_{reader.value} MATCH ? ORDER BY score DESC LIMIT ?",
            (expression, limit),
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def vocabulary(self, reader: Access) -> list[str]:
        """Every stem that the reader's documents hold."""
        return [row[0] for row in self._connection.execute(f"SELECT term FROM vocabulary_{reader.value}").fetchall()]

    def chunk_id(self, digest: str) -> int | None:
        """The id of the chunk with this digest, if it is indexed."""
        row = self._connection.execute("SELECT id FROM chunks WHERE digest = ?", (digest,)).fetchone()
        return _int(row[0]) if row else None

    def chunk(self, reader: Access, chunk_id: int) -> Chunk | None:
        """A chunk, if there is one that the reader may see."""
        marks, levels = _readable(reader)
        row = self._connection.execute(
            "SELECT c.document_key, c.ordinal, d.title, d.kind, d.date, d.date_is_inferred, d.url, c.access,"
            " c.heading_path, c.speaker, c.text, c.start, c.end, c.sentences, c.lead_in, c.before, c.after, c.digest,"
            " c.place_kind, c.place_number, c.role, c.occasion, c.introduction"
            f" FROM chunks c JOIN documents d ON d.key = c.document_key WHERE c.id = ? AND c.access IN ({marks})",
            (chunk_id, *levels),
        ).fetchone()
        return _chunk(row) if row else None

    def vectors(self, access: Access) -> Iterator[StoredVector]:
        """Every stored vector of one access level, in the order of the chunks, without holding them all."""
        yield from self._vectors("access = ? ORDER BY id", access.value)

    def sample_vectors(self, number: int) -> list[StoredVector]:
        """About so many stored vectors, evenly spread."""
        step = max(1, self.vector_count() // number)
        return list(self._vectors("id % ? = 0 ORDER BY id", step))

    def vector_count(self) -> int:
        """How many chunks have a vector."""
        return _int(self._connection.execute("SELECT count(vector) FROM chunks").fetchone()[0])

    def _vectors(self, condition: str, parameter: str | int) -> Iterator[StoredVector]:
        query = f"SELECT digest, access, vector FROM chunks WHERE vector IS NOT NULL AND {condition}"
        for digest, access, blob in self._connection.execute(query, (parameter,)):
            yield StoredVector(digest, Access(access), list(array("f", blob)))


def _readable(reader: Access) -> tuple[str, tuple[str, ...]]:
    levels = tuple(level.value for level in reader.readable)
    return ", ".join("?" * len(levels)), levels


def _chunk(row: Sequence[object]) -> Chunk:
    (key, ordinal, title, kind, date, inferred, url, access, path, speaker, text, start, end, sentences, *rest) = row
    lead_in, before, after, digest, place_kind, place_number, role, occasion, introduction = rest
    return Chunk(
        document_key=str(key),
        ordinal=_int(ordinal),
        title=str(title),
        kind=str(kind),
        date=_text(date),
        date_is_inferred=bool(inferred),
        url=_text(url),
        access=Access(str(access)),
        heading_path=tuple(json.loads(str(path))),
        speaker=_text(speaker),
        text=str(text),
        span=Span(_int(start), _int(end)),
        sentences=tuple(Sentence(t, Span(s, e)) for t, s, e in json.loads(str(sentences))),
        lead_in=str(lead_in),
        before=str(before),
        after=str(after),
        digest=str(digest),
        place=None if place_kind is None else Place(PlaceKind(str(place_kind)), _int(place_number)),
        role=_text(role),
        occasion=_text(occasion),
        introduction=str(introduction),
    )


def _place_columns(place: Place | None) -> tuple[str | None, int | None]:
    return (place.kind.value, place.number) if place else (None, None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise IndexUnavailable(sentence("errors.index_damaged", version="?"))
    return value
