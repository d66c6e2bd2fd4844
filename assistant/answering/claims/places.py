"""Rules of a number, a date or a name that a passage says of something else than the claim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.claims.claim import Claim, Found, Unit
from assistant.answering.claims.items import Item, Kind
from assistant.answering.claims.matching import KIN
from assistant.answering.claims.reading import Token, openers
from assistant.index.rarity import is_unknown

TOLD = 0.7  # of what stands beside an item is said by a sentence that tells of it
RIVAL = 0.12  # more of what stands beside an item, in a sentence that has another of its kind
ALONE = 0.35  # and in one that has none
UNIT = 4  # words after a number among which stands what it counts
BESIDE = 3  # words between an item and the word that goes with it
FAR = 99
FARTHEST = 6  # pieces between a name and what is said of it, beyond which a sentence is a list

_TIED = re.compile(r"\d*[\d ,.%]*\s*(?:a|et|ou|-|/)\s*")
_JOINED = re.compile(r"[\w-]+(?: [\w-]+)?\s*(?:et|ou|,)\s*(?:[ld][aeu]?s?\W?\s?)?")


def elsewhere(claim: Claim) -> bool:
    """A sentence that has not the item has more of what stands beside it."""
    return any(_is_elsewhere(claim, unit, unit.item) for unit in claim.units if unit.item and unit.is_placed)


def _is_elsewhere(claim: Claim, unit: Unit, item: Item) -> bool:
    near = _companions(claim, unit)
    shares = [_share(claim, near, sentence) for sentence in range(len(claim.passage.rows))]
    own = max((share for one, share in enumerate(shares) if claim.at(unit, one)), default=0.0)
    others = [one for one in range(len(shares)) if not claim.at(unit, one)]
    best = max(others, key=shares.__getitem__, default=None)
    if best is None or not near:
        return False
    has_rival = any(claim.passage.sentence_at(rival) == best for rival in item.rivals)
    if not has_rival and unit.kind is Kind.NAME:
        return False
    return shares[best] > TOLD and shares[best] - own > (RIVAL if has_rival else ALONE)


def _companions(claim: Claim, unit: Unit) -> list[Unit]:
    """What stands in the same piece; nothing when that is no word. Dates that begin alone go with what follows them."""
    pieces = sorted({one.piece for one in claim.units})
    first = pieces[0]
    leads = all(one.kind is Kind.DATE for one in claim.units if one.piece == first)
    home = {first: pieces[1]} if leads and len(pieces) > 1 else {}
    own = home.get(unit.piece, unit.piece)
    near = [one for one in claim.units if one is not unit and one.likeness and home.get(one.piece, one.piece) == own]
    near = [one for one in near if not _are_one_name(one, unit)]
    return near if any(one.kind is None for one in near) else []


def _are_one_name(one: Unit, other: Unit) -> bool:
    return one.kind is other.kind is Kind.NAME and abs(one.place - other.place) == 1


def _share(claim: Claim, units: Sequence[Unit], sentence: int) -> float:
    total = sum(unit.weight for unit in units)
    return sum(unit.weight * claim.at(unit, sentence) for unit in units) / total if total else 1.0


def crossed(claim: Claim) -> bool:
    """A number or a date, and a word beside it that goes with another one in the passage."""
    if "respectivement" in claim.passage.whole.folded:
        return False
    return any(
        _is_crossed(claim, unit, unit.item)
        for unit in claim.units
        if unit.item and unit.kind is not Kind.NAME and (unit.is_placed or _is_of_the_passage(unit))
    )


def _is_of_the_passage(unit: Unit) -> bool:
    """A date that the passage has for its own, and does not say of anything."""
    return unit.kind is Kind.DATE and unit.is_everywhere and not unit.found


def _is_crossed(claim: Claim, unit: Unit, item: Item) -> bool:
    beside = _beside(claim, unit)
    if not beside or abs(beside.place - unit.place) > BESIDE or beside.likeness < KIN or beside.is_everywhere:
        return False
    verdicts = {_goes_with(claim, unit, item, one) for one in beside.found if one.alike >= beside.likeness}
    return True not in verdicts and False in verdicts


def _beside(claim: Claim, unit: Unit) -> Unit | None:
    """What a number counts, or the nearest word to a date."""
    if unit.kind is Kind.NUMBER:
        after = next((one for one in claim.units if one.place > unit.place), None)
        is_counted = after and after.kind is None and after.piece == unit.piece and after.place - unit.place <= UNIT
        return after if is_counted else None
    near = [one for one in claim.units if one.kind is None and one.piece == unit.piece]
    return min(near, key=lambda one: abs(one.place - unit.place), default=None)


def _goes_with(claim: Claim, unit: Unit, item: Item, word: Found) -> bool | None:
    """Is the item, and no rival, near a word of the passage? None: neither is there."""
    sentence = claim.passage.sentence_at
    own = [one.at for one in unit.found if one.sentence == word.sentence]
    rivals = [at for at in item.rivals if sentence(at) == word.sentence and not _is_tied(claim, at, unit, _TIED)]
    if not rivals:
        return True if own else None
    if any(not any(min(at, word.at) < rival < max(at, word.at) for rival in rivals) for at in own):
        return True
    return min((_gap(claim, at, word.at) for at in own), default=FAR) <= 1 + min(
        _gap(claim, r, word.at) for r in rivals
    )


def _gap(claim: Claim, one: int, other: int) -> int:
    """Words between two characters of the passage; a break counts for three."""
    between = claim.passage.whole.text[min(one, other) : max(one, other)]
    return len(re.findall(r"\w+", between)) + 3 * len(re.findall(r"[,;:()]|\bet\b", between))


def _is_tied(claim: Claim, rival: int, unit: Unit, tie: re.Pattern[str]) -> bool:
    """« entre 30 et 40 % », « COVAGE et TUTOR »: two that go together."""
    text = claim.passage.whole.folded
    return any(tie.fullmatch(text[min(rival, one.at) : max(rival, one.at)]) for one in unit.found)


def crossed_name(claim: Claim) -> bool:
    """A name, and a word beside it that stands in the passage with another name."""
    return any(
        _is_crossed_name(claim, unit, unit.item)
        for unit in claim.units
        if unit.item and unit.is_placed and unit.kind is Kind.NAME and is_written_so(claim, unit)
    )


def is_written_so(claim: Claim, unit: Unit) -> bool:
    """Is a name one in the passage too, and no adjective?"""
    return unit.token.surface.isalpha() and all(claim.passage.whole.token_at(f.at).is_capital for f in unit.found)


def _is_crossed_name(claim: Claim, unit: Unit, item: Item) -> bool:
    near = [one for one in claim.units if one.kind is None and one.piece == unit.piece]
    near = [one for one in near if one.likeness >= KIN and not one.is_everywhere]
    beside = min(near, key=lambda one: abs(one.place - unit.place), default=None)
    if beside is None or _is_nearer_to_another(claim, unit, beside):
        return False
    best = [one for one in beside.found if one.alike >= beside.likeness]
    if {one.sentence for one in best} - {one.sentence for one in unit.found}:
        return False
    token_at = claim.passage.whole.token_at
    own = {token_at(one.at).piece for one in unit.found}
    names = [token_at(at) for at in item.rivals if not _is_tied(claim, at, unit, _JOINED)]
    rivals = {one.piece for one in names if one.surface.isalpha() and is_unknown(one.stem)}
    return all(_is_of_another(claim, token_at(one.at).piece, own, rivals) for one in best)


def _is_nearer_to_another(claim: Claim, unit: Unit, beside: Unit) -> bool:
    """Has the claim another name nearer to the word, which is not of the same row of names?"""
    distance = abs(beside.place - unit.place)
    low, high = sorted((beside.place, unit.place))
    nearer = [o for o in claim.units if o.kind is Kind.NAME and abs(o.place - beside.place) < distance]
    return any(not low < other.place < high or _has_word_between(claim, unit, other) for other in nearer)


def _has_word_between(claim: Claim, one: Unit, other: Unit) -> bool:
    low, high = sorted((one.place, other.place))
    return any(unit.kind is None for unit in claim.units if low < unit.place < high)


def _is_of_another(claim: Claim, piece: int, own: set[int], rivals: set[int]) -> bool:
    """A rival stands in the piece of the passage, or in the two before it, and the name in none of them."""
    before = {piece, piece - 1, piece - 2}
    if own & before or min(abs(piece - one) for one in own) > FARTHEST:
        return False
    if piece + 1 in own and _opening(claim, piece + 1).surface not in openers():
        return False
    return bool(rivals & before)


def _opening(claim: Claim, piece: int) -> Token:
    return next(token for token in claim.passage.whole.tokens if token.piece == piece)
