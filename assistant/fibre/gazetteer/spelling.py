"""Misspelt names: a bounded distance in slips of the finger, and what sounds alike in an SMS."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract, extractOne

from assistant.fibre.gazetteer.ordinary import everyday, is_word

SHORTEST = 5  # letters: a shorter name must be exact
SHORTEST_SOUND = 5
SOUNDS_ALIKE = 1.5  # what it costs to be written as it sounds
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_NEIGHBOURS = frozenset(pair for row in _ROWS for near in pairwise(row) for pair in (near, near[::-1]))
# In order: what French writes in several ways, then letters that are not heard.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"qu|q", "k"), (r"ph", "f"), (r"c(?=[eiy])", "s"), (r"ch", "S"), (r"[ck]+", "k"), (r"w", "v"), (r"y", "i"),
        (r"h", ""), (r"z", "s"), (r"eau|au", "o"), (r"(?:ai|ei|e)n|in|ain|un", "an"), (r"am|em", "an"),
        (r"ai|ei", "e"), (r"(.)\1+", r"\1"), (r"(?:es?|[stdx]|[td]s)$", ""),
    )
]  # fmt: skip


def sound(key: str) -> str:
    """What is heard of a key, near enough for two spellings of a name to meet."""
    for pattern, heard in _SOUNDS:
        key = pattern.sub(heard, key)
    return key


def allowed(length: int, cued: bool) -> int:
    """How many slips a name of so many letters may have; one less when nothing says that a place is named there."""
    bounds = ((18, 4), (12, 3), (8, 2), (SHORTEST - 1, 1), (0, 0))
    most = next(slips for shortest, slips in bounds if length >= shortest)
    return most if cued else max(0, most - 1)


class Speller:
    """The keys that a misspelt one may stand for."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            if len(key) >= SHORTEST:
                self._by_length[len(key)].append(key)
                self._by_sound[sound(key)].append(key)

    def near(self, typed: str, cued: bool) -> list[tuple[str, float]]:
        """(key, cost) of the keys nearest to what was typed, all at the same cost; none when they are too far."""
        bound = allowed(len(typed), cued)
        if not bound:
            return []
        choices = [key for length in range(-bound, bound + 1) for key in self._by_length.get(len(typed) + length, ())]
        found = extract(typed, choices, scorer=OSA.distance, score_cutoff=bound, limit=None)
        costs = {key: float(cost) for key, cost, _ in found}
        heard = sound(typed)
        if len(heard) >= SHORTEST_SOUND:
            costs |= {key: min(SOUNDS_ALIKE, costs.get(key, bound)) for key in self._by_sound.get(heard, ())}
        if not costs:
            return []
        best = min((cost, _unlikely(typed, key)) for key, cost in costs.items())
        return [(key, cost) for key, cost in costs.items() if (cost, _unlikely(typed, key)) == best]


def _unlikely(typed: str, key: str) -> int:
    """How many letters were changed for one that is not beside it on the keyboard, in keys as long as each other."""
    if len(typed) != len(key) or sorted(typed) == sorted(key):
        return 0
    return sum(1 for pair in zip(typed, key, strict=True) if pair[0] != pair[1] and pair not in _NEIGHBOURS)


@lru_cache(maxsize=4096)
def nearly_everyday(word: str) -> bool:
    """Whether a word of everyday French with the same first letter is one slip away."""
    near = [key for length in (-1, 0, 1) for key in _everyday_words().get((word[0], len(word) + length), ())]
    return extractOne(word, near, scorer=OSA.distance, score_cutoff=1) is not None


@cache
def _everyday_words() -> dict[tuple[str, int], list[str]]:
    """By first letter and length."""
    words: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in everyday():
        words[word[0], len(word)].append(word)
    return words


@lru_cache(maxsize=4096)
def nearly_one_of(word: str, words: frozenset[str]) -> bool:
    """Whether a word is one of those, or a slip away from a long one without being everyday French."""
    if word in words or is_word(word) or len(word) < SHORTEST:
        return word in words
    long = [other for other in words if len(other) >= SHORTEST]
    return extractOne(word, long, scorer=OSA.distance, score_cutoff=1) is not None
