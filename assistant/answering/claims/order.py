"""The rules of what comes before what: « la qualité sur les tarifs », « de 653 à 507 », « l'un … et l'autre … »."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from assistant.answering.claims.alignment import Placed
from assistant.answering.claims.claim import Claim
from assistant.answering.claims.items import Kind
from assistant.answering.claims.matching import KIN
from assistant.answering.claims.reading import Token
from assistant.answering.claims.units import Unit
from assistant.wording import texts

NEAR = 5  # words, in a claim, between which « sur » or « plutôt que » stands
REACH = 7  # and in a passage

_Run = list[tuple[int, Placed]]  # words of a claim, each with its number among those of the passage that are said


def order(claim: Claim) -> bool:
    """« les tarifs sur la qualité » where the passage has « la qualité sur les tarifs »."""
    for one, other in pairwise(claim.units):
        first, last = one.token.place, other.token.place
        for token in claim.said.tokens[first + 1 : last] if last - first <= NEAR else ():
            if _joins(claim, token, one, other) and _has_order(claim, other, one, token.surface):
                return not _has_order(claim, one, other, token.surface)
    return False


def exchanged(claim: Claim) -> bool:
    """« Lucie dirige le musée et Karim le parc » where the passage has « Karim dirige le musée et Lucie le parc »."""
    runs = [[], *_runs(claim), []]
    return any(_is_exchange(*five) for five in zip(runs, runs[1:], runs[2:], runs[3:], runs[4:], strict=False))


def _is_exchange(before: _Run, one: _Run, between: _Run, other: _Run, after: _Run) -> bool:
    """Two that stand in one another's place, by what comes between them and after, or else before: then two figures,
    for « Lucie a été nommée par Karim » says nothing else than « Karim a nommé Lucie ».
    """
    if not (other and _follows(other, between) and _follows(between, one)):
        return False
    first, last = one[0][1], other[0][1]
    if after and _follows(one, after):
        return last.unit.is_figure or last.token.piece != between[-1][1].token.piece
    return bool(before) and _follows(before, other) and first.unit.is_figure and last.unit.is_figure


def _runs(claim: Claim) -> Iterator[_Run]:
    """The words of a claim, as far as each run of them follows the passage."""
    ranks = {place: rank for rank, place in enumerate(sorted({one.place for one in claim.alignment.placed}))}
    run: _Run = []
    for one in claim.alignment.placed:
        if run and ranks[one.place] != run[-1][0] + 1:
            yield run
            run = []
        run.append((ranks[one.place], one))
    if run:
        yield run


def _follows(one: _Run, other: _Run) -> bool:
    return one[-1][0] + 1 == other[0][0]


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
