"""A passage that a claim may cite, and what is read of it once: its words, sentence by sentence, and its dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property

from assistant.answering.claims.dates import Period, known_periods
from assistant.answering.claims.reading import Reading, Token
from assistant.wording import texts

# Neither « Thomas S. Monson » nor « art. 5 » ends a sentence; « Louis X. Puis » does.
_NO_END = r"(?<!\b[A-HJ-UWYZ]\.)(?<!\bart\.)(?<!\bMM\.)(?<!\bSt\.)"
_ENDS = re.compile(rf"(?<=[.!?»]){_NO_END}\s+(?=[«\"A-ZÀ-ÝŒ0-9•-])|\n+(?![,;.)])|\s*[⇒•▪]\s*|;\s")
FEW = 3  # words of a line that is no sentence
REACH = 6  # words that begin a sentence, among which one takes up what was said before


@dataclass(frozen=True)
class Passage:
    """What the writer saw under a number. `date` is ISO 8601, as precise as it is known.

    `context` are words that the document says near the passage: they tell of names and words, not of numbers.
    """

    text: str
    title: str = ""
    date: str | None = None
    speaker: str | None = None
    context: str = ""

    @cached_property
    def whole(self) -> Reading:
        """The text."""
        return Reading(self.text)

    @cached_property
    def about(self) -> Reading:
        """What is said of the passage beside it, names and words: title, speaker and context."""
        return Reading(" . ".join(filter(None, (self.title, self.speaker, self.context))))

    @cached_property
    def headed(self) -> Reading:
        """Title and speaker, which may tell of numbers as well."""
        return Reading(" . ".join(filter(None, (self.title, self.speaker))))

    @cached_property
    def surfaces(self) -> frozenset[str]:
        """All words of both."""
        return self.whole.surfaces | self.about.surfaces

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All its dates, its own among them."""
        return known_periods(self.whole.folded, self.date)

    @cached_property
    def _ends(self) -> list[int]:
        """Where sentences end. Lines of few words, as those of a table, go with what follows them."""
        text, ends, start = self.whole.text, list[int](), 0
        for match in _ENDS.finditer(text):
            is_line = "\n" in match.group() and text[match.start() - 1] not in ".!?"
            if not is_line or len(re.findall(r"\w+", text[start : match.start()])) > FEW:
                ends.append(match.end())
                start = match.end()
        return ends

    def sentence_at(self, position: int) -> int:
        """Which sentence, from 0, holds a character of the text."""
        return bisect_right(self._ends, position)

    @cached_property
    def rows(self) -> tuple[tuple[Token, ...], ...]:
        """Its words, sentence by sentence."""
        rows: list[list[Token]] = [[] for _ in range(len(self._ends) + 1)]
        for token in self.whole.tokens:
            rows[self.sentence_at(token.start)].append(token)
        return tuple(tuple(row) for row in rows)

    def around(self, sentence: int) -> tuple[Token, ...]:
        """The words of a sentence, of the one before it and of the one after."""
        return tuple(token for row in self.rows[max(0, sentence - 1) : sentence + 2] for token in row)

    def takes_up(self, sentence: int, kind: str) -> bool:
        """May a sentence say something of the item of a kind that the one before it has? When it says « il », « ce
        marché », or has no date, no number, or no name where it begins, of its own.
        """
        row = self.rows[sentence]
        if any(token.surface in _anaphora() for token in row[:REACH]):
            return True
        if kind == "name":
            return not any(token.is_capital and token.says for token in row[1:REACH])
        own = self.whole.periods if kind == "date" else self.whole.numbers
        starts = {item.start for item in own}
        return not any(token.start in starts for token in row)


@cache
def _anaphora() -> frozenset[str]:
    return frozenset(texts("claims")["light"]["anaphora"].split())
