"""The evaluation: its matching rule, its stages, its floors, its report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.evaluation import run
from assistant.evaluation.figures import percentile, sum_up
from assistant.evaluation.floors import GATED, Floors, FloorsUnreadable, breaches, pin, raise_to, read_floors
from assistant.evaluation.matching import holds
from assistant.evaluation.questions import Gold, KnownQuestion, QuestionsUnreadable, load_questions
from assistant.evaluation.report import summarise, table
from assistant.evaluation.run import QUESTIONS, evaluate, floors_of, hold_to_floors
from assistant.evaluation.score import NO_KIND, Stage, judge
from assistant.models import GLOSSARY_KEY, Answer, AnswerKind, Evidence, Found, Sentence, Span, Status, TraceStep
from assistant.settings import Settings
from assistant.wording import sentence
from tests.judged import (
    GOLD,
    OTHER,
    QUESTION,
    UNANSWERABLE,
    chunk,
    figures,
    judge_by_hand,
    quote,
    ranked_sentence,
    write_questions,
)

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant


# ---------------------------------------------------------------------------------------------- the matching rule


@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param(GOLD.document_key, GOLD.text, id="the-gold-itself"),
        pytest.param(GOLD.document_key, f"Avant. {GOLD.text} Après.", id="contains-the-gold"),
        pytest.param(GOLD.document_key, "Le séminaire a eu lieu à Vironchaux.", id="one-of-its-two-sentences"),
        pytest.param(GOLD.document_key, "UNE CENTAINE D’ÉLUS Y ÉTAIENT PRÉSENTS.", id="case-and-apostrophe-folded"),
        pytest.param(GOLD.document_key, "Le\u00a0séminaire \n a eu\u202flieu à\tVironchaux.", id="white-space-folded"),
        pytest.param(GOLD.document_key, "a eu lieu à Vironcha", id="fragment-of-20-characters"),
    ],
)
def test_a_quotation_that_says_the_gold_matches(key: str, text: str) -> None:
    assert holds(GOLD, key, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param("tt_news=2", GOLD.text, id="another-document"),
        pytest.param(GOLD.document_key, OTHER, id="another-sentence"),
        pytest.param(GOLD.document_key, "a eu lieu à Vironch", id="fragment-of-19-characters"),
        pytest.param(GOLD.document_key, "Le seminaire a eu lieu a Vironchaux.", id="accents-are-letters"),
        pytest.param(GOLD.document_key, "Le séminaire a eu lieu à Vironchaux ; une centaine.", id="altered-end"),
        pytest.param(GOLD.document_key, "", id="nothing"),
    ],
)
def test_a_quotation_that_does_not_say_the_gold_does_not_match(key: str, text: str) -> None:
    assert not holds(GOLD, key, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Tél. : 03 22 22 27 27", True, id="the-line"),
        pytest.param("03 22 22 27 27", True, id="the-number-alone"),
        pytest.param("27 27", False, id="too-short"),
        pytest.param("Fax : 03 22 22 03 57", False, id="another-number"),
    ],
)
def test_a_short_quotation_of_the_contact_record_can_match(text: str, expected: bool) -> None:
    assert holds(Gold("contact", "Tél. : 03 22 22 27 27"), "contact", text) is expected


def test_the_address_on_two_lines_matches_on_one() -> None:
    assert holds(Gold("contact", "43 avenue d'Italie\n80090 Amiens"), "contact", "43 avenue d’Italie 80090 Amiens")


def test_every_gold_of_the_set_is_letter_for_letter_in_its_document(settings: Settings) -> None:
    pages = {
        page.read_text(encoding="utf-8").partition("canonical_key: ")[2].split()[0]: page.read_text(encoding="utf-8")
        for page in (settings.corpus / "public").glob("*.txt")
    }
    pages["contact"] = next(iter(pages.values()))
    golds = [question.gold for question in load_questions(QUESTIONS).questions if question.gold]
    assert golds
    assert [gold.text for gold in golds if not holds(gold, gold.document_key, pages[gold.document_key])] == []


# ---------------------------------------------------------------------------------------------- stages and figures


@pytest.mark.parametrize(
    ("status", "quotes", "evidence", "ranking", "stage"),
    [
        pytest.param("answered", [GOLD.text], [GOLD.text], [GOLD.text], None, id="right"),
        pytest.param("answered", [OTHER], [OTHER], [OTHER], Stage.SEARCH, id="not-in-the-evidence"),
        pytest.param("not_found", [], [OTHER], [OTHER], Stage.SEARCH, id="not-in-the-evidence-and-refused"),
        pytest.param("answered", [OTHER], [GOLD.text], [OTHER, GOLD.text], Stage.CHOICE, id="another-preferred"),
        pytest.param("answered", [OTHER, GOLD.text], [GOLD.text], [OTHER, GOLD.text], Stage.CHOICE, id="shown-second"),
        pytest.param("not_found", [], [GOLD.text], [GOLD.text, OTHER], Stage.REFUSAL, id="first-but-refused"),
        pytest.param("clarify", [], [GOLD.text], [OTHER, OTHER, GOLD.text], Stage.REFUSAL, id="third-but-refused"),
        pytest.param("not_found", [], [GOLD.text], [OTHER] * 3 + [GOLD.text], Stage.CHOICE, id="fourth-and-refused"),
        pytest.param("unavailable", [], [], [], Stage.UNAVAILABLE, id="could-not-work"),
    ],
)
def test_a_miss_names_the_stage_that_lost_it(
    status: str, quotes: list[str], evidence: list[str], ranking: list[str], stage: Stage | None
) -> None:
    assert judge_by_hand(QUESTION, Status(status), quotes, evidence, ranking).stage == stage


@pytest.mark.parametrize("status", ["not_found", "out_of_scope", "refused", "clarify"])
def test_a_question_without_answer_that_ends_without_one_is_no_miss(status: str) -> None:
    assert judge_by_hand(UNANSWERABLE, Status(status)).stage is None


def test_a_question_without_answer_that_gets_one_is_a_miss() -> None:
    assert judge_by_hand(UNANSWERABLE, Status.ANSWERED, [OTHER]).stage == Stage.ABSTENTION


def test_related_passages_and_quotations_of_a_refusal_are_never_a_hit() -> None:
    refusal = Answer(Status.NOT_FOUND, "", quotes=(quote(GOLD.text),), related=(quote(GOLD.text),))
    judged = judge(QUESTION, refusal, Found((), ()), (), 1.0)
    assert not judged.hit_at_1
    assert not judged.hit_at_3


def test_a_fourth_quotation_is_not_counted_as_shown() -> None:
    assert not judge_by_hand(QUESTION, Status.ANSWERED, [OTHER] * 3 + [GOLD.text]).hit_at_3


def test_the_gold_is_found_in_a_chunk_that_is_longer_or_in_one_of_its_sentences() -> None:
    assert judge_by_hand(QUESTION, Status.ANSWERED, evidence=[f"Avant. {GOLD.text} Après."]).found_at == 1
    apart = replace(chunk("Autre chose."), sentences=(Sentence(GOLD.text, Span(0, 1)),))
    assert judge(QUESTION, Answer(Status.ANSWERED, ""), Found((Evidence(apart, 1, 1, 0),), ()), (), 1.0).found_at == 1


def test_figures_are_shares_of_the_questions_they_are_about() -> None:
    summed = sum_up(
        [
            judge_by_hand(QUESTION, Status.ANSWERED, [GOLD.text], [GOLD.text], [GOLD.text]),
            judge_by_hand(QUESTION, Status.ANSWERED, [OTHER, GOLD.text], [GOLD.text], [OTHER, GOLD.text]),
            judge_by_hand(QUESTION, Status.NOT_FOUND, [], [GOLD.text], [GOLD.text]),
            judge_by_hand(QUESTION, Status.UNAVAILABLE),
            judge_by_hand(UNANSWERABLE, Status.NOT_FOUND),
            judge_by_hand(UNANSWERABLE, Status.ANSWERED, [OTHER]),
        ]
    )
    assert (summed.answerable, summed.unanswerable) == (4, 2)
    assert (summed.hit_at_1, summed.hit_at_3, summed.false_refusals) == (0.25, 0.5, 0.5)
    assert (summed.found, summed.found_in_five) == (0.75, 0.75)
    assert (summed.ranked_first, summed.ranked_three) == (0.5, 0.75)
    assert summed.right_shown == 0.5
    assert summed.kept_away == 0.5
    assert summed.characters == pytest.approx((2 * len(GOLD.text) + 2 * len(OTHER)) / 3)


def test_a_share_that_no_question_counts_for_is_none_and_shown_as_a_dash() -> None:
    judged = [judge_by_hand(UNANSWERABLE, Status.NOT_FOUND)]
    assert sum_up(judged).hit_at_1 is None
    assert "–" in table(summarise(load_questions(QUESTIONS), judged))


def test_a_question_of_two_kinds_counts_in_both_and_one_of_none_in_its_own_row() -> None:
    both = replace(QUESTION, id="q3", text="Qui est venu et quand ?")
    neither = replace(QUESTION, id="q4", text="La fibre arrive-t-elle ?")
    report = summarise(load_questions(QUESTIONS), [judge_by_hand(one, Status.NOT_FOUND) for one in (both, neither)])
    assert {name: one.answerable for name, one in report.by_kind.items()} == {"who": 1, "when": 1, NO_KIND: 1}
    assert "quand" in table(report)


def test_a_refusal_keeps_its_rule_or_the_step_that_ended() -> None:
    assert judge_by_hand(QUESTION, Status.NOT_FOUND, rule="far_word").rule == "far_word"
    by_step = Answer(Status.OUT_OF_SCOPE, "", trace=(TraceStep("rank_candidates", "out_of_scope", 1.0),))
    assert judge(QUESTION, by_step, Found((), ()), (), 1.0).rule == "rank_candidates"
    assert judge_by_hand(QUESTION, Status.ANSWERED, [GOLD.text]).rule is None


def test_only_the_ranking_s_decisions_have_a_confidence() -> None:
    ranked = [ranked_sentence(GOLD.text, near=0.9)]
    before = Answer(Status.REFUSED, "", trace=(TraceStep("check_question", "refused", 1.0),))
    assert judge(QUESTION, before, Found((), ()), ranked, 1.0).confidence is None
    assert judge_by_hand(QUESTION, Status.ANSWERED, [GOLD.text], ranking=[GOLD.text], near=0.9).confidence == 0.9


def test_the_marks_are_those_of_what_was_quoted_and_of_the_right_sentence() -> None:
    judged = judge_by_hand(QUESTION, Status.ANSWERED, [OTHER], ranking=["Une tout autre phrase.", OTHER, GOLD.text])
    assert judged.preferred is not None
    assert judged.gold is not None
    assert (judged.preferred.text, judged.gold.text, judged.rank) == (OTHER, GOLD.text, 3)
    assert judged.preferred.score - judged.gold.score == pytest.approx(0.1)
    assert judged.gold.marks["near"] == 0.7


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([5.0], 95, 5.0), ([1.0, 2.0, 3.0, 4.0], 50, 2.0), ([float(n) for n in range(1, 101)], 95, 95.0)],
)
def test_percentiles_are_by_nearest_rank(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == expected


# ---------------------------------------------------------------------------------------------- the questions


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"answerable": False}, id="gold-without-answerable"),
        pytest.param({"quote": None}, id="answerable-without-gold"),
        pytest.param({"question": ""}, id="empty-question"),
        pytest.param({"answer": "x"}, id="unknown-field"),
        pytest.param({"id": 3}, id="wrong-type"),
    ],
)
def test_a_line_that_is_not_a_question_is_refused_by_its_number(tmp_path: Path, change: dict[str, object]) -> None:
    path = write_questions(tmp_path, [QUESTION])
    good = path.read_text(encoding="utf-8")
    path.write_text(good + json.dumps({**json.loads(good), "id": "q9", **change}) + "\n", encoding="utf-8")
    with pytest.raises(QuestionsUnreadable, match="ligne 2"):
        load_questions(path)


def test_a_set_with_the_same_id_twice_or_no_line_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnreadable, match="q1"):
        load_questions(write_questions(tmp_path, [QUESTION, QUESTION]))
    with pytest.raises(QuestionsUnreadable, match="vide"):
        load_questions(write_questions(tmp_path, []))
    with pytest.raises(QuestionsUnreadable):
        load_questions(tmp_path / "absent.jsonl")


# ---------------------------------------------------------------------------------------------- floors


def test_raising_never_lowers_a_floor() -> None:
    before = pin("d", figures(hit_at_1=0.6, kept_away=0.9, false_refusals=0.2, characters=260))
    after = raise_to(before, figures(hit_at_1=0.7, kept_away=0.8, false_refusals=0.1, characters=320))
    assert after.figures["hit_at_1"] == 0.7
    assert after.figures["kept_away"] == 0.9
    assert after.figures["false_refusals"] == 0.1
    assert after.figures["characters"] == before.figures["characters"] == 300
    assert after.digest == before.digest


@pytest.mark.parametrize("name", GATED)
def test_a_figure_on_the_wrong_side_of_its_floor_is_a_breach(name: str) -> None:
    measured = figures()
    floors = pin("d", measured)
    worse = {**floors.figures, name: floors.figures[name] + (-60 if name == "characters" else 0.001)}
    if name == "false_refusals":
        worse[name] = floors.figures[name] - 0.001
    assert breaches(floors, measured) == ()
    assert [breach.figure for breach in breaches(Floors("d", worse), measured)] == [name]


@pytest.mark.parametrize("total", [1, 3, 7, 27, 33, 60, 997])
def test_a_measure_passes_the_floor_pinned_from_it(total: int) -> None:
    for count in range(total + 1):
        measured = figures(hit_at_1=count / total, false_refusals=count / total)
        assert breaches(pin("d", measured), measured) == ()


def test_a_figure_that_is_not_measured_any_more_is_a_breach() -> None:
    floors = pin("d", figures(kept_away=0.9))
    assert [breach.figure for breach in breaches(floors, figures(kept_away=None))] == ["kept_away"]


@pytest.mark.parametrize("content", ["", "[]", '{"digest": "d", "figures": {"milliseconds_p50": 3}}'])
def test_a_file_of_floors_that_cannot_be_used_is_an_error_not_a_pass(tmp_path: Path, content: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FloorsUnreadable):
        read_floors(path)


def test_the_gate_fails_under_the_floor_and_raising_does_not_hide_it(tmp_path: Path) -> None:
    path, questions = tmp_path / "floors.json", load_questions(QUESTIONS)
    assert hold_to_floors(path, questions, figures(hit_at_1=0.6), True, False)[1] == 0  # nothing there: pinned
    assert hold_to_floors(path, questions, figures(hit_at_1=0.6), False, False)[1] == 0
    verdicts, code = hold_to_floors(path, questions, figures(hit_at_1=0.5, found=1.0), True, False)
    assert code == 1
    assert "50,0 %" in verdicts[0]
    floors = read_floors(path)
    assert floors is not None
    assert (floors.figures["hit_at_1"], floors.figures["found"]) == (0.6, 1.0)


def test_only_the_explicit_flag_lowers_a_floor(tmp_path: Path) -> None:
    path, questions = tmp_path / "floors.json", load_questions(QUESTIONS)
    hold_to_floors(path, questions, figures(hit_at_1=0.6), True, False)
    assert hold_to_floors(path, questions, figures(hit_at_1=0.5), False, True)[1] == 0
    floors = read_floors(path)
    assert floors is not None
    assert floors.figures["hit_at_1"] == 0.5


def test_floors_of_other_questions_fail_and_are_not_raised(tmp_path: Path) -> None:
    path, questions = tmp_path / "floors.json", load_questions(QUESTIONS)
    other = replace(questions, digest="0" * 64)
    hold_to_floors(path, other, figures(hit_at_1=0.1), True, False)
    before = path.read_bytes()
    assert hold_to_floors(path, questions, figures(), True, False)[1] == 1
    assert path.read_bytes() == before
    assert hold_to_floors(path, questions, figures(), False, True)[1] == 0
    assert hold_to_floors(path, questions, figures(), False, False)[1] == 0


def test_each_set_has_floors_of_its_own(tmp_path: Path) -> None:
    one, other = (write_questions(tmp_path, [QUESTION], name) for name in ("one.jsonl", "other.jsonl"))
    assert floors_of(one) != floors_of(other)
    hold_to_floors(floors_of(one), load_questions(one), figures(), True, False)
    assert read_floors(floors_of(one)) is not None
    assert read_floors(floors_of(other)) is None


def test_without_floors_nothing_is_held_and_nothing_is_written(tmp_path: Path) -> None:
    assert hold_to_floors(tmp_path / "floors.json", load_questions(QUESTIONS), figures(), False, False)[1] == 0
    assert list(tmp_path.iterdir()) == []


def test_the_floors_of_the_project_hold_every_figure_for_its_questions() -> None:
    floors = read_floors(floors_of(QUESTIONS))
    assert floors is not None
    assert floors.digest == load_questions(QUESTIONS).digest
    assert set(floors.figures) == set(GATED)


# ---------------------------------------------------------------------------------------------- the whole flow


def test_an_evaluation_prints_a_table_and_writes_report_and_pictures(
    assistant: Assistant, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="the picture needs the extra `evaluation`")
    questions = load_questions(QUESTIONS).questions
    path = write_questions(tmp_path, [*questions[:3], *questions[48:51]])
    assert evaluate(assistant, settings, path, tmp_path / "report") == 0

    report = json.loads((tmp_path / "report" / "questions.json").read_text(encoding="utf-8"))
    assert report["questions"]["digest"] == load_questions(path).digest
    assert report["settings"]["vector_weight"] == settings.vector_weight
    assert "staff_token" not in report["settings"]
    assert (report["figures"]["answerable"], report["figures"]["unanswerable"]) == (3, 3)
    assert set(report["by_group"]) == {"fibre_dispo", "syndicat"}
    assert sum(figures["answerable"] for figures in report["by_kind"].values()) >= 3
    assert {one["stage"] for one in report["lost"]} <= set(Stage)
    assert len(report["lost"]) + len(report["right"]) == len(report["states"]) == 6
    for picture in ("questions.png", "questions_curves.png"):
        assert (tmp_path / "report" / picture).read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "fibre dispo" in printed
    assert all(f"{one['question']['id']}  " in printed for one in report["lost"])


def test_an_evaluation_under_its_floor_exits_with_1(assistant: Assistant, settings: Settings, tmp_path: Path) -> None:
    path = write_questions(tmp_path, [KnownQuestion("x", "Bonjour", "g", "s", Gold("tt_news=194", "absent du fonds"))])
    floors = {"digest": load_questions(path).digest, "figures": {"hit_at_1": 1.0}}
    floors_of(path).parent.mkdir()
    floors_of(path).write_text(json.dumps(floors), encoding="utf-8")
    assert evaluate(assistant, settings, path, tmp_path / "report") == 1
    assert json.loads((tmp_path / "report" / "questions.json").read_text(encoding="utf-8"))["gate"]["passed"] is False


def test_without_matplotlib_everything_but_the_picture_is_there(
    assistant: Assistant,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(*_: object) -> None:
        raise ImportError("matplotlib")

    monkeypatch.setattr(run, "draw", absent)
    path = write_questions(tmp_path, [QUESTION])
    assert evaluate(assistant, settings, path, tmp_path) == 0
    assert "matplotlib" in capsys.readouterr().out
    assert (tmp_path / "questions.json").exists()
    assert list(tmp_path.glob("*.png")) == []


def test_a_second_evaluation_is_compared_with_the_first_and_another_set_with_none(
    assistant: Assistant, own_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_questions(tmp_path, [QUESTION, UNANSWERABLE])
    evaluate(assistant, own_settings, path, worst=0)
    first = capsys.readouterr().out
    assert sentence("evaluation.compare.none") in first
    assert "attendue" not in first
    evaluate(assistant, own_settings, path)
    assert sentence("evaluation.compare.same") in capsys.readouterr().out
    other = write_questions(tmp_path, [QUESTION], "other.jsonl")
    evaluate(assistant, own_settings, other)
    assert sentence("evaluation.compare.none") in capsys.readouterr().out
    assert {report.name for report in (own_settings.data / "evaluation").glob("*.json")} == {
        "questions.json", "other.json",
    }  # fmt: skip


def test_a_definition_of_the_glossary_claims_nothing_of_the_documents() -> None:
    of_glossary = replace(quote(OTHER), document_key=GLOSSARY_KEY)
    answer = Answer(Status.ANSWERED, "", quotes=(of_glossary,))
    assert judge(UNANSWERABLE, answer, Found((), ()), (), 1.0).stage is None
    with_another = replace(answer, quotes=(of_glossary, quote(OTHER)))
    assert judge(UNANSWERABLE, with_another, Found((), ()), (), 1.0).stage == Stage.ABSTENTION


def test_figures_of_fibre_claim_nothing_of_the_documents() -> None:
    answer = Answer(Status.ANSWERED, "", kind=AnswerKind.FIBRE)
    assert judge(UNANSWERABLE, answer, Found((), ()), (), 1.0).stage is None
    lost = judge(QUESTION, answer, Found((), ()), (), 1.0)
    assert lost.stage is not None
    figures = sum_up([lost, judge(UNANSWERABLE, answer, Found((), ()), (), 1.0)])
    assert (figures.by_figures, figures.kept_away, figures.false_refusals) == (2, 1.0, 1.0)
