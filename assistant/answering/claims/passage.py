"""A passage that a claim may cite, and what is read of it once: its sentences, words, numbers, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.claims.dates import Period, known_periods
from assistant.answering.claims.numbers import Number, numbers_in
from assistant.index.french import fold, words

_ENDS = re.compile(r"(?<=[.!?…»])\s+(?=[«\"A-ZÀ-ÝŒ0-9•-])|\n+|\s*[⇒•▪]\s*|;\s")


@dataclass(frozen=True)
class Passage:
    """What the writer saw under a number. `date` is ISO 8601, as precise as it is known."""

    text: str
    title: str = ""
    date: str | None = None
    speaker: str | None = None

    @cached_property
    def sentences(self) -> tuple[Stretch, ...]:
        """Its sentences, each with its neighbours' words at hand."""
        return tuple(Stretch(part) for part in _ENDS.split(self.text) if part.strip())

    @cached_property
    def about(self) -> Stretch:
        """What is said of the passage beside it: title and speaker."""
        return Stretch(" ".join(filter(None, (self.title, self.speaker or ""))))

    @cached_property
    def whole(self) -> Stretch:
        """The text and what is said of it."""
        return Stretch(f"{self.text} {self.title} {self.speaker or ''}")

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All its dates, its own among them."""
        return known_periods(self.whole.folded, self.date)


@dataclass(frozen=True)
class Stretch:
    """A piece of text, folded and read once."""

    text: str

    @cached_property
    def folded(self) -> str:
        """Lower case, without accents."""
        return fold(self.text)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Its own dates."""
        return known_periods(self.folded, None)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers; what belongs to a date is none."""
        dated = [(period.start, period.end) for period in self.periods if period.end]
        return tuple(
            number for number in numbers_in(self.folded) if not any(start <= number.start < end for start, end in dated)
        )

    @cached_property
    def surfaces(self) -> tuple[str, ...]:
        """Its words, folded, in order."""
        return tuple(word.surface for word in words(self.text))

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The same without small words: « Département de la Somme » is two words in a row."""
        return tuple(word.surface for word in words(self.text) if not word.is_stop)

    @cached_property
    def places(self) -> tuple[tuple[int, int, str], ...]:
        """Where its words that are not small stand in the folded text, and their stems."""
        return tuple(
            (match.start(), match.end(), word.stem)
            for match in re.finditer(r"[a-z][a-z0-9]{2,}", self.folded)
            for word in words(match.group())
            if not word.is_stop
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words."""
        return frozenset(word.stem for word in words(self.text))
