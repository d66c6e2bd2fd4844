"""Words of French that may stand for one another: « retard » and « délai », « chef » and « directeur ».

From the French thesaurus of LibreOffice (LGPL 2.1 or later; F. Labbé, L. Godard, K. Hendricks), kept as pairs of stems
that it gives in both directions and that public administrative texts hold; `python -m assistant.training.synonyms`
writes the file. A thesaurus knows no context: half of what it pairs is of another sense, so that such a match counts
for less than half of the word itself.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("synonyms.tsv")


@cache
def _table() -> dict[str, frozenset[str]]:
    given: dict[str, set[str]] = defaultdict(set)
    for row in FILE.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            stem, *others = row.split("\t")
            for other in others:
                given[stem].add(other)
                given[other].add(stem)
    return {stem: frozenset(others) for stem, others in given.items()}


def synonyms_of(stem: str) -> frozenset[str]:
    """The stems that the thesaurus gives for this one, and that it is given for."""
    return _table().get(stem, frozenset())
