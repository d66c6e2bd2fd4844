"""One SQLite file per version: documents, sections, chunks, spans, digests, vectors, and the words to search.

Words are in FTS5 tables over French-analysed tokens, **one table per reader**: `words_public` holds what the public may
read, `words_staff` what staff may. A public search cannot touch staff text, nor even its word counts.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from assistant.index.french import ANALYSIS
from assistant.models import (
    RECORD_KEYS,
    TO_TELL,
    Access,
    Chunk,
    Contact,
    DocumentRefused,
    Dropped,
    Entry,
    IndexUnavailable,
    Introduction,
    Place,
    PlaceKind,
    Sentence,
    Span,
    Term,
)
from assistant.wording import sentence

FILE = "index.sqlite"
SCHEMA_VERSION = f"5-{ANALYSIS}"  # an index whose words another analysis made is not searched with this one
SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    key TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, date TEXT, date_is_inferred INTEGER NOT NULL,
    url TEXT, access TEXT NOT NULL, speaker TEXT, source_name TEXT NOT NULL, text TEXT NOT NULL, digest TEXT NOT NULL,
    dropped TEXT NOT NULL, source_digest TEXT NOT NULL, chunks INTEGER NOT NULL, introductions TEXT NOT NULL,
    contact TEXT, content TEXT NOT NULL
);
CREATE TABLE refused (source_digest TEXT PRIMARY KEY, name TEXT NOT NULL, reason TEXT NOT NULL);
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
CREATE TABLE acronyms (
    id INTEGER PRIMARY KEY, document_key TEXT NOT NULL REFERENCES documents (key), access TEXT NOT NULL,
    short TEXT NOT NULL, expansion TEXT NOT NULL, form TEXT NOT NULL, chunk TEXT NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL
);
CREATE INDEX acronyms_by_document ON acronyms (document_key);
CREATE INDEX acronyms_by_form ON acronyms (form);
CREATE INDEX chunks_by_document ON chunks (document_key, ordinal);
CREATE INDEX documents_by_source ON documents (source_digest);
CREATE INDEX documents_by_content ON documents (content, access);
CREATE INDEX sections_by_document ON sections (document_key);
"""
WORDS_TABLE = """
CREATE VIRTUAL TABLE words_{reader} USING fts5 (title, context, text, content='', tokenize="ascii tokenchars '_'");
CREATE VIRTUAL TABLE vocabulary_{reader} USING fts5vocab (words_{reader}, 'row');
"""
NO_RECORD = f"key NOT IN ({', '.join('?' * len(RECORD_KEYS))})"
TERMS = TypeAdapter(tuple[Term, ...])
KEPT = "SELECT key, digest, chunks, source_name, access, date, url, contact, dropped, introductions FROM documents"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a build needs to know of a document that it takes over as it is. `contact` is the record's text, or None."""

    key: str
    digest: str
    chunks: int
    source_name: str
    access: Access
    date: str | None
    url: str | None
    contact: str | None
    to_tell: tuple[Dropped, ...]
    introductions: tuple[tuple[str, Introduction], ...]


