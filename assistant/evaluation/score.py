"""What became of each question, stage by stage, and the figures that sum it up.

The matching rule
-----------------
A passage *holds* the gold sentence when

1. its document is the gold's document (same key), and
2. once both are folded, the passage contains the gold; or the gold contains the passage, and the passage has at least
   20 characters (14 in the contact record, where a telephone number is a whole answer).

Folded means: white space of any kind (also U+00A0 and U+202F) is one space, none at the ends; upper case is lower
case; typographic apostrophes are straight ones. Nothing else is forgiven: a quotation is letter for letter the
document's text, and so is the gold.

The rule looks both ways because a gold may be two sentences, or the half of one. Its price: a fragment of 20
characters of the gold passes although the answer may stand in the other half.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.evaluation.questions import Gold, KnownQuestion
from assistant.models import CONTACT_KEY, Answer, Chunk, Found, Status

if TYPE_CHECKING:
    from assistant.answering.rank import RankedSentence

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ′`´", "'"))
SHORTEST_FRAGMENT = 20  # characters of the gold that a shorter quotation must have
SHORTEST_CONTACT = 14  # "03 22 22 27 27"
SHOWN = 3  # quotations and ranks that count as shown
NEAR = 5  # places of the evidence that count as near the top
KEPT_AWAY = frozenset({Status.NOT_FOUND, Status.OUT_OF_SCOPE, Status.REFUSED, Status.CLARIFY, Status.GREETING})


class Stage(StrEnum):
    """The stage that lost a question."""

    SEARCH = "search"  # the gold sentence is not in the evidence
    CHOICE = "choice"  # it is, but another sentence was preferred
    REFUSAL = "refusal"  # it was ranked high enough to be shown, and the pipeline did not answer
    ABSTENTION = "abstention"  # no document answers, and the pipeline did
    UNAVAILABLE = "unavailable"  # the pipeline could not work: says nothing of quality


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a question.

    `hit_at_1`: the first quotation holds the gold. `hit_at_3`: one of the first three does. `found_at`: the place, from
    1, of the first chunk of the evidence that does. `rank`: the place, from 1, of the first sentence that does when the
    decision to answer is ignored. All false or None when no document answers.
    """

    question: KnownQuestion
    status: Status
    quotes: tuple[str, ...]
    related: tuple[str, ...]
    hit_at_1: bool
    hit_at_3: bool
    found_at: int | None
    rank: int | None
    milliseconds: float

    @property
    def stage(self) -> Stage | None:
        """The first stage that lost the question, or None: it ended as it should."""
        if self.status is Status.UNAVAILABLE:
            return Stage.UNAVAILABLE
        if self.question.gold is None:
            return None if self.status in KEPT_AWAY else Stage.ABSTENTION
        if self.hit_at_1:
            return None
        if self.found_at is None:
            return Stage.SEARCH
        if self.status is not Status.ANSWERED and self.rank is not None and self.rank <= SHOWN:
            return Stage.REFUSAL
        return Stage.CHOICE


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are from 0 to 1, None when no question counts for them; characters and milliseconds are as they are.

    Over the answerable questions: `hit_at_1`, `hit_at_3`, `false_refusals` (not answered), and per stage `found` (in
    the evidence of search), `found_in_five` (in its first five chunks), `ranked_first`, `ranked_three` (abstention
    ignored). Over the others: `kept_away`.
    `characters`: mean length of all quotations shown for an answered question. `milliseconds_*`: of `ask`.
    """

    answerable: int
    unanswerable: int
    hit_at_1: float | None
    hit_at_3: float | None
    false_refusals: float | None
    found: float | None
    found_in_five: float | None
    ranked_first: float | None
    ranked_three: float | None
    kept_away: float | None
    characters: float
    milliseconds_p50: float
    milliseconds_p95: float


def fold(text: str) -> str:
    """The text as the matching rule compares it."""
    return " ".join(text.translate(APOSTROPHES).casefold().split())


def holds(gold: Gold, document_key: str, text: str) -> bool:
    """Does this passage hold the gold sentence? The rule is in this module's docstring."""
    if document_key != gold.document_key:
        return False
    wanted, passage = fold(gold.text), fold(text)
    if wanted in passage:
        return True
    shortest = SHORTEST_CONTACT if document_key == CONTACT_KEY else SHORTEST_FRAGMENT
    return len(passage) >= shortest and passage in wanted


def chunk_holds(gold: Gold, chunk: Chunk) -> bool:
    """Does the chunk, or a sentence of it that could be quoted, hold the gold sentence?"""
    texts = (chunk.text, *(sentence.text for sentence in chunk.sentences))
    return any(holds(gold, chunk.document_key, text) for text in texts)


def judge(
    question: KnownQuestion, answer: Answer, found: Found, ranked: Sequence[RankedSentence], milliseconds: float
) -> Judged:
    """Compare what the pipeline did, stage by stage, with what is known of the question."""
    gold = question.gold
    hits: list[bool] = []
    found_at = rank = None
    if gold is not None:
        if answer.status is Status.ANSWERED:
            hits = [holds(gold, quote.document_key, quote.text) for quote in answer.quotes]
        found_at = _first_place(chunk_holds(gold, one.chunk) for one in found.evidence)
        rank = _first_place(holds(gold, one.chunk.document_key, one.sentence.text) for one in ranked)
    return Judged(
        question=question,
        status=answer.status,
        quotes=tuple(quote.text for quote in answer.quotes),
        related=tuple(quote.text for quote in answer.related),
        hit_at_1=any(hits[:1]),
        hit_at_3=any(hits[:SHOWN]),
        found_at=found_at,
        rank=rank,
        milliseconds=milliseconds,
    )


def sum_up(judged: Sequence[Judged]) -> Figures:
    """The figures of some questions.

    Raises:
        ValueError: there are none.
    """
    answerable = [one for one in judged if one.question.gold is not None]
    unanswerable = [one for one in judged if one.question.gold is None]
    answered = [one for one in judged if one.status is Status.ANSWERED]
    times = [one.milliseconds for one in judged]
    return Figures(
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        hit_at_1=_share(one.hit_at_1 for one in answerable),
        hit_at_3=_share(one.hit_at_3 for one in answerable),
        false_refusals=_share(one.status is not Status.ANSWERED for one in answerable),
        found=_share(one.found_at is not None for one in answerable),
        found_in_five=_share(one.found_at is not None and one.found_at <= NEAR for one in answerable),
        ranked_first=_share(one.rank == 1 for one in answerable),
        ranked_three=_share(one.rank is not None and one.rank <= SHOWN for one in answerable),
        kept_away=_share(one.status in KEPT_AWAY for one in unanswerable),
        characters=sum(len(text) for one in answered for text in one.quotes) / max(len(answered), 1),
        milliseconds_p50=percentile(times, 50),
        milliseconds_p95=percentile(times, 95),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


def _first_place(outcomes: Iterable[bool]) -> int | None:
    return next((place for place, outcome in enumerate(outcomes, 1) if outcome), None)


def _share(outcomes: Iterable[bool]) -> float | None:
    known = list(outcomes)
    return sum(known) / len(known) if known else None
