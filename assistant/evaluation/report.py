"""What an evaluation says: a table on the terminal, a JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.answering.question import Kind
from assistant.evaluation.calibration import Curves, curves
from assistant.evaluation.compare import Change
from assistant.evaluation.figures import Figures, sum_up
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.score import NO_KIND, Judged
from assistant.evaluation.worst import worst_first
from assistant.evaluation.written import sum_up_written
from assistant.models import IndexStatus
from assistant.settings import Settings
from assistant.wording import french_number, sentence, wording

NAME_WIDTH = 26
NARROWEST_COLUMN = 7
COUNTS = ("answerable", "unanswerable")


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation, summed up: over everything, by kind of question (one may be of several), by group, by style.

    `judged` are all the questions in their order, `lost` those that a stage lost.
    """

    questions: QuestionSet
    overall: Figures
    by_kind: Mapping[str, Figures]
    by_group: Mapping[str, Figures]
    by_style: Mapping[str, Figures]
    curves: Curves
    judged: tuple[Judged, ...]
    lost: tuple[Judged, ...]


def summarise(questions: QuestionSet, judged: Sequence[Judged]) -> Report:
    """The figures of an evaluation. Kinds are in the order of `Kind`, groups and styles in alphabetical order."""
    kinds = {name: [one for one in judged if name in one.kinds] for name in (*Kind, NO_KIND)}
    return Report(
        questions=questions,
        overall=sum_up(judged),
        by_kind={str(name): sum_up(some) for name, some in kinds.items() if some},
        by_group=_figures_by(judged, lambda one: one.question.group),
        by_style=_figures_by(judged, lambda one: one.question.style),
        curves=curves(judged),
        judged=tuple(judged),
        lost=tuple(one for one in judged if one.stage is not None),
    )


def table(report: Report) -> str:
    """The figures, in French, for a terminal of 120 columns; then what the columns are, and the losses by stage."""
    lines = [
        sentence(
            "evaluation.title",
            file=report.questions.name,
            count=len(report.questions.questions),
            answerable=report.overall.answerable,
            unanswerable=report.overall.unanswerable,
        ),
        "",
        _row(sentence("evaluation.row_name"), wording("evaluation.columns").values()),
        _figures_row(sentence("evaluation.everything"), report.overall),
        *_section("evaluation.kinds", _kinds_named(report.by_kind)),
        *_section("evaluation.groups", report.by_group),
        *_section("evaluation.styles", report.by_style),
        "",
        *wording("evaluation.legend"),
        "",
        sentence(
            "evaluation.measures",
            characters=french_number(report.overall.characters),
            p50=french_number(report.overall.milliseconds_p50),
            p95=french_number(report.overall.milliseconds_p95),
        ),
        sentence("evaluation.by_figures", count=report.overall.by_figures),
        _calibration(report.curves),
        _stages(report.lost),
    ]
    return "\n".join(lines)


def write_json(
    path: Path,
    report: Report,
    settings: Settings,
    index: IndexStatus,
    gate: Mapping[str, object],
    change: Change | None = None,
) -> None:
    """The whole report, with the settings it was measured under (never a secret), what the gate said of it and what
    changed since the last one. `states` is what the next one compares with.
    """
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": {"file": report.questions.name, "digest": report.questions.digest},
        "settings": settings.model_dump(mode="json", exclude={"staff_token", "llm_key"}),
        "index": asdict(index),
        "figures": asdict(report.overall),
        "by_kind": {name: asdict(figures) for name, figures in report.by_kind.items()},
        "by_group": {name: asdict(figures) for name, figures in report.by_group.items()},
        "by_style": {name: asdict(figures) for name, figures in report.by_style.items()},
        "gate": gate,
        "change": asdict(change) if change else None,
        "curves": asdict(report.curves),
        "written": asdict(sum_up_written(report.judged)),
        "states": {one.question.id: one.stage for one in report.judged},
        "lost": [{"stage": one.stage, **asdict(one)} for one in worst_first(report.lost)],
        "right": [asdict(one) for one in report.judged if one.stage is None],
    }
    # A mark of the ranking may be of any type: its text will do.
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")


def _figures_by(judged: Sequence[Judged], name_of: Callable[[Judged], str]) -> dict[str, Figures]:
    names = sorted({name_of(one) for one in judged})
    return {name: sum_up([one for one in judged if name_of(one) == name]) for name in names}


def _kinds_named(by_kind: Mapping[str, Figures]) -> dict[str, Figures]:
    return {sentence(f"evaluation.kind.{name}"): figures for name, figures in by_kind.items()}


def _section(key: str, figures: Mapping[str, Figures]) -> list[str]:
    return ["", sentence(key), *(_figures_row("  " + readable(name), one) for name, one in figures.items())]


def _figures_row(name: str, figures: Figures) -> str:
    columns = wording("evaluation.columns")
    values = {column: getattr(figures, column) for column in columns}
    return _row(name, [str(value) if column in COUNTS else percent(value) for column, value in values.items()])


def _row(name: str, cells: Iterable[str]) -> str:
    widths = [max(len(title) + 2, NARROWEST_COLUMN) for title in wording("evaluation.columns").values()]
    aligned = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:<{NAME_WIDTH}.{NAME_WIDTH}}" + "".join(aligned)


def _calibration(measured: Curves) -> str:
    if measured.error is None:
        return sentence("evaluation.curves.none")
    return sentence("evaluation.curves.error", error=french_number(100 * measured.error))


def _stages(lost: Sequence[Judged]) -> str:
    if not lost:
        return sentence("evaluation.nothing_lost")
    counts = {stage: sum(one.stage == stage for one in lost) for stage in wording("evaluation.stages")}
    named = (f"{sentence(f'evaluation.stages.{stage}')} {count}" for stage, count in counts.items() if count)
    return sentence("evaluation.lost", count=len(lost), stages=", ".join(named))


def readable(name: str) -> str:
    """A name of a group or a style, as people write it."""
    return name.replace("_", " ")


def percent(share: float | None) -> str:
    """A share in French; a dash when no question counts for it."""
    return "–" if share is None else f"{french_number(100 * share)} %"
