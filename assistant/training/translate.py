"""Parallel sentences as numbers → what each French piece is in English, as probabilities.

IBM Model 1 (Brown et al. 1993) by expectation and maximisation, run in both directions and multiplied: a rare piece
cannot then explain a whole sentence by itself. With these weights the vectors of English pieces make the first vectors
of French ones (trans-tokenisation: Remy et al. 2024, arXiv 2408.04303).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 5
KEPT = 1e-3  # a translation less likely than this is forgotten


@dataclass(frozen=True, slots=True)
class Table:
    """Weighted links between pieces, three arrays of one length; `weight` sums to at most 1 for each French piece."""

    french: NDArray[np.int64]
    english: NDArray[np.int64]
    weight: NDArray[np.float64]
    seen: NDArray[np.float64]  # for each French piece, how many sentences hold it


def translations(french: Sequence[Sequence[int]], english: Sequence[Sequence[int]], pieces: int) -> Table:
    """`french[i]` and `english[i]` are the pieces of one sentence; `pieces` is more than any number in either."""
    met = [_met(np.unique(f), np.unique(e), pieces) for f, e in zip(french, english, strict=True)]
    keys = np.concatenate(met)
    sentence = np.repeat(np.arange(len(met)), [len(one) for one in met])
    links, link = np.unique(keys, return_inverse=True)
    from_french, from_english = links // pieces, links % pieces
    to_english = _model_1(link, sentence, from_french, from_english)
    to_french = _model_1(link, sentence, from_english, from_french)
    both = to_english * to_french
    total = np.bincount(from_french, both, pieces)
    weight = both / np.maximum(total[from_french], 1e-12)
    kept = weight > KEPT
    seen = np.bincount(np.concatenate([np.unique(one) for one in french]), minlength=pieces).astype(np.float64)
    return Table(from_french[kept], from_english[kept], weight[kept], seen)


def _met(french: NDArray[np.int64], english: NDArray[np.int64], pieces: int) -> NDArray[np.int64]:
    """Every French piece beside every English one, as one number."""
    return (french.astype(np.int64)[:, None] * pieces + english.astype(np.int64)[None, :]).ravel()


def _model_1(
    link: NDArray[np.int64], sentence: NDArray[np.int64], given: NDArray[np.int64], made: NDArray[np.int64]
) -> NDArray[np.float64]:
    """p(made | given) for each link: every piece made in a sentence comes from one of the given ones."""
    place = sentence * (int(made.max()) + 1) + made[link]
    _, place = np.unique(place, return_inverse=True)
    probability = np.ones(len(given))
    for _ in range(ROUNDS):
        share = probability[link]
        share /= np.bincount(place, share)[place]
        counts = np.bincount(link, share)
        probability = counts / np.bincount(given, counts)[given]
    return probability
