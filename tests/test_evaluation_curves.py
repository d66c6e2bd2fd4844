"""How far the confidence can be trusted, and what answering more or less often would give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.evaluation.calibration import LEAST_IN_A_BIN, at_threshold, calibration, curves, wilson
from assistant.evaluation.score import Judged
from assistant.models import Status
from tests.judged import GOLD, OTHER, QUESTION, UNANSWERABLE, judge_by_hand

RIGHT, WRONG = [GOLD.text, OTHER], [OTHER, GOLD.text]


def answered(near: float, right: bool = True) -> Judged:
    ranking = RIGHT if right else WRONG
    return judge_by_hand(QUESTION, Status.ANSWERED, ranking[:1], ranking=ranking, near=near)


def unanswerable(near: float) -> Judged:
    return judge_by_hand(UNANSWERABLE, Status.NOT_FOUND, ranking=[OTHER], near=near, rule="far_word")


def test_a_confidence_that_says_the_share_of_right_answers_has_no_error() -> None:
    sure = [answered(0.8, right=n < 8) for n in range(10)]
    doubtful = [answered(0.2, right=n < 2) for n in range(10)]
    measured = curves(sure + doubtful)
    assert [(one.count, round(one.confidence, 9), one.right) for one in measured.calibration] == [
        (10, 0.2, 0.2),
        (10, 0.8, 0.8),
    ]
    assert measured.error == pytest.approx(0)


def test_the_first_sentence_of_an_unanswerable_question_is_never_right() -> None:
    (one,) = calibration([unanswerable(0.9)] * LEAST_IN_A_BIN)
    assert one.right == 0


def test_equal_confidences_are_not_parted() -> None:
    judged = [answered(0.3)] * 25 + [answered(0.9)] * 2
    assert [one.count for one in calibration(judged)] == [25, 2]


def test_a_rising_threshold_shows_less_and_keeps_more_away() -> None:
    judged = [answered(0.9), answered(0.6, right=False), answered(0.3), unanswerable(0.5), unanswerable(0.2)]
    points = {point.threshold: (point.shown, point.right, point.kept_away) for point in curves(judged).refusal}
    assert points == {
        0.0: (1.0, 2 / 3, 0.0),
        0.2: (1.0, 2 / 3, 0.0),
        0.3: (1.0, 2 / 3, 0.5),
        0.5: (2 / 3, 0.5, 0.5),
        0.6: (2 / 3, 0.5, 1.0),
        0.9: (1 / 3, 1.0, 1.0),
    }


def test_today_is_what_the_rules_did_whatever_the_confidence() -> None:
    refused = judge_by_hand(QUESTION, Status.NOT_FOUND, ranking=RIGHT, near=0.9, rule="other_year")
    today = curves([answered(0.5), refused, unanswerable(0.9)]).today
    assert (today.shown, today.right, today.kept_away) == (0.5, 1.0, 1.0)


def test_what_the_ranking_did_not_decide_stays_as_it_was_at_any_threshold() -> None:
    contact = replace(answered(0.9), confidence=None)
    refused = replace(unanswerable(0.9), confidence=None)
    point = at_threshold([contact, refused], 1.0)
    assert (point.shown, point.right, point.kept_away) == (1.0, 1.0, 1.0)
    assert curves([contact, refused]).error is None


def test_shares_without_questions_are_unknown() -> None:
    assert at_threshold([answered(0.4)], 0.5).right is None
    assert at_threshold([answered(0.4)], 0.5).kept_away is None
    assert at_threshold([unanswerable(0.4)], 0.5).shown is None


def test_the_bounds_of_a_share_are_wilson_s() -> None:
    low, high = wilson(0.5, 10)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)
    assert wilson(0.0, 10)[0] == 0
    assert wilson(1.0, 10)[1] == 1
