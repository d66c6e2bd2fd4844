"""Public questions whose answer is known by its place in a paragraph → candidates as the search would give them.

A line of the file: `{"title", "question", "paragraph", "answers": [{"text", "start"}]}` (PIAF, etalab-ia). The
paragraphs of an article make one document, parted into sentences and chunks by the code that parts the corpus.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.documents.chunk import chunk_page
from assistant.documents.sections import split_sections
from assistant.index.french import analyse
from assistant.index.rarity import idf
from assistant.index.search import EVIDENCE
from assistant.models import Access, Block, BlockKind, Chunk, Evidence, Found, Page, Span

K1, B = 1.2, 0.75  # of BM25, as in SQLite's FTS5
FAINTEST = 1e-6  # score of a chunk without a word of the question: it stays a candidate


@dataclass(frozen=True, slots=True)
class KnownPair:
    """A question, its article's key, and the span of its answer in the article's text."""

    question: str
    document_key: str
    answer: Span

    def is_gold(self, chunk: Chunk, span: Span) -> bool:
        """Does the answer begin in the sentence at this span of its chunk's document?"""
        return chunk.document_key == self.document_key and span.start <= self.answer.start < span.end


class Articles:
    """The articles of a file as chunks, with the search that the index makes by words."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self.chunks = tuple(chunks)

    @cached_property
    def _counts(self) -> list[Counter[str]]:
        return [Counter(analyse(" ".join((c.title, *c.heading_path, c.lead_in, c.text)))) for c in self.chunks]

    @cached_property
    def _lengths(self) -> list[int]:
        return [sum(counts.values()) for counts in self._counts]

    def search(self, question: str, keep: Iterable[int] | None = None) -> Found:
        """The `EVIDENCE` best chunks among those to keep (all, by default)."""
        stems = set(analyse(question))
        mean = sum(self._lengths) / max(len(self._lengths), 1)
        scored = []
        for number in keep if keep is not None else range(len(self.chunks)):
            counts, norm = self._counts[number], 1 - B + B * self._lengths[number] / mean
            score = sum(idf(s) * n * (K1 + 1) / (n + K1 * norm) for s in stems if (n := counts.get(s, 0)))
            scored.append((max(score, FAINTEST), number))
        scored.sort(key=lambda row: (-row[0], row[1]))
        best = max((score for score, _ in scored), default=FAINTEST)
        kept = scored[:EVIDENCE]
        return Found(tuple(Evidence(self.chunks[n], s / best, s / best, 0.0) for s, n in kept), ())

    def of(self, document_key: str) -> list[int]:
        """The places of an article's chunks."""
        return [n for n, chunk in enumerate(self.chunks) if chunk.document_key == document_key]


def read_pairs(path: Path) -> tuple[tuple[KnownPair, ...], Articles]:
    """The questions of a file and its articles."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    paragraphs: dict[str, dict[str, int]] = defaultdict(dict)  # title → paragraph → where it begins
    ends: Counter[str] = Counter()
    for line in lines:
        known = paragraphs[line["title"]]
        if line["paragraph"] not in known:
            known[line["paragraph"]] = ends[line["title"]]
            ends[line["title"]] += len(line["paragraph"]) + 2
    pairs = []
    for line in lines:
        start = paragraphs[line["title"]][line["paragraph"]] + line["answers"][0]["start"]
        pairs.append(KnownPair(line["question"], line["title"], Span(start, start + len(line["answers"][0]["text"]))))
    return tuple(pairs), Articles(chunk for title, known in paragraphs.items() for chunk in _chunks(title, known))


def _chunks(title: str, paragraphs: dict[str, int]) -> Iterator[Chunk]:
    blocks = tuple(Block(BlockKind.PARAGRAPH, Span(start, start + len(text))) for text, start in paragraphs.items())
    page = Page(title, title, "article", None, False, None, Access.PUBLIC, "\n\n".join(paragraphs), blocks, title)
    yield from chunk_page(page, split_sections(page))
