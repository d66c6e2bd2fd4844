"""The rule of a number, a date or a name where the passage tells another of the same words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from assistant.answering.claims.alignment import Pair, Placed
from assistant.answering.claims.claim import Claim
from assistant.answering.claims.items import Kind
from assistant.answering.claims.passage import Passage
from assistant.wording import texts

NEAR = 6  # words after a figure among which stands what it counts
MOST = 0.5  # share of the weight of what stands beside a figure that its sentence has, for it to be that which tells


def rival(claim: Claim) -> bool:
    """A figure stands where the passage has another, unsaid: in the sentence that tells of what is beside it, just
    after the word before it, or in a row of a table that comes sooner. A name does just after the word before it.
    """
    pairs = [pair for pair in claim.alignment.pairs if pair.unit]
    return any(_has_rival(claim, pairs, index) for index in range(len(pairs)))


def _has_rival(claim: Claim, pairs: Sequence[Pair], index: int) -> bool:
    pair = pairs[index]
    item = pair.unit.item if pair.unit else None
    leads = all(one.place is None for one in pairs[:index])
    if item is None or (pair.place is None and (leads or not item.found)):
        return False  # a date that leads is that of the passage
    places = [claim.passage.whole.place_at(at) for at in item.rivals]
    rivals = [place for place in places if place not in claim.alignment.places]
    if item.kind is Kind.NAME:
        return _just_after(claim, pair, rivals)
    return bool(rivals) and (
        _in_its_sentence(claim, pair, rivals)
        or _just_after(claim, pair, rivals)
        or _in_a_row_before(claim, pair, rivals)
    )


def _in_its_sentence(claim: Claim, pair: Pair, rivals: Sequence[int]) -> bool:
    """Is the figure of another sentence than what is said beside it, and has that sentence a rival?"""
    sentences = claim.passage.sentences
    beside = _beside(claim, pair)
    weights: dict[int, float] = defaultdict(float)
    for one in beside:
        weights[sentences[one.place]] += one.unit.weight
    teller = max(weights, key=weights.__getitem__, default=None)
    if teller is None or weights[teller] <= MOST * sum(weights.values()):
        return False
    is_there = pair.place is not None and sentences[pair.place] == teller
    return not is_there and any(sentences[rival] == teller for rival in rivals)


def _beside(claim: Claim, pair: Pair) -> list[Placed]:
    """The words of the same piece of the claim; those of the pieces next to it when there is none."""
    words = [one for one in claim.alignment.placed if one.unit.item is None]
    same = [one for one in words if one.token.piece == pair.token.piece]
    return same or [one for one in words if abs(one.token.piece - pair.token.piece) <= 1]


def _before(claim: Claim, pair: Pair) -> list[Placed]:
    return [one for one in claim.alignment.placed if one.token.place < pair.token.place]


def _just_after(claim: Claim, pair: Pair, rivals: Sequence[int]) -> bool:
    """Does a rival come next in the passage after the word that the claim has before? After the same small words, as a
    name must (« Val de Noye », said « Val de Somme »), or in one piece of both.
    """
    before = _before(claim, pair)[-2:]
    if not before:
        return False
    passage, token = claim.passage, before[-1].token
    place = _goes_with(passage, before)
    following = _next_content(passage, place)
    if following is None or following == pair.place or following not in rivals:
        return False
    tokens, text = passage.whole.tokens, passage.whole
    said = _link(claim.said.folded[token.end : pair.token.start])
    its = _link(text.folded[tokens[place].end : tokens[following].start])
    if said == its and any(word.isalpha() or word == "-" for word in said):
        return True
    is_near = tokens[following].piece == tokens[place].piece or following == place + 1
    return is_near and token.piece == pair.token.piece and pair.unit is not None and pair.unit.is_figure


def _goes_with(passage: Passage, before: Sequence[Placed]) -> int:
    """The place of the last word; if the same one comes next after the word before it, that: « en Nouvelle-France »."""
    following = _next_content(passage, before[0].place)
    is_name = before[-1].unit.kind is Kind.NAME
    if is_name and following is not None and passage.whole.tokens[following].surface == before[-1].token.surface:
        return following
    return before[-1].place


def _link(between: str) -> list[str]:
    """The words that join two others, articles aside: « de » for « du » and « de la »."""
    table = texts("claims")["links"]
    words = (table["usual"].get(word, word) for word in re.findall(r"\w+|[^\w\s'’]", between))
    return [word for word in words if word not in table["articles"].split()]


def _next_content(passage: Passage, place: int) -> int | None:
    """The place of the next word of the same sentence that says something."""
    for token in passage.whole.tokens[place + 1 :]:
        if passage.sentences[token.place] != passage.sentences[place]:
            return None
        if token.place in passage.content:
            return token.place
    return None


def _in_a_row_before(claim: Claim, pair: Pair, rivals: Sequence[int]) -> bool:
    """Between the figure before and this one, which stand in rows of a table, is there a rival of the same word?"""
    figures = [one for one in _before(claim, pair) if one.unit.is_figure]
    if pair.place is None or not figures or figures[-1].place >= pair.place:
        return False
    tokens, text = claim.passage.whole.tokens, claim.passage.whole.text
    first = figures[-1].place
    if "\n" not in text[tokens[first].end : tokens[pair.place].start]:
        return False
    own = _counted(claim.passage, pair.place)
    return any(first < place < pair.place and _counted(claim.passage, place) == own for place in rivals)


def _counted(passage: Passage, place: int) -> str:
    """The word of the same row that a figure counts, "" when it stands alone."""
    for one in range(place, min(place + NEAR, len(passage.whole.tokens) - 1)):
        if "\n" in passage.gap(one):
            return ""
        if passage.whole.tokens[one + 1].says:
            return passage.whole.tokens[one + 1].surface
    return ""
