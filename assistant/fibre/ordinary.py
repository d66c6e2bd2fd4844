"""Words that are French before they are places."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from assistant.fibre.words import fold
from assistant.wording import texts

FILE = Path(__file__).with_name("ordinary.tsv")


class Rarity(IntEnum):
    """How much a name of a place is one: the more it is a word, the more of a cue it needs."""

    ORDINARY = 0  # « Rue », « Long »
    DOUBTFUL = 1  # « Albert », « Roye »
    PLAIN = 2  # « Flixecourt »


@cache
def is_word(word: str) -> bool:
    """Whether a folded word is everyday French, or a short form of it."""
    return word in _everyday() or len(word) == 1


@cache
def listed(*path: str) -> frozenset[str]:
    """A list of words of `texts/places.toml`."""
    table: Any = texts("places")
    for part in path:
        table = table[part]
    return frozenset(fold(table).split())


def rarity(parts: tuple[str, ...]) -> Rarity:
    """That of a name, or of the first words of one, articles left out."""
    if all(part in listed("names", "words") or (is_word(part) and part not in doubtful()) for part in parts):
        return Rarity.ORDINARY
    return Rarity.DOUBTFUL if len(parts) == 1 and parts[0] in doubtful() else Rarity.PLAIN


def doubtful() -> frozenset[str]:
    """Names that a light cue is enough for."""
    return listed("names", "doubtful")


@cache
def _everyday() -> frozenset[str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    counted = frozenset(line for line in lines if not line.startswith("#"))
    return counted | listed("words", "everyday") | frozenset(texts("question")["sms"])
