"""Write the lists that places are recognised with: former communes, communes elsewhere, départements, ordinary words.

`python -m assistant.training.communes FOLDER TEXTS.jsonl`: FOLDER holds the data of the npm package
`@etalab/decoupage-administratif` (communes.json, departements.json); TEXTS.jsonl, each line an object whose "a" and
"b" are texts, is the one of `assistant.training.frequencies`. The files shipped come from version 6.0.0 (INSEE, Code
officiel géographique 2026) and from 37,685 pairs of public administrative French: names and words, no text.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.elsewhere import DEPARTMENTS, FILE, LARGE, key_of
from assistant.fibre.former import FILE as FORMER
from assistant.fibre.ordinary import FILE as ORDINARY
from assistant.fibre.words import words

SOURCE = """\
# source: INSEE, Code officiel géographique 2026, by way of the npm package @etalab/decoupage-administratif 6.0.0 (MIT)
# date: 2026-01-01
# licence: Licence Ouverte 2.0
"""
INHABITANTS = 3000  # from there on, a commune elsewhere is large enough to be what was meant despite a likeness
RAREST = 4  # texts; a word in fewer is not ordinary
OLDER_MERGERS = (("Grécourt", "80442"),)  # former communes without a code of their own left


def former(communes: list[Any]) -> str:
    """Delegated and associated communes of the Somme, each with the code of the commune that it is part of."""
    rows = [
        (commune["nom"], commune["chefLieu"])
        for commune in communes
        if commune["type"] in ("commune-deleguee", "commune-associee") and commune["chefLieu"].startswith(DEPARTMENT)
    ]
    table = "".join(f"{name};{code}\n" for name, code in sorted([*rows, *OLDER_MERGERS]))
    return f"# Former, delegated and associated communes of the Somme.\n{SOURCE}name;part_of\n{table}"


def elsewhere(communes: list[Any]) -> str:
    """Names of the communes outside the Somme, in the order of their keys, with their départements."""
    departments: dict[str, set[str]] = defaultdict(set)
    large: set[str] = set()
    for commune in communes:
        if commune["type"] == "commune-actuelle" and commune["departement"] != DEPARTMENT:
            departments[commune["nom"]].add(commune["departement"])
            if commune.get("population", 0) >= INHABITANTS:
                large.add(commune["nom"])
    rows = sorted((key_of(name), name) for name in departments)
    table = "".join(
        f"{name}\t{','.join(sorted(departments[name]))}{LARGE if name in large else ''}\n" for _, name in rows
    )
    told = f"# Communes outside the Somme; {LARGE} marks a name of {INHABITANTS} inhabitants or more.\n"
    return f"{told}{SOURCE}{table}"


def ordinary(texts: Path) -> str:
    """Folded forms of the words that French writes in small letters."""
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for line in texts.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        for text in (pair["a"], pair["b"]):
            if text not in seen:
                seen.add(text)
                counts.update({word.text for word in words(text) if word.typed.islower() and word.text.isalpha()})
    kept = sorted(word for word, count in counts.items() if count >= RAREST and len(word) > 1)
    told = f"# Words in small letters in at least {RAREST} of {len(seen)} texts of public administrative French.\n"
    return f"{told}# licence: Licence Ouverte 2.0 and Apache-2.0\n" + "\n".join(kept) + "\n"


def main() -> None:
    """Write the files."""
    folder, texts = Path(sys.argv[1]), Path(sys.argv[2])
    communes = json.loads((folder / "communes.json").read_text(encoding="utf-8"))
    departments = json.loads((folder / "departements.json").read_text(encoding="utf-8"))
    names = "".join(f"{d['code']};{d['nom']}\n" for d in departments)
    written = {
        FORMER: former(communes),
        FILE: elsewhere(communes),
        DEPARTMENTS: f"# The départements.\n{SOURCE}code;name\n{names}",
        ORDINARY: ordinary(texts),
    }
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text.splitlines())} lines")


if __name__ == "__main__":
    main()
