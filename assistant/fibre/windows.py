"""The runs of words of a text that may be the name of a place, and what each of them may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.fibre.cues import (
    Cue,
    cue_before,
    follows_article,
    follows_contraction,
    in_street,
    is_part_of_compound,
    joined,
    makes_another_expression,
    names_a_person,
    written_as_name,
)
from assistant.fibre.elsewhere import Elsewhere, named
from assistant.fibre.names import JOINING, Name, NameTable
from assistant.fibre.ordinary import Rarity, is_word, listed, rarity
from assistant.fibre.spelling import SHORTEST, SOUNDS_ALIKE, Speller, nearly_everyday
from assistant.fibre.words import Word, words

MOST_WORDS = 9  # « Saint-Quentin-la-Motte-Croix-au-Bailly » has eight
LONGEST = 36  # letters
SHORTEST_ELSEWHERE = 3  # letters
MOST_FILLERS = 8
LOST_BY_A_SLIP = 2  # letters that a reading must win for each slip it supposes


@dataclass(frozen=True, slots=True)
class Window:
    """The words `[start, end)` of a text, run together, and what stands around them."""

    text: Sequence[Word]
    start: int
    end: int
    parts: tuple[str, ...]  # the folded words
    key: str
    cue: Cue
    coded: bool  # a postal code or a département stands beside
    alone: bool  # the text is known to name a place

    @property
    def bare(self) -> bool:
        """Whether the text holds hardly anything else: « euh à rue svp »."""
        if len(self.text) > self.end - self.start + MOST_FILLERS:
            return False
        others = {word.text for word in (*self.text[: self.start], *self.text[self.end :]) if not word.text.isdigit()}
        return others <= listed("cues", "fillers") or others <= listed("cues", "subjects_asked")

    @property
    def named(self) -> bool:
        """Whether a capital says that it is a name."""
        return written_as_name(self.text, self.start, self.end)


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


@dataclass(frozen=True, slots=True)
class Beside:
    """Where names are told by what stands beside them: words that start `after` a postal code, or end `before` a code
    or a département.
    """

    after: frozenset[int]
    before: frozenset[int]


def readings(
    text: Sequence[Word], table: NameTable, speller: Speller, beside: Beside, alone: bool
) -> list[Reading]:
    """Everything that the windows of a text may stand for, in no order of worth.

    Names are mended on weaker cues, or without any in a text known to name a place, where nothing else was found.
    """
    windows = list(_windows(text, beside, alone))
    strict = [reading for window in windows if (reading := _read(window, table, speller, Cue.MEDIUM))]
    if strict:
        return [*strict, *_coordinated(windows, strict, table, speller)]
    return [reading for window in windows if (reading := _misspelt(window, table, speller, Cue.WEAK))]


def _coordinated(
    windows: Sequence[Window], read: Sequence[Reading], table: NameTable, speller: Speller
) -> Iterator[Reading]:
    """« à Doullens et Albert »: what a place is joined to is a place on the same cue."""
    cues = {reading.window.end: reading.window.cue for reading in read}
    for window in windows:
        joining = window.start > 1 and window.text[window.start - 1].text in listed("cues", "joining")
        if joining and cues.get(window.start - 1, Cue.NONE) > window.cue:
            again = _read(replace(window, cue=cues[window.start - 1]), table, speller, Cue.MEDIUM)
            if again:
                yield again


def _read(window: Window, table: NameTable, speller: Speller, least: Cue) -> Reading | None:
    exact = table.names.get(window.key)
    if exact:
        accepted = _accepts(window, exact) and not _is_something_else(window)
        return Reading(window, (exact,)) if accepted else None
    near = _misspelt(window, table, speller, least)
    elsewhere = _elsewhere(window)
    if elsewhere and (near is None or near.cost > SOUNDS_ALIKE or elsewhere.large):
        return Reading(window, (), elsewhere=elsewhere)
    return near


def _windows(text: Sequence[Word], beside: Beside, alone: bool) -> Iterator[Window]:
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


def _accepts(window: Window, name: Name) -> bool:
    """Whether there are cues enough for a name that was written as it should be."""
    lone = window.end - window.start == 1
    if window.coded or (lone and Rarity.PLAIN in (name.rarity, rarity((window.key,)))):
        return True
    taken_apart = not lone and name.one_word and all(is_word(part) for part in window.parts)  # « la chapelle »
    if name.rarity is Rarity.PLAIN:
        return not taken_apart or window.cue is Cue.STRONG or window.bare
    if len(window.key) == 1:
        return _accepts_letter(window)
    if not name.whole and is_part_of_compound(window.text, window.end):
        return False
    contracted = name.lacks_article(window.key) and follows_contraction(window.text, window.start)
    if lone and follows_article(window.text, window.start) and not contracted:
        return False
    if name.rarity <= Rarity.WORD and makes_another_expression(window.text, window.end):
        return False
    if name.rarity is Rarity.DOUBTFUL or (window.alone and name.whole and name.rarity is Rarity.WORD):
        return _accepts_doubtful(window)
    if not name.whole or (name.lacks_article(window.key) and not (window.alone and contracted)):
        return window.named and (window.cue is Cue.STRONG or contracted)
    if window.cue is Cue.STRONG or (window.named and not _is_borne(window.key)):
        return True
    return window.alone and (window.bare or window.cue is Cue.MEDIUM)


def _accepts_letter(window: Window) -> bool:
    """« Y », not the « y » of « prêt à y aller »."""
    if window.bare:
        return True
    if not window.text[window.start].capital:
        return window.cue is Cue.STRONG and window.text[window.start - 1].text != "a"
    return window.cue >= Cue.MEDIUM or (window.alone and window.named)


def _accepts_doubtful(window: Window) -> bool:
    if window.alone or window.cue >= Cue.MEDIUM:
        return True
    return not _is_borne(window.key) and (window.cue is Cue.WEAK or window.named)


def _is_borne(key: str) -> bool:
    """Whether people are named so."""
    return key in listed("names", "people")


def _is_something_else(window: Window) -> bool:
    """A river, a street, a person."""
    river = window.key in listed("names", "rivers") and follows_article(window.text, window.start)
    return (
        river
        or (in_street(window.text, window.start) and not window.coded)
        or names_a_person(window.text, window.start, window.end)
    )


def _misspelt(window: Window, table: NameTable, speller: Speller, least: Cue) -> Reading | None:
    """The names nearest to what is no name, unless it is everyday French."""
    parts = window.parts
    if all(is_word(part) for part in parts) or any(part.isdigit() for part in parts):
        return None
    opened = window.cue >= Cue.MEDIUM
    if _is_outside(parts[-1], table) or (not opened and _is_outside(parts[0], table)):
        return None
    cued = window.cue >= least or window.coded or (window.alone and (window.bare or least is Cue.WEAK))
    strong = window.cue is Cue.STRONG or window.coded
    near = speller.near(window.key, cued) if strong or len(window.key) >= SHORTEST else []
    light = window.alone or window.cue is Cue.MEDIUM
    commonest = Rarity.WORD if strong else Rarity.DOUBTFUL if light else Rarity.PLAIN
    if near and (near[0][1] > 1 or window.cue < Cue.MEDIUM) and nearly_everyday(window.key):
        return None
    kept = tuple(name for key, _ in near if (name := table.names[key]).rarity >= commonest)
    if not kept or _is_something_else(window):
        return None
    return Reading(window, kept, near[0][1])


def _is_outside(part: str, table: NameTable) -> bool:
    """Whether a word is everyday French, and in no name."""
    return is_word(part) and part not in table.edges


def _elsewhere(window: Window) -> Elsewhere | None:
    """The communes elsewhere of that very name, when something says that a place is named."""
    cued = window.cue is Cue.STRONG or window.coded or (window.cue is Cue.MEDIUM and window.named)
    cued = cued or (window.alone and window.bare)
    several = window.end > window.start + 1  # « Boulogne-sur-Mer » is told by its length
    if not (cued or (several and window.text[window.start].capital)) or len(window.key) < SHORTEST_ELSEWHERE:
        return None
    if window.parts[-1] in JOINING or (all(is_word(part) for part in window.parts) and not _surely_named(window)):
        return None
    if follows_article(window.text, window.start) or _is_something_else(window):
        return None
    found = named(window.key)
    if found is None or (several and window.parts != _parts(found)):
        return None
    return found if cued or found.large else None


def _parts(elsewhere: Elsewhere) -> tuple[str, ...]:
    return tuple(word.text for word in words(elsewhere.name))


def _surely_named(window: Window) -> bool:
    """For « Orange », « Die », « Sens »: a postal code, or a capital after « à »; an operator's name is never enough."""
    operator = window.key in listed("words", "operators")
    return window.coded or (window.named and window.cue is Cue.STRONG and not operator)
