"""The numbers, dates and names of a claim, and where a passage has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.answering.claims.acronyms import acronyms_in, spelt_out
from assistant.answering.claims.dates import Period
from assistant.answering.claims.matching import MEANING, is_common, likeness
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
        rivals = [known.start for known in passage.whole.numbers if known.start not in held and _are_alike(said, known)]
        if not held and _is_derived(said, claim, passage):
            held.append(EVERYWHERE)
        yield Item(Kind.NUMBER, said.start, said.end, NUMBER, tuple(held), tuple(rivals), claim.text[said.start : said.end])


def _are_alike(one: Number, other: Number) -> bool:
    """May one be taken for the other? Shares, ranks, durations and sums are not."""
    if one.measure and other.measure and one.measure != other.measure:
        return False
    return one.is_percent == other.is_percent and one.is_ordinal == other.is_ordinal


def _is_derived(said: Number, claim: Reading, passage: Passage) -> bool:
    """« la moitié » of two numbers, « cinq ans » between two years, « un mois » where no other duration is told."""
    if said.is_percent and not claim.text[said.start].isdigit():
        values = [known.value for known in passage.whole.numbers]
        return any(abs(100 * one - said.value * other) < 0.5 * other for one in values for other in values if other)
    if said.measure == "mois" and said.scale == 12:
        years = {period.first.year for period in (*passage.periods, *claim.periods) if period.has_year}
        return any(abs(one - other) == said.value for one in years for other in years)
    return said.is_article and said.measure in ("mois", "minutes") and not any(known.measure == said.measure for known in passage.whole.numbers)


def _dates(claim: Reading, passage: Passage) -> Iterator[Item]:
    for said in claim.periods:
        held = [known.start if known.end else EVERYWHERE for known in passage.periods if said.holds(known)]
        rivals = [known.start for known in passage.periods if known.end and known.start not in held]
        yield Item(Kind.DATE, said.start, said.end, NUMBER, tuple(held), tuple(rivals), claim.text[said.start : said.end])


def _names(claim: Reading, passage: Passage) -> Iterator[Item]:
    spelt = spelt_in(claim, passage)
    for row in name_rows(claim):
        places = [[other for other in passage.whole.tokens if is_same_name(token, other)] for token in row]
        together = {token.start for tokens in places for token in tokens if _stands_with(token, places)}
        about = all(any(is_same_name(token, other) for other in passage.about.tokens) for token in row)
        for token, found in zip(row, places, strict=True):
            held = [other.start for other in found if not together or other.start in together]
            held += spelt.get(token.start, [])
            if about or (not held and any(is_same_name(token, other) for other in passage.about.tokens)):
                held.append(EVERYWHERE)
            names = {other.surface for other in claim.tokens if other.piece == token.piece}
            rivals = [other.start for other in names_in(passage.whole) if other.surface not in names and other.start not in held]
            yield Item(Kind.NAME, token.start, token.end, token.weight, tuple(held), tuple(rivals), token.surface)


def _stands_with(token: Token, places: list[list[Token]]) -> bool:
    """Has one place of each other word of a name beside it?"""
    reach = len(places) + 1
    return all(any(abs(other.place - token.place) <= reach for other in tokens) for tokens in places)


def name_rows(text: Reading) -> list[list[Token]]:
    """Names of several words: those that follow one another."""
    rows: list[list[Token]] = []
    for token in names_in(text):
        if rows and token.place == rows[-1][-1].place + 1 and token.piece == rows[-1][-1].piece:
            rows[-1].append(token)
        else:
            rows.append([token])
    return rows


def spelt_in(claim: Reading, passage: Passage) -> dict[int, list[int]]:
    """By the place of a word of the claim, where the passage has the acronym that it belongs to, or stands for."""
    found: dict[int, list[int]] = {}
    for short, known in acronyms_in(passage.whole).items():
        for token in spelt_out(claim, short):
            found.setdefault(token.start, []).append(known.start)
    for short, said in acronyms_in(claim).items():
        row = spelt_out(passage.whole, short)
        if len(row) == len(short):
            found.setdefault(said.start, []).append(row[0].start)
    return found


def names_in(text: Reading) -> tuple[Token, ...]:
    """The words with a capital; the first word of a sentence when French texts do not hold it."""
    return tuple(token for token in text.tokens if token.is_capital and token.says and _is_name(text, token))


def _is_name(text: Reading, token: Token) -> bool:
    begins = not re.search(r"\w", text.text[: token.start]) or text.text[: token.start].rstrip()[-1:] in ".!?«:"
    return not begins or (is_unknown(token.stem) and not is_common(token.surface))


def is_same_name(one: Token, other: Token) -> bool:
    """Names are spelt alike; those made of ordinary words may be other forms of them (« la France », « français »)."""
    if one.surface == other.surface:
        return True
    if is_unknown(one.stem) or is_unknown(other.stem):
        return one.stem == other.stem
    return likeness(one.surface, one.stem, other.surface, other.stem) > MEANING


__all__ = ["EVERYWHERE", "Item", "Kind", "Number", "Period", "items_of", "names_in"]
