"""ENTRY of `python -m assistant evaluate`: ask every question, judge, report, hold to the floors."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.evaluation import floors as gate
from assistant.evaluation.compare import changes, compare, last_report
from assistant.evaluation.figures import Figures
from assistant.evaluation.pictures import draw, draw_curves
from assistant.evaluation.questions import KnownQuestion, QuestionSet, load_questions
from assistant.evaluation.report import Report, summarise, table, write_json
from assistant.evaluation.score import Judged, judge
from assistant.evaluation.worst import reasons
from assistant.evaluation.written import sum_up_written, told
from assistant.models import Access
from assistant.settings import ROOT, Settings
from assistant.wording import french_number, sentence

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant

QUESTIONS = ROOT / "tests" / "evaluation" / "dev_60.jsonl"
FLOORS = "floors"  # folder beside the questions: each set has its own file there
WORST = 20  # lost questions told with their reasons
ASKED_AS = Access.PUBLIC


def evaluate(
    assistant: Assistant,
    settings: Settings,
    questions_path: Path = QUESTIONS,
    report_dir: Path | None = None,
    raise_floors: bool = False,
    lower_floors: bool = False,
    worst: int = WORST,
) -> int:
    """Measure the whole pipeline on a set of questions, print and write what was found.

    The report is named after the file of questions (`dev_60.json`), in `report_dir` or the data folder, and takes the
    place of the last one, once compared with it. Where a language model writes, it has a name of its own
    (`dev_60_llm.json`) and no floors: what is measured is that model.

    Returns:
        The exit code: 1 when a figure is under its floor, or the floors were pinned for other questions; else 0.

    Raises:
        QuestionsUnreadable, FloorsUnreadable: a file of the evaluation cannot be used.
        IndexUnavailable, EmbedderMissing, RerankerUnusable: there is nothing to ask, or a model cannot be used.
    """
    questions = load_questions(questions_path)
    assistant.warm_up()  # a model that cannot be used is an error here: figures are those of the settings
    index = assistant.status(ASKED_AS)
    assistant.ask(questions.questions[0].text, ASKED_AS)  # warm-up: loads the models, is not measured
    judged = [measure(assistant, question) for question in questions.questions]
    report = summarise(questions, judged)
    usual = settings.data / "evaluation"
    folder = report_dir or usual
    folder.mkdir(parents=True, exist_ok=True)
    if assistant.model:
        print(table(report), told(sum_up_written(judged)), reasons(report.lost, worst), sep="\n\n")
        write_json(folder / f"{questions_path.stem}_llm.json", report, settings, index, {})
        return 0
    before = last_report((folder, usual), questions.digest)
    change = compare(before, report.overall, judged) if before else None
    print(table(report), reasons(report.lost, worst), changes(change, judged), sep="\n\n")

    floors = floors_of(questions_path)
    verdicts, code = hold_to_floors(floors, questions, report.overall, raise_floors, lower_floors)
    written = folder / f"{questions_path.stem}.json"
    write_json(written, report, settings, index, {"passed": code == 0, "verdicts": verdicts}, change)
    print("", *verdicts, sentence("evaluation.written", path=written), *_pictures(written, report), sep="\n")
    return code


def floors_of(questions: Path) -> Path:
    """The file of the floors of a set: `dev_60.jsonl` has its own in `floors/dev_60.json`, beside it."""
    return questions.parent / FLOORS / f"{questions.stem}.json"


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


def _pictures(report_path: Path, report: Report) -> list[str]:
    """Draw them beside the report; what to say of it."""
    bars, lines = report_path.with_suffix(".png"), report_path.with_name(f"{report_path.stem}_curves.png")
    try:
        draw(bars, report)
        draw_curves(lines, report)
    except ImportError:
        return [sentence("evaluation.no_picture")]
    return [sentence("evaluation.written", path=path) for path in (bars, lines)]
