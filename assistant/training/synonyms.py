"""A thesaurus of LibreOffice → `assistant/index/synonyms.tsv`: pairs of stems that it gives in both directions.

    python -m assistant.training.synonyms /usr/share/mythes/thes_fr.dat

The file is in Debian's `mythes-fr`. A line « word|2 » is followed by two lines « (Nom)|synonym|synonym ». Words of more
than one word are left out, and so are stems that the word frequencies do not hold: rare words have no place in
questions, and names none in a thesaurus.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.index.french import analyse
from assistant.index.rarity import is_unknown
from assistant.index.synonyms import FILE

HEADER = """\
# Pairs of French stems that stand for one another, each row the first in alphabetical order and the others after it.
# Made by assistant/training/synonyms.py from the French thesaurus of LibreOffice (thes_fr.dat of Debian's mythes-fr).
# Copyright Kevin Hendricks, Frederic Labbe, Laurent Godard. Licence: GNU LGPL, version 2.1 or later.
"""
REMARK = re.compile(r"\([^)]*\)")


def read_thesaurus(lines: Iterable[str]) -> dict[str, set[str]]:
    """Stem → the stems given for it. The first line is the encoding."""
    given: dict[str, set[str]] = defaultdict(set)
    rows = iter(lines)
    next(rows, None)
    for head in rows:
        word, _, senses = head.rpartition("|")
        stem = _stem(word)
        for _ in range(int(senses)):
            synonyms = {_stem(REMARK.sub("", text)) for text in next(rows).split("|")[1:]}
            if stem:
                given[stem].update(synonym for synonym in synonyms if synonym and synonym != stem)
    return given


def mutual(given: dict[str, set[str]]) -> Iterator[tuple[str, list[str]]]:
    """(stem, the ones after it in the alphabet that it stands for and that stand for it), in alphabetical order."""
    for stem in sorted(given):
        others = sorted(other for other in given[stem] if other > stem and stem in given.get(other, ()))
        if others:
            yield stem, others


def _stem(text: str) -> str | None:
    """The stem of a text of one word that French texts hold, or None."""
    stems = analyse(text)
    return stems[0] if len(stems) == 1 and " " not in text.strip() and not is_unknown(stems[0]) else None


def main() -> None:
    """Write the file."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    rows = ["\t".join((stem, *others)) for stem, others in mutual(read_thesaurus(lines))]
    FILE.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{sum(row.count(chr(9)) for row in rows)} → {FILE}")


if __name__ == "__main__":
    main()
