"""The rule of what comes before what: « la qualité sur les tarifs », « de 653 à 507 »."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from assistant.answering.claims.claim import Claim
from assistant.answering.claims.items import Kind
from assistant.answering.claims.matching import KIN
from assistant.answering.claims.reading import Token
from assistant.answering.claims.units import Unit
from assistant.wording import texts

NEAR = 5  # words, in a claim, between which « sur » or « plutôt que » stands
REACH = 7  # and in a passage


def order(claim: Claim) -> bool:
    """« les tarifs sur la qualité » where the passage has « la qualité sur les tarifs »."""
    for one, other in pairwise(claim.units):
        first, last = one.token.place, other.token.place
        for token in claim.said.tokens[first + 1 : last] if last - first <= NEAR else ():
            if _joins(claim, token, one, other) and _has_order(claim, other, one, token.surface):
                return not _has_order(claim, one, other, token.surface)
    return False


def _joins(claim: Claim, token: Token, one: Unit, other: Unit) -> bool:
    if token.surface == "a":  # « de 653 à 507 »
        before = claim.said.tokens[max(0, one.token.place - 1)].surface
        return one.kind is other.kind is Kind.NUMBER and before == "de"
    return token.surface in _between()


def _has_order(claim: Claim, one: Unit, other: Unit, word: str) -> bool:
    whole = claim.passage.whole
    for a in (found for found in one.found if found.alike >= KIN):
        for b in (found for found in other.found if found.alike >= KIN and found.sentence == a.sentence):
            first, last = whole.place_at(a.at), whole.place_at(b.at)
            if 0 < last - first <= REACH and any(token.surface == word for token in whole.tokens[first + 1 : last]):
                return True
    return False


@cache
def _between() -> frozenset[str]:
    return frozenset(texts("claims")["order"]["between"].split())
