"""The evaluation: its matching rule, its stages, its floors, its report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from assistant.evaluation import run
from assistant.evaluation.floors import GATED, Floors, FloorsUnreadable, breaches, pin, raise_to, read_floors
from assistant.evaluation.questions import Gold, KnownQuestion, QuestionsUnreadable, load_questions
from assistant.evaluation.report import summarise, table
from assistant.evaluation.run import QUESTIONS, evaluate, hold_to_floors
from assistant.evaluation.score import Figures, Judged, Stage, holds, judge, percentile, sum_up
from assistant.models import Access, Answer, Chunk, Evidence, Found, Quote, Sentence, Span, Status
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.answering.rank import RankedSentence

GOLD = Gold("tt_news=1", "Le séminaire a eu lieu à Vironchaux. Une centaine d'élus y étaient présents.")
OTHER = "Une phrase qui ne répond à rien du tout."
QUESTION = KnownQuestion("q1", "C'était où ?", "syndicat", "courant", GOLD)
UNANSWERABLE = KnownQuestion("q2", "Combien ça coûte ?", "fibre", "sms", None)


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
    assert _judge(QUESTION, Status(status), quotes, evidence, ranking).stage == stage


@pytest.mark.parametrize("status", ["not_found", "out_of_scope", "refused", "clarify"])
def test_a_question_without_answer_that_ends_without_one_is_no_miss(status: str) -> None:
    assert _judge(UNANSWERABLE, Status(status)).stage is None


def test_a_question_without_answer_that_gets_one_is_a_miss() -> None:
    assert _judge(UNANSWERABLE, Status.ANSWERED, [OTHER]).stage == Stage.ABSTENTION


def test_related_passages_and_quotations_of_a_refusal_are_never_a_hit() -> None:
    refusal = Answer(Status.NOT_FOUND, "", quotes=(_quote(GOLD.text),), related=(_quote(GOLD.text),))
    judged = judge(QUESTION, refusal, Found((), ()), (), 1.0)
    assert not judged.hit_at_1
    assert not judged.hit_at_3


def test_a_fourth_quotation_is_not_counted_as_shown() -> None:
    assert not _judge(QUESTION, Status.ANSWERED, [OTHER] * 3 + [GOLD.text]).hit_at_3


def test_the_gold_is_found_in_a_chunk_that_is_longer_or_in_one_of_its_sentences() -> None:
    assert _judge(QUESTION, Status.ANSWERED, evidence=[f"Avant. {GOLD.text} Après."]).found_at == 1
    apart = replace(_chunk("Autre chose."), sentences=(Sentence(GOLD.text, Span(0, 1)),))
    assert judge(QUESTION, Answer(Status.ANSWERED, ""), Found((Evidence(apart, 1, 1, 0),), ()), (), 1.0).found_at == 1


def test_figures_are_shares_of_the_questions_they_are_about() -> None:
    figures = sum_up(
        [
            _judge(QUESTION, Status.ANSWERED, [GOLD.text], [GOLD.text], [GOLD.text]),
            _judge(QUESTION, Status.ANSWERED, [OTHER, GOLD.text], [GOLD.text], [OTHER, GOLD.text]),
            _judge(QUESTION, Status.NOT_FOUND, [], [GOLD.text], [GOLD.text]),
            _judge(QUESTION, Status.UNAVAILABLE),
            _judge(UNANSWERABLE, Status.NOT_FOUND),
            _judge(UNANSWERABLE, Status.ANSWERED, [OTHER]),
        ]
    )
    assert (figures.answerable, figures.unanswerable) == (4, 2)
    assert (figures.hit_at_1, figures.hit_at_3, figures.false_refusals) == (0.25, 0.5, 0.5)
    assert (figures.found, figures.found_in_five) == (0.75, 0.75)
    assert (figures.ranked_first, figures.ranked_three) == (0.5, 0.75)
    assert figures.kept_away == 0.5
    assert figures.characters == pytest.approx((2 * len(GOLD.text) + 2 * len(OTHER)) / 3)


def test_a_share_that_no_question_counts_for_is_none_and_shown_as_a_dash() -> None:
    judged = [_judge(UNANSWERABLE, Status.NOT_FOUND)]
    assert sum_up(judged).hit_at_1 is None
    assert "–" in table(summarise(load_questions(QUESTIONS), judged))


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
    path = _write_questions(tmp_path, [QUESTION])
    good = path.read_text(encoding="utf-8")
    path.write_text(good + json.dumps({**json.loads(good), "id": "q9", **change}) + "\n", encoding="utf-8")
    with pytest.raises(QuestionsUnreadable, match="ligne 2"):
        load_questions(path)


def test_a_set_with_the_same_id_twice_or_no_line_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnreadable, match="q1"):
        load_questions(_write_questions(tmp_path, [QUESTION, QUESTION]))
    with pytest.raises(QuestionsUnreadable, match="vide"):
        load_questions(_write_questions(tmp_path, []))
    with pytest.raises(QuestionsUnreadable):
        load_questions(tmp_path / "absent.jsonl")


# ---------------------------------------------------------------------------------------------- floors


def test_raising_never_lowers_a_floor() -> None:
    before = pin("d", _figures(hit_at_1=0.6, kept_away=0.9, false_refusals=0.2, characters=260))
    after = raise_to(before, _figures(hit_at_1=0.7, kept_away=0.8, false_refusals=0.1, characters=320))
    assert after.figures["hit_at_1"] == 0.7
    assert after.figures["kept_away"] == 0.9
    assert after.figures["false_refusals"] == 0.1
    assert after.figures["characters"] == before.figures["characters"] == 300
    assert after.digest == before.digest


@pytest.mark.parametrize("name", GATED)
def test_a_figure_on_the_wrong_side_of_its_floor_is_a_breach(name: str) -> None:
    measured = _figures()
    floors = pin("d", measured)
    worse = {**floors.figures, name: floors.figures[name] + (-60 if name == "characters" else 0.001)}
    if name == "false_refusals":
        worse[name] = floors.figures[name] - 0.001
    assert breaches(floors, measured) == ()
    assert [breach.figure for breach in breaches(Floors("d", worse), measured)] == [name]


@pytest.mark.parametrize("total", [1, 3, 7, 27, 33, 60, 997])
def test_a_measure_passes_the_floor_pinned_from_it(total: int) -> None:
    for count in range(total + 1):
        figures = _figures(hit_at_1=count / total, false_refusals=count / total)
        assert breaches(pin("d", figures), figures) == ()


def test_a_figure_that_is_not_measured_any_more_is_a_breach() -> None:
    floors = pin("d", _figures(kept_away=0.9))
    assert [breach.figure for breach in breaches(floors, _figures(kept_away=None))] == ["kept_away"]


@pytest.mark.parametrize("content", ["", "[]", '{"digest": "d", "figures": {"milliseconds_p50": 3}}'])
def test_a_file_of_floors_that_cannot_be_used_is_an_error_not_a_pass(tmp_path: Path, content: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FloorsUnreadable):
        read_floors(path)


def test_the_gate_fails_under_the_floor_and_raising_does_not_hide_it(tmp_path: Path) -> None:
    path, questions = tmp_path / "floors.json", load_questions(QUESTIONS)
    assert hold_to_floors(path, questions, _figures(hit_at_1=0.6), True, False)[1] == 0  # nothing there: pinned
    assert hold_to_floors(path, questions, _figures(hit_at_1=0.6), False, False)[1] == 0
    verdicts, code = hold_to_floors(path, questions, _figures(hit_at_1=0.5, found=1.0), True, False)
    assert code == 1
    assert "50,0 %" in verdicts[0]
    floors = read_floors(path)
    assert floors is not None
    assert (floors.figures["hit_at_1"], floors.figures["found"]) == (0.6, 1.0)


def test_only_the_explicit_flag_lowers_a_floor(tmp_path: Path) -> None:
    path, questions = tmp_path / "floors.json", load_questions(QUESTIONS)
    hold_to_floors(path, questions, _figures(hit_at_1=0.6), True, False)
    assert hold_to_floors(path, questions, _figures(hit_at_1=0.5), False, True)[1] == 0
    floors = read_floors(path)
    assert floors is not None
    assert floors.figures["hit_at_1"] == 0.5


def test_floors_of_other_questions_fail_and_are_not_raised(tmp_path: Path) -> None:
    path, questions = tmp_path / "floors.json", load_questions(QUESTIONS)
    other = replace(questions, digest="0" * 64)
    hold_to_floors(path, other, _figures(hit_at_1=0.1), True, False)
    before = path.read_bytes()
    assert hold_to_floors(path, questions, _figures(), True, False)[1] == 1
    assert path.read_bytes() == before
    assert hold_to_floors(path, questions, _figures(), False, True)[1] == 0
    assert hold_to_floors(path, questions, _figures(), False, False)[1] == 0


def test_without_floors_nothing_is_held_and_nothing_is_written(tmp_path: Path) -> None:
    assert hold_to_floors(tmp_path / "floors.json", load_questions(QUESTIONS), _figures(), False, False)[1] == 0
    assert list(tmp_path.iterdir()) == []


def test_the_floors_of_the_project_hold_every_figure_for_its_questions() -> None:
    floors = read_floors(QUESTIONS.with_name("floors.json"))
    assert floors is not None
    assert floors.digest == load_questions(QUESTIONS).digest
    assert set(floors.figures) == set(GATED)


# ---------------------------------------------------------------------------------------------- the whole flow


def test_an_evaluation_prints_a_table_and_writes_report_and_picture(
    assistant: Assistant, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="the picture needs the extra `evaluation`")
    questions = load_questions(QUESTIONS).questions
    path = _write_questions(tmp_path, [*questions[:3], *questions[48:51]])
    assert evaluate(assistant, settings, path, tmp_path / "report") == 0

    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert report["questions"]["digest"] == load_questions(path).digest
    assert report["settings"]["vector_weight"] == settings.vector_weight
    assert "staff_token" not in report["settings"]
    assert (report["figures"]["answerable"], report["figures"]["unanswerable"]) == (3, 3)
    assert set(report["by_group"]) == {"fibre_dispo", "syndicat"}
    assert {one["stage"] for one in report["lost"]} <= set(Stage)
    assert (tmp_path / "report" / "report.png").read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "fibre dispo" in printed
    assert all(f"{one['question']['id']}  " in printed for one in report["lost"])


def test_an_evaluation_under_its_floor_exits_with_1(assistant: Assistant, settings: Settings, tmp_path: Path) -> None:
    path = _write_questions(tmp_path, [KnownQuestion("x", "Bonjour", "g", "s", Gold("tt_news=194", "absent du fonds"))])
    floors = {"digest": load_questions(path).digest, "figures": {"hit_at_1": 1.0}}
    (tmp_path / "floors.json").write_text(json.dumps(floors), encoding="utf-8")
    assert evaluate(assistant, settings, path, tmp_path / "report") == 1
    assert json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))["gate"]["passed"] is False


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
    path = _write_questions(tmp_path, [QUESTION])
    assert evaluate(assistant, settings, path, tmp_path) == 0
    assert "matplotlib" in capsys.readouterr().out
    assert (tmp_path / "report.json").exists()
    assert not (tmp_path / "report.png").exists()


# ---------------------------------------------------------------------------------------------- made by hand


def _write_questions(folder: Path, questions: Sequence[KnownQuestion]) -> Path:
    path = folder / "questions.jsonl"
    lines = [
        json.dumps(
            {
                "id": question.id,
                "question": question.text,
                "group": question.group,
                "style": question.style,
                "answerable": question.gold is not None,
                "document": question.gold.document_key if question.gold else None,
                "quote": question.gold.text if question.gold else None,
                "note": "",
            }
        )
        for question in questions
    ]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def _judge(
    question: KnownQuestion,
    status: Status,
    quotes: Sequence[str] = (),
    evidence: Sequence[str] = (),
    ranking: Sequence[str] = (),
) -> Judged:
    found = Found(tuple(Evidence(_chunk(text), 1.0, 1.0, 0.0) for text in evidence), ())
    return judge(question, Answer(status, "", quotes=tuple(map(_quote, quotes))), found, _ranked(ranking), 1.0)


def _ranked(texts: Sequence[str]) -> tuple[RankedSentence, ...]:
    ranked: list[Any] = [SimpleNamespace(sentence=Sentence(text, Span(0, 1)), chunk=_chunk(text)) for text in texts]
    return tuple(cast("RankedSentence", one) for one in ranked)


def _chunk(text: str) -> Chunk:
    return Chunk(
        document_key=GOLD.document_key, ordinal=0, title="", kind="", date=None, date_is_inferred=False, url=None,
        access=Access.PUBLIC, heading_path=(), speaker=None, text=text, span=Span(0, len(text)), sentences=(),
        lead_in="", before="", after="", digest="",
    )  # fmt: skip


def _quote(text: str) -> Quote:
    return Quote(
        text=text, span=Span(0, len(text)), context=text, document_key=GOLD.document_key, title="", kind="",
        date=None, date_is_inferred=False, heading_path=(), speaker=None, url=None, deep_link=None,
    )  # fmt: skip


def _figures(**changes: float | None) -> Figures:
    figures = Figures(
        answerable=33, unanswerable=27, hit_at_1=0.6, hit_at_3=0.7, false_refusals=0.2, found=0.9, found_in_five=0.9,
        ranked_first=0.6, ranked_three=0.8, kept_away=0.9, characters=260, milliseconds_p50=10, milliseconds_p95=20,
    )  # fmt: skip
    return replace(figures, **cast("dict[str, Any]", changes))
