"""What an evaluation says: a table on the terminal, a JSON file, a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from textwrap import shorten

from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.score import Figures, Judged, sum_up
from assistant.models import IndexStatus
from assistant.settings import Settings
from assistant.wording import french_number, sentence, wording

NAME_WIDTH = 34
NARROWEST_COLUMN = 7
QUOTED = 160  # characters of a lost quotation shown on the terminal; the JSON report holds it all
COUNTS = ("answerable", "unanswerable")
BARS = {"hit_at_1": "#1f4e8c", "hit_at_3": "#8fb3dd", "kept_away": "#c77f1a"}  # told apart by colour-blind readers too


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation, summed up: over everything, by group, by style. `lost` are the questions that a stage lost."""

    questions: QuestionSet
    overall: Figures
    by_group: Mapping[str, Figures]
    by_style: Mapping[str, Figures]
    lost: tuple[Judged, ...]


def summarise(questions: QuestionSet, judged: Sequence[Judged]) -> Report:
    """The figures of an evaluation. Groups and styles are in alphabetical order."""
    return Report(
        questions=questions,
        overall=sum_up(judged),
        by_group=_figures_by(judged, lambda one: one.question.group),
        by_style=_figures_by(judged, lambda one: one.question.style),
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
        _stages(report.lost),
    ]
    return "\n".join(lines)


def losses(report: Report) -> str:
    """Each question that was lost: the stage that lost it, and what was shown instead."""
    lines: list[str] = []
    for one in report.lost:
        stage = sentence(f"evaluation.stages.{one.stage}")
        rank = sentence("evaluation.rank", rank=one.rank) if one.rank else ""
        lines.append(f"{one.question.id}  {stage}{rank}  « {one.question.text} »")
        quotes = (shorten(text, QUOTED, placeholder=" […]") for text in one.quotes)
        lines.extend(f"      {number}. {text}" for number, text in enumerate(quotes, 1))
        if not one.quotes:
            lines.append("      " + sentence(f"evaluation.status.{one.status}"))
    return "\n".join(lines)


def write_json(path: Path, report: Report, settings: Settings, index: IndexStatus, gate: Mapping[str, object]) -> None:
    """The whole report, with the settings it was measured under (never the token) and what the gate said of it."""
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": {"file": report.questions.name, "digest": report.questions.digest},
        "settings": settings.model_dump(mode="json", exclude={"staff_token"}),
        "index": asdict(index),
        "figures": asdict(report.overall),
        "by_group": {name: asdict(figures) for name, figures in report.by_group.items()},
        "by_style": {name: asdict(figures) for name, figures in report.by_style.items()},
        "gate": gate,
        "lost": [{"stage": one.stage, **asdict(one)} for one in report.lost],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def draw(path: Path, report: Report) -> None:
    """Bars per group: right first, right in three, kept away. A share that no question counts for has no bar.

    Raises:
        ImportError: matplotlib, of the optional extra `evaluation`, is not installed.
    """
    from matplotlib.figure import Figure

    rows = {sentence("evaluation.everything"): report.overall, **report.by_group}
    figure = Figure(figsize=(9, 1.2 + 0.85 * len(rows)), layout="constrained")
    axes = figure.subplots()
    height = 0.8 / len(BARS)
    for position, (name, colour) in enumerate(BARS.items()):
        places = [row + (position - (len(BARS) - 1) / 2) * height for row in range(len(rows))]
        shares = [getattr(figures, name) for figures in rows.values()]
        bars = axes.barh(places, [100 * (share or 0) for share in shares], height * 0.92, color=colour)
        bars.set_label(sentence(f"evaluation.bars.{name}"))
        axes.bar_label(bars, [_percent(share) for share in shares], padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [_readable(name) for name in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xlabel("%")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(sentence("evaluation.picture", file=report.questions.name), loc="left", fontsize=11)
    figure.legend(loc="outside lower center", ncols=len(BARS), frameon=False, fontsize=9)
    figure.savefig(path, dpi=130)


def _figures_by(judged: Sequence[Judged], name_of: Callable[[Judged], str]) -> dict[str, Figures]:
    return {name: sum_up(list(group)) for name, group in groupby(sorted(judged, key=name_of), key=name_of)}


def _section(key: str, figures: Mapping[str, Figures]) -> list[str]:
    return ["", sentence(key), *(_figures_row("  " + _readable(name), one) for name, one in figures.items())]


def _figures_row(name: str, figures: Figures) -> str:
    columns = wording("evaluation.columns")
    values = {column: getattr(figures, column) for column in columns}
    return _row(name, [str(value) if column in COUNTS else _percent(value) for column, value in values.items()])


def _row(name: str, cells: Iterable[str]) -> str:
    widths = [max(len(title) + 2, NARROWEST_COLUMN) for title in wording("evaluation.columns").values()]
    aligned = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:<{NAME_WIDTH}.{NAME_WIDTH}}" + "".join(aligned)


def _stages(lost: Sequence[Judged]) -> str:
    if not lost:
        return sentence("evaluation.nothing_lost")
    counts = {stage: sum(one.stage == stage for one in lost) for stage in wording("evaluation.stages")}
    named = (f"{sentence(f'evaluation.stages.{stage}')} {count}" for stage, count in counts.items() if count)
    return sentence("evaluation.lost", count=len(lost), stages=", ".join(named))


def _readable(name: str) -> str:
    return name.replace("_", " ")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{french_number(100 * share)} %"
