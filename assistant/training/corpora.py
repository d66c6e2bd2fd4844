"""The texts that the embedder is trained on, read from a folder of JSON lines. The benches are never read here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAIRS = ("train_admin.jsonl", "train_piaf.jsonl")
PARALLEL = "parallel_en_fr.jsonl"
LONGEST = 700  # characters of a passage that are read: what the model will be given in a chunk, or nearly

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a title or a sentence, and the passage it goes with; `source` tells what kind of pair it is."""

    asked: str
    passage: str
    source: str


@dataclass(frozen=True, slots=True)
class Translation:
    """One text in two languages."""

    english: str
    french: str


def read_pairs(folder: Path) -> list[Pair]:
    """Every pair of the two training files, blanks made one, cut to `LONGEST` characters."""
    rows = (row for name in PAIRS for row in _rows(folder / name))
    return [Pair(_clean(row["a"]), _clean(row["b"]), row["src"]) for row in rows]


def read_translations(folder: Path, longest: int) -> list[Translation]:
    """The parallel sentences of at most `longest` characters on either side, each French text once."""
    found = {
        _clean(row["fr"]): _clean(row["en"])
        for row in _rows(folder / PARALLEL)
        if max(len(row["fr"]), len(row["en"])) <= longest
    }
    return [Translation(english, french) for french, english in found.items()]


def french_texts(folder: Path) -> Iterator[str]:
    """All the French of the training files, with repetitions."""
    for pair in read_pairs(folder):
        yield pair.asked
        yield pair.passage
    for translation in read_translations(folder, LONGEST):
        yield translation.french


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _clean(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()[:LONGEST]
