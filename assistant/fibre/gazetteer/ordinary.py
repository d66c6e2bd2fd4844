"""Words that are French before they are places."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from assistant.fibre.gazetteer.words import fold
from assistant.wording import texts

FILE = Path(__file__).with_name("ordinary.tsv")


class Rarity(IntEnum):
    """How much a name of a place is one: the more it is a word, the more of a cue it needs."""

    COMMON = 0  # « Rue », « Long »
    WORD = 1  # « Folies », « Ham »
    DOUBTFUL = 2  # « Albert », « Roye »
    PLAIN = 3  # « Flixecourt »


def is_word(word: str) -> bool:
    """Whether a folded word is everyday French, or a short form of it."""
    return word in everyday() or len(word) == 1


@cache
def listed(*path: str) -> frozenset[str]:
    """A list of words of `texts/places.toml`."""
    table: Any = texts("places")
    for part in path:
        table = table[part]
    return frozenset(fold(table).split())


def rarity(parts: tuple[str, ...]) -> Rarity:
    """That of a name, or of the first words of one, articles left out: its rarest word's; « Saint X » is plain."""
    rarest = max(_rarity(part) for part in parts)
    return Rarity.PLAIN if len(parts) > 1 and rarest is Rarity.DOUBTFUL else rarest


def _rarity(part: str) -> Rarity:
    if part in listed("names", "doubtful"):
        return Rarity.DOUBTFUL
    if is_word(part):
        return Rarity.COMMON
    return Rarity.WORD if part in listed("names", "words") else Rarity.PLAIN


@cache
def everyday() -> frozenset[str]:
    """Folded words of everyday French, short forms and first names among them."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    counted = frozenset(line for line in lines if not line.startswith("#"))
    ours = listed("words", "everyday") | listed("words", "first_names") | listed("words", "countries")
    return counted | ours | frozenset(texts("question")["sms"])
