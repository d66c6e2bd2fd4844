"""Rules of what is denied: in the claim and not in the passage, or the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.answering.claims.claim import Claim, Part, Unit
from assistant.answering.claims.frames import framed_again
from assistant.answering.claims.matching import KIN, MEANING, alike
from assistant.answering.claims.polarity import bounds, denies, is_denial, is_only, restricts
from assistant.answering.claims.reading import Token

BESIDE = 6  # words


def negation(claim: Claim) -> bool:
    """A word that one of both denies, and the other says, without denying or bounding anything by other words."""
    return any(_is_turned(claim, part, unit) for part in claim.parts for unit in part.units if unit.kind is None)


def _is_turned(claim: Claim, part: Part, unit: Unit) -> bool:
    token = unit.token
    known = _same(claim, part, token)
    if not known or any(one.is_denied == token.is_denied for one in known):
        return False
    if len({one.is_denied for one in part.tokens if one.says and one.stem == token.stem}) > 1:
        return False
    if token.is_denied:
        return not _has_cue(_told_around(claim, part, token, known), part.tokens)
    return not _has_cue(part.tokens, (*claim.passage.whole.content, *claim.passage.about.content))


def _told_around(claim: Claim, part: Part, token: Token, known: Sequence[Token]) -> Sequence[Token]:
    """Where the passage may deny in other words: beside the word when its frame is the same, else in the sentence."""
    again = framed_again(claim, token, known)
    if not again:
        return claim.passage.rows[part.sentence]
    return [one for one in claim.passage.whole.tokens if any(abs(one.place - o.place) <= BESIDE for o in again)]


def _same(claim: Claim, part: Part, token: Token) -> list[Token]:
    """The words of the passage that a word says again: those of the sentence that tells of it, else the nearest."""
    row = [one for one in claim.passage.rows[part.sentence] if one.says]
    choices = ((row, KIN), (claim.passage.whole.content, KIN), (row, MEANING))
    found = ([one for one in among if alike(token, one) >= least] for among, least in choices)
    return next(filter(None, found), [])


def _has_cue(tokens: Iterable[Token], shared: Sequence[Token]) -> bool:
    """Do words deny or bound anything, but for those that are said on both sides?"""
    own = [one.surface for one in tokens if not any(o.says and alike(one, o) >= MEANING for o in shared)]
    return denies(own) or bounds(own)


def unfounded(claim: Claim) -> bool:
    """A negation where nothing near is denied or bounded in the passage; « ne … que » where nothing at all is."""
    whole = [token.surface for token in claim.passage.whole.tokens]
    return any(_is_unfounded(claim, part, whole) for part in claim.parts)


def _is_unfounded(claim: Claim, part: Part, whole: Sequence[str]) -> bool:
    said = [token.surface for token in part.tokens]
    near = [token.surface for token in claim.passage.around(part.sentence)]
    if is_denial(said) and not denies(near) and not bounds(near):
        return True
    return restricts(said) and not (restricts(whole) or is_only(near) or denies(near) or bounds(near))
