"""The figures that sum up what became of some questions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.evaluation.score import SHOWN, Judged
from assistant.models import AnswerKind

NEAR = 5  # places of the evidence that count as near the top


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are from 0 to 1, None when no question counts for them; characters and milliseconds are as they are.

    Over the answerable questions, by stage: `found` (in the evidence of search), `found_in_five` (in its first five
    chunks), `ranked_first`, `ranked_three` (the decision to answer ignored), `false_refusals` (not answered with a
    quotation), `hit_at_1`, `hit_at_3`. `right_shown`: as `hit_at_1`, over those of them that were answered. Over the
    others: `kept_away`; `by_figures` counts those, of all, that figures or advice on fibre answered. `characters`: mean
    length of all quotations shown for a question answered with one. `milliseconds_*`: of `ask`.
    """

    answerable: int
    unanswerable: int
    hit_at_1: float | None
    hit_at_3: float | None
    right_shown: float | None
    false_refusals: float | None
    found: float | None
    found_in_five: float | None
    ranked_first: float | None
    ranked_three: float | None
    kept_away: float | None
    characters: float
    milliseconds_p50: float
    milliseconds_p95: float
    by_figures: int = 0


def sum_up(judged: Sequence[Judged]) -> Figures:
    """The figures of some questions.

    Raises:
        ValueError: there are none.
    """
    answerable = [one for one in judged if one.question.gold is not None]
    unanswerable = [one for one in judged if one.question.gold is None]
    answered = [one for one in judged if one.quoted]
    times = [one.milliseconds for one in judged]
    return Figures(
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        hit_at_1=_share(one.hit_at_1 for one in answerable),
        hit_at_3=_share(one.hit_at_3 for one in answerable),
        right_shown=_share(one.hit_at_1 for one in answered if one.question.gold is not None),
        false_refusals=_share(not one.quoted for one in answerable),
        found=_share(one.found_at is not None for one in answerable),
        found_in_five=_share(one.found_at is not None and one.found_at <= NEAR for one in answerable),
        ranked_first=_share(one.rank == 1 for one in answerable),
        ranked_three=_share(one.rank is not None and one.rank <= SHOWN for one in answerable),
        kept_away=_share(one.kept_away for one in unanswerable),
        characters=sum(len(text) for one in answered for text in one.quotes) / max(len(answered), 1),
        milliseconds_p50=percentile(times, 50),
        milliseconds_p95=percentile(times, 95),
        by_figures=sum(one.answered_with is AnswerKind.FIBRE for one in judged),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


def _share(outcomes: Iterable[bool]) -> float | None:
    known = list(outcomes)
    return sum(known) / len(known) if known else None
