"""The rule of what will, may or should be, and is told as done: « entrera en vigueur », « pour réaliser »."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from assistant.answering.claims.alignment import Placed
from assistant.answering.claims.claim import Claim
from assistant.answering.claims.reading import Reading, Token
from assistant.wording import texts

NEAR = 3  # words before a verb among which « va », « doit » or « pour » stands
FAR = 25  # words left out among which one is in the future
_FUTURE = re.compile(r".*[eidtv]r(?:a|ai|as|ons|ez|ont)")
_INFINITIVE = re.compile(r".{2,}(?:er|ir|re)")


def tense(claim: Claim) -> bool:
    """A verb in the future, or that something governs which the claim leaves out, has another form in the claim; or the
    claim has « est » in its place.
    """
    if any(_is_open(token) for token in claim.said.tokens):
        return False
    words = [one for one in claim.alignment.placed if one.unit.item is None]
    return any(_is_told_as_done(claim, one) for one in words) or any(
        _takes_its_place(claim, one, other) for one, other in pairwise(claim.alignment.placed)
    )


def _is_open(token: Token) -> bool:
    """« devra », « entrera »."""
    return token.surface in _set("modals") or bool(_FUTURE.fullmatch(token.surface))


def _is_told_as_done(claim: Claim, one: Placed) -> bool:
    its = claim.passage.whole.tokens[one.place]
    if its.surface != one.token.surface and _FUTURE.fullmatch(its.surface):
        return True
    is_other = its.surface != one.token.surface and _INFINITIVE.fullmatch(its.surface)
    return bool(is_other or _has_auxiliary(claim, one.token)) and _is_governed(claim, one.place)


def _takes_its_place(claim: Claim, one: Placed, other: Placed) -> bool:
    """« le marché est en vigueur », of « le marché entrera en vigueur »."""
    passage = claim.passage
    left_out = passage.whole.tokens[one.place + 1 : other.place]
    if len(left_out) > FAR or passage.sentences[one.place] != passage.sentences[other.place]:
        return False
    said = claim.said.tokens[one.token.place + 1 : other.token.place]
    return any(_is_open(token) for token in left_out) and any(token.surface in _set("auxiliaries") for token in said)


def _has_auxiliary(claim: Claim, token: Token) -> bool:
    before = claim.said.tokens[max(0, token.place - NEAR + 1) : token.place]
    return any(other.surface in _set("auxiliaries") for other in before)


def _is_governed(claim: Claim, place: int) -> bool:
    """Does « va », « pour » or « à » stand before a word of the passage, left out?"""
    whole = claim.passage.whole
    before = [o for o in whole.tokens[max(0, place - NEAR) : place] if o.piece == whole.tokens[place].piece]
    governs = (o for o in before if _is_open(o) or o.surface in _set("governors") or _is_infinitive_of(whole, o))
    return any(token.place not in claim.alignment.places for token in governs)


def _is_infinitive_of(whole: Reading, token: Token) -> bool:
    """« à réaliser »: « à », and not « a »."""
    return whole.text[token.start : token.end] in texts("claims")["tenses"]["to"]


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["tenses"][key].split())
