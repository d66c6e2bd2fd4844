"""What a text denies: the words after « ne … pas », « sans », « aucun », « empêche de »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["polarity"][key].split())


@cache
def _starts(key: str) -> tuple[str, ...]:
    return tuple(texts("claims")["polarity"][key].split())
