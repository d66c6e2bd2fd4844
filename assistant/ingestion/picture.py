"""A picture of the corpus: how many documents a year, by kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.wording import sentence

WIDEST = 40  # characters of a bar in a terminal


def corpus_lines(counts: Sequence[tuple[str, str, int]]) -> list[str]:
    """(year or "", kind, number) → bars for a terminal, a line a year; what has no date comes last."""
    totals = _by_year(counts)
    most = max(totals.values(), default=1)
    lines = []
    for year, total in totals.items():
        kinds = ", ".join(f"{kind} {count}" for of, kind, count in counts if of == year)
        bar = "█" * max(1, round(WIDEST * total / most))
        lines.append(f"{year or sentence('ingest.undated'):>9} {bar} {total} ({kinds})")
    return lines


def draw_corpus(path: Path, counts: Sequence[tuple[str, str, int]]) -> None:
    """Bars a year, stacked by kind; what has no date comes last.

    Raises:
        ImportError: matplotlib, of the optional extra `evaluation`, is not installed.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    years = list(_by_year(counts))
    number = {(year, kind): count for year, kind, count in counts}
    figure = Figure(figsize=(max(6.0, 1.5 + 0.6 * len(years)), 4.2), layout="constrained")
    axes = figure.subplots()
    floor = [0] * len(years)
    for kind in sorted({kind for _, kind, _ in counts}):
        heights = [number.get((year, kind), 0) for year in years]
        axes.bar(range(len(years)), heights, 0.7, bottom=floor, label=kind)
        floor = [below + height for below, height in zip(floor, heights, strict=True)]
    axes.set_xticks(range(len(years)), [year or sentence("ingest.undated") for year in years])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(sentence("ingest.picture", count=sum(number.values())), loc="left", fontsize=11)
    if counts:
        figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    figure.savefig(path, dpi=130)


def _by_year(counts: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for year, _, count in sorted(counts, key=lambda row: (not row[0], row[0])):
        totals[year] = totals.get(year, 0) + count
    return totals
