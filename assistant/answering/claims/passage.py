"""A passage that a claim may cite, and what is read of it once: its words, sentence by sentence, and its dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from assistant.answering.claims.addresses import without_addresses
from assistant.answering.claims.dates import Period, known_periods
from assistant.answering.claims.reading import Reading, Token
from assistant.wording import texts

# Neither « Thomas S. Monson » nor « art. 5 » ends a sentence; « Louis X. Puis » does.
_NO_END = r"(?<!\b[A-HJ-UWYZ]\.)(?<!\bart\.)(?<!\bMM\.)(?<!\bSt\.)"
_ENDS = re.compile(rf"(?<=[.!?»]){_NO_END}\s+(?=[«\"A-ZÀ-ÝŒ0-9•-])|\n+(?![,;.)])|\s*[⇒•▪]\s*|;\s|:\s(?=-\s)")
_ASIDE = re.compile(r"\([^()\n]*\)")
_LINE = re.compile(r"[\n⇒•▪:;-]\W*$")
LINE = 12  # characters before a line among which stands what begins it
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
        """The text, but for its web addresses, whose words say nothing."""
        return Reading(without_addresses(self.text))

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
        """Where sentences end, never in parentheses. Lines of few words, as those of a table, go with what follows."""
        text, ends, start = _ASIDE.sub(lambda aside: "_" * len(aside.group()), self.whole.text), list[int](), 0
        for match in _ENDS.finditer(text):
            if text.startswith("-", start) and ":" in (match.group()[0], text[match.start() - 1]):
                continue
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

    @cached_property
    def sentences(self) -> tuple[int, ...]:
        """By place, the sentence of each word."""
        return tuple(self.sentence_at(token.start) for token in self.whole.tokens)

    @cached_property
    def _figures(self) -> frozenset[int]:
        """The places where its numbers and its dates begin."""
        starts = [one.start for one in self.whole.numbers] + [one.start for one in self.whole.periods]
        return frozenset(self.whole.place_at(start) for start in starts)

    @cached_property
    def content(self) -> frozenset[int]:
        """The places of its words that say something, and of its numbers and dates."""
        return self._figures | {token.place for token in self.whole.content}

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """By place, how many words come before, those of a number or a date counted as one."""
        inner = (token.is_item and token.place not in self._figures for token in self.whole.tokens)
        return tuple(accumulate(not one for one in inner))

    @cached_property
    def small(self) -> dict[str, list[int]]:
        """The places of each word that says nothing by itself."""
        places: dict[str, list[int]] = {}
        for token in self.whole.tokens:
            if not token.says and not token.is_item:
                places.setdefault(token.surface, []).append(token.place)
        return places

    def gap(self, place: int) -> str:
        """What stands between a word and the next one."""
        tokens = self.whole.tokens
        return self.whole.text[tokens[place].end : tokens[place + 1].start]

    def takes_up(self, sentence: int) -> bool:
        """Does a sentence begin with what takes up something that was said before: « il », « ce marché »?"""
        return any(token.surface in _anaphora() for token in self.rows[sentence][:REACH])

    def is_title(self, sentence: int) -> bool:
        """Does a sentence end with a colon: the title of the lines that follow?"""
        return ":" in self.whole.text[self.rows[sentence][-1].end : self.rows[sentence][-1].end + 2]

    def begins_line(self, sentence: int) -> bool:
        """Is a sentence a line of a list or of a table, or what follows a colon?"""
        start = self.rows[sentence][0].start
        return bool(_LINE.search(self.whole.text[max(0, start - LINE) : start]))


@cache
def _anaphora() -> frozenset[str]:
    return frozenset(texts("claims")["light"]["anaphora"].split())
