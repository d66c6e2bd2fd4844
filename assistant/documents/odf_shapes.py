"""Where the shapes of an OpenDocument deck stand, and what is drawn under each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from assistant.documents.colours import WHITE, Box, Colour, Surface, colour_under
from assistant.documents.odf_styles import Styles, points
from assistant.documents.odf_words import Look, Words

EDGE = 0.15  # of the slide's height, at the top and at the bottom, where a repeated text is a frame
BAND = 0.05  # of the slide's height: shapes whose tops are this near stand in one row, read from left to right
FRAME_CLASSES = {"date-time", "footer", "header", "page-number", "page", "handout"}
DRAWN = {
    "draw:frame", "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:circle", "draw:polygon", "draw:path",
}  # fmt: skip


class Master:
    """The master pages: what is drawn under the slides, and the size of these, in points (0 when nobody knows)."""

    def __init__(self, document: Any) -> None:
        self._styles = Styles((document.styles,))
        self._pages = {
            page.attributes.get("style:name", ""): page for page in document.styles.get_elements("//style:master-page")
        }
        layouts = {
            layout.attributes.get("style:name", ""): {k: v for c in layout.children for k, v in c.attributes.items()}
            for layout in document.styles.get_elements("//style:page-layout")
        }
        names = {slide.attributes.get("draw:master-page-name") for slide in document.body.children}
        used = [page for name, page in self._pages.items() if name in names]
        layout = layouts.get(used[0].attributes.get("style:page-layout-name", ""), {}) if used else {}
        self.width = points(layout.get("fo:page-width")) or 0.0
        self.height = points(layout.get("fo:page-height")) or 0.0

    def sheet(self, slide: Any, styles: Styles) -> Colour | None:
        """The background of a slide: its own, else its master's, else white."""
        master = self._pages.get(slide.attributes.get("draw:master-page-name", ""))
        name = master.attributes.get("draw:style-name", "") if master is not None else ""
        under = self._styles.fill("drawing-page", name, WHITE)
        return styles.fill("drawing-page", slide.attributes.get("draw:style-name", ""), under)

    def surfaces(self, slide: Any) -> list[Surface]:
        """What the master draws under a slide."""
        master = self._pages.get(slide.attributes.get("draw:master-page-name", ""))
        return [s for shape in _drawn(master) for s in _surface(shape, self._styles)] if master is not None else []


def in_order(slide: Any, words: Words, styles: Styles, master: Master) -> list[tuple[Any, Look]]:
    """The shapes on the slide in reading order, and how text looks inside them."""
    sheet = master.sheet(slide, styles)
    surfaces = master.surfaces(slide)
    found: list[tuple[Box, Any, Look]] = []
    for shape in _drawn(slide):
        box = _box(shape)
        under = colour_under(box, surfaces, sheet)
        surfaces.extend(_surface(shape, styles))
        if shape.attributes.get("presentation:class") in FRAME_CLASSES or _is_off(box, master):
            continue
        look = words.inside(shape, Look(ground=under))
        found.append((box or (0, 0, 0, 0), shape, look if box else replace(look, ground=None)))
    band = max(1.0, master.height * BAND)
    found.sort(key=lambda placed: (placed[0][1] // band, placed[0][0]))
    titles = [placed for placed in found if placed[1].attributes.get("presentation:class") == "title"]
    others = [placed for placed in found if placed[1].attributes.get("presentation:class") != "title"]
    return [(shape, look) for _, shape, look in chain(titles, others)]


def _drawn(parent: Any) -> Iterator[Any]:
    """The shapes of a slide in the order of drawing, those of groups included: their coordinates are the slide's."""
    for child in parent.children:
        if child.tag == "draw:g":
            yield from _drawn(child)
        elif child.tag in DRAWN:
            yield child


def _surface(shape: Any, styles: Styles) -> list[Surface]:
    """What a shape hides of what is under it."""
    box = _box(shape)
    if box is None or ("presentation:class" in shape.attributes and not shape.get_elements("./draw:image")):
        return []
    if shape.get_elements("./draw:image | ./draw:object"):
        return [Surface(box, None)]
    for family, name in (("presentation", "presentation:style-name"), ("graphic", "draw:style-name")):
        style = shape.attributes.get(name)
        if style and styles.is_filled(family, style):
            return [Surface(box, styles.fill(family, style, None))]
    return []


def _box(shape: Any) -> Box | None:
    """(left, top, right, bottom) in points from the slide's top left; None when it is turned or nobody knows."""
    told = shape.attributes
    if "draw:transform" in told:
        return None
    x, y = points(told.get("svg:x")), points(told.get("svg:y"))
    width, height = points(told.get("svg:width")), points(told.get("svg:height"))
    if x is None or y is None:
        return None
    return x, y, x + (width or 0), y + (height or 0)


def _is_off(box: Box | None, master: Master) -> bool:
    if box is None or not master.width:
        return False
    left, top, right, bottom = box
    return left >= master.width or top >= master.height or right < 0 or bottom < 0


def at_edge(shape: Any, height: float) -> bool:
    """Does it stand where a repeated text is a frame?"""
    box = _box(shape)
    if box is None or not height or shape.attributes.get("presentation:class") == "title":
        return False
    return not EDGE * height <= (box[1] + box[3]) / 2 <= (1 - EDGE) * height
