"""The numbers, dates and names of a claim, and where a passage has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answering.claims.names import held_names, name_rows, names_in
from assistant.answering.claims.numbers import Number
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token
from assistant.index.rarity import NUMBER
from assistant.wording import texts

EVERYWHERE = -1  # where a passage has what is said of it beside its text: its date, its title, who speaks


class Kind(StrEnum):
    """What an item is."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Item:
    """A number, a date or a name at the characters `[start, end)` of a claim.

    `found` are the characters of the passage where it stands, `EVERYWHERE` among them; `rivals` those of others that
    could stand in its place.
    """

    kind: Kind
    start: int
    end: int
    weight: float
    found: tuple[int, ...]
    rivals: tuple[int, ...]


def items_of(claim: Reading, passage: Passage, spelt: Mapping[int, Sequence[int]]) -> tuple[Item, ...]:
    """In the order of the claim; `spelt` says where the passage has words of the claim as an acronym, or in full."""
    found = [*_numbers(claim, passage), *_dates(claim, passage), *_names(claim, passage, spelt)]
    return tuple(sorted(found, key=lambda item: item.start))


def _numbers(claim: Reading, passage: Passage) -> Iterator[Item]:
    known = passage.whole.numbers
    for said in claim.numbers:
        supports = [said.is_supported_by(one) for one in known]
        held = [one.start for one, does in zip(known, supports, strict=True) if does]
        rivals = tuple(o.start for o, does in zip(known, supports, strict=True) if not does and _are_alike(said, o))
        about = any(said.is_supported_by(one) for one in passage.headed.numbers)
        if about:
            held.append(EVERYWHERE)
        yield Item(Kind.NUMBER, said.start, said.end, NUMBER, tuple(held), rivals)


def _are_alike(one: Number, other: Number) -> bool:
    """May one be taken for the other? Shares, ranks, durations and sums are not."""
    if one.of.measure and other.of.measure and one.of.measure != other.of.measure:
        return False
    return one.is_percent == other.is_percent and one.is_ordinal == other.is_ordinal


def _dates(claim: Reading, passage: Passage) -> Iterator[Item]:
    for said in claim.periods:
        stated = [known.start for known in passage.whole.periods if known.has_year and said.holds(known)]
        known = [known for known in passage.periods if said.holds(known)]
        places = [one.start for one in known if one.end]
        held = [EVERYWHERE] * any(not one.end for one in known) + (stated or places)
        held += [one.start for one in passage.whole.numbers if said.is_year and one.value == said.first.year]
        rivals = {one.start for one in passage.periods if one.end} - {*held, *places}
        yield Item(Kind.DATE, said.start, said.end, NUMBER, tuple(held), tuple(sorted(rivals)))


def _is_own(first: Token, claim: Reading, passage: Passage) -> bool:
    """Does the name of the body whose documents these are begin there, which they call « notre syndicat »?"""
    own = texts("claims")["own"]
    return claim.folded.startswith(tuple(own["names"]), first.start) and bool(
        passage.surfaces & set(own["called"].split())
    )


def _names(claim: Reading, passage: Passage, spelt: Mapping[int, Sequence[int]]) -> Iterator[Item]:
    known = names_in(passage.whole)
    for row in name_rows(claim):
        about = held_names(row, passage.about)
        for token, held in zip(row, held_names(row, passage.whole), strict=True):
            found = [*held, *spelt.get(token.start, ())]
            if all(about) or _is_own(row[0], claim, passage) or (not found and about[row.index(token)]):
                found.append(EVERYWHERE)
            near = {other.surface for other in claim.tokens if other.piece == token.piece}
            rivals = tuple(one.start for one in known if one.surface not in near and one.start not in found)
            yield Item(Kind.NAME, token.start, token.end, token.weight, tuple(found), rivals)
