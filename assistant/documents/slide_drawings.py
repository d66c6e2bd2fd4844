"""What charts and SmartArt say in words and figures, from the XML that they are drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from assistant.documents.reading import labelled, written

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MOST_ROWS = 500  # of a chart
MOST_DEPTH = 8  # of a diagram
SHOWN_POINTS = (None, "node", "asst")


def chart_rows(space: Any) -> Iterator[str]:
    """The title of a chart, then a row for each category: « Albert | Prises : 5400 | Foyers : 3000 »."""
    if title := " ".join(_texts(space.find(f"{CHART}chart/{CHART}title"))):
        yield title
    series = [(_label(one), _points(one, "cat"), _points(one, "val")) for one in space.iter(f"{CHART}ser")]
    categories = {at: text for _, names, _ in reversed(series) for at, text in names.items()}
    for at in sorted(categories)[:MOST_ROWS]:
        values = [(label, points.get(at, "")) for label, _, points in series]
        if any(value for _, value in values):
            yield labelled([("", categories[at]), *values])


def _label(series: Any) -> str:
    return " ".join(value.text or "" for value in series.findall(f"{CHART}tx//{CHART}v"))


def _points(series: Any, kind: str) -> dict[int, str]:
    """The values of a series by their place, those of several levels of categories joined."""
    found: dict[int, str] = {}
    for points in (series.findall(f"{CHART}{kind}//{CHART}lvl") or series.findall(f"{CHART}{kind}/*/*"))[::-1]:
        code = points.findtext(f"{CHART}formatCode") or ""
        for point in points.findall(f"{CHART}pt"):
            at, value = int(point.get("idx", 0)), point.findtext(f"{CHART}v") or ""
            value = _told(value, code) if points.tag == f"{CHART}numCache" else value
            found[at] = f"{found[at]} {value}" if at in found else value
    return found


def _told(value: str, code: str) -> str:
    """A number as people read it; a date when the format of the numbers says so."""
    try:
        number = float(value)
    except ValueError:
        return value
    if "yy" in code.lower() and 0 < number < 100_000:
        return (date(1899, 12, 30) + timedelta(days=int(number))).isoformat()
    return written(number)


def diagram_points(frame: Any) -> Iterator[tuple[str, int]]:
    """(text, level) of each point of a SmartArt, in order; nothing when the frame holds none."""
    references = next(frame._element.iter(f"{DIAGRAM}relIds"), None)
    if references is None or (part := references.get(f"{RELATION}dm")) is None:
        return
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    try:
        data = fromstring(frame.part.related_part(part).blob, XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, XMLSyntaxError):
        return
    points = {point.get("modelId"): point for point in data.iter(f"{DIAGRAM}pt")}
    below: dict[str | None, list[tuple[int, str | None]]] = {}
    for link in data.iter(f"{DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            below.setdefault(link.get("srcId"), []).append((int(link.get("srcOrd", 0)), link.get("destId")))
    told: set[str | None] = set()
    roots = [name for name, point in points.items() if point.get("type") == "doc"]
    for name in [*roots, *points]:
        yield from _below(name, points, below, told, -1 if name in roots else 0)


def _below(
    name: str | None, points: dict[str | None, Any], below: dict[Any, Any], told: set[str | None], level: int
) -> Iterator[tuple[str, int]]:
    """A point and those that hang from it, each once: links may go round in circles."""
    if name in told or name not in points or level > MOST_DEPTH:
        return
    told.add(name)
    if points[name].get("type") in SHOWN_POINTS:
        for text in _texts(points[name].find(f"{DIAGRAM}t")):
            yield text, max(0, level)
    for _, child in sorted(below.get(name, ()), key=lambda link: link[0]):
        yield from _below(child, points, below, told, level + 1)


def _texts(body: Any) -> Iterator[str]:
    """The paragraphs of a text, those that have words."""
    for paragraph in body.iter(f"{DRAWING}p") if body is not None else ():
        words = "".join(text.text or "" for text in paragraph.iter(f"{DRAWING}t"))
        if words.strip():
            yield words
