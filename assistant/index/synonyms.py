"""Words of French that may stand for one another: « retard » and « délai », « chef » and « directeur ».

From the French thesaurus of LibreOffice (LGPL 2.1 or later; F. Labbé, L. Godard, K. Hendricks), kept as pairs of stems
that it gives in both directions and that public administrative texts hold; `python -m assistant.training.synonyms`
writes the file. A thesaurus knows no context: half of what it pairs is of another sense, so that such a match counts
for less than half of the word itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("synonyms.tsv")


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for row in FILE.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            stem, *others = row.split("\t")
            pairs.update((stem, other) for other in others)
    return frozenset(pairs)


def are_synonyms(stem: str, other: str) -> bool:
    """Does the thesaurus give each stem for the other?"""
    return (min(stem, other), max(stem, other)) in _pairs()
