"""Count in how many French texts each stem occurs: what is rare is decided by French, not by a handful of documents.

`python -m assistant.training.frequencies TEXTS.jsonl`, each line an object whose "a" and "b" are texts, writes
`assistant/index/frequencies.tsv`. The file shipped comes from 37,685 pairs of public administrative French
(service-public.fr, Code du travail numérique, legal codes, Etalab's guides; Licence Ouverte and Apache-2.0): counts of
stems, no text.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from assistant.index.french import analyse
from assistant.index.rarity import FILE

RAREST = 4  # texts; a stem in fewer is left out and counts as unknown


def count(texts: Path) -> tuple[int, Counter[str]]:
    """(number of different texts, in how many of them each stem occurs)."""
    seen: set[str] = set()
    frequencies: Counter[str] = Counter()
    for line in texts.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        for text in (pair["a"], pair["b"]):
            if text not in seen:
                seen.add(text)
                frequencies.update(set(analyse(text)))
    return len(seen), frequencies


def main() -> None:
    """Write the table."""
    total, frequencies = count(Path(sys.argv[1]))
    rows = [f"{stem}\t{n}" for stem, n in sorted(frequencies.items()) if n >= RAREST and not stem[0].isdigit()]
    FILE.write_text("\n".join([f"\t{total}", *rows]) + "\n", encoding="utf-8")
    print(f"{total} texts, {len(rows)} stems → {FILE}")


if __name__ == "__main__":
    main()
