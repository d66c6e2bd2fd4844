"""Words, vectors and their sum on public French questions: what the default `vector_weight` rests on.

    nice python -m tests.benchmarks.retrieval [../shared/french/bench/servicepublic] [--model FOLDER] [--weights 0.2]

Every passage goes through the project's own index (FTS5 over French stems, Chroma) with the embedder asked for, or the
configured one, every question through its own searches and sum, clean and noisy (`noise`). The index stays in the
temporary folder: the first run with a model embeds 6,239 passages and says how fast, the next ones none. Ranks are
de-duplicated to the parent document.

nDCG@10 with binary gains (Järvelin and Kekäläinen 2002); recall@5. A difference under one point is noise.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from assistant.index.build import open_build
from assistant.index.database import Database
from assistant.index.embed import SentenceTransformerEmbedder
from assistant.index.lexical import WordSearch
from assistant.index.search import CANDIDATES, weigh
from assistant.index.store import open_store
from assistant.models import Access, Chunk, Document, Page, Span
from assistant.settings import ROOT, Settings, load_settings
from assistant.versions import current_version, index_versions
from tests.benchmarks.noise import noisy

BENCH = ROOT.parent / "shared" / "french" / "bench" / "servicepublic"
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the parents that answer it."""

    text: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Chunk id → score, of each search."""

    words: dict[int, float]
    vectors: dict[int, float]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the questions, from 0 to 1."""

    ndcg_at_10: float
    recall_at_5: float


def main() -> None:
    """Index what is not indexed yet, search every question once, then print one line a method."""
    options = _options()
    bench, settings = options.bench, _settings(options)
    queries = [Query(row["text"], frozenset(row["gold"])) for row in read_lines(bench / "queries.jsonl")]
    queries = queries[:: max(1, len(queries) // options.questions)]
    rate = index_passages(bench / "docs.jsonl", settings)
    finder = Finder(settings)
    begin = time.monotonic()
    clean = [finder.search(query.text) for query in queries]
    each = 1000 * (time.monotonic() - begin) / len(queries)
    dirty = [finder.search(text) for text in noisy([query.text for query in queries])]
    print(f"{len(queries)} questions of {bench.name}, {settings.embedder}")
    print(
        f"{rate:.0f} passages indexed a second, {each:.1f} ms a question, of which embedding {finder.embedding():.1f}\n"
    )
    print(f"{'method':<24}{'nDCG@10':>9}{'recall@5':>10}{'noisy':>9}{'recall@5':>10}")
    for method, words, weight in [
        ("words alone", True, 0.0), ("vectors alone", False, 1.0),
        *((f"words + {weight:g} vectors", True, weight) for weight in options.weights),
    ]:  # fmt: skip
        figures = []
        for searched in (clean, dirty):
            quality = measure(queries, [finder.parents(one, words, weight) for one in searched])
            figures += [100 * quality.ndcg_at_10, 100 * quality.recall_at_5]
        columns = [f"{figure:>{width}.1f}" for figure, width in zip(figures, (9, 10, 9, 10), strict=True)]
        print(f"{method:<24}{''.join(columns)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, nargs="?", default=BENCH)
    parser.add_argument("--model", default=load_settings().embedder, help="a folder, or what ASSISTANT_EMBEDDER takes")
    parser.add_argument("--weights", type=lambda text: tuple(map(float, text.split(","))), default=WEIGHTS)
    parser.add_argument("--questions", type=int, default=10_000, help="about so many, evenly spaced")
    return parser.parse_args()


def _settings(options: argparse.Namespace) -> Settings:
    data = Path(tempfile.gettempdir()) / "assistant-retrieval-benchmark" / options.bench.name / Path(options.model).name
    return load_settings().model_copy(update={"data": data, "embedder": options.model, "vector_weight": WEIGHTS[0]})


def index_passages(path: Path, settings: Settings) -> float:
    """Passages → the project's index, with nothing but their text; returns how many a second."""
    begin = time.monotonic()
    rows = sorted(read_lines(path), key=lambda row: str(row["parent"]))
    documents = [document(parent, list(group)) for parent, group in groupby(rows, key=lambda row: str(row["parent"]))]
    with tqdm(unit=" passages", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        with open_build(settings) as build:
            for one in documents:
                build.add(one, one.digest)
            build.publish(None, progress)
    return len(rows) / (time.monotonic() - begin)


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


class Finder:
    """The parts of the project's search, so that a question is searched once and summed at many weights."""

    def __init__(self, settings: Settings) -> None:
        version = current_version(index_versions(settings.data))
        assert version is not None  # it was just built
        self._database = Database(version)
        store = open_store(self._database)
        assert store is not None
        self._store = store
        self._embedder = SentenceTransformerEmbedder(settings)
        self._words = WordSearch(self._database, Access.PUBLIC)
        self._times: list[float] = []
        self._parent = lru_cache(maxsize=None)(self._read_parent)
        self._embedder.embed_query("fibre")

    def search(self, question: str) -> Candidates:
        """The candidates of both searches."""
        begin = time.monotonic()
        vector = self._embedder.embed_query(question)
        self._times.append(time.monotonic() - begin)
        hits = self._store.search(Access.PUBLIC, vector, CANDIDATES)
        found = ((self._database.chunk_id(digest), cosine) for digest, cosine in hits.items())
        vectors = {number: cosine for number, cosine in found if number is not None}
        return Candidates(self._words.search(question, CANDIDATES), vectors)

    def parents(self, found: Candidates, words: bool, weight: float) -> list[str]:
        """The parents of what has a score, best first, each once."""
        ranked = weigh(found.words if words else {}, found.vectors if weight else {}, weight)
        return list(dict.fromkeys(self._parent(number) for _, _, _, number in ranked))

    def embedding(self) -> float:
        """Median milliseconds of a question's embedding."""
        return 1000 * median(self._times)

    def _read_parent(self, number: int) -> str:
        chunk = self._database.chunk(Access.PUBLIC, number)
        assert chunk is not None
        return chunk.document_key


def measure(queries: list[Query], found: list[list[str]]) -> Quality:
    """Means over the questions of what was found for each."""
    ranks = [(query.gold, parents) for query, parents in zip(queries, found, strict=True)]
    return Quality(
        sum(ndcg(gold, parents, 10) for gold, parents in ranks) / len(ranks),
        sum(len(gold.intersection(parents[:5])) / len(gold) for gold, parents in ranks) / len(ranks),
    )


def ndcg(gold: frozenset[str], parents: list[str], depth: int) -> float:
    """Discounted gain of the parents that answer, over that of the best order there could be."""
    gain = sum(1 / math.log2(place + 1) for place, parent in enumerate(parents[:depth], 1) if parent in gold)
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(gold), depth) + 1))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """A JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
