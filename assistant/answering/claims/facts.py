"""Rules of what must stand in a passage as it is said: numbers, dates, names, and every word that says something."""

from __future__ import annotations

from functools import cache

from assistant.answering.claims.claim import Claim
from assistant.answering.claims.items import Kind
from assistant.wording import texts


def number(claim: Claim) -> bool:
    """A number that the passage has not."""
    return _is_unknown(claim, Kind.NUMBER)


def date(claim: Claim) -> bool:
    """A date that is none of the passage, nor holds one."""
    return _is_unknown(claim, Kind.DATE)


def name(claim: Claim) -> bool:
    """A name that the passage has not."""
    return _is_unknown(claim, Kind.NAME)


def _is_unknown(claim: Claim, kind: Kind) -> bool:
    return any(unit.item and not unit.item.found for unit in claim.units if unit.kind is kind)


def added(claim: Claim) -> bool:
    """A word that the passage has not where the claim says it, but for those that carry what is said: « concerne »."""
    missing = [pair.unit for pair in claim.alignment.pairs if pair.unit and pair.place is None]
    return any(not unit.is_everywhere and (unit.item or unit.token.surface not in carriers()) for unit in missing)


@cache
def carriers() -> frozenset[str]:
    """Words that a writer puts in to make a sentence of what is said."""
    return frozenset(texts("claims")["light"]["carriers"].split())
