"""What is claimed, beside the passage that is cited for it: each piece of the claim, and where the passage has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.claims.items import EVERYWHERE, Item, items_of, spelt_in
from assistant.answering.claims.matching import likeness
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token

BEFORE = 0.8  # what a word of the sentence before is worth: « Il », « ce marché » take it up


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or an item of a claim. `found`: where the passage has it (character, sentence), and how alike (0 to 1)."""

    start: int
    end: int
    place: int
    piece: int
    weight: float
    found: tuple[tuple[int, int, float], ...]
    is_everywhere: bool
    item: Item | None
    token: Token

    @property
    def likeness(self) -> float:
        """That of the best place."""
        return 1.0 if self.is_everywhere else max((alike for _, _, alike in self.found), default=0.0)

    def at(self, sentence: int) -> float:
        """How well a sentence of the passage has it."""
        return 1.0 if self.is_everywhere else max((alike for _, one, alike in self.found if one == sentence), default=0.0)


@dataclass(frozen=True)
class Claim:
    """A text, and the passage that should say it."""

    text: str
    passage: Passage

    @cached_property
    def said(self) -> Reading:
        """The text, read."""
        return Reading(self.text)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Its numbers, dates and names."""
        return items_of(self.said, self.passage)

    def at(self, unit: Unit, sentence: int) -> float:
        """How well a sentence has a unit, when it goes on with the one before it."""
        here = unit.at(sentence)
        if here >= BEFORE or not sentence or not self.passage.takes_up(sentence, unit.item.kind if unit.item else None):
            return here
        return max(here, 0.9 * self.at(unit, sentence - 1) if unit.item else BEFORE * unit.at(sentence - 1))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Its items, and its words that say something, in order."""
        return tuple(sorted(self._units(), key=lambda unit: unit.start))

    def _units(self) -> Iterator[Unit]:
        starts = {token.start: token for token in self.said.tokens}
        for item in self.items:
            token = starts.get(item.start) or next(t for t in self.said.tokens if t.end > item.start)
            found = tuple((at, self.passage.sentence_at(at), 1.0) for at in item.found if at != EVERYWHERE)
            yield Unit(item.start, item.end, token.place, token.piece, item.weight, found, EVERYWHERE in item.found, item, token)
        spelt = spelt_in(self.said, self.passage)
        taken = {item.start for item in self.items}
        for token in self.said.content:
            if token.start not in taken:
                yield self._word(token, spelt.get(token.start, []))

    def _word(self, token: Token, spelt: list[int]) -> Unit:
        found = tuple(
            (other.start, self.passage.sentence_at(other.start), alike)
            for other in self.passage.whole.tokens
            if (alike := likeness(token.surface, token.stem, other.surface, other.stem))
        )
        found += tuple((at, self.passage.sentence_at(at), 1.0) for at in spelt)
        about = any(likeness(token.surface, token.stem, other.surface, other.stem) > 0.8 for other in self.passage.about.tokens)
        return Unit(token.start, token.end, token.place, token.piece, token.weight, found, about, None, token)


def share_at(claim: Claim, units: list[tuple[Unit, float]], sentence: int) -> float:
    """The share of some units, by weight, that a sentence has, or the one before it; 1 when there are none."""
    total = sum(unit.weight * much for unit, much in units)
    if not total:
        return 1.0
    return sum(unit.weight * much * claim.at(unit, sentence) for unit, much in units) / total
