"""Texts of like length together, so that little padding is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

POOL = 40  # batches that are sorted by length together: each still mixes what it holds


def by_length(lengths: Sequence[int], size: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """One pass over all the places of `lengths` in random order, at most `size` places a batch."""
    order = random.permutation(len(lengths))
    many = np.asarray(lengths)
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), POOL * size):
        pool = order[start : start + POOL * size]
        pool = pool[np.argsort(many[pool], kind="stable")]
        batches.extend(pool[place : place + size] for place in range(0, len(pool), size))
    random.shuffle(batches)
    yield from batches
