"""Rules of words that deny, bound or except: put in, left out, or said of another word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from assistant.answering.claims.alignment import Pair, Placed
from assistant.answering.claims.claim import Claim
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Token
from assistant.wording import texts

BESIDE = 6  # words between a word and what denies it
MOVED = 8  # words by which what denies may have moved with the word
NEAR = 3  # words of the claim that stand near a small one
LEFT_OUT = 4  # words that are left out between two that are said, among which one denies

_PAIRS = {("non", "seulement"), ("non", "plus"), ("ou", "non"), ("ou", "pas")}  # of small words that deny nothing
_ASIDE = re.compile(r"\s*\([^()]*\)\s*")


def denied(claim: Claim) -> bool:
    """A word that one of both denies, and the other says, by a word that only one of them has."""
    return any(_is_turned(claim, one) for one in claim.alignment.placed if one.unit.item is None)


def _is_turned(claim: Claim, one: Placed) -> bool:
    tokens, sentences = claim.passage.whole.tokens, claim.passage.sentences
    if one.token.is_denied == tokens[one.place].is_denied:
        return False
    places = {pair.token.place: pair.place for pair in claim.alignment.pairs}
    said = claim.said.tokens
    for token in said[max(0, one.token.place - BESIDE) : one.token.place + BESIDE + 1]:
        place = places.get(token.place)
        is_moved = place is None or abs(place - one.place) > MOVED
        if token.surface in _set("cues") and is_moved and not _is_also(said, token):
            return True
    before = (o for o in tokens[max(0, one.place - BESIDE) : one.place] if sentences[o.place] == sentences[one.place])
    return any(token.surface in _set("cues") and token.place not in claim.alignment.places for token in before)


def cue(claim: Claim) -> bool:
    """A word that denies, bounds or excepts is put in, or left out between two words that are said; or one stands where
    the passage has its opposite: « doit », « peut ».
    """
    return any(_puts_in(claim)) or any(_leaves_out(claim)) or any(_exchanges(claim))


def _puts_in(claim: Claim) -> Iterator[bool]:
    pairs, said = claim.alignment.pairs, claim.said.tokens
    for index, pair in enumerate(pairs):
        if _is_asked(claim, pair.token) and not _is_also(said, pair.token):
            yield pair.place is None or _is_far(pair.place, pairs[max(0, index - NEAR) : index + NEAR + 1])


def _is_asked(claim: Claim, token: Token) -> bool:
    """A word that denies or bounds; or a letter that stands for a name: « catégorie B », and not « L'école »."""
    letter = len(token.surface) == 1 and token.is_capital and token.place > 0
    elides = claim.said.text[token.end : token.end + 1] in ("'", "’")
    return token.surface in _set("puts_in") or (letter and not elides)


def _is_far(place: int, near: Sequence[Pair]) -> bool:
    places = [pair.place for pair in near if pair.place is not None and pair.place != place]
    return bool(places) and min(abs(place - one) for one in places) > BESIDE


def _leaves_out(claim: Claim) -> Iterator[bool]:
    tokens, sentences = claim.passage.whole.tokens, claim.passage.sentences
    places = [pair.place for pair in claim.alignment.pairs if pair.place is not None]
    for index, one in enumerate(places):
        after = [other for other in places[index + 1 : index + 1 + NEAR] if 0 < other - one <= LEFT_OUT + 1]
        other = min(after, default=one)
        if sentences[one] == sentences[other] and not _is_aside(claim.passage, one, other):
            left_out = [o.surface for o in tokens[one + 1 : other] if not claim.passage.gap(o.place).startswith("°")]
            yield bool(_set("leaves_out").intersection(left_out)) and not _denies_nothing(left_out)


def _is_aside(passage: Passage, one: int, other: int) -> bool:
    tokens = passage.whole.tokens
    return bool(_ASIDE.fullmatch(passage.whole.text[tokens[one].end : tokens[other].start]))


def _denies_nothing(words: Sequence[str]) -> bool:
    """« non seulement », « non plus », « consécutifs ou non »."""
    return not _PAIRS.isdisjoint(pairwise(words))


def _exchanges(claim: Claim) -> Iterator[bool]:
    tokens, pairs = claim.passage.whole.tokens, claim.alignment.pairs
    placed = [index for index, pair in enumerate(pairs) if pair.place is not None]
    for first, last in pairwise(placed):
        one, other = pairs[first].place, pairs[last].place
        if one is not None and other is not None and 0 < other - one <= BESIDE:
            put_in = {pair.token.surface for pair in pairs[first + 1 : last]}
            left_out = {token.surface for token in tokens[one + 1 : other]}
            yield any(put_in & mine and left_out & its for mine, its in _opposites())


def _is_also(said: Sequence[Token], token: Token) -> bool:
    """« non plus »."""
    around = {token.surface, *(one.surface for one in said[max(0, token.place - 1) : token.place + 2])}
    return token.surface in ("non", "plus") and {"non", "plus"} <= around


@cache
def _opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    pairs = [[frozenset(words.split()) for words in pair] for pair in texts("claims")["polarity"]["exchanges"]]
    return tuple((one, other) for first, second in pairs for one, other in ((first, second), (second, first)))


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["polarity"][key].split())
