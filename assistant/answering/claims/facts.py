"""Rules of what must stand in a passage as it is said: numbers, dates, names, addresses; and enough of the words."""

from __future__ import annotations

import re

from assistant.answering.claims.claim import Claim, Unit
from assistant.answering.claims.items import Kind
from assistant.answering.claims.matching import KIN, MEANING

COVERED = 0.5  # share of a claim, by weight, that a passage must have
BY_MEANING = 0.5  # what a word counts for of which the passage has another of its meaning
NEWS = 7.0  # weight of two words in a row, which a passage lacks, that add something to it
BY_THESAURUS = 0.7  # how much a word does when the passage has another that may mean the same

_PHONE = r"(?<!\d)(?:\+33[ .]?|0)\d(?:[ .-]?\d\d){4}(?!\d)"
_SITE = r"https?://[^\s\])»]+|(?:[\w-]+\.)+[a-z]{2,24}\b(?:/[^\s\])»]*)?"
_ADDRESS = re.compile(rf"{_PHONE}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|{_SITE}", re.IGNORECASE)


def addresses_in(text: str) -> tuple[str, ...]:
    """Web addresses, e-mail addresses and telephone numbers, as they are written."""
    return tuple(match.group().rstrip(".,;") for match in _ADDRESS.finditer(text))


def without_addresses(text: str) -> str:
    """What else a text says."""
    return _ADDRESS.sub(" ", text)


def address_missing(text: str, source: str) -> bool:
    """Has a text an address that its source has not, in whatever groups of digits?"""
    return any(_bare(address) not in _bare(source) for address in addresses_in(text))


def _bare(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).lower()


def number(claim: Claim) -> bool:
    """A number that the passage has not, nor one that can be told from its own."""
    return any(unit.item and not unit.item.found for unit in claim.units if unit.kind is Kind.NUMBER)


def date(claim: Claim) -> bool:
    """A date that is none of the passage, nor holds one."""
    return any(unit.item and not unit.item.found for unit in claim.units if unit.kind is Kind.DATE)


def name(claim: Claim) -> bool:
    """A name that the passage has not."""
    return any(unit.item and not unit.item.found for unit in claim.units if unit.kind is Kind.NAME)


def words(claim: Claim) -> bool:
    """Too little of it is in the passage, be it in other words."""
    known = sum(unit.weight * _counts(unit) for unit in claim.units)
    return known < COVERED * sum(unit.weight for unit in claim.units)


def _counts(unit: Unit) -> float:
    if unit.likeness >= KIN:
        return 1.0
    return BY_MEANING if unit.likeness else 0.0


def addition(claim: Claim) -> bool:
    """Two words in a row that the passage has not: « sous peine de sanctions pénales »."""
    pairs = zip(claim.units, claim.units[1:], strict=False)
    return any(
        one.piece == other.piece and _news(one) and _news(other) and _news(one) + _news(other) >= NEWS
        for one, other in pairs
    )


def _news(unit: Unit) -> float:
    """How much a word adds to the passage; less of one to which the thesaurus gives a word of the passage."""
    if unit.kind is not None or unit.likeness >= MEANING:
        return 0.0
    return unit.weight * (BY_THESAURUS if unit.likeness else 1.0)
