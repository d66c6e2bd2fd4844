"""Runs of text with their boxes on a page → lines in reading order, columns one after the other.

Points, the origin at the bottom left, as in a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from assistant.documents.reading import CELL_SEPARATOR

BULLET = re.compile(r"[•⇒→▪◦●■‣\uf0b7\uf0a7–—-](?=\s|\Z)\s*")
FEWEST_LINES = 3  # of a column
FEWEST_CHARACTERS = 15  # of a column's line, on average: shorter ones are the cells of a table
GUTTER = 0.7  # of the text's height: the narrowest white space between two columns
CELL_GAP = 2.0  # of the text's height: a wider white space on a line parts two cells
BREAK = 2.0  # of the text's height: a higher white space ends the columns
ITEM_INDENT = 4.0  # of the text's height: the widest white space after a bullet
PARAGRAPH_GAP = 0.35  # of the text's height, above the usual space between two lines
SAME_SIZE = 0.12
LONGEST_WORD = 40  # characters
COMPOUND = re.compile(
    r"(?i)(?:(?:peut|est|ci|vice|non|sous|mi|semi|demi|porte|rendez|au|là|celui|celle|ceux|quelques|t)-"
    r"|-(?:être|ce|il|elle|on|ils|elles|vous|nous|je|tu|là|ci|même|mêmes|dessus|dessous|t|à))"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in a row with no wide space between them; also a whole line."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> float:
        """The height of its characters."""
        return self.top - self.bottom

    def beside(self, other: Run) -> bool:
        """Do the two stand on one line?"""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        return shared > 0.5 * min(self.size, other.size)


def reading_order(runs: Iterable[Run]) -> list[Run]:
    """The lines of a page. What stands side by side is one line, unless it is in columns."""
    return _order(sorted(_with_bullets(list(runs)), key=lambda run: (-run.top, run.left)))


def paragraphs(lines: Sequence[Run]) -> list[list[Run]]:
    """Lines in reading order → those of each paragraph, list item or row of a table."""
    usual = _usual_gap(lines)
    found: list[list[Run]] = []
    for line in lines:
        if found and _continues(found[-1], line, usual):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def join_lines(lines: Iterable[str]) -> str:
    """The text of a paragraph: a word cut at the end of a line is whole again, a compound keeps its hyphen."""
    text = ""
    for line in lines:
        cut, rest = re.search(r"[^\W\d_]+-\Z", text[-LONGEST_WORD:]), re.match(r"[a-zà-ÿœ]+", line)
        if cut and rest:
            compound = COMPOUND.fullmatch(cut.group()) or COMPOUND.fullmatch(f"-{rest.group()}")
            text = (text if compound else text[:-1]) + line
        else:
            text = f"{text}\n{line}" if text else line
    return text


def _order(runs: list[Run]) -> list[Run]:
    lines: list[Run] = []
    while runs:
        columns = _columns(runs)
        if columns:
            taken = {id(run) for column in columns for run in column}
            for column in columns:
                lines.extend(_order(column))
            runs = [run for run in runs if id(run) not in taken]
            continue
        row = [run for run in runs if run.beside(runs[0])]
        lines.append(_line(row))
        runs = [run for run in runs if not run.beside(row[0])]
    return lines


def _columns(runs: list[Run]) -> list[list[Run]]:
    """The columns that begin with the first run, left to right; none when it does not stand in a column."""
    taken: list[Run] = []
    spans: list[tuple[float, float]] = []
    for run in runs:
        if taken and min(other.bottom for other in taken) - run.top > BREAK * run.size:
            break
        merged = _merge(spans, run)
        if len(spans) > 1 and len(merged) == 1:
            break
        spans = merged
        taken.append(run)
    columns = [[run for run in taken if left <= run.left <= right] for left, right in spans]
    return columns if len(columns) > 1 and all(_is_column(column) for column in columns) else []


def _merge(spans: list[tuple[float, float]], run: Run) -> list[tuple[float, float]]:
    """The stretches of the page's width that are written on, one more run being written."""
    near = GUTTER * run.size
    apart = [span for span in spans if span[1] + near < run.left or run.right + near < span[0]]
    together = [span for span in spans if span not in apart]
    whole = (min([run.left, *(s[0] for s in together)]), max([run.right, *(s[1] for s in together)]))
    return sorted([*apart, whole])


def _is_column(column: list[Run]) -> bool:
    return len(column) >= FEWEST_LINES and sum(len(run.text) for run in column) >= FEWEST_CHARACTERS * len(column)


def _line(row: list[Run]) -> Run:
    """What stands side by side, as one run."""
    row = sorted(row, key=lambda run: run.left)
    text = row[0].text
    for before, run in pairwise(row):
        wide = run.left - before.right > CELL_GAP * max(before.size, run.size)
        text += (CELL_SEPARATOR if wide else " ") + run.text
    return _around(text, row)


def _with_bullets(runs: list[Run]) -> list[Run]:
    """A bullet that stands alone joins what it is the bullet of."""
    alone = [run for run in runs if BULLET.fullmatch(run.text.strip())]
    for bullet in alone:
        following = [
            run
            for run in runs
            if run is not bullet and run.beside(bullet) and 0 <= run.left - bullet.right < ITEM_INDENT * run.size
        ]
        if following:
            item = min(following, key=lambda run: run.left)
            runs = [run for run in runs if run is not bullet and run is not item]
            runs.append(_around(f"{bullet.text.strip()} {item.text}", [bullet, item]))
    return runs


def _around(text: str, runs: Sequence[Run]) -> Run:
    tallest = max(runs, key=lambda run: run.size)
    return Run(text, min(r.left for r in runs), tallest.bottom, max(r.right for r in runs), tallest.top)


def _usual_gap(lines: Sequence[Run]) -> float:
    """The white space between two lines, as a share of their height."""
    gaps = [
        (above.bottom - below.top) / below.size
        for above, below in pairwise(lines)
        if below.size and abs(above.bottom - below.top) < below.size
    ]
    return median(gaps) if gaps else 0.0


def _continues(paragraph: list[Run], line: Run, usual: float) -> bool:
    """Is the line the next one of the paragraph?"""
    above = paragraph[-1]
    if BULLET.match(line.text) or CELL_SEPARATOR in line.text or CELL_SEPARATOR in above.text:
        return False
    if abs(line.size - above.size) > SAME_SIZE * max(line.size, above.size):
        return False
    gap = (above.bottom - line.top) / line.size if line.size else 0.0
    if gap < -1:  # at the top of the next column
        return not re.search(r"[.!?:;…]\s*\Z", above.text) and line.text[:1].islower()
    return gap <= usual + PARAGRAPH_GAP
