"""The rule of who has done something, where « par » says it."""

from __future__ import annotations

from assistant.answering.claims.claim import Claim, Unit
from assistant.answering.claims.items import Kind
from assistant.answering.claims.matching import KIN, MEANING, alike
from assistant.answering.claims.reading import Token
from assistant.index.rarity import is_unknown

AFTER = 4  # words after « par » among which a name begins
BEFORE = 8  # words before it among which the deed stands
SUBJECT = 4  # words between a name and what it has done
DEEDS = 2  # words that say something, before « par », one of which is the deed


def agent(claim: Claim) -> bool:
    """What is done by one in the claim is done by another in the passage, or the one does something else there."""
    pars = [token for token in claim.said.tokens if token.surface == "par"]
    if not pars:
        return any(_is_done_by_another(claim, deed) for deed in claim.units if _is_deed_of_a_name(claim, deed))
    return any(_does_something_else(claim, par) for par in pars)


def _is_deed_of_a_name(claim: Claim, deed: Unit) -> bool:
    named = (one.place for one in claim.units if one.kind is Kind.NAME)
    return deed.kind is None and deed.likeness >= KIN and any(0 < deed.place - place <= SUBJECT for place in named)


def _is_done_by_another(claim: Claim, deed: Unit) -> bool:
    """« remporté par Peter Post », wherever the passage has the deed, and nothing of Peter Post in the claim."""
    tokens = claim.passage.whole.tokens
    places = [claim.passage.whole.place_at(found.at) for found in deed.found if found.alike >= KIN]
    return bool(places) and all(
        tokens[place + 1 : place + 2] and tokens[place + 1].surface == "par" and _are_others(claim, tokens, place + 2)
        for place in places
    )


def _are_others(claim: Claim, tokens: tuple[Token, ...], place: int) -> bool:
    names = [one for one in tokens[place : place + AFTER] if one.is_capital and one.says and is_unknown(one.stem)]
    return bool(names) and not any(one.surface in claim.said.surfaces for one in names)


def _does_something_else(claim: Claim, par: Token) -> bool:
    """« annoncé par Monson », wherever the passage has « par Monson », while the claim says « inauguré par Monson »."""
    names = [one for one in claim.units if one.kind is Kind.NAME and 0 < one.place - par.place < AFTER]
    deeds = [one for one in claim.units if one.kind is None and 0 < par.place - one.place <= BEFORE]
    if not names or not deeds or not names[0].is_placed or not deeds[-1].found:
        return False
    whole = claim.passage.whole
    return all(_has_other_deed(whole.tokens, whole.place_at(one.at), deeds[-1].token) for one in names[0].found)


def _has_other_deed(tokens: tuple[Token, ...], place: int, deed: Token) -> bool:
    pars = [one for one in tokens[max(0, place - AFTER + 1) : place] if one.surface == "par"]
    if not pars:
        return False
    told = [one for one in tokens[max(0, pars[-1].place - BEFORE) : pars[-1].place] if one.says][-DEEDS:]
    return bool(told) and not any(alike(deed, one) >= MEANING for one in told)
