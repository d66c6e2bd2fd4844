"""What is claimed, beside the passage that is cited for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.answering.claims.alignment import Alignment
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading
from assistant.answering.claims.units import Unit, units_of


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
        return units_of(self.said, self.passage)

    @cached_property
    def alignment(self) -> Alignment:
        """Which words of the passage it says, one after the other."""
        return Alignment.of(self.said, self.units, self.passage)
