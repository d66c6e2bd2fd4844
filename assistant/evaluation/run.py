"""ENTRY of `python -m assistant evaluate`: ask every question, judge, report, hold to the floors."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.evaluation import floors as gate
from assistant.evaluation.questions import KnownQuestion, QuestionSet, load_questions
from assistant.evaluation.report import Report, draw, losses, summarise, table, write_json
from assistant.evaluation.score import Figures, Judged, judge
from assistant.models import Access
from assistant.settings import ROOT, Settings
from assistant.wording import french_number, sentence

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant

QUESTIONS = ROOT / "tests" / "evaluation" / "dev_60.jsonl"
FLOORS = "floors.json"  # beside the questions
ASKED_AS = Access.PUBLIC


def evaluate(
    assistant: Assistant,
    settings: Settings,
    questions_path: Path = QUESTIONS,
    report_dir: Path | None = None,
    raise_floors: bool = False,
    lower_floors: bool = False,
) -> int:
    """Measure the whole pipeline on a set of questions, print and write what was found.

    Returns:
        The exit code: 1 when a figure is under its floor, or the floors were pinned for other questions; else 0.

    Raises:
        QuestionsUnreadable, FloorsUnreadable: a file of the evaluation cannot be used.
        IndexUnavailable: there is nothing to ask.
    """
    questions = load_questions(questions_path)
    index = assistant.status(ASKED_AS)
    assistant.ask(questions.questions[0].text, ASKED_AS)  # warm-up: loads the models, is not measured
    judged = [measure(assistant, question) for question in questions.questions]
    report = summarise(questions, judged)
    print(table(report), losses(report), sep="\n\n")

    folder = report_dir or settings.data / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    verdicts, code = hold_to_floors(
        questions_path.parent / FLOORS, questions, report.overall, raise_floors, lower_floors
    )
    write_json(folder / "report.json", report, settings, index, {"passed": code == 0, "verdicts": verdicts})
    print("", *verdicts, sentence("evaluation.written", path=folder / "report.json"), sep="\n")
    print(_picture(folder / "report.png", report))
    return code


def measure(assistant: Assistant, question: KnownQuestion) -> Judged:
    """Ask a question (timed), then look at each stage by itself (not timed)."""
    start = perf_counter()
    answer = assistant.ask(question.text, ASKED_AS)
    milliseconds = 1000 * (perf_counter() - start)
    found = assistant.search(question.text, ASKED_AS)
    ranked = assistant.rank(question.text, ASKED_AS)
    return judge(question, answer, found, ranked, milliseconds)


def hold_to_floors(
    path: Path, questions: QuestionSet, figures: Figures, raise_floors: bool, lower_floors: bool
) -> tuple[list[str], int]:
    """Compare with the floors of the file, and change the file as asked: what to say of it, and the exit code.

    `raise_floors` lifts each floor that was passed and lowers none. `lower_floors` pins what was measured, for these
    questions, whatever stood there.
    """
    floors = gate.read_floors(path)
    if lower_floors or (floors is None and raise_floors):
        gate.write_floors(path, gate.pin(questions.digest, figures))
        return [sentence("evaluation.floors.pinned", path=path)], 0
    if floors is None:
        return [sentence("evaluation.floors.none", path=path)], 0
    if floors.digest != questions.digest:
        return [sentence("evaluation.floors.other_questions", path=path, file=questions.name)], 1

    under = gate.breaches(floors, figures)
    verdicts = [_breach(breach) for breach in under]
    if raise_floors:
        gate.write_floors(path, gate.raise_to(floors, figures))
        verdicts.append(sentence("evaluation.floors.raised", path=path))
    return verdicts or [sentence("evaluation.floors.held")], 1 if under else 0


def _breach(breach: gate.Breach) -> str:
    key = "evaluation.floors.over" if breach.figure in gate.LOW_IS_GOOD else "evaluation.floors.under"
    return sentence(
        key,
        figure=sentence(f"evaluation.figures.{breach.figure}"),
        measured=_value(breach.figure, breach.measured),
        floor=_value(breach.figure, breach.floor),
    )


def _value(figure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return french_number(value) if figure == "characters" else f"{french_number(100 * value, 1)} %"


def _picture(path: Path, report: Report) -> str:
    try:
        draw(path, report)
    except ImportError:
        return sentence("evaluation.no_picture")
    return sentence("evaluation.written", path=path)
