"""Models → how often each finds the held-out passage of a held-out question, clean and noisy: no bench is read.

python -m assistant.training.compare TEXTS MODEL…
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.training.corpora import Pair, read_pairs
from assistant.training.noise import noisy
from assistant.training.pairs import held_out

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OTHERS = 1500  # passages that answer none of the questions
DEPTH = 10


def compare(model: SentenceTransformer, pairs: list[Pair], others: list[str]) -> tuple[float, float]:
    """Mean reciprocal rank within `DEPTH` of the right passage, for clean questions and for noisy ones."""
    right = list(dict.fromkeys(pair.passage for pair in pairs))
    place = {passage: number for number, passage in enumerate(right)}
    passages = model.encode(right + others, batch_size=64, normalize_embeddings=True)
    random = np.random.default_rng(4)
    clean = [pair.asked for pair in pairs]
    figures = []
    for asked in (clean, [noisy(question, random) for question in clean]):
        scores = model.encode(asked, batch_size=64, normalize_embeddings=True) @ passages.T
        gold = np.array([place[pair.passage] for pair in pairs])
        ranks = 1 + (scores > scores[np.arange(len(gold)), gold][:, None]).sum(axis=1)
        figures.append(float(np.where(ranks <= DEPTH, 1 / ranks, 0).mean()))
    return figures[0], figures[1]


def main() -> None:
    """One line a model."""
    from sentence_transformers import SentenceTransformer

    everything = read_pairs(Path(sys.argv[1]))
    pairs = [pair for pair in everything if held_out(pair)]
    apart = {pair.passage for pair in pairs}
    passages = sorted({pair.passage for pair in everything if len(pair.passage) > 200} - apart)
    others = [passages[place] for place in np.random.default_rng(5).permutation(len(passages))[:OTHERS]]
    print(f"{len(pairs)} questions, {len(apart) + len(others)} passages: mean reciprocal rank, clean and noisy")
    for name in sys.argv[2:]:
        clean, noise = compare(SentenceTransformer(name, device="cpu"), pairs, others)
        print(f"{100 * clean:6.1f} {100 * noise:6.1f}  {name}", flush=True)


if __name__ == "__main__":
    main()
