"""Rules of words that turn or close a sentence: « diminue » for « augmente », « gratuitement », « tous »."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from assistant.answering.claims.claim import Claim, Part
from assistant.answering.claims.polarity import sides
from assistant.answering.claims.reading import Token
from assistant.wording import texts


def opposite(claim: Claim) -> bool:
    """A part of the claim stands on one side of a scale, and the sentence that tells of it on the other."""
    both = _sides(claim.said.tokens)
    doubtful = {scale for scale, found in both.items() if len(found) > 1}
    if any(_is_opposed(part, claim.passage.rows[part.sentence], doubtful) for part in claim.parts):
        return True
    return _is_opposed_by_all(claim, doubtful)


def _is_opposed_by_all(claim: Claim, doubtful: set[int]) -> bool:
    """A word that the passage has not, which has words of the other side of its scale, and none of the same."""
    unknown = [unit.token for unit in claim.units if unit.kind is None and not unit.likeness]
    said, known = _sides(unknown), _sides(claim.passage.whole.tokens)
    turned, turned_known = _sides(unknown, True), _sides(claim.passage.whole.tokens, True)
    return any(
        said[scale].isdisjoint(known[scale]) and turned[scale].isdisjoint(turned_known[scale])
        for scale in said.keys() & known.keys() - doubtful
    )


def _is_opposed(part: Part, row: Iterable[Token], doubtful: set[int]) -> bool:
    """Neither the words nor what is left of them once denied are on the same side."""
    said, known = _sides(part.tokens), _sides(row)
    turned, turned_known = _sides(part.tokens, True), _sides(row, True)
    return any(
        said[scale].isdisjoint(known[scale]) and turned[scale].isdisjoint(turned_known[scale])
        for scale in said.keys() & known.keys() - doubtful
    )


def _sides(tokens: Iterable[Token], with_denial: bool = False) -> dict[int, set[int]]:
    return sides((token.surface, with_denial and token.is_denied) for token in tokens if not token.is_item)


def qualifier(claim: Claim) -> bool:
    """A word that changes all by itself, where the passage says neither it nor one that stands for it."""
    tokens = claim.said.tokens
    said = {t.surface for t in tokens if not (t.place and tokens[t.place - 1].surface in ("non", "pas"))}
    known = claim.passage.surfaces
    return any(said & own and not known & (own | others) for own, others in _qualifiers())


@cache
def _qualifiers() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    rows = (row.split("|") for row in texts("claims")["light"]["qualifiers"])
    return tuple((frozenset(own.split()), frozenset(others.split())) for own, others in rows)
