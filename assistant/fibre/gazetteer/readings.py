"""What the words of a text may stand for: names of the Somme, well written or misspelt, and communes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from assistant.fibre.gazetteer.accept import accepts
from assistant.fibre.gazetteer.cues import Cue
from assistant.fibre.gazetteer.elsewhere import Elsewhere, named
from assistant.fibre.gazetteer.names import JOINING, NameTable
from assistant.fibre.gazetteer.ordinary import Rarity, is_word, listed
from assistant.fibre.gazetteer.spelling import SHORTEST, SOUNDS_ALIKE, Speller, nearly_everyday
from assistant.fibre.gazetteer.windows import Beside, Reading, Window, windows
from assistant.fibre.gazetteer.words import Word, words

SHORTEST_ELSEWHERE = 2  # letters: « Eu »
# Where more words than these are neither French nor of a name, it is no language, and no name is mended in it: each run
# of words would be compared with every name. Somebody who lists communes writes most of them well.
MOST_STRANGE = 24


class Reader:
    """Reads names in texts. Read-only."""

    def __init__(self, table: NameTable) -> None:
        self._table = table
        self._speller = Speller(table.names.keys() - table.second_halves)

    def readings(self, text: Sequence[Word], beside: Beside, alone: bool) -> list[Reading]:
        """Everything that the words may stand for, in no order of worth.

        Names are mended on weaker cues, or without any in a text known to name a place, where nothing else was found.
        """
        every = list(windows(text, beside, alone))
        mends = self._is_language(text)
        strict = [reading for window in every if (reading := self._read(window, mends))]
        if strict:
            return [*strict, *self._coordinated(every, strict, mends)]
        return [reading for window in every if mends and (reading := self._misspelt(window, Cue.WEAK))]

    def _is_language(self, text: Sequence[Word]) -> bool:
        """Whether most of its words are known, or it is short."""
        words_of_it = {word.text for word in text}
        strange = (word for word in words_of_it if not is_word(word) and word not in self._table.parts)
        return len(list(islice(strange, MOST_STRANGE + 1))) <= MOST_STRANGE

    def _coordinated(self, every: Sequence[Window], read: Sequence[Reading], mends: bool) -> Iterator[Reading]:
        """« à Doullens et Albert »: what a place is joined to is a place on the same cue."""
        cues = {reading.window.end: reading.window.cue for reading in read}
        for window in every:
            joining = window.start > 1 and window.text[window.start - 1].text in listed("cues", "joining")
            if joining and cues.get(window.start - 1, Cue.NONE) > window.cue:
                again = self._read(replace(window, cue=cues[window.start - 1]), mends)
                if again:
                    yield again

    def _read(self, window: Window, mends: bool) -> Reading | None:
        exact = self._table.names.get(window.key)
        if exact:
            return Reading(window, (exact,)) if accepts(window, exact) and not window.something_else else None
        near = self._misspelt(window, Cue.MEDIUM) if mends else None
        elsewhere = _elsewhere(window)
        if elsewhere and (near is None or near.cost > SOUNDS_ALIKE or elsewhere.large):
            return Reading(window, (), elsewhere=elsewhere)
        return near

    def _misspelt(self, window: Window, least: Cue) -> Reading | None:
        """The names nearest to what is no name, unless it is everyday French; `least` is the cue it takes."""
        parts = window.parts
        if all(is_word(part) for part in parts) or any(part.isdigit() for part in parts):
            return None
        if self._is_outside(parts[-1]) or (window.cue < Cue.MEDIUM and self._is_outside(parts[0])):
            return None
        cued = window.cue >= least or window.coded or (window.alone and (window.bare or least is Cue.WEAK))
        strong = window.cue is Cue.STRONG or window.coded
        near = self._speller.near(window.key, cued) if strong or len(window.key) >= SHORTEST else []
        if not near or ((near[0][1] > 1 or window.cue < Cue.MEDIUM) and nearly_everyday(window.key)):
            return None
        light = window.alone or window.cue is Cue.MEDIUM
        commonest = Rarity.WORD if strong else Rarity.DOUBTFUL if light else Rarity.PLAIN
        names = [self._table.names[key] for key, _ in near]
        kept = tuple(name for name in names if name.rarity >= commonest and name.may_follow(window.article))
        return Reading(window, kept, near[0][1]) if kept and not window.something_else else None

    def _is_outside(self, part: str) -> bool:
        """Whether a word is everyday French, and in no name."""
        return is_word(part) and part not in self._table.parts


def _elsewhere(window: Window) -> Elsewhere | None:
    """The communes elsewhere of that very name, when something says that a place is named."""
    cued = window.cue is Cue.STRONG or window.coded or (window.cue is Cue.MEDIUM and window.named)
    cued = cued or (window.alone and window.bare)
    told = cued or (not window.lone and window.text[window.start].capital)  # « Boulogne-sur-Mer » has a telling length
    if not told or len(window.key) < SHORTEST_ELSEWHERE or window.parts[-1] in JOINING:
        return None
    if all(is_word(part) for part in window.parts) and not _surely_named(window):
        return None
    if window.article or window.something_else:
        return None
    found = named(window.key)
    if found is None or not (window.lone or window.parts == tuple(word.text for word in words(found.name))):
        return None
    return found if cued or found.large else None


def _surely_named(window: Window) -> bool:
    """For « Orange », « Die », « Sens »: a postal code, or a capital after « à »; never for an operator."""
    operator = window.key in listed("words", "operators")
    return window.coded or (window.named and window.cue is Cue.STRONG and not operator)
