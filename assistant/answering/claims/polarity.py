"""What a text denies, and the words by which it says the opposite of another."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Any

from assistant.answering.claims.passage import Stretch
from assistant.index.french import Word, words
from assistant.wording import texts

SCOPE = 3  # words that say something, after a negation, that it denies


def negated_stems(folded: str) -> frozenset[str]:
    """The stems of the words that a folded text denies: the few that follow a negation."""
    known = _words()
    found = words(folded)
    denied: set[str] = set()
    for place, word in enumerate(found):
        if word.surface in known["particles"]:
            after = found[place + 1 : place + 5]
            if any(one.surface in known["seconds"] for one in after) and not _is_only(after, known):
                denied |= _following(found[place + 1 :])
        elif word.surface in known["alone"]:
            denied |= _following(found[place + 1 :])
    return frozenset(denied)


def _is_only(after: tuple[Word, ...], known: dict[str, Any]) -> bool:
    """« ne … que »: nothing is denied."""
    return any(word.surface in known["only"] for word in after) and not any(word.surface == "pas" for word in after)


def _following(found: tuple[Word, ...]) -> set[str]:
    return {word.stem for word in islice((one for one in found if not one.is_stop), SCOPE)}


def opposed(claim: Stretch, told: Stretch) -> bool:
    """Does the claim use a word whose opposite, and not itself, is what was told?"""
    for one, other in _opposites():
        for said, meant in ((one, other), (other, one)):
            if said in claim.stems and meant in told.stems and said not in told.stems and meant not in claim.stems:
                return True
    return False


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = texts("claims")["polarity"]
    return found


@cache
def _opposites() -> tuple[tuple[str, str], ...]:
    pairs = texts("claims")["opposites"]["pairs"]
    return tuple((_stem(one), _stem(other)) for one, other in pairs)


def _stem(text: str) -> str:
    (word,) = words(re.sub(r"\s", "", text))
    return word.stem
