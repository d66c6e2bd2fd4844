"""How far the confidence can be trusted, and what answering more or less often would give.

Only the questions that the ranking decided have a confidence. What ended otherwise (the contact record, a rule before
any search) ends so whatever the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from assistant.evaluation.score import Judged

BINS = 8  # at most: fewer where many questions have the same confidence
LEAST_IN_A_BIN = 10
LIKELY = 1.96  # standard deviations that hold 95 %


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of about the same confidence: its mean, and the share of them whose first sentence is right, with the
    bounds that hold that share 95 times in 100 (Wilson 1927).
    """

    count: int
    confidence: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Point:
    """What answering from a threshold on gives, as shares from 0 to 1: of the answerable questions, those shown; of
    those shown, the right ones; of the unanswerable, those kept away. None when there are no such questions.
    """

    threshold: float
    shown: float | None
    right: float | None
    kept_away: float | None


@dataclass(frozen=True, slots=True)
class Curves:
    """The calibration, the refusal curve (by rising threshold), and what the rules of today do.

    `error`: mean distance between confidence and share right, over the questions; None without any.
    """

    calibration: tuple[Bin, ...]
    error: float | None
    refusal: tuple[Point, ...]
    today: Point


def curves(judged: Sequence[Judged]) -> Curves:
    """The curves of an evaluation."""
    bins = calibration(judged)
    total = sum(one.count for one in bins)
    thresholds = sorted({0.0, *(one.confidence for one in judged if one.confidence is not None)})
    return Curves(
        bins,
        sum(one.count * abs(one.confidence - one.right) for one in bins) / total if total else None,
        tuple(at_threshold(judged, threshold) for threshold in thresholds),
        _today(judged),
    )


def calibration(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    """Bins of as many questions each, by rising confidence. The first sentence of an unanswerable one is never right.

    Equal confidences are never parted.
    """
    known = sorted((one.confidence, one.rank == 1) for one in judged if one.confidence is not None)
    size = max(LEAST_IN_A_BIN, -(-len(known) // BINS))
    bins: list[list[tuple[float, bool]]] = []
    for one in known:
        if bins and (len(bins[-1]) < size or bins[-1][-1][0] == one[0]):
            bins[-1].append(one)
        else:
            bins.append([one])
    return tuple(_bin(some) for some in bins)


def at_threshold(judged: Sequence[Judged], threshold: float) -> Point:
    """What would be if the ranking answered from this confidence on, and no rule refused after it."""
    shown = [one for one in judged if _is_answered(one, threshold)]
    right = [one.hit_at_1 if one.confidence is None else one.rank == 1 for one in shown if one.question.gold]
    return _point(threshold, judged, shown, right)


def _today(judged: Sequence[Judged]) -> Point:
    shown = [one for one in judged if one.quoted]
    return _point(0.0, judged, shown, [one.hit_at_1 for one in shown if one.question.gold])


def _is_answered(one: Judged, threshold: float) -> bool:
    return one.quoted if one.confidence is None else one.confidence >= threshold


def _point(threshold: float, judged: Sequence[Judged], shown: Sequence[Judged], right: Sequence[bool]) -> Point:
    answerable = sum(one.question.gold is not None for one in judged)
    unanswerable = len(judged) - answerable
    wrongly = sum(one.question.gold is None for one in shown)
    return Point(
        threshold,
        len(right) / answerable if answerable else None,
        sum(right) / len(right) if right else None,
        1 - wrongly / unanswerable if unanswerable else None,
    )


def _bin(some: Sequence[tuple[float, bool]]) -> Bin:
    count = len(some)
    share = sum(right for _, right in some) / count
    low, high = wilson(share, count)
    return Bin(count, sum(confidence for confidence, _ in some) / count, share, low, high)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The bounds between which a share measured on `count` questions lies 95 times in 100 (Wilson 1927)."""
    z2 = LIKELY**2 / count
    middle = (share + z2 / 2) / (1 + z2)
    half = LIKELY / (1 + z2) * sqrt(share * (1 - share) / count + z2 / (4 * count))
    # The share itself is one of the bounds when it is 0 or 1, up to a rounding that would put it outside.
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))