@dataclass(frozen=True, slots=True)
class StoredVector:
    """A chunk's digest, access and vector, as the vector store wants them."""

    digest: str
    access: Access
    vector: list[float]


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

    def glossary(self) -> tuple[Term, ...]:
        """The terms of the glossary that staff edit."""
        return TERMS.validate_json(self.facts.get("glossary", "[]"))

    def acronyms(self, reader: Access) -> tuple[tuple[str, str], ...]:
        """(acronym, expansion), as written, that documents of the reader spell out; each pair once."""
        marks, levels = _readable(reader)
        rows = self._connection.execute(
            f"SELECT DISTINCT short, expansion FROM acronyms WHERE access IN ({marks}) ORDER BY short, expansion",
            levels,
        )
        return tuple(rows.fetchall())

    def spelling_out(self, reader: Access, form: Sequence[str]) -> tuple[Chunk, Sentence] | None:
        """The sentence that spells out the acronym of these stems, in the newest document of the reader that does."""
        marks, levels = _readable(reader)
        row = self._connection.execute(
            "SELECT c.id, a.start, a.end FROM acronyms a JOIN chunks c ON c.digest = a.chunk"
            f" JOIN documents d ON d.key = a.document_key WHERE a.form = ? AND a.access IN ({marks})"
            " ORDER BY d.date DESC, a.document_key, a.start LIMIT 1",
            (" ".join(form), *levels),
        ).fetchone()
        chunk = self.chunk(reader, row[0]) if row else None
        if chunk is None:
            return None
        return next(((chunk, told) for told in chunk.sentences if told.span == Span(row[1], row[2])), None)

    def refused(self) -> tuple[str, ...]:
        """The files that the build refused, with their reasons."""
        return tuple(str(refusal) for refusal in self.refusals().values())

    def refusals(self) -> dict[str, DocumentRefused]:
        """What the build refused, by the digest of what it was given."""
        rows = self._connection.execute("SELECT source_digest, name, reason FROM refused ORDER BY rowid").fetchall()
        return {digest: DocumentRefused(name, reason) for digest, name, reason in rows}

    def kept(self, source_digest: str) -> Kept | None:
        """The document that was read from what has this digest, if it is indexed."""
        row = self._connection.execute(f"{KEPT} WHERE source_digest = ?", (source_digest,)).fetchone()
        return _kept(*row) if row else None

    def kept_by_name(self, name: str) -> Kept | None:
        """The document of this key, or of this source name."""
        row = self._connection.execute(f"{KEPT} WHERE key = ? OR source_name = ?", (name, name)).fetchone()
        return _kept(*row) if row else None

    def all_kept(self) -> Iterator[Kept]:
        """Every document, without holding them all."""
        for row in self._connection.execute(f"{KEPT} ORDER BY key"):
            yield _kept(*row)

    def document_digests(self) -> dict[str, str]:
        """Digest by document key."""
        return dict(self._connection.execute("SELECT key, digest FROM documents").fetchall())

    def by_year_and_kind(self, reader: Access) -> tuple[tuple[str, str, int], ...]:
        """(year or "", kind, how many documents the reader may see), contact record and glossary left out."""
        marks, levels = _readable(reader)
        rows = self._connection.execute(
            f"SELECT coalesce(substr(date, 1, 4), ''), kind, count(*) FROM documents WHERE access IN ({marks})"
            f" AND {NO_RECORD} GROUP BY 1, 2 ORDER BY 1, 2",
            (*levels, *RECORD_KEYS),
        )
        return tuple(rows.fetchall())

    def entries(self, reader: Access) -> tuple[Entry, ...]:
        """The documents that the reader may see, by date, contact record and glossary left out."""
        marks, levels = _readable(reader)
        rows = self._connection.execute(
            f"SELECT key, title, kind, date, url FROM documents WHERE access IN ({marks})"
            f" AND {NO_RECORD} ORDER BY date, key",
            (*levels, *RECORD_KEYS),
        )
        return tuple(Entry(*row) for row in rows.fetchall())

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

    def content(self, reader: Access, key: str) -> str:
        """The digest of the bytes that a document was read from; "" when the reader may not see it."""
        marks, levels = _readable(reader)
        row = self._connection.execute(
            f"SELECT content FROM documents WHERE key = ? AND access IN ({marks})", (key, *levels)
        ).fetchone()
        return str(row[0]) if row else ""

    def has_content(self, reader: Access, content: str) -> bool:
        """Whether a document that the reader may see was read from the bytes of this digest."""
        marks, levels = _readable(reader)
        query = f"SELECT 1 FROM documents WHERE content = ? AND access IN ({marks}) LIMIT 1"
        return self._connection.execute(query, (content, *levels)).fetchone() is not None

    def contents(self) -> set[str]:
        """The digests of the bytes that the documents were read from."""
        return {row[0] for row in self._connection.execute("SELECT DISTINCT content FROM documents").fetchall()}

    def pages(self, key: str) -> list[int]:
        """The numbers of the pages of a document that have text; none when it is not numbered by pages."""
        rows = self._connection.execute(
            "SELECT DISTINCT place_number FROM sections WHERE document_key = ? AND place_kind = ? ORDER BY 1",
            (key, PlaceKind.PAGE),
        )
        return [row[0] for row in rows.fetchall()]

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

    def word_count(self, reader: Access) -> int:
        """How many chunks the reader's word table holds."""
        return _int(self._connection.execute(f"SELECT count(*) FROM words_{reader.value}_docsize").fetchone()[0])

    def sample_chunks(self, number: int) -> list[Chunk]:
        """About so many chunks, evenly spread."""
        step = max(1, self.counts(Access.STAFF)[1] // number)
        rows = self._connection.execute("SELECT id FROM chunks WHERE id % ? = 0 ORDER BY id", (step,)).fetchall()
        return [chunk for row in rows if (chunk := self.chunk(Access.STAFF, row[0]))]

    def match_words(
        self, reader: Access, expression: str, limit: int, among: Collection[int] | None = None
    ) -> dict[int, float]:
        """Chunk id → BM25 score (higher is better) for an FTS5 expression, best first; of `among` only, when given.

        The title and the context of a passage weigh half of its text.
        """
        # The plus sign: the words are matched first, the ids looked at then, not one search for each.
        chosen = "" if among is None else f" AND +rowid IN ({', '.join(map(str, among))})"
        rows = self._connection.execute(
            f"SELECT rowid, -bm25(words_{reader.value}, 0.5, 0.5, 1.0) AS score FROM words_{reader.value}"
            f" WHERE words_{reader.value} MATCH ?{chosen} ORDER BY score DESC LIMIT ?",
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


def _kept(
    key: str, digest: str, chunks: int, source_name: str, access: str, date: str | None, *rest: str | None
) -> Kept:
    url, contact, dropped, introductions = rest
    told = json.loads(introductions or "[]")
    left_out = json.loads(dropped) if dropped and any(rule in dropped for rule in TO_TELL) else []
    return Kept(
        key=key,
        digest=digest,
        chunks=chunks,
        source_name=source_name,
        access=Access(access),
        date=date,
        url=url,
        contact=contact,
        to_tell=tuple(Dropped(**piece) for piece in left_out if piece["rule"] in TO_TELL),
        introductions=tuple((address, Introduction(**fields)) for address, fields in told),
    )


def place_columns(place: Place | None) -> tuple[str | None, int | None]:
    """What is written of a place: its kind and its number."""
    return (place.kind.value, place.number) if place else (None, None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise IndexUnavailable(sentence("errors.index_damaged", version="?"))
    return value
