"""What is claimed, beside the passage that is cited for it: where the passage has each word and item of the claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.claims.items import EVERYWHERE, Item, Kind, items_of
from assistant.answering.claims.matching import KIN, alike
from assistant.answering.claims.names import spelt_in
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token

TAKEN_UP = 0.8  # what a word of the sentence before is worth
KEPT = 0.9  # and an item of it: « Il », « ce marché » take it up
BEFORE = 0.3  # what the sentence before is worth, when the one is sought that tells of a part of the claim
HEAVY = 14.0  # weight of the words that are enough to find what a part of a claim is about


@dataclass(frozen=True, slots=True)
class Found:
    """Where a passage has a word: at which character, in which sentence, and how alike (0 to 1)."""

    at: int
    sentence: int
    alike: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of a claim that says something, or one of its items. `is_everywhere`: said of the whole passage."""

    token: Token
    weight: float
    found: tuple[Found, ...]
    is_everywhere: bool
    item: Item | None = None

    @property
    def start(self) -> int:
        """The first character, in the claim."""
        return self.item.start if self.item else self.token.start

    @property
    def place(self) -> int:
        """Of its word in the claim."""
        return self.token.place

    @property
    def piece(self) -> int:
        """Of its word in the claim."""
        return self.token.piece

    @property
    def kind(self) -> Kind | None:
        """None: a word."""
        return self.item.kind if self.item else None

    @property
    def likeness(self) -> float:
        """That of the best place."""
        return 1.0 if self.is_everywhere else max((one.alike for one in self.found), default=0.0)

    @property
    def is_placed(self) -> bool:
        """Has the passage it here or there, and not everywhere?"""
        return bool(self.found) and not self.is_everywhere

    def at(self, sentence: int) -> float:
        """How well a sentence of the passage has it."""
        return 1.0 if self.is_everywhere else max((f.alike for f in self.found if f.sentence == sentence), default=0.0)


@dataclass(frozen=True)
class Part:
    """Pieces of a claim that weigh enough to be found again, their words, and the sentence that tells of them best."""

    units: tuple[Unit, ...]
    tokens: tuple[Token, ...]
    sentence: int


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
    def units(self) -> tuple[Unit, ...]:
        """Its items, and its words that say something, in order."""
        items = [self._item(item) for item in items_of(self.said, self.passage)]
        taken = {unit.start for unit in items}
        spelt = spelt_in(self.said, self.passage.whole)
        words = [self._word(one, spelt.get(one.start, ())) for one in self.said.content if one.start not in taken]
        return tuple(sorted((*items, *words), key=lambda unit: unit.start))

    def _item(self, item: Item) -> Unit:
        found = tuple(Found(at, self.passage.sentence_at(at), 1.0) for at in item.found if at != EVERYWHERE)
        return Unit(self.said.token_at(item.start), item.weight, found, EVERYWHERE in item.found, item)

    def _word(self, token: Token, spelt: Sequence[int]) -> Unit:
        sentence = self.passage.sentence_at
        found = [Found(o.start, sentence(o.start), how) for o in self.passage.whole.tokens if (how := alike(token, o))]
        found += [Found(at, sentence(at), 1.0) for at in spelt]
        about = any(alike(token, other) >= KIN for other in self.passage.about.tokens)
        return Unit(token, token.weight, tuple(found), about)

    def at(self, unit: Unit, sentence: int) -> float:
        """How well a sentence has a unit, when it goes on with those before it."""
        here = unit.at(sentence)
        if here >= TAKEN_UP or not sentence:
            return here
        if unit.kind is None:
            return max(here, TAKEN_UP * unit.at(sentence - 1))
        if not self.passage.takes_up(sentence, unit.kind):
            return here
        return max(here, KEPT * self.at(unit, sentence - 1))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The claim cut where its pieces weigh enough; the last ones go with those before them."""
        cuts: list[list[Unit]] = [[]]
        for unit in self.units:
            last = cuts[-1]
            if last and unit.piece != last[-1].piece and sum(one.weight for one in last) >= HEAVY:
                cuts.append([])
            cuts[-1].append(unit)
        if len(cuts) > 1 and sum(one.weight for one in cuts[-1]) < HEAVY:
            cuts[-2:] = [cuts[-2] + cuts[-1]]
        return tuple(self._part(units) for units in cuts if units)

    def _part(self, units: list[Unit]) -> Part:
        pieces = range(units[0].piece, units[-1].piece + 1)
        tokens = tuple(token for token in self.said.tokens if token.piece in pieces)
        return Part(tuple(units), tokens, self.teller(units))

    def teller(self, units: Sequence[Unit]) -> int:
        """The sentence of the passage that has most of some units."""

        def share(sentence: int) -> float:
            return sum(u.weight * max(u.at(sentence), BEFORE * u.at(sentence - 1)) for u in units)

        return max(range(len(self.passage.rows)), key=share)
