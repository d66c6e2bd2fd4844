"""A passage that a claim may cite, and what is read of it once: its sentences, words, numbers, dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.claims.dates import Period, known_periods
from assistant.answering.claims.reading import Reading, Token
from assistant.wording import texts

_ENDS = re.compile(r"(?<=[.!?»])(?<!\b[A-HJ-UWYZ]\.)(?<!\bart\.)(?<!\bMM\.)(?<!\bSt\.)\s+(?=[«\"A-ZÀ-ÝŒ0-9•-])|\n+|\s*[⇒•▪]\s*|;\s")

REACH = 6  # words that begin a sentence, among which one takes up what was said before


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
    def rows(self) -> tuple[tuple[Token, ...], ...]:
        """Its words, sentence by sentence."""
        rows: list[list[Token]] = [[] for _ in range(self.size)]
        for token in self.whole.tokens:
            rows[self.sentence_at(token.start)].append(token)
        return tuple(tuple(row) for row in rows)

    @cached_property
    def _anaphoric(self) -> frozenset[int]:
        known = frozenset(texts("claims")["light"]["anaphora"].split())
        return frozenset(n for n, row in enumerate(self.rows) if any(token.surface in known for token in row[:REACH]))

    def takes_up(self, sentence: int, kind: str | None) -> bool:
        """May a sentence say something of what the one before it names? « Il », « ce marché »; or it names nothing."""
        if kind is None or sentence in self._anaphoric:
            return True
        row = self.rows[sentence]
        if kind == "name":
            return not any(token.is_capital and token.says for token in row[1:REACH])
        starts = {period.start for period in self.whole.periods} if kind == "date" else {n.start for n in self.whole.numbers}
        return not any(token.start in starts for token in row)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All its dates, its own among them."""
        return known_periods(self.whole.folded, self.date)
