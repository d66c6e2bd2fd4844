"""What a text denies, and the words by which it says the opposite of another."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Any

from assistant.answering.claims.passage import Stretch
from assistant.index.french import words
from assistant.wording import texts

SCOPE = 3  # words that say something, after « ne », that it denies
NEXT = 1  # and after « sans », « aucun »
REACH = 5  # words between « ne » and « pas »

_WORD = re.compile(r"n'|[a-z0-9]+(?:['-][a-z0-9]+)*")


def denied(folded: str) -> frozenset[str]:
    """The stems of the words that a folded text denies: the few that follow a negation, in its part of the sentence."""
    return frozenset(stem for part in re.split(r"[.;:!?()«»]|,(?! )", folded) for stem in _denied(part))


def _denied(part: str) -> set[str]:
    known = _words()
    found = list(_WORD.finditer(part))
    stems: set[str] = set()
    for place, match in enumerate(found):
        if match.group() in ("ne", "n'"):
            after = [one.group() for one in found[place + 1 : place + 1 + REACH]]
            if any(word in known["seconds"] for word in after):
                stems |= _following(part[match.end() :], SCOPE)
        elif match.group() in known["alone"] and not part[match.end() :].startswith(" seulement"):
            stems |= _following(part[match.end() :], NEXT)
    return stems


def denies(folded: str) -> bool:
    """Does a folded text deny anything, or say that something is lacking, refused or bounded?"""
    known = _words()
    found = {match.group() for match in _WORD.finditer(folded)}
    return bool(found & {"ne", "n'", *known["alone"]}) or any(
        re.search(rf"\b{begin}", folded) for begin in known["lacking"]
    )


def _following(text: str, scope: int) -> set[str]:
    return {word.stem for word in islice((word for word in words(text) if not word.is_stop), scope)}


def opposed(claim: Stretch, told: Stretch, passage: Stretch) -> bool:
    """Does the claim use a word whose opposite is what was told, while the passage does not say it anywhere?"""
    for one, other in _opposites():
        for said, meant in ((one, other), (other, one)):
            if said in claim.stems and meant in told.stems and said not in passage.stems and meant not in claim.stems:
                return True
    return False


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = texts("claims")["polarity"]
    return found


@cache
def _opposites() -> tuple[tuple[str, str], ...]:
    pairs = texts("claims")["opposites"]["pairs"]
    return tuple((words(one)[0].stem, words(other)[0].stem) for one, other in pairs)
