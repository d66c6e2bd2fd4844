"""The numbers, dates and names of a claim, and where a passage has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.answering.claims.dates import Period
from assistant.answering.claims.matching import MEANING, likeness
from assistant.answering.claims.numbers import Number
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token
from assistant.index.rarity import NUMBER, is_unknown

EVERYWHERE = -1  # where a passage has what is said of it beside its text: its date, its title, who speaks


class Kind(StrEnum):
    """What an item is."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Item:
    """A number, a date or a name at the characters `[start, end)` of a claim.

    `found` are the characters of the passage where it stands, `EVERYWHERE` among them; `rivals` those of the other items
    of its kind.
    """

    kind: Kind
    start: int
    end: int
    weight: float
    found: tuple[int, ...]
    rivals: tuple[int, ...] = ()
    text: str = ""


def items_of(claim: Reading, passage: Passage) -> tuple[Item, ...]:
    """In the order of the claim."""
    found = [*_numbers(claim, passage), *_dates(claim, passage), *_names(claim, passage)]
    return tuple(sorted(found, key=lambda item: item.start))


def _numbers(claim: Reading, passage: Passage) -> Iterator[Item]:
    for said in claim.numbers:
        held = [known.start for known in passage.whole.numbers if said.is_supported_by(known)]
        if any(said.is_supported_by(known) for known in passage.about.numbers):
            held.append(EVERYWHERE)
        rivals = [known.start for known in passage.whole.numbers if known.start not in held]
        yield Item(Kind.NUMBER, said.start, said.end, NUMBER, tuple(held), tuple(rivals), claim.text[said.start : said.end])


def _dates(claim: Reading, passage: Passage) -> Iterator[Item]:
    for said in claim.periods:
        held = [known.start if known.end else EVERYWHERE for known in passage.periods if said.holds(known)]
        rivals = [known.start for known in passage.periods if known.end and known.start not in held]
        yield Item(Kind.DATE, said.start, said.end, NUMBER, tuple(held), tuple(rivals), claim.text[said.start : said.end])


def _names(claim: Reading, passage: Passage) -> Iterator[Item]:
    known = [token for token in passage.whole.tokens if token.is_capital and token.says]
    for token in names_in(claim):
        held = [other.start for other in passage.whole.tokens if is_same_name(token, other)]
        if any(is_same_name(token, other) for other in passage.about.tokens):
            held.append(EVERYWHERE)
        rivals = [other.start for other in known if other.start not in held and is_unknown(other.stem)]
        yield Item(Kind.NAME, token.start, token.end, token.weight, tuple(held), tuple(rivals), token.surface)


def names_in(text: Reading) -> tuple[Token, ...]:
    """The words with a capital; the first word of a sentence when French texts do not hold it."""
    return tuple(token for token in text.tokens if token.is_capital and token.says and _is_name(text, token))


def _is_name(text: Reading, token: Token) -> bool:
    begins = not re.search(r"\w", text.text[: token.start]) or text.text[: token.start].rstrip()[-1:] in ".!?«:"
    return not begins or is_unknown(token.stem)


def is_same_name(one: Token, other: Token) -> bool:
    """Names are spelt alike; those made of ordinary words may be other forms of them (« la France », « français »)."""
    if one.surface == other.surface:
        return True
    if is_unknown(one.stem) or is_unknown(other.stem):
        return one.stem == other.stem
    return likeness(one.surface, one.stem, other.surface, other.stem) > MEANING


__all__ = ["EVERYWHERE", "Item", "Kind", "Number", "Period", "items_of", "names_in"]
