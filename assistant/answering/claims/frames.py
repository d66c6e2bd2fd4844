"""The words around a word, told again around the same one or around another.

A sentence that keeps to the words of its passage tells them again side by side, so that what stands between them can be
compared with what the passage has there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.claims.claim import Claim, Unit
from assistant.answering.claims.items import Kind
from assistant.answering.claims.matching import KIN, alike
from assistant.answering.claims.names import name_rows
from assistant.answering.claims.reading import Reading, Token

REACH = 5  # words on each side that make a frame
AROUND = 10  # words on each side of the item itself, where its frame may be told in another order
TOLD = 0.9  # of the frame in the claim is told around a rival
CLEARLY = 2.0  # times more than around the item itself
LEAST = 8.0  # weight of a frame that can be recognised: two words


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before and after some words."""

    before: Sequence[Token]
    after: Sequence[Token]

    @property
    def words(self) -> tuple[Token, ...]:
        """All of them."""
        return (*self.before, *self.after)


def framed(claim: Claim) -> bool:
    """A number, a date or a name stands where the passage has a rival, between the same words."""
    return any(_is_anothers(claim, row) for row in _rows(claim.units))


def framed_again(claim: Claim, token: Token, known: Sequence[Token]) -> list[Token]:
    """Those of some words of the passage that stand between the same words as a word of the claim."""
    frame, whole = _frame(claim.said, token.place, token.place, REACH), claim.passage.whole
    least = max(LEAST, TOLD * _weight(frame.words))
    return [one for one in known if _told(frame, _frame(whole, one.place, one.place, REACH)) >= least]


def _rows(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Its items; the words of a name together."""
    row: list[Unit] = []
    for unit in units:
        goes_on = row and unit.kind is row[-1].kind is Kind.NAME and unit.place == row[-1].place + 1
        if not goes_on and row:
            yield row
            row = []
        if unit.item:
            row.append(unit)
    if row:
        yield row


def _is_anothers(claim: Claim, row: Sequence[Unit]) -> bool:
    """A rival that the claim does not name has the frame, side by side; the item has not half of it, on any side."""
    frame = _frame(claim.said, row[0].place, _last(claim.said, row), REACH)
    whole = claim.passage.whole
    rivals = set.intersection(*(set(unit.item.rivals) for unit in row if unit.item))
    rivals = {at for at in rivals if whole.token_at(at).surface not in claim.said.surfaces}
    theirs = max((_told(frame, one) for one in _frames(whole, rivals, REACH)), default=0.0)
    if theirs < max(LEAST, TOLD * _weight(frame.words)):
        return False
    places = {found.at for unit in row for found in unit.found}
    own = max((_told_anyhow(frame, one) for one in _frames(whole, places, AROUND)), default=0.0)
    return theirs >= CLEARLY * own


def _told(frame: Frame, other: Frame) -> float:
    """The weight of the words that another frame has on the same side."""
    return _weight((*_shared(frame.before, other.before), *_shared(frame.after, other.after)))


def _told_anyhow(frame: Frame, other: Frame) -> float:
    """The weight of those that it has on either side."""
    return _weight(_shared(frame.words, other.words))


def _shared(words: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    return [one for one in words if any(alike(one, other) >= KIN for other in others)]


def _weight(words: Sequence[Token]) -> float:
    return sum(one.weight for one in words)


def _last(said: Reading, row: Sequence[Unit]) -> int:
    item = row[-1].item
    return said.place_at(item.end - 1) if item else row[-1].place


def _frames(text: Reading, positions: set[int], reach: int) -> Iterator[Frame]:
    """Those of the items of a text that begin at some characters; a name is framed as a whole."""
    ends = {one.start: one.end for one in text.numbers} | {one.start: one.end for one in text.periods}
    names = {token.start: row for row in name_rows(text) for token in row}
    for at in positions:
        row = names.get(at)
        first = text.place_at(row[0].start if row else at)
        yield _frame(text, first, text.place_at((row[-1].end if row else ends.get(at, at + 1)) - 1), reach)


def _frame(text: Reading, first: int, last: int, reach: int) -> Frame:
    tokens = text.tokens
    before, after = tokens[max(0, first - reach) : first], tokens[last + 1 : last + 1 + reach]
    return Frame([one for one in before if one.says], [one for one in after if one.says])
