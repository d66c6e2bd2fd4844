"""A text, read once: its words with what surrounds them, its pieces, numbers, dates and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

from assistant.answering.claims.dates import Period, periods_in
from assistant.answering.claims.letters import cleaned, folded
from assistant.answering.claims.numbers import Number, numbers_in
from assistant.answering.claims.polarity import denied_places
from assistant.index.french import ELISIONS, STOP_WORDS, stem
from assistant.index.rarity import idf, is_unknown
from assistant.wording import texts

_TOKEN = re.compile(r"[^\W_]+")
_BREAKS = re.compile(r"[,;:()«»–\[\]•⇒/\n!?]|\.\s|\s-\s")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, at the characters `[start, end)`; `piece` numbers the pieces of its text.

    `says` is false for small words and for what any writer adds; `item` is true for what belongs to a number or a date.
    """

    surface: str
    stem: str
    start: int
    end: int
    place: int
    piece: int
    says: bool
    is_item: bool
    is_capital: bool
    is_denied: bool = False

    @property
    def weight(self) -> float:
        """How rare it is."""
        return idf(self.stem)


@dataclass(frozen=True)
class Reading:
    """A sentence, or a few words."""

    written: str

    @cached_property
    def text(self) -> str:
        """As it is compared."""
        return cleaned(self.written)

    @cached_property
    def folded(self) -> str:
        """In lower case, without accents, letter for letter."""
        return folded(self.text)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Its dates."""
        return periods_in(self.folded)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers; what belongs to a date is none."""
        spans = [(period.start, period.end) for period in self.periods]
        return tuple(
            number for number in numbers_in(self.folded) if not any(a <= number.start < b for a, b in spans)
        )

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words, in order, those too that say nothing."""
        found = list(self._tokens())
        denied = denied_places([token.surface for token in found], [token.piece for token in found], [t.says for t in found])
        return tuple(replace(token, is_denied=token.place in denied) for token in found)

    def _tokens(self) -> Iterator[Token]:
        items = [(item.start, item.end) for item in (*self.periods, *self.numbers)]
        piece = 0
        end = 0
        for place, match in enumerate(_TOKEN.finditer(self.folded)):
            surface = match.group()
            gap = self.folded[end : match.start()]
            piece += bool(_BREAKS.search(gap)) or surface in _openers()
            end = match.end()
            own = stem(surface)
            is_item = any(a <= match.start() < b for a, b in items)
            yield Token(
                surface, own, match.start(), end, place, piece,
                not is_item and surface not in STOP_WORDS and surface not in ELISIONS and own not in light() and not surface.isdigit(),
                is_item, self.text[match.start()].isupper(),
            )  # fmt: skip

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that say something."""
        return tuple(token for token in self.tokens if token.says)

    @cached_property
    def surfaces(self) -> frozenset[str]:
        """All its words."""
        return frozenset(token.surface for token in self.tokens)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all its words."""
        return frozenset(token.stem for token in self.tokens)

    @cached_property
    def pieces(self) -> tuple[tuple[Token, ...], ...]:
        """Its words, piece by piece: between signs, before « et », « qui », « pour »."""
        count = max((token.piece for token in self.tokens), default=-1) + 1
        rows: list[list[Token]] = [[] for _ in range(count)]
        for token in self.tokens:
            rows[token.piece].append(token)
        return tuple(tuple(row) for row in rows if row)


@cache
def light() -> frozenset[str]:
    """The stems of what a writer adds without saying anything."""
    return frozenset(stem(folded(word)) for word in texts("claims")["light"]["words"].split())


@cache
def _openers() -> frozenset[str]:
    return frozenset(texts("claims")["light"]["openers"].split())


__all__ = ["Reading", "Token", "is_unknown", "light"]
