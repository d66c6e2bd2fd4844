"""Words, vectors and their sum on public French questions: what the default `vector_weight` rests on.

    nice python -m tests.benchmarks.retrieval [../shared/french/bench/servicepublic]

Every passage goes through the project's own index (FTS5 over French stems, Chroma) with the configured embedder, every
question through its own search. The index stays in the temporary folder: the first run embeds 6,239 passages (some 7
minutes on two cores with MiniLM), the next ones none. Ranks are de-duplicated to the parent document.

nDCG@10 with binary gains (Järvelin and Kekäläinen 2002); recall@5. A difference under one point is noise.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assistant.index.build import open_build
from assistant.index.database import Database
from assistant.index.embed import SentenceTransformerEmbedder
from assistant.index.search import CANDIDATES, open_index
from assistant.index.store import open_store
from assistant.index.versions import current_version
from assistant.models import Access, Chunk, Document, Page, Span
from assistant.settings import ROOT, Settings, load_settings

BENCH = ROOT.parent / "shared" / "french" / "bench" / "servicepublic"
WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.4)

Search = Callable[[str], Iterable[str]]  # question → parents, best first, repeated or not


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the parents that answer it."""

    text: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the questions, from 0 to 1."""

    ndcg_at_10: float
    recall_at_5: float


def main(bench: Path) -> None:
    """Index what is not indexed yet, then print one line a method as soon as it is measured."""
    queries = [Query(row["text"], frozenset(row["gold"])) for row in read_lines(bench / "queries.jsonl")]
    settings = load_settings()
    data = Path(tempfile.gettempdir()) / "assistant-retrieval-benchmark" / bench.name
    settings = settings.model_copy(update={"data": data, "vector_weight": WEIGHTS[0]})
    index_passages(bench / "docs.jsonl", settings)

    print(f"{len(queries)} questions of {bench.name}, {settings.embedder}\n")
    print(f"{'method':<24}{'nDCG@10':>9}{'recall@5':>10}")
    report("words alone", summed(queries, settings, 0))
    report("vectors alone", vectors_alone(queries, settings))
    for weight in WEIGHTS:
        report(f"words + {weight:g} vectors", summed(queries, settings, weight))


def index_passages(path: Path, settings: Settings) -> None:
    """Passages → the project's index, with nothing but their text."""
    rows = sorted(read_lines(path), key=lambda row: str(row["parent"]))
    documents = [document(parent, list(group)) for parent, group in groupby(rows, key=lambda row: str(row["parent"]))]
    with tqdm(unit=" passages", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        with open_build(settings) as build:
            for document in documents:
                build.add(document, document.digest)
            build.publish(None, progress)


def document(parent: str, rows: list[dict[str, Any]]) -> Document:
    """A parent and its passages, one chunk each, without title or context."""
    texts = [str(row["text"]) for row in rows]
    page = Page(
        key=parent, title="", kind="", date=None, date_is_inferred=False, url=None, access=Access.PUBLIC,
        text="\n".join(texts), blocks=(), source_name=parent,
    )  # fmt: skip
    starts = [sum(len(text) + 1 for text in texts[:place]) for place in range(len(texts))]
    chunks = tuple(
        Chunk(
            document_key=parent, ordinal=place, title="", kind="", date=None, date_is_inferred=False, url=None,
            access=Access.PUBLIC, heading_path=(), speaker=None, text=text, span=Span(start, start + len(text)),
            sentences=(), lead_in="", before="", after="",
            digest=hashlib.sha256(f"{parent} {place}".encode()).hexdigest(),
        )
        for place, (text, start) in enumerate(zip(texts, starts, strict=True))
    )  # fmt: skip
    return Document(page, (), chunks)


def summed(queries: list[Query], settings: Settings, weight: float) -> Quality:
    """The project's search; with weight 0 it is words alone."""
    with open_index(settings.model_copy(update={"vector_weight": weight})) as index:

        def search(question: str) -> Iterable[str]:
            found = index.search(question, Access.PUBLIC)
            chunks = [one.chunk for one in found.evidence] + [one.chunk for one in found.rejected]
            return [chunk.document_key for chunk in chunks]

        return measure(queries, search)


def vectors_alone(queries: list[Query], settings: Settings) -> Quality:
    """The project's vector store, without words."""
    version = current_version(settings.data)
    assert version is not None  # it was just built
    database = Database(version)
    store = open_store(database)
    assert store is not None
    embedder = SentenceTransformerEmbedder(settings)

    def search(question: str) -> Iterable[str]:
        hits = store.search(Access.PUBLIC, embedder.embed_query(question), CANDIDATES)
        numbers = (database.chunk_id(digest) for digest in hits)
        chunks = (database.chunk(Access.PUBLIC, number) for number in numbers if number is not None)
        return [chunk.document_key for chunk in chunks if chunk is not None]

    try:
        return measure(queries, search)
    finally:
        store.close()
        database.close()


def measure(queries: list[Query], search: Search) -> Quality:
    """Means over the questions."""
    ranks = [(query.gold, list(dict.fromkeys(search(query.text)))) for query in queries]
    return Quality(
        sum(ndcg(gold, parents, 10) for gold, parents in ranks) / len(ranks),
        sum(len(gold.intersection(parents[:5])) / len(gold) for gold, parents in ranks) / len(ranks),
    )


def ndcg(gold: frozenset[str], parents: list[str], depth: int) -> float:
    """Discounted gain of the parents that answer, over that of the best order there could be."""
    gain = sum(1 / math.log2(place + 1) for place, parent in enumerate(parents[:depth], 1) if parent in gold)
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(gold), depth) + 1))


def report(method: str, quality: Quality) -> None:
    """One line of the table, in percent."""
    print(f"{method:<24}{100 * quality.ndcg_at_10:>9.1f}{100 * quality.recall_at_5:>10.1f}", flush=True)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """A JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BENCH)
