"""May a word of a sentence stand for a word of its source? The same, one of its family, or one of its meaning."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache

from assistant.answering.claims.reading import Token
from assistant.index.synonyms import synonyms_of
from assistant.wording import texts

FAMILY = 5  # letters that begin all the words of a family
SHARED = 0.55  # and what part they are of the longer one
SAME, KIN, MEANING = 0.95, 0.9, 0.7
THESAURUS = 0.5  # half of what it pairs is of another sense


def alike(one: Token, other: Token) -> float:
    """How alike two words are, from 0 to 1."""
    return likeness(one.surface, one.stem, other.surface, other.stem)


@lru_cache(maxsize=200_000)
def likeness(surface: str, own: str, other_surface: str, other: str) -> float:
    """From 0 to 1: a word with its stem, and another."""
    if surface == other_surface:
        return 1.0
    if own == other:
        return SAME
    if _are_kin(own, other):
        return KIN
    if groups_of(surface, "verbs") & groups_of(other_surface, "verbs"):
        return KIN
    if groups_of(surface, "groups") & groups_of(other_surface, "groups"):
        return MEANING
    return THESAURUS if other in synonyms_of(own) else 0.0


def _are_kin(one: str, other: str) -> bool:
    """« construire » and « construction »: they begin alike, and one is not much longer than what they share."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return shared >= FAMILY and shared >= SHARED * max(len(one), len(other))


@lru_cache(maxsize=50_000)
def groups_of(surface: str, table: str) -> frozenset[int]:
    """The groups of words that may say the same, to which a word belongs."""
    whole, starts = _groups(table)
    found = set(whole.get(surface, ()))
    for size in range(2, len(surface) + 1):
        found.update(starts.get(surface[:size], ()))
    return frozenset(found)


def is_common(surface: str) -> bool:
    """Is it a word of the lists, and so no name?"""
    return bool(groups_of(surface, "verbs") or groups_of(surface, "groups"))


@cache
def _groups(table: str) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    whole: dict[str, set[int]] = defaultdict(set)
    starts: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(texts("claims")["same"][table]):
        for word in row.split():
            if word.endswith("-"):
                starts[word[:-1]].add(number)
            else:
                whole[word].add(number)
    return whole, starts
