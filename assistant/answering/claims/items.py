"""The numbers, dates and names of a claim, and where a passage has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from assistant.answering.claims.names import held_names, name_rows, names_in, spelt_in
from assistant.answering.claims.numbers import ROUGHLY, Number
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token
from assistant.index.rarity import NUMBER
from assistant.wording import texts

EVERYWHERE = -1  # where a passage has what is said of it beside its text: its date, its title, who speaks
DURATIONS = ("mois", "minutes")  # measures of which « un mois » and « une heure » may be said without being told


COUNTED = 4  # things that a writer may count without being told how many they are


class Kind(StrEnum):
    """What an item is."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Item:
    """A number, a date or a name at the characters `[start, end)` of a claim.

    `found` are the characters of the passage where it stands, `EVERYWHERE` among them; `rivals` those of others that
    could stand in its place. `is_article` is true for « un mois », `is_rank` for « deuxième ».
    """

    kind: Kind
    start: int
    end: int
    weight: float
    found: tuple[int, ...]
    rivals: tuple[int, ...]
    is_article: bool = False
    is_rank: bool = False


def items_of(claim: Reading, passage: Passage) -> tuple[Item, ...]:
    """In the order of the claim."""
    found = [*_numbers(claim, passage), *_dates(claim, passage), *_names(claim, passage)]
    return tuple(sorted(found, key=lambda item: item.start))


def _numbers(claim: Reading, passage: Passage) -> Iterator[Item]:
    known = passage.whole.numbers
    for said in claim.numbers:
        held = [one.start for one in known if said.is_supported_by(one)]
        rivals = tuple(one.start for one in known if one.start not in held and _are_alike(said, one))
        about = any(said.is_supported_by(one) for one in passage.headed.numbers)
        if about or (not held and _is_derived(said, claim, passage)):
            held.append(EVERYWHERE)
        yield Item(Kind.NUMBER, said.start, said.end, NUMBER, tuple(held), rivals, said.is_article, said.is_ordinal)


def _are_alike(one: Number, other: Number) -> bool:
    """May one be taken for the other? Shares, ranks, durations and sums are not."""
    if one.of.measure and other.of.measure and one.of.measure != other.of.measure:
        return False
    return one.is_percent == other.is_percent and one.is_ordinal == other.is_ordinal


def _is_derived(said: Number, claim: Reading, passage: Passage) -> bool:
    """« la moitié » of two numbers, « cinq ans » between two years, « un mois » where no duration is told."""
    if said.is_percent and not claim.text[said.start].isdigit():
        values = [known.value for known in passage.whole.numbers if known.value]
        return any(abs(100 * one / other - said.value) < 0.5 for one in values for other in values)
    if said.of.measure == "mois" and said.of.scale == 12:
        years = {period.first.year for period in (*passage.periods, *claim.periods) if period.has_year}
        return any(abs(one - other) == said.value for one in years for other in years)
    if _is_counting(said, claim, passage) or _is_one_in(said, claim, passage):
        return True
    if said.is_ordinal and said.value == 1:
        return any(surface.startswith(tuple(_numbers_said("foremost"))) for surface in passage.whole.surfaces)
    told = any(known.of.measure == said.of.measure for known in passage.whole.numbers)
    return said.is_article and said.of.measure in DURATIONS and not told


def _is_counting(said: Number, claim: Reading, passage: Passage) -> bool:
    """« deux volets », of a passage that lists things without counting them."""
    noun = claim.token_at(said.end + 1).surface
    return said.value <= COUNTED and noun in _numbers_said("counted") and noun not in passage.whole.surfaces


def _is_one_in(said: Number, claim: Reading, passage: Passage) -> bool:
    """« près d'une commune sur dix », where the passage has « 10,6 % »."""
    if not said.value or not re.search(r"\bune? (?:\w+ ){1,2}sur $", claim.folded[: said.start]):
        return False
    share = 100 / said.value
    return any(one.is_percent and abs(one.value - share) <= ROUGHLY * share for one in passage.whole.numbers)


@cache
def _numbers_said(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["numbers"][key].split())


def _dates(claim: Reading, passage: Passage) -> Iterator[Item]:
    for said in claim.periods:
        held = [known.start if known.end else EVERYWHERE for known in passage.periods if said.holds(known)]
        held += [one.start for one in passage.whole.numbers if said.is_year and one.value == said.first.year]
        rivals = {known.start for known in passage.periods if known.end} - set(held)
        yield Item(Kind.DATE, said.start, said.end, NUMBER, tuple(held), tuple(sorted(rivals)))


def _is_own(row: Sequence[Token], passage: Passage) -> bool:
    """Is it the name of the body whose documents these are, which they call « notre syndicat »?"""
    own = texts("claims")["own"]
    return " ".join(one.surface for one in row) in own["names"] and bool(passage.surfaces & set(own["called"].split()))


def _names(claim: Reading, passage: Passage) -> Iterator[Item]:
    spelt = spelt_in(claim, passage.whole)
    known = names_in(passage.whole)
    for row in name_rows(claim):
        about = held_names(row, passage.about)
        for token, held in zip(row, held_names(row, passage.whole), strict=True):
            found = [*held, *spelt.get(token.start, ())]
            if all(about) or _is_own(row, passage) or (not found and about[row.index(token)]):
                found.append(EVERYWHERE)
            near = {other.surface for other in claim.tokens if other.piece == token.piece}
            rivals = tuple(one.start for one in known if one.surface not in near and one.start not in found)
            yield Item(Kind.NAME, token.start, token.end, token.weight, tuple(found), rivals)
