"""The pictures of an evaluation: bars by group; how far the confidence can be trusted, and what refusing costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.calibration import Bin, Curves, Point
from assistant.evaluation.report import Report, percent, readable
from assistant.wording import sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, PALE, OCHRE, GREY = "#1f4e8c", "#8fb3dd", "#c77f1a", "#777777"  # told apart by colour-blind readers too
BARS = {"hit_at_1": BLUE, "hit_at_3": PALE, "kept_away": OCHRE}


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
        axes.bar_label(bars, [percent(share) for share in shares], padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [readable(name) for name in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xlabel("%")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(sentence("evaluation.picture", file=report.questions.name), loc="left", fontsize=11)
    figure.legend(loc="outside lower center", ncols=len(BARS), frameon=False, fontsize=9)
    figure.savefig(path, dpi=130)


def draw_curves(path: Path, report: Report) -> None:
    """Two panels: the calibration, with the bounds of each share; the refusal curve, with what the rules of today do.

    Raises:
        ImportError: matplotlib, of the optional extra `evaluation`, is not installed.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 5.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _calibration(left, report.curves.calibration)
    _refusal(right, report.curves)
    for axes, corner in ((left, "upper left"), (right, "lower left")):
        axes.legend(loc=corner, fontsize=9, framealpha=0.9)
        axes.set_ylim(0, 104)
        axes.set_xlim(0, 104)
        axes.grid(color="#e4e4e4", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    title = sentence("evaluation.curves.picture", file=report.questions.name, count=len(report.judged))
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    figure.savefig(path, dpi=130)


def _calibration(axes: Axes, bins: tuple[Bin, ...]) -> None:
    confidence = [100 * one.confidence for one in bins]
    right = [100 * one.right for one in bins]
    below = [100 * (one.right - one.low) for one in bins]
    above = [100 * (one.high - one.right) for one in bins]
    axes.plot([0, 100], [0, 100], "--", color=GREY, linewidth=1, label=sentence("evaluation.curves.perfect"))
    axes.errorbar(
        confidence, right, yerr=[below, above], fmt="o-", color=BLUE, ecolor=PALE, capsize=3,
        label=sentence("evaluation.curves.measured"),
    )  # fmt: skip
    for one in bins:
        axes.annotate(str(one.count), (100 * one.confidence, 100 * one.right), (6, 5), textcoords="offset points",
                      fontsize=8, color=GREY)  # fmt: skip
    axes.set_xlabel(sentence("evaluation.curves.confidence"))
    axes.set_ylabel(sentence("evaluation.curves.right_first"))
    axes.set_title(sentence("evaluation.curves.calibration"), loc="left", fontsize=10)


def _refusal(axes: Axes, measured: Curves) -> None:
    today = measured.today
    for name, colour in (("right", BLUE), ("kept_away", OCHRE)):
        known = [(one.shown, getattr(one, name)) for one in measured.refusal]
        drawn = [(100 * shown, 100 * share) for shown, share in known if shown is not None and share is not None]
        axes.plot(
            [x for x, _ in drawn],
            [y for _, y in drawn],
            ".-",
            color=colour,
            label=sentence(f"evaluation.curves.{name}"),
        )
        _mark_today(axes, today, name, colour)
    axes.plot([], [], "*", color=GREY, markersize=13, label=sentence("evaluation.curves.today"))
    axes.set_xlabel(sentence("evaluation.curves.shown"))
    axes.set_ylabel("%")
    axes.set_title(sentence("evaluation.curves.refusal"), loc="left", fontsize=10)


def _mark_today(axes: Axes, today: Point, name: str, colour: str) -> None:
    share = getattr(today, name)
    if today.shown is not None and share is not None:
        axes.plot([100 * today.shown], [100 * share], "*", color=colour, markersize=15, markeredgecolor="white")
