"""Write the lists that places are recognised with: former communes, communes elsewhere, départements, ordinary words.

`python -m assistant.training.communes FOLDER TEXTS.jsonl EVERYDAY.jsonl`: FOLDER holds the data of the npm package
`@etalab/decoupage-administratif` (communes.json, departements.json); TEXTS.jsonl, each line an object whose "a" and
"b" are texts, is the one of `assistant.training.frequencies`; EVERYDAY.jsonl has objects with "fr" and "src", of which
those of Tatoeba are read. The files shipped come from version 6.0.0 (INSEE, Code officiel géographique 2026), from
37,685 pairs of public administrative French and 18,066 sentences of Tatoeba: names and words, no text.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.gazetteer.elsewhere import DEPARTMENTS, FILE, LARGE, key_of
from assistant.fibre.gazetteer.former import FILE as FORMER
from assistant.fibre.gazetteer.ordinary import FILE as ORDINARY
from assistant.fibre.gazetteer.words import words
from assistant.wording import texts

SOURCE = """\
# source: INSEE, COG 2026, by way of the npm package @etalab/decoupage-administratif 6.0.0 (MIT)
# date: 2026-01-01
# licence: Licence Ouverte 2.0
"""
INHABITANTS = 3000  # from there on, a commune elsewhere is large enough to be what was meant despite a likeness
RAREST = 4  # administrative texts; a word in fewer is not ordinary, unless it is spoken
SPOKEN = 2  # everyday sentences


def former(communes: list[Any]) -> str:
    """Delegated and associated communes of the Somme, each with the code of the commune that it is part of."""
    rows = [
        (commune["nom"], commune["chefLieu"])
        for commune in communes
        if commune["type"] in ("commune-deleguee", "commune-associee") and commune["chefLieu"].startswith(DEPARTMENT)
    ]
    table = "".join(f"{name};{code}\n" for name, code in sorted([*rows, *texts("places")["names"]["merged"].items()]))
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


def ordinary(administrative: Path, everyday: Path) -> str:
    """Folded forms of the words that French writes in small letters."""
    counted = _counted(t for pair in _lines(administrative) for t in (pair["a"], pair["b"]))
    spoken = _counted(pair["fr"] for pair in _lines(everyday) if pair["src"] == "tatoeba")
    kept = {word for word, n in counted.items() if n >= RAREST} | {word for word, n in spoken.items() if n >= SPOKEN}
    told = f"# Words in small letters in {RAREST} texts of administrative French or {SPOKEN} sentences of Tatoeba.\n"
    licence = "# licence: Licence Ouverte 2.0, Apache-2.0; Tatoeba (tatoeba.org): CC BY 2.0 FR\n"
    return told + licence + "\n".join(sorted(word for word in kept if len(word) > 1)) + "\n"


def _lines(path: Path) -> Iterator[Any]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _counted(sentences: Iterable[str]) -> Counter[str]:
    """In how many different texts each word stands in small letters."""
    counts: Counter[str] = Counter()
    for text in dict.fromkeys(sentences):
        counts.update({word.text for word in words(text) if word.typed.islower() and word.text.isalpha()})
    return counts


def main() -> None:
    """Write the files."""
    folder, administrative, everyday = map(Path, sys.argv[1:])
    communes = json.loads((folder / "communes.json").read_text(encoding="utf-8"))
    departments = json.loads((folder / "departements.json").read_text(encoding="utf-8"))
    names = "".join(f"{d['code']};{d['nom']}\n" for d in departments)
    written = {
        FORMER: former(communes),
        FILE: elsewhere(communes),
        DEPARTMENTS: f"# The departments of France.\n{SOURCE}code;name\n{names}",
        ORDINARY: ordinary(administrative, everyday),
    }
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text.splitlines())} lines")


if __name__ == "__main__":
    main()
