"""Where the shapes of a slide stand, in the order of drawing and in the order of reading, groups opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.documents.colours import Box

PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
BAND = 0.05  # of the slide's height: shapes whose tops are this near stand in one row, read from left to right
FRAME_PLACEHOLDERS = {"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape and its box on the slide, in EMU; None when nobody knows it."""

    shape: Any
    box: Box | None


@dataclass(frozen=True, slots=True)
class Frame:
    """How the coordinates of what holds shapes become those of the slide, and the boxes that are already known.

    python-pptx looks through the layout and the master for each side of each placeholder: once is enough.
    """

    scale: tuple[float, float] = (1, 1)
    shift: tuple[float, float] = (0, 0)
    known: dict[Any, Box | None] = field(default_factory=dict)

    def box(self, shape: Any) -> Box | None:
        """(left, top, right, bottom) on the slide."""
        if shape._element not in self.known:
            self.known[shape._element] = self._box(shape.left, shape.top, shape.width, shape.height)
        return self.known[shape._element]

    def _box(self, left: float | None, top: float | None, width: float | None, height: float | None) -> Box | None:
        if left is None or top is None or width is None or height is None:
            return None
        x, y = left * self.scale[0] + self.shift[0], top * self.scale[1] + self.shift[1]
        return x, y, x + width * self.scale[0], y + height * self.scale[1]

    def inside(self, group: Any) -> Frame:
        """The frame of the shapes of a group, which have coordinates of their own."""
        box = self.box(group)
        origin = group._element.xpath("./p:grpSpPr/a:xfrm/a:chOff")
        extent = group._element.xpath("./p:grpSpPr/a:xfrm/a:chExt")
        if box is None or not origin or not extent:
            return self
        width, height = int(extent[0].get("cx", 0)), int(extent[0].get("cy", 0))
        scale = ((box[2] - box[0]) / width if width else 1.0, (box[3] - box[1]) / height if height else 1.0)
        x, y = int(origin[0].get("x", 0)), int(origin[0].get("y", 0))
        return Frame(scale, (box[0] - x * scale[0], box[1] - y * scale[1]), self.known)


def open_alternatives(slide: Any) -> None:
    """Put in place of each alternative what recent programs show of it: python-pptx sees neither."""
    for alternative in list(slide._element.iter(f"{COMPATIBILITY}AlternateContent")):
        choice = alternative.find(f"{COMPATIBILITY}Choice")
        if choice is not None and (parent := alternative.getparent()).tag.startswith(PRESENTATION):
            at = parent.index(alternative)
            parent[at : at + 1] = list(choice)


def drawn(shapes: Iterable[Any], frame: Frame) -> Iterator[Placed]:
    """The shapes that are not hidden, in the order of drawing."""
    for shape in shapes:
        if is_hidden(shape):
            continue
        if is_group(shape):
            yield from drawn(shape.shapes, frame.inside(shape))
        else:
            yield Placed(shape, frame.box(shape))


def in_reading_order(shapes: Iterable[Any], width: int, height: int, frame: Frame) -> Iterator[Placed]:
    """The shapes that stand on the slide, row by row; those of a group where the group stands."""
    band = max(1.0, height * BAND)
    placed = [Placed(shape, frame.box(shape)) for shape in shapes if not is_hidden(shape)]
    placed.sort(key=lambda one: (one.box[1] // band, one.box[0]) if one.box else (0, 0))
    for one in placed:
        if is_group(one.shape):
            yield from in_reading_order(one.shape.shapes, width, height, frame.inside(one.shape))
        elif not _is_frame(one.shape) and not _is_off(one.box, width, height):
            yield one


def is_group(shape: Any) -> bool:
    """Does it hold other shapes?"""
    return bool(shape._element.tag == f"{PRESENTATION}grpSp")


def is_hidden(shape: Any) -> bool:
    """Was it hidden in the list of shapes?"""
    return any(element.get("hidden") in ("1", "true") for element in shape._element.xpath("./*/p:cNvPr"))


def _is_frame(shape: Any) -> bool:
    return bool(shape.is_placeholder and shape.placeholder_format.type.name in FRAME_PLACEHOLDERS)


def _is_off(box: Box | None, width: int, height: int) -> bool:
    """Does it stand wholly off the slide, or have no extent? A width of 0 means that nobody knows the slide's."""
    if box is None or not width:
        return False
    left, top, right, bottom = box
    off = left >= width or top >= height or right <= 0 or bottom <= 0
    return off or not (right > left or bottom > top)
