"""The rule of a number or a date to which the passage has a rival, nearer to all that the claim says beside it."""

from __future__ import annotations

from assistant.answering.claims.claim import Claim, Unit
from assistant.answering.claims.items import Item, Kind
from assistant.answering.claims.matching import MEANING

NEARER = 1.7  # how many times nearer a rival has to be
WITNESSES = 4  # words and items of the claim that say what an item goes with
PIECE = 3  # words that a break between pieces counts for
WORDS = 4.0  # words at which nearness is halved
NOWHERE = 0.01


def nearer(claim: Claim) -> bool:
    """A rival of a number or of a date stands nearer."""
    return any(_ratio(claim, unit, unit.item) > NEARER for unit in claim.units if unit.item and _is_asked(claim, unit))


def _is_asked(claim: Claim, unit: Unit) -> bool:
    if unit.kind is Kind.NAME or not unit.is_placed or "respectivement" in claim.passage.whole.folded:
        return False
    return unit.item is not None and not unit.item.is_article


def _ratio(claim: Claim, unit: Unit, item: Item) -> float:
    """How many times nearer to its witnesses the nearest rival stands than the item itself; 0: nothing tells."""
    witnesses = _witnesses(claim, unit)
    said = {one.at for other in claim.units if other.kind is unit.kind and other is not unit for one in other.found}
    rivals = [at for at in item.rivals if at not in said]
    if not witnesses or not rivals:
        return 0.0
    own = max(_nearness(claim, one.at, witnesses) for one in unit.found)
    return max(_nearness(claim, at, witnesses) for at in rivals) / (own or NOWHERE)


def _witnesses(claim: Claim, unit: Unit) -> list[tuple[Unit, float]]:
    """What stands nearest to an item in the claim, and how much each tells."""
    found = [
        (one, _telling(one, unit))
        for one in claim.units
        if one is not unit and one.likeness >= MEANING and not one.is_everywhere
        if not (one.kind is unit.kind and abs(one.place - unit.place) == 1)
    ]
    return sorted(found, key=lambda pair: -pair[1])[:WITNESSES]


def _telling(one: Unit, unit: Unit) -> float:
    return one.weight / (1 + abs(one.place - unit.place) / 2 + 2 * abs(one.piece - unit.piece))


def _nearness(claim: Claim, at: int, witnesses: list[tuple[Unit, float]]) -> float:
    """The nearest place of each witness, by how much it tells."""
    whole = claim.passage.whole
    here = whole.token_at(at)
    total = 0.0
    for unit, telling in witnesses:
        others = ((whole.token_at(one.at), one.alike) for one in unit.found)
        gaps = ((abs(t.place - here.place) + PIECE * abs(t.piece - here.piece), how) for t, how in others if t != here)
        total += telling * max((how / (1 + gap / WORDS) for gap, how in gaps), default=0.0)
    return total
