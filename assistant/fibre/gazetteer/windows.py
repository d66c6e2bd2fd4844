"""The runs of words of a text that may be the name of a place, and what stands around each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.fibre.gazetteer.cues import (
    Cue,
    cue_before,
    follows_article,
    in_street,
    joined,
    names_a_person,
    written_as_name,
)
from assistant.fibre.gazetteer.elsewhere import Elsewhere
from assistant.fibre.gazetteer.names import Name
from assistant.fibre.gazetteer.ordinary import listed
from assistant.fibre.gazetteer.words import Word

MOST_WORDS = 9  # « Saint-Quentin-la-Motte-Croix-au-Bailly » has eight
LONGEST = 36  # letters
MOST_FILLERS = 8  # words that may stand beside a bare name
LOST_BY_A_SLIP = 2  # letters that a reading must win for each slip it supposes


@dataclass(frozen=True, slots=True)
class Beside:
    """Where names are told by what stands beside them: words that start `after` a postal code, or end `before` a code
    or a département.
    """

    after: frozenset[int]
    before: frozenset[int]


@dataclass(frozen=True, slots=True)
class Window:
    """The words `[start, end)` of a text, folded as `parts` and run together as `key`, and what stands around them."""

    text: Sequence[Word]
    start: int
    end: int
    parts: tuple[str, ...]
    key: str
    cue: Cue
    coded: bool  # a postal code or a département stands beside
    alone: bool  # the text is known to name a place

    @property
    def lone(self) -> bool:
        """Whether it is a single word."""
        return self.end == self.start + 1

    @property
    def bare(self) -> bool:
        """Whether the text holds hardly anything else: « euh à rue svp », « fibre rue »."""
        if len(self.text) > self.end - self.start + MOST_FILLERS:
            return False
        others = {word.text for word in (*self.text[: self.start], *self.text[self.end :]) if not word.text.isdigit()}
        return others <= listed("cues", "fillers") or others <= listed("cues", "subjects_asked")

    @property
    def named(self) -> bool:
        """Whether a capital says that it is a name."""
        return written_as_name(self.text, self.start, self.end)

    @property
    def article(self) -> str:
        """The determiner before it, folded, or ""."""
        return self.text[self.start - 1].text if follows_article(self.text, self.start) else ""

    @property
    def something_else(self) -> bool:
        """Whether it is a river, a street, a person."""
        river = self.key in listed("names", "rivers") and bool(self.article)
        return river or in_street(self.text, self.start) or names_a_person(self.text, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a window stands for: names of the Somme equally near, or communes elsewhere. `cost` in slips."""

    window: Window
    names: tuple[Name, ...]
    cost: float = 0.0
    elsewhere: Elsewhere | None = None

    @property
    def worth(self) -> tuple[float, float, bool]:
        """Letters explained, less those that slips cost; a whole name before the first words of another."""
        here = any(name.whole for name in self.names)
        return len(self.window.key) - LOST_BY_A_SLIP * self.cost, -self.cost, here


def windows(text: Sequence[Word], beside: Beside, alone: bool) -> Iterator[Window]:
    """Every run of words that nothing parts, up to nine of them."""
    folded = tuple(word.text for word in text)
    breaks = [not joined(word) for word in text]
    for start in range(len(text)):
        cue = cue_before(text, start)
        for end in range(start + 1, min(start + MOST_WORDS, len(text)) + 1):
            parts = folded[start:end]
            key = "".join(parts)
            if len(key) > LONGEST or (end > start + 1 and breaks[end - 2]):
                break
            coded = start in beside.after or end in beside.before
            yield Window(text, start, end, parts, key, cue, coded, alone)
