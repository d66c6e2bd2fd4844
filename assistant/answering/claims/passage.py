"""A passage that a claim may cite, and what is read of it once: its sentences, words, numbers, dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.claims.dates import Period, known_periods
from assistant.answering.claims.reading import Reading

_ENDS = re.compile(r"(?<=[.!?»])\s+(?=[«\"A-ZÀ-ÝŒ0-9•-])|\n+|\s*[⇒•▪]\s*|;\s")


@dataclass(frozen=True)
class Passage:
    """What the writer saw under a number. `date` is ISO 8601, as precise as it is known."""

    text: str
    title: str = ""
    date: str | None = None
    speaker: str | None = None

    @cached_property
    def whole(self) -> Reading:
        """The text."""
        return Reading(self.text)

    @cached_property
    def about(self) -> Reading:
        """What is said of the passage beside it: title and speaker."""
        return Reading(" . ".join(filter(None, (self.title, self.speaker or ""))))

    @cached_property
    def _ends(self) -> list[int]:
        return [match.end() for match in _ENDS.finditer(self.whole.text)]

    def sentence_at(self, position: int) -> int:
        """Which sentence, from 0, holds a character of the text."""
        return bisect_right(self._ends, position)

    @property
    def size(self) -> int:
        """How many sentences it has."""
        return len(self._ends) + 1

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All its dates, its own among them."""
        return known_periods(self.whole.folded, self.date)
