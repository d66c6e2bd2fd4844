"""The Somme coloured by coverage: from contours when somebody loaded them, else a square per commune, by EPCI."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answering.fibre_say import percent
from assistant.figures import Connectable, Coverage
from assistant.web.fibre_table import Row, folded, totals
from assistant.wording import french_number, sentence, wording

# INSEE code → rings of (longitude, latitude), in degrees.
Contours = Mapping[str, tuple[tuple[tuple[float, float], ...], ...]]

# Shares, in percent, at which a class begins; the last one is for what is complete.
BOUNDS = (80.0, 90.0, 95.0)
CLASSES = len(BOUNDS) + 2
UNCOUNTED = "sans"  # the class of a commune without a figure

WIDTH = 1000  # units of the drawing of contours
COLUMNS, SIDE, GAP = 12, 20, 3  # squares in a row, and their size in units


@dataclass(frozen=True, slots=True)
class Shape:
    """A commune of a drawing. `path` is the `d` of an SVG path; `shade` names its class, `title` says its figure."""

    path: str
    shade: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a sheet of `width` × `height` units. `label` says in words what it shows."""

    name: str
    figure: str
    label: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Communes as SVG paths, by INSEE code, on a sheet of `WIDTH` × `height` units."""

    height: int
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the legend."""

    shade: str
    text: str
    count: int


def shade(coverage: Coverage[Connectable] | None) -> str:
    """The name of the class of a figure: "c0", the least, to "c4", complete."""
    if coverage is None:
        return UNCOUNTED
    if coverage.covered == coverage.premises:
        return f"c{CLASSES - 1}"
    return f"c{sum(coverage.percent >= bound for bound in BOUNDS)}"


def legend(rows: Sequence[Row]) -> tuple[Step, ...]:
    """The classes with their bounds, and how many of the rows are in each."""
    counts = Counter(shade(row.coverage) for row in rows)
    steps = [Step(f"c{rank}", text, counts[f"c{rank}"]) for rank, text in enumerate(wording("fibre_page.classes"))]
    if counts[UNCOUNTED]:
        steps.append(Step(UNCOUNTED, sentence("fibre_page.uncounted"), counts[UNCOUNTED]))
    return tuple(steps)


def summary(rows: Sequence[Row]) -> str:
    """The legend's counts in one line, for whoever does not see colours."""
    return ", ".join(f"{step.text} : {step.count}" for step in legend(rows) if step.count)


def outlines(contours: Contours, codes: frozenset[str]) -> Outlines | None:
    """The communes of those codes where they are; None without a contour of any of them.

    Plate carrée scaled by the cosine of the middle latitude: at the size of a département, shapes look right.
    """
    drawn = {code: rings for code, rings in contours.items() if code in codes and any(rings)}
    points = [point for rings in drawn.values() for ring in rings for point in ring]
    if not points:
        return None
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    narrower = math.cos(math.radians((south + north) / 2))
    if east <= west or north <= south:
        return None
    scale = WIDTH / ((east - west) * narrower)

    def closed(ring: Sequence[tuple[float, float]]) -> str:
        """As SVG; points that fall on the one before are of no use at this size."""
        placed = ((round((lon - west) * narrower * scale), round((north - lat) * scale)) for lon, lat in ring)
        kept = "L".join(f"{x} {y}" for (x, y), _ in groupby(placed))
        return f"M{kept}Z" if kept else ""

    paths = {code: "".join(closed(ring) for ring in rings) for code, rings in drawn.items()}
    return Outlines(round((north - south) * scale), paths)


class LastOutlines:
    """The outlines of the contours that were last asked for: those of a whole département take a third of a second."""

    def __init__(self) -> None:
        self._last: tuple[Contours, frozenset[str], Outlines | None] | None = None

    def of(self, contours: Contours, codes: frozenset[str]) -> Outlines | None:
        """What `outlines` gives, drawn again only when there are other contours."""
        last = self._last  # read once: threads share this
        if last is None or last[0] is not contours or last[1] != codes:
            last = self._last = (contours, codes, outlines(contours, codes))
        return last[2]


def contour_map(rows: Sequence[Row], chosen: frozenset[str], outlined: Outlines) -> Drawing:
    """The communes that have an outline, coloured; `chosen` are the codes of those that stand out."""
    drawn = [row for row in rows if row.commune.code in outlined.paths]
    shapes = tuple(_shape(row, chosen, outlined.paths[row.commune.code]) for row in drawn)
    label = sentence("fibre_page.map_label", summary=summary(drawn))
    return Drawing("", "", label, WIDTH, outlined.height, shapes)


def epci_grid(rows: Sequence[Row], chosen: frozenset[str]) -> tuple[Drawing, ...]:
    """One block per EPCI, in the order of their names; a square per commune, in the order of theirs."""
    by_epci = sorted(rows, key=lambda row: (folded(row.commune.epci), row.commune.epci_code))
    blocks = [tuple(block) for _, block in groupby(by_epci, key=lambda row: row.commune.epci_code)]
    return tuple(_block(sorted(block, key=lambda row: folded(row.commune.name)), chosen) for block in blocks)


def _block(rows: Sequence[Row], chosen: frozenset[str]) -> Drawing:
    pitch = SIDE + GAP
    shapes = tuple(
        _shape(row, chosen, f"M{place % COLUMNS * pitch} {place // COLUMNS * pitch}h{SIDE}v{SIDE}h-{SIDE}Z")
        for place, row in enumerate(rows)
    )
    name, added = rows[0].commune.epci, totals(rows)
    figure = sentence("fibre_page.share", percent=percent(added)) if added else sentence("fibre_page.none")
    label = sentence("fibre_page.block_label", epci=name, summary=summary(rows))
    height = math.ceil(len(rows) / COLUMNS) * pitch - GAP
    return Drawing(name, figure, label, COLUMNS * pitch - GAP, height, shapes)


def _shape(row: Row, chosen: frozenset[str], path: str) -> Shape:
    return Shape(path, shade(row.coverage), _title(row), row.commune.code in chosen)


def _title(row: Row) -> str:
    if row.coverage is None:
        return sentence("fibre_page.commune_uncounted", name=row.commune.name)
    return sentence(
        "fibre_page.commune_figure",
        name=row.commune.name,
        covered=french_number(row.coverage.covered),
        premises=french_number(row.coverage.premises),
        percent=percent(row.coverage),
    )
