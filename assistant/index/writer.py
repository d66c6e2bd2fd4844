"""Writes a version's SQLite file: a new one, or a copy of the published one in which what changed is replaced.

Word tables hold no text of their own (FTS5 `content=''`): a passage leaves them by being told once more, word for word,
which the analysis of the version (its name is in the schema) gives again.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.index.database import FILE, SCHEMA, WORDS_TABLE, place_columns
from assistant.index.embed import passage_text
from assistant.index.french import analyse
from assistant.index.terms import form_of
from assistant.models import Access, Chunk, Document, DocumentRefused

WASTE = 0.25  # share of free pages above which the file is written anew


class DatabaseWriter:
    """Writes a new version's file. Nothing is visible to others until the version is published.

    `previous` is the folder of the version to begin with, or None.
    """

    def __init__(self, version: Path, previous: Path | None = None) -> None:
        self.version = version
        if previous:
            shutil.copyfile(previous / FILE, version / FILE)
        self._connection = sqlite3.connect(version / FILE)
        # A version that is cut short is thrown away, and a whole one is synced before it is published.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        if previous:
            self._connection.execute("DELETE FROM facts")
            self._connection.execute("DELETE FROM refused")
            return
        self._connection.executescript(SCHEMA)
        for reader in Access:
            self._connection.executescript(WORDS_TABLE.format(reader=reader.value))

    def add_document(self, document: Document, source_digest: str, content: str = "") -> None:
        """A document, without vectors. One of the same key must have been removed before.

        `content` is the digest of the bytes that it was read from.
        """
        page = document.page
        introductions = [(address, asdict(told)) for address, told in document.introductions]
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (page.key, page.title, page.kind, page.date, page.date_is_inferred, page.url, page.access, page.speaker,
             page.source_name, page.text, document.digest, _json([asdict(d) for d in page.dropped]), source_digest,
             len(document.chunks), _json(introductions), document.contact, content),
        )  # fmt: skip
        for section in document.sections:
            lead = (section.lead_in.start, section.lead_in.end) if section.lead_in else (None, None)
            self._connection.execute(
                "INSERT INTO sections (document_key, heading_path, start, end, lead_start, lead_end,"
                " place_kind, place_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (page.key, _json(section.heading_path), section.span.start, section.span.end,
                 *lead, *place_columns(section.place)),
            )  # fmt: skip
        for chunk in document.chunks:
            self._add_chunk(chunk)
        for met in document.acronyms:
            self._connection.execute(
                "INSERT INTO acronyms (document_key, access, short, expansion, form, chunk, start, end)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (page.key, page.access, met.short, met.expansion, " ".join(form_of(met.short)), met.chunk,
                 met.sentence.start, met.sentence.end),
            )  # fmt: skip

    def _add_chunk(self, chunk: Chunk) -> None:
        sentences = _json([(s.text, s.span.start, s.span.end) for s in chunk.sentences])
        row = self._connection.execute(
            "INSERT INTO chunks (document_key, ordinal, access, heading_path, speaker, text, start, end, sentences,"
            " lead_in, before, after, digest, place_kind, place_number, role, occasion, introduction)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (chunk.document_key, chunk.ordinal, chunk.access, _json(chunk.heading_path), chunk.speaker, chunk.text,
             chunk.span.start, chunk.span.end, sentences, chunk.lead_in, chunk.before, chunk.after, chunk.digest,
             *place_columns(chunk.place), chunk.role, chunk.occasion, chunk.introduction),
        ).lastrowid  # fmt: skip
        self._words(
            "",
            row,
            chunk.access,
            (chunk.title, _context(chunk.heading_path, chunk.lead_in, chunk.introduction), chunk.text),
        )

    def _words(self, command: str, row: int | None, access: Access, fields: Sequence[str]) -> None:
        """Put the words of a chunk in every table where its readers search; or take them out, by "delete"."""
        tokens = [" ".join(analyse(field)) for field in fields]
        for reader in Access:
            if access in reader.readable:
                table = f"words_{reader.value}"
                if command:
                    self._connection.execute(
                        f"INSERT INTO {table} ({table}, rowid, title, context, text) VALUES (?, ?, ?, ?, ?)",
                        (command, row, *tokens),
                    )
                else:
                    self._connection.execute(
                        f"INSERT INTO {table} (rowid, title, context, text) VALUES (?, ?, ?, ?)", (row, *tokens)
                    )

    def remove_document(self, key: str) -> dict[str, bytes]:
        """Take a document out; returns the vectors that its chunks had, by digest."""
        rows = self._connection.execute(
            "SELECT c.id, c.access, d.title, c.heading_path, c.lead_in, c.introduction, c.text, c.digest, c.vector"
            " FROM chunks c JOIN documents d ON d.key = c.document_key WHERE d.key = ?",
            (key,),
        ).fetchall()
        vectors = {}
        for row, access, title, path, lead_in, introduction, text, digest, vector in rows:
            context = _context(json.loads(path), lead_in, introduction)
            self._words("delete", row, Access(access), (title, context, text))
            if vector is not None:
                vectors[digest] = vector
        for statement in (
            "DELETE FROM acronyms WHERE document_key = ?",
            "DELETE FROM chunks WHERE document_key = ?",
            "DELETE FROM sections WHERE document_key = ?",
            "DELETE FROM documents WHERE key = ?",
        ):
            self._connection.execute(statement, (key,))
        return vectors

    def read_from(self, key: str, source_digest: str, content: str) -> None:
        """Remember that a document, as it is, was read from what has these digests."""
        self._connection.execute(
            "UPDATE documents SET source_digest = ?, content = ? WHERE key = ?", (source_digest, content, key)
        )

    def refuse(self, refusals: Mapping[str, DocumentRefused]) -> None:
        """What was refused, by the digest of what was given."""
        rows = ((digest, refusal.name, refusal.reason) for digest, refusal in refusals.items())
        self._connection.executemany("INSERT INTO refused VALUES (?, ?, ?)", rows)

    def forget_vectors(self) -> None:
        """Drop every vector: another model is to make them."""
        self._connection.execute("UPDATE chunks SET vector = NULL WHERE vector IS NOT NULL")

    def without_vector(self) -> int:
        """How many chunks have no vector."""
        return int(self._connection.execute("SELECT count(*) FROM chunks WHERE vector IS NULL").fetchone()[0])

    def to_embed(self, after: int, most: int) -> tuple[int, dict[str, str]]:
        """The next chunks without a vector: the last one's id, and digest → what is embedded for it."""
        rows = self._connection.execute(
            "SELECT c.id, c.digest, d.title, c.heading_path, c.introduction, c.lead_in, c.text FROM chunks c"
            " JOIN documents d ON d.key = c.document_key WHERE c.vector IS NULL AND c.id > ? ORDER BY c.id LIMIT ?",
            (after, most),
        ).fetchall()
        passages = {digest: passage_text(title, json.loads(path), *rest) for _, digest, title, path, *rest in rows}
        return (rows[-1][0] if rows else after), passages

    def add_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Vectors by chunk digest."""
        self.put_vectors({digest: array("f", vector).tobytes() for digest, vector in vectors.items()})

    def put_vectors(self, vectors: Mapping[str, bytes]) -> None:
        """Vectors as they are stored, by chunk digest; a digest that no chunk has is passed over."""
        rows = ((blob, digest) for digest, blob in vectors.items())
        self._connection.executemany("UPDATE chunks SET vector = ? WHERE digest = ?", rows)

    def contents(self) -> Iterator[tuple[str, str]]:
        """(key, digest) of every document, by key."""
        yield from self._connection.execute("SELECT key, digest FROM documents ORDER BY key")

    def finish(self, facts: Mapping[str, str]) -> None:
        """Write the facts about the version, compact the file and close it."""
        self._connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        for reader in Access:
            self._connection.execute(f"INSERT INTO words_{reader.value} (words_{reader.value}) VALUES ('optimize')")
        self._connection.commit()
        free, pages = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count")
        )
        if free > WASTE * pages:
            self._connection.execute("VACUUM")
        self.close()

    def close(self) -> None:
        """Close the file, finished or not."""
        self._connection.close()


def _context(heading_path: Sequence[str], lead_in: str, introduction: str) -> str:
    return " ".join((*heading_path, lead_in, introduction))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
