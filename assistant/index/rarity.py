"""How rare a stem is in French at large: inverse document frequency over public administrative texts."""

from __future__ import annotations

from functools import cache
from math import log
from pathlib import Path

NUMBER = 6.0  # rarity of any number: between an ordinary noun and a name
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
