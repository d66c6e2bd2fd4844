"""What a claim says, item by item and word by word, and where its passage has each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.claims.items import EVERYWHERE, Item, Kind, items_of
from assistant.answering.claims.matching import KIN, alike
from assistant.answering.claims.names import spelt_in
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token

MANY = 80  # places of a word that are looked at, so that no text takes long


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
    def kind(self) -> Kind | None:
        """None: a word."""
        return self.item.kind if self.item else None

    @property
    def is_figure(self) -> bool:
        """A number or a date?"""
        return self.kind in (Kind.NUMBER, Kind.DATE)


def units_of(said: Reading, passage: Passage) -> tuple[Unit, ...]:
    """The items of a claim, and its words that say something, in order."""
    spelt = spelt_in(said, passage.whole)
    items = [_of_item(item, said, passage) for item in items_of(said, passage, spelt)]
    taken = {unit.start for unit in items}
    words = [_of_word(one, passage, spelt.get(one.start, ())) for one in said.content if one.start not in taken]
    return tuple(sorted((*items, *words), key=lambda unit: unit.start))


def _of_item(item: Item, said: Reading, passage: Passage) -> Unit:
    found = tuple(Found(at, passage.sentence_at(at), 1.0) for at in item.found if at != EVERYWHERE)
    return Unit(said.token_at(item.start), item.weight, found, EVERYWHERE in item.found, item)


def _of_word(token: Token, passage: Passage, spelt: Sequence[int]) -> Unit:
    sentence = passage.sentence_at
    found = [Found(o.start, sentence(o.start), how) for o in passage.whole.tokens if (how := alike(token, o))]
    found += [Found(at, sentence(at), 1.0) for at in spelt]
    about = any(alike(token, other) >= KIN for other in passage.about.tokens)
    return Unit(token, token.weight, tuple(found[:MANY]), about)
