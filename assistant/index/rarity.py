"""How rare a stem is in French at large: inverse document frequency over public administrative texts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from math import log
from pathlib import Path

NUMBER = 6.0  # rarity of any number: between an ordinary noun and a name
# What is longer is no slip of the finger: the longest word of French has 25 letters. Where more words than these are
# unknown, it is no language: each would be compared with all the words of the documents, for nothing.
LONGEST_MENDED = 30
MOST_MENDED = 16
FILE = Path(__file__).with_name("frequencies.tsv")


@cache
def _frequencies() -> tuple[int, dict[str, int]]:
    first, *rows = FILE.read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows)
    return int(first), {stem: int(count) for stem, count in pairs}


def idf(stem: str) -> float:
    """`log(1 + N / (df + 0.5))`; a stem that French texts do not hold is as rare as can be. Numbers are not counted."""
    if stem[0].isdigit():
        return NUMBER
    total, frequencies = _frequencies()
    return log(1 + total / (frequencies.get(stem, 0) + 0.5))


def is_unknown(stem: str) -> bool:
    """Is it a word that French texts do not hold: a name, an acronym, or a misspelling?"""
    return not stem[0].isdigit() and stem not in _frequencies()[1]


def mended(stems: Iterable[str]) -> list[str]:
    """The unknown words of a question that may be misspellings, in order and once each: the first `MOST_MENDED`."""
    unknown = (stem for stem in dict.fromkeys(stems) if len(stem) <= LONGEST_MENDED and is_unknown(stem))
    return list(islice(unknown, MOST_MENDED))
