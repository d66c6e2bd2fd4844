"""A text, read once: its words and the piece that each stands in, its numbers, dates and names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

from assistant.answering.claims.dates import Period, periods_in
from assistant.answering.claims.letters import cleaned, folded
from assistant.answering.claims.numbers import Number, numbers_in
from assistant.answering.claims.polarity import denied_places
from assistant.index.french import ELISIONS, STOP_WORDS, stem
from assistant.index.rarity import idf
from assistant.wording import texts

_TOKEN = re.compile(r"[^\W_]+")
_BREAKS = re.compile(r"[,;:()«»“”\"–\[\]•⇒/\n!?]|\.\s|\s-\s")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, at the characters `[start, end)`: the one at `place`, in the piece number `piece`.

    `says` is false for small words, for what any writer adds, and for what belongs to a number or a date (`is_item`).
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
    """A passage, a sentence or a few words. Places are those of `text`, and of `folded` as well."""

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
        return tuple(one for one in numbers_in(self.folded) if not any(a <= one.start < b for a, b in spans))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words, in order, those too that say nothing."""
        found = list(self._tokens())
        denied = denied_places([t.surface for t in found], [t.piece for t in found], [t.says for t in found])
        return tuple(replace(token, is_denied=token.place in denied) for token in found)

    def _tokens(self) -> Iterator[Token]:
        spans = [(one.start, one.end) for one in self.periods] + [(one.start, one.end) for one in self.numbers]
        inside = {at for start, end in spans for at in range(start, end)}
        piece = end = 0
        for place, match in enumerate(_TOKEN.finditer(self.folded)):
            surface, at = match.group(), match.start()
            piece += bool(_BREAKS.search(self.folded[end:at])) or surface in openers()
            end = match.end()
            says = at not in inside and says_something(surface)
            is_capital = self.text[at].isupper()
            yield Token(surface, stem(surface), at, end, place, piece, says, at in inside, is_capital)

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def place_at(self, position: int) -> int:
        """Which word holds a character, or comes last before it. The text has words."""
        return max(0, bisect_right(self._starts, position) - 1)

    def token_at(self, position: int) -> Token:
        """The word that holds a character, or the last one before it."""
        return self.tokens[self.place_at(position)]

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that say something."""
        return tuple(token for token in self.tokens if token.says)

    @cached_property
    def surfaces(self) -> frozenset[str]:
        """All its words."""
        return frozenset(token.surface for token in self.tokens)


def says_something(surface: str) -> bool:
    """Is a word neither small, nor a number, nor what a writer adds without saying anything?"""
    small = surface in STOP_WORDS or surface in ELISIONS
    return not small and not surface.isdigit() and stem(surface) not in _light()


@cache
def _light() -> frozenset[str]:
    return frozenset(stem(folded(word)) for word in texts("claims")["light"]["words"].split())


@cache
def openers() -> frozenset[str]:
    """The words before which a new piece of a sentence begins."""
    return frozenset(texts("claims")["light"]["openers"].split())
