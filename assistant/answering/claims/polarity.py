"""What a text denies, and on which side of a scale its words are: « augmente » or « diminue », « doit » or « peut »."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from assistant.wording import texts

REACH = 6  # words between « ne » and « pas »
SCOPE = 2  # words that say something, after « ne … pas », that are denied; « sans » denies one


def denied_places(surfaces: Sequence[str], pieces: Sequence[int], says: Sequence[bool]) -> frozenset[int]:
    """The places of the words that a text denies: denied twice is not denied."""
    denied: set[int] = set()
    for place, surface in enumerate(surfaces):
        if _begins_denial(place, surfaces):
            scope = SCOPE if surface in ("ne", "n") else 1
            denied ^= set(_reached(place, scope, surfaces, pieces, says))
        elif surface.startswith(_starts("refusing")) and set(surfaces[place + 1 : place + 2]) & _set("objects"):
            denied ^= {*_complement(place, surfaces, says)} ^ {*_reached(place, 1, surfaces, pieces, says)}
    return frozenset(denied)


def _begins_denial(place: int, surfaces: Sequence[str]) -> bool:
    """« ne … pas », « sans », « aucun »; neither « ne … que » nor « non seulement »."""
    if surfaces[place] in ("ne", "n"):
        return _is_closed(surfaces[place + 1 : place + 1 + REACH])
    if surfaces[place] not in _set("alone") or set(surfaces[place + 1 : place + 2]) & _set("only"):
        return False
    return not any(word in ("ne", "n") for word in surfaces[max(0, place - REACH) : place])


def _reached(
    place: int, scope: int, surfaces: Sequence[str], pieces: Sequence[int], says: Sequence[bool]
) -> Iterator[int]:
    """The words that say something after a negation, as far as the next verb, piece or circumstance."""
    found = 0
    for after in range(place + 1, len(surfaces)):
        ends = surfaces[after] in ("ne", "n") or (found and surfaces[after] in _set("stops"))
        if pieces[after] > pieces[place] or found == scope or ends:
            return
        if says[after]:
            found += 1
            yield after


def _complement(place: int, surfaces: Sequence[str], says: Sequence[bool]) -> list[int]:
    """« empêche X de passer »: the word after « de »."""
    window = range(place + 2, min(place + 2 + REACH, len(surfaces) - 1))
    after = next((one for one in window if surfaces[one] in ("de", "d")), None)
    return [] if after is None or not says[after + 1] else [after + 1]


def _is_closed(after: Sequence[str]) -> bool:
    """« ne … pas », but for « ne … pas seulement »."""
    for one, word in enumerate(after):
        if word in _set("seconds"):
            return not set(after[one + 1 : one + 2]) & _set("only")
    return False


def is_denial(surfaces: Sequence[str]) -> bool:
    """Does a text deny, by « ne … pas », « sans » or « aucun », and not by « ne … que »?"""
    found = set(surfaces)
    if found & {"ne", "n"}:
        return "que" not in found or bool(found & {"pas", "plus", "jamais"})
    return bool(found & {"sans", "aucun", "aucune"})


def restricts(surfaces: Sequence[str]) -> bool:
    """« ne … que » without « pas »."""
    for place, surface in enumerate(surfaces):
        if surface in ("ne", "n"):
            for word in surfaces[place + 1 : place + 3 + REACH]:
                if word in _set("seconds"):
                    break
                if word in ("que", "qu"):
                    return True
    return False


def is_only(surfaces: Iterable[str]) -> bool:
    """Does a text say that something goes so far, or for these alone?"""
    return any(surface.startswith(_starts("limiting")) for surface in surfaces)


def denies(surfaces: Iterable[str]) -> bool:
    """Does a text deny anything, or say that something is lacking, refused or in vain?"""
    found = set(surfaces)
    return bool(found & {"ne", "n", *_set("alone")}) or any(word.startswith(_starts("lacking")) for word in found)


def bounds(surfaces: Iterable[str]) -> bool:
    """Does it say how far something goes?"""
    return any(surface.startswith(_starts("bounds")) for surface in surfaces)


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["polarity"][key].split())


@cache
def _starts(key: str) -> tuple[str, ...]:
    return tuple(texts("claims")["polarity"][key].split())


class Side:
    """One side of a scale: whole words, and beginnings of words."""

    def __init__(self, words: str) -> None:
        self._whole = frozenset(word for word in words.split() if not word.endswith("-"))
        self._starts = tuple(word[:-1] for word in words.split() if word.endswith("-"))

    def has(self, surface: str) -> bool:
        """Is a word of this side?"""
        return surface in self._whole or (bool(self._starts) and surface.startswith(self._starts))


@cache
def scales() -> tuple[tuple[Side, Side], ...]:
    """Each with its two sides."""
    rows = (row.split("|") for row in texts("claims")["polarity"]["scales"])
    return tuple((Side(one), Side(other)) for one, other in rows)


@cache
def _sides_of(surface: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        (number, sign)
        for number, (one, other) in enumerate(scales())
        for side, sign in ((one, 1), (other, -1))
        if side.has(surface)
    )


def sides(words: Iterable[tuple[str, bool]]) -> dict[int, set[int]]:
    """By scale, the sides that words are on; each word with whether it is denied, which turns it."""
    found: dict[int, set[int]] = {}
    for surface, is_denied in words:
        for scale, sign in _sides_of(surface):
            found.setdefault(scale, set()).add(-sign if is_denied else sign)
    return found
