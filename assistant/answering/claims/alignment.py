"""Where a claim follows its passage: which word of the passage each of its words is, small words too.

A model is asked to shorten the sentences of a passage. So a true claim reads as a passage of which words are left out,
and what it puts in, or takes up elsewhere, is what has to be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from math import inf, log

from assistant.answering.claims.matching import KIN
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading, Token
from assistant.answering.claims.units import Unit

# An alignment gains the weight of what it places; places far from one another cost it. In weights of words.
SMALL = 0.4  # what a small word is worth
LOOSE = 0.3  # share of its weight that is gained by what is said of the whole passage
MISSED = 0.3  # share of its weight that is lost by a word that the passage has, and that is placed nowhere
FAR = 0.35  # times the logarithm of the distance
BACKWARDS = 2.0
ELSEWHERE = 2.0  # in another sentence
# What bounds the time of a text that repeats itself: places that a word may have, and alignments that are gone on with.
MANY = 40
BEAM = 30


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of a claim, and the place of its word in the passage, None when it has none there.

    `unit` is None for a small word. Of a number or a date, only the first word has a pair.
    """

    token: Token
    unit: Unit | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A pair of a word that says something, and that the passage has."""

    token: Token
    unit: Unit
    place: int


@dataclass(frozen=True)
class Alignment:
    """The pairs of a claim, in its order."""

    pairs: tuple[Pair, ...]
    placed: tuple[Placed, ...]
    places: frozenset[int]

    @classmethod
    def of(cls, said: Reading, units: Sequence[Unit], passage: Passage) -> Alignment:
        """The best one: dynamic programming over the words of the claim, a state for each place in the passage."""
        options = list(_options(said, units, passage))
        chosen = _best(options, passage)
        pairs = tuple(Pair(one.token, one.unit, place) for one, place in zip(options, chosen, strict=True))
        placed = tuple(Placed(p.token, p.unit, p.place) for p in pairs if p.unit is not None and p.place is not None)
        return cls(pairs, placed, frozenset(p.place for p in pairs if p.place is not None))


@dataclass(frozen=True, slots=True)
class _Option:
    """A word of a claim, what each place in the passage gains it, and what it loses without any."""

    token: Token
    unit: Unit | None
    gains: dict[int, float]
    loss: float


def _options(said: Reading, units: Sequence[Unit], passage: Passage) -> Iterator[_Option]:
    by_place = {unit.token.place: unit for unit in units}
    for token in said.tokens:
        unit = by_place.get(token.place)
        if unit is not None:
            yield _Option(token, unit, _gains(unit, passage), 0.0 if unit.is_everywhere else MISSED * unit.weight)
        elif not token.is_item and not token.says:
            yield _Option(token, None, dict.fromkeys(passage.small.get(token.surface, ()), SMALL), 0.0)


def _gains(unit: Unit, passage: Passage) -> dict[int, float]:
    worth = unit.weight * (LOOSE if unit.is_everywhere else 1.0)
    gains: dict[int, float] = {}
    for found in unit.found:
        if found.alike >= KIN:
            place = passage.whole.place_at(found.at)
            gains[place] = max(gains.get(place, 0.0), worth * found.alike)
    return gains


@dataclass(frozen=True, slots=True)
class _State:
    """The score of an alignment, the place of its last word, the last place that it has, and what comes before."""

    score: float
    place: int | None
    last: int | None
    before: _State | None


def _best(options: Sequence[_Option], passage: Passage) -> list[int | None]:
    ends: dict[int | None, _State] = {None: _State(0.0, None, None, None)}
    for option in options:
        following = {last: _State(state.score - option.loss, None, last, state) for last, state in ends.items()}
        likely = nlargest(BEAM, ends.values(), key=_score)
        for place, gain in islice(option.gains.items(), MANY):
            best = max((_gone_on(place, gain, state, passage) for state in likely), key=_score)
            if best.place is not None and (place not in following or following[place].score < best.score):
                following[place] = best
        ends = following
    places: list[int | None] = []
    state: _State | None = max(ends.values(), key=_score)
    while state is not None and len(places) < len(options):
        places.append(state.place)
        state = state.before
    return places[::-1]


def _score(state: _State) -> float:
    return state.score


def _gone_on(place: int, gain: float, state: _State, passage: Passage) -> _State:
    """From the last place to another. The words of a number or a date are one step, of which one does not go out."""
    if state.last is None:
        return _State(state.score + gain, place, place, state)
    steps = passage.steps[place] - passage.steps[state.last]
    if not steps:
        return _State(-inf, None, None, state)
    cost = FAR * log(steps) if steps > 0 else BACKWARDS + FAR * log(1 - steps)
    cost += ELSEWHERE * (passage.sentences[place] != passage.sentences[state.last])
    return _State(state.score + gain - cost, place, place, state)
