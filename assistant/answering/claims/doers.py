"""Rules of who does what to whom, and of what comes before what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from assistant.answering.claims.claim import Claim, Found, Unit
from assistant.answering.claims.items import Kind
from assistant.answering.claims.matching import KIN, MEANING
from assistant.answering.claims.reading import Token
from assistant.index.rarity import is_unknown
from assistant.wording import texts

DEED = 3  # words after somebody among which stands what is done
NEAR = 5  # words, in a claim, between which « sur » or « plutôt que » stands
REACH = 7  # and in a passage


def roles(claim: Claim) -> bool:
    """One does something to another, where the passage has the other do it to the one."""
    return any(_are_turned(claim, *three) for three in _triples(claim.units))


def _triples(units: Sequence[Unit]) -> Iterator[tuple[Unit, Unit, Unit]]:
    """Somebody, what is said, and somebody else, in the order of the claim."""
    doers = [place for place, unit in enumerate(units) if _is_role(unit)]
    for one in doers:
        for other in (place for place in doers if place > one):
            if units[one].token.surface == units[other].token.surface:
                continue
            for between in units[one + 1 : other]:
                near = between.piece == units[one].piece and between.place - units[one].place <= DEED
                if near and between.kind is None and not _is_role(between) and between.likeness >= KIN:
                    yield units[one], between, units[other]


def _is_role(unit: Unit) -> bool:
    known = unit.kind is Kind.NAME and is_unknown(unit.token.stem)
    return known or unit.token.surface in _set("words")


def _are_turned(claim: Claim, doer: Unit, deed: Unit, other: Unit) -> bool:
    said = claim.said.tokens[doer.place : other.place]
    is_turned = False
    for a, v, b in _together(doer, deed, other):
        if a.at < v.at < b.at:
            return False
        if b.at < v.at < a.at:
            whole = claim.passage.whole
            known = whole.tokens[whole.place_at(b.at) : whole.place_at(a.at)]
            is_turned |= not _has_par((*said, *known)) and _is_passive(said) == _is_passive(known)
    return is_turned


def _together(*units: Unit) -> Iterator[tuple[Found, Found, Found]]:
    """Where a sentence has all three."""
    first, second, third = ([one for one in unit.found if one.alike >= KIN] for unit in units)
    for a in first:
        for v in (one for one in second if one.sentence == a.sentence):
            for b in (one for one in third if one.sentence == a.sentence):
                yield a, v, b


def _has_par(tokens: Sequence[Token]) -> bool:
    return any(token.surface == "par" for token in tokens)


def _is_passive(tokens: Sequence[Token]) -> bool:
    return any(token.surface in _set("passive") for token in tokens)


def order(claim: Claim) -> bool:
    """« les tarifs sur la qualité » where the passage has « la qualité sur les tarifs »."""
    for one, other in zip(claim.units, claim.units[1:], strict=False):
        for token in claim.said.tokens[one.place + 1 : other.place] if other.place - one.place <= NEAR else ():
            if _joins(claim, token, one, other) and _has_order(claim, other, one, token.surface):
                return not _has_order(claim, one, other, token.surface)
    return False


def _joins(claim: Claim, token: Token, one: Unit, other: Unit) -> bool:
    if token.surface == "a":  # « de 653 à 507 »
        before = claim.said.tokens[max(0, one.place - 1)].surface
        return one.kind is other.kind is Kind.NUMBER and before == "de"
    return token.surface in _set("between")


def _has_order(claim: Claim, one: Unit, other: Unit, word: str) -> bool:
    whole = claim.passage.whole
    for a in (found for found in one.found if found.alike >= MEANING):
        for b in (found for found in other.found if found.alike >= MEANING and found.sentence == a.sentence):
            first, last = whole.place_at(a.at), whole.place_at(b.at)
            if 0 < last - first <= REACH and any(token.surface == word for token in whole.tokens[first + 1 : last]):
                return True
    return False


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["roles"][key].split())
