"""May a word of a sentence stand for a word of its source? The same one, another form of it, or one of its family.

Never one that means the same: what a list of synonyms pairs may be what a lie exchanges (« bronze », « argent »).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache

from assistant.answering.claims.reading import Token
from assistant.wording import texts

FAMILY = 5  # letters that begin all the words of a family
ROOT = 4  # letters that are left at least when an ending is taken off
SHARED = 0.7  # and what part they are of the longer one
SAME, KIN = 0.95, 0.9


def alike(one: Token, other: Token) -> float:
    """How alike two words are, from 0 to 1."""
    return likeness(one.surface, one.stem, other.surface, other.stem)


@lru_cache(maxsize=200_000)
def likeness(surface: str, own: str, other_surface: str, other: str) -> float:
    """From 0 to 1: a word with its stem, and another."""
    if surface == other_surface:
        return 1.0
    if surface.isalpha() and (own == other or _root(own) == _root(other)):
        return SAME
    return KIN if _are_kin(own, other) or verbs_of(surface) & verbs_of(other_surface) else 0.0


def _root(own: str) -> str:
    """A stem without what the stemmer leaves of some forms of a verb: « affichent », « étudier » beside « étudie »."""
    for ending in ("ent", "i"):
        if own.endswith(ending) and len(own) >= ROOT + len(ending):
            return own.removesuffix(ending)
    return own


def _are_kin(one: str, other: str) -> bool:
    """« construire » and « construction »: they begin alike, and one is not much longer than what they share."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    is_long = shared >= FAMILY and shared >= SHARED * max(len(one), len(other))
    return is_long and one.isalpha() and other.isalpha()


@lru_cache(maxsize=50_000)
def verbs_of(surface: str) -> frozenset[int]:
    """The verbs of the list of which a word may be a form."""
    whole, starts = _verbs()
    found = set(whole.get(surface, ()))
    for size in range(2, len(surface) + 1):
        found.update(starts.get(surface[:size], ()))
    return frozenset(found)


@cache
def _verbs() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    whole: dict[str, set[int]] = defaultdict(set)
    starts: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(texts("claims")["same"]["verbs"]):
        for word in row.split():
            if word.endswith("-"):
                starts[word[:-1]].add(number)
            else:
                whole[word].add(number)
    return whole, starts
