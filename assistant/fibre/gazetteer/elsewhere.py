"""Communes outside the Somme, and the départements: enough to say that a place is not of the Somme.

The list is kept in the order of its keys and searched by halves: nothing is parsed but the lines that are looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from assistant.fibre.gazetteer.words import fold

FILE = Path(__file__).with_name("elsewhere.tsv")
DEPARTMENTS = Path(__file__).with_name("departments.csv")
LARGE = "!"
_LEZ = re.compile(r"\blez\b")
_SEPARATORS = dict.fromkeys(map(ord, " -'’.,()/"))
_CORSICA = {"200": "2A", "201": "2A", "202": "2B", "206": "2B"}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Communes of one name. `departments` are numbers: "02", "2A", "974"; `large` when one of them is a town."""

    name: str
    departments: tuple[str, ...]
    large: bool


def key_of(name: str) -> str:
    """The letters of a name run together as the words of a text are; no name listed has a « St »."""
    return _LEZ.sub("les", fold(name)).translate(_SEPARATORS)


def named(key: str) -> Elsewhere | None:
    """The communes outside the Somme whose name has this key."""
    lines = _lines()
    place = bisect_left(lines, key, key=_key_of_line)
    found = [line for line in lines[place : place + 4] if _key_of_line(line) == key]
    if not found:
        return None
    told = [line.split("\t")[1] for line in found]
    departments = {number for part in told for number in part.rstrip(LARGE).split(",")}
    return Elsewhere(found[0].split("\t")[0], tuple(sorted(departments)), any(part.endswith(LARGE) for part in told))


@cache
def departments() -> dict[str, tuple[str, str]]:
    """Key of a département's name, or its number in small letters → (number, name)."""
    rows = [line.split(";") for line in _rows(DEPARTMENTS)[1:]]
    return {key: (code, name) for code, name in rows for key in (key_of(name), code.lower())}


def department_of(postcode: str) -> str | None:
    """The number of the département that a postal code begins with, or None when there is none."""
    number = _CORSICA.get(postcode[:3]) or postcode[: 3 if postcode.startswith("97") else 2]
    return number if number.lower() in departments() else None


@cache
def _lines() -> list[str]:
    return _rows(FILE)


def _rows(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@lru_cache(maxsize=8192)  # a search by halves begins with the same lines
def _key_of_line(line: str) -> str:
    return key_of(line.partition("\t")[0])
