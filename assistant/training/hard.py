"""Pairs → batches in which the wrong passages are hard to tell from the right one.

In a batch, the passages of the other pairs are what each question must tell its own from. Batches are of one source,
and built of small groups: a pair, and others whose passage BM25 (over the project's own French analysis) also finds for
its question. So hard negatives cost no passage more to compute than random ones. Passages that BM25 puts as high as
the right one, or nearly, are left out: they may well answer too (positive-aware mining: Moreira et al. 2024,
arXiv 2407.15831).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from assistant.index.french import analyse
from assistant.training.corpora import Pair

K1, B = 1.2, 0.75  # of BM25
TOO_NEAR = 0.9  # of the right passage's score
NEIGHBOURS = 8  # hard passages that are kept for a question
GROUP = 4  # pairs of a batch that are hard for one another


def neighbours(pairs: Sequence[Pair]) -> list[list[int]]:
    """For each pair, the places of others of its source whose passage is near its question by words, nearest first."""
    near: list[list[int]] = [[] for _ in pairs]
    for places in _by_source(pairs, range(len(pairs))):
        analysed = [(analyse(pairs[place].passage), analyse(pairs[place].asked)) for place in places]
        scores = _bm25([passage for passage, _ in analysed], [asked for _, asked in analysed])
        for row, place in enumerate(places):
            near[place] = [places[other] for other in _nearest(scores[[row]].toarray().ravel(), row)]
    return near


def batches(
    pairs: Sequence[Pair], near: list[list[int]], chosen: Sequence[int], size: int, random: np.random.Generator
) -> list[list[int]]:
    """The chosen places of `pairs`, each once, in random batches of `size`; what a source has left over is dropped."""
    made: list[list[int]] = []
    for places in _by_source(pairs, chosen):
        made.extend(_filled(_grouped(near, places, random), pairs, size))
    random.shuffle(made)
    return made


def _by_source(pairs: Sequence[Pair], places: Iterable[int]) -> list[list[int]]:
    by_source: dict[str, list[int]] = defaultdict(list)
    for place in places:
        by_source[pairs[place].source].append(place)
    return list(by_source.values())


def _bm25(passages: list[list[str]], asked: list[list[str]]) -> csr_array:
    """(questions, passages) scores."""
    known = {stem: number for number, stem in enumerate(sorted({stem for one in passages for stem in one}))}
    average = sum(map(len, passages)) / len(passages)
    seen = Counter(stem for one in passages for stem in set(one))
    rows, columns, values = [], [], []
    for place, one in enumerate(passages):
        for stem, count in Counter(one).items():
            rarity = np.log(1 + (len(passages) - seen[stem] + 0.5) / (seen[stem] + 0.5))
            rows.append(place)
            columns.append(known[stem])
            values.append(rarity * count * (K1 + 1) / (count + K1 * (1 - B + B * len(one) / average)))
    matrix = csr_array((values, (rows, columns)), shape=(len(passages), len(known)), dtype=np.float32)
    words = [(place, known[stem]) for place, one in enumerate(asked) for stem in set(one) if stem in known]
    ones = np.ones(len(words), dtype=np.float32)
    questions = csr_array((ones, tuple(np.array(words).reshape(-1, 2).T)), shape=(len(asked), len(known)))
    return csr_array(questions @ matrix.T)


def _nearest(row: NDArray[np.float32], right: int) -> list[int]:
    row[row > TOO_NEAR * max(row[right], 1e-6)] = 0
    best = np.argpartition(-row, min(NEIGHBOURS, len(row) - 1))[:NEIGHBOURS]
    return [int(place) for place in best[np.argsort(-row[best])] if row[place] > 0]


def _grouped(near: list[list[int]], places: list[int], random: np.random.Generator) -> list[int]:
    """All the places: each seed is followed by some of its neighbours, groups stand in random order."""
    free = set(places)
    groups = []
    for seed in random.permutation(places).tolist():
        if seed in free:
            group = [seed, *[other for other in near[seed] if other in free][: GROUP - 1]]
            free.difference_update(group)
            groups.append(group)
    random.shuffle(groups)
    return [place for group in groups for place in group]


def _filled(order: list[int], pairs: Sequence[Pair], size: int) -> list[list[int]]:
    """Batches in which no text stands twice: it would be its own wrong answer."""
    made, waiting = [], order
    while len(waiting) >= size:
        batch: list[int] = []
        later: list[int] = []
        texts: set[str] = set()
        for number, place in enumerate(waiting):
            pair = pairs[place]
            if len(batch) == size:
                later.extend(waiting[number:])
                break
            if pair.asked in texts or pair.passage in texts:
                later.append(place)
                continue
            texts.update((pair.asked, pair.passage))
            batch.append(place)
        if len(batch) < size:
            break
        made.append(batch)
        waiting = later
    return made
