"""What an evaluation tells: the worst questions with their reasons, and what changed since the last report."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant.evaluation.compare import Before, changes, compare, last_report
from assistant.evaluation.worst import reasons, worst_first
from assistant.models import Status
from assistant.wording import sentence
from tests.judged import GOLD, OTHER, QUESTION, UNANSWERABLE, figures, judge_by_hand

RIGHT = judge_by_hand(QUESTION, Status.ANSWERED, [GOLD.text], [GOLD.text], [GOLD.text])
WRONG = judge_by_hand(QUESTION, Status.ANSWERED, [OTHER], [GOLD.text], [OTHER, GOLD.text])
REFUSED = judge_by_hand(QUESTION, Status.NOT_FOUND, [], [GOLD.text], [GOLD.text], near=0.45, rule="little_in_common")
ABSENT = judge_by_hand(QUESTION, Status.ANSWERED, [OTHER], [OTHER], [OTHER])
INVENTED = judge_by_hand(UNANSWERABLE, Status.ANSWERED, [OTHER], [OTHER], [OTHER], near=0.55)


# ---------------------------------------------------------------------------------------------- the worst


def test_what_was_said_wrongly_comes_before_what_was_refused_and_the_surest_first() -> None:
    surer = judge_by_hand(UNANSWERABLE, Status.ANSWERED, [OTHER], [OTHER], [OTHER], near=0.95)
    broken = judge_by_hand(QUESTION, Status.UNAVAILABLE)
    assert worst_first([REFUSED, WRONG, INVENTED, surer, broken]) == (broken, surer, INVENTED, WRONG, REFUSED)


def test_only_as_many_as_asked_are_told() -> None:
    assert sentence("evaluation.worst.title", shown=1, count=2) in reasons([WRONG, INVENTED], 1)
    assert WRONG.question.text not in reasons([WRONG, INVENTED], 1)
    assert reasons([], 20) == ""


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        pytest.param(REFUSED, ["par la règle little_in_common", "confiance 0,45", "rang 1, à 0,00"], id="refused"),
        pytest.param(WRONG, [f"1. {OTHER}", "rang 2, à 0,10", "near 0,70", "far cout 0,40"], id="wrong-choice"),
        pytest.param(ABSENT, ["absente des passages trouvés", GOLD.text], id="not-found"),
        pytest.param(INVENTED, [f"1. {OTHER}", "near 0,55", "has_kind oui", "[montant]"], id="wrongly-answered"),
    ],
)
def test_a_lost_question_is_told_with_its_reasons(judged: object, told: list[str]) -> None:
    lines = reasons([judged], 20)  # type: ignore[list-item]
    assert [part for part in told if part not in lines] == []


# ---------------------------------------------------------------------------------------------- the last report


def before(**states: str | None) -> Before:
    known = {name: value for name, value in asdict(figures(hit_at_1=0.5)).items() if name != "right_shown"}
    return Before.model_validate(
        {"measured_at": "2026-01-02", "questions": {"digest": "d"}, "figures": known, "states": states}
    )


def test_a_change_names_the_questions_won_lost_and_lost_otherwise() -> None:
    judged = [replace(one, question=replace(one.question, id=id_))
              for id_, one in (("a", RIGHT), ("b", WRONG), ("c", REFUSED), ("d", RIGHT))]  # fmt: skip
    change = compare(before(a="choice", b=None, c="choice", d=None), figures(hit_at_1=0.6), judged)
    assert (change.now_right, change.now_lost, change.elsewhere) == (("a",), ("b",), ("c",))
    told = changes(change, judged)
    assert "50,0 % →     60,0 %   +10,0" in told
    assert f"b  « {QUESTION.text} »  (choix)" in told


def test_a_figure_that_the_last_report_did_not_know_is_not_compared() -> None:
    change = compare(before(q1=None), figures(), [RIGHT])
    assert "right_shown" not in {moved.figure for moved in change.figures}
    assert sentence("evaluation.compare.same") in changes(change, [RIGHT])


def test_the_last_report_is_the_newest_of_the_same_questions(tmp_path: Path) -> None:
    for name, day, digest in (("a", "2026-01-01", "d"), ("b", "2026-01-03", "d"), ("c", "2026-01-09", "other")):
        report = {**before(q1=None).model_dump(), "measured_at": day, "questions": {"digest": digest}}
        (tmp_path / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
    (tmp_path / "old.json").write_text('{"measured_at": "2027-01-01"}', encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    found = last_report((tmp_path / "absent", tmp_path), "d")
    assert found is not None
    assert found.measured_at == "2026-01-03"
    assert last_report((tmp_path,), "unknown") is None
