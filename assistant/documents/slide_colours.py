"""Which words of a slide nobody sees: of no size, transparent, or of the colour of what is under them.

Colours are resolved through the theme; the background is the fill of the shape, else what is drawn under it, else that
of the slide, of its layout or of its master. A colour that nobody knows (a picture, a gradient) hides nothing.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from enum import Enum
from typing import Any

from assistant.documents.colours import WHITE, Colour, Surface, colour_of_hex, colour_under, same_colour
from assistant.documents.slide_shapes import PRESENTATION, Frame, Placed, drawn

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
THEME = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
CELL = f"{DRAWING}tc"
SHAPE = f"{PRESENTATION}sp"
NO_SIZE = 150  # hundredths of a point
FAINT = 0.1  # opacity under which nobody sees
SOLID = 0.9  # opacity above which what is under is not seen
NAMED = {"white": WHITE, "black": (0, 0, 0)}
FILLS = {f"{DRAWING}{kind}" for kind in ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill", "noFill")}
PLAIN_BACKGROUND = "1001"  # of a theme's list of backgrounds: its first, one colour


class Fill(Enum):
    """What an element says of its own filling."""

    UNSAID = 1
    NONE = 2
    FILLED = 3


class Palette:
    """The colours of the theme, as a slide names them."""

    def __init__(self, slide: Any) -> None:
        master = slide.slide_layout.slide_master
        self._named = _theme(master)
        mapping = slide._element.find(f".//{DRAWING}overrideClrMapping")
        mapping = mapping if mapping is not None else master._element.find(f"{PRESENTATION}clrMap")
        for name, meaning in dict(mapping.attrib if mapping is not None else {}).items():
            self._named[name] = self._named.get(meaning)

    def colour(self, parent: Any) -> tuple[Colour | None, float]:
        """The colour that an element holds, None when nobody knows, and its opacity from 0 to 1."""
        for child in parent:
            if not isinstance(child.tag, str) or not child.tag.endswith("Clr"):
                continue
            changes = {change.tag.rpartition("}")[2]: int(change.get("val", 0)) / 100_000 for change in child}
            opacity = changes.pop("alpha", 1.0)
            return _changed(self._plain(child), changes), opacity
        return None, 1.0

    def _plain(self, element: Any) -> Colour | None:
        value = element.get("val", "")
        match element.tag.rpartition("}")[2]:
            case "srgbClr":
                return colour_of_hex(value)
            case "sysClr":
                return colour_of_hex(element.get("lastClr"))
            case "schemeClr":
                return self._named.get(value)
            case "prstClr":
                return NAMED.get(value)
        return None

    def fill(self, properties: Any) -> tuple[Fill, Colour | None]:
        """How an element is filled, by its properties."""
        if properties is None:
            return Fill.UNSAID, None
        for child in properties:
            if child.tag not in FILLS:
                continue
            if child.tag == f"{DRAWING}noFill":
                return Fill.NONE, None
            if child.tag != f"{DRAWING}solidFill":
                return Fill.FILLED, None
            return self._painted(*self.colour(child))
        return Fill.UNSAID, None

    def styled(self, style: Any) -> tuple[Fill, Colour | None]:
        """The same by the style of a shape: the first filling of a theme is plain, the others are gradients."""
        reference = style.find(f"{DRAWING}fillRef") if style is not None else None
        if reference is None:
            return Fill.UNSAID, None
        if reference.get("idx", "0") == "0":
            return Fill.NONE, None
        colour, opacity = self.colour(reference)
        return self._painted(colour if reference.get("idx") == "1" else None, opacity)

    @staticmethod
    def _painted(colour: Colour | None, opacity: float) -> tuple[Fill, Colour | None]:
        if opacity < FAINT:
            return Fill.NONE, None
        return Fill.FILLED, colour if opacity > SOLID else None


class Sight:
    """Tells which runs of text of a slide are seen. `frame` knows where its shapes stand."""

    def __init__(self, slide: Any, frame: Frame) -> None:
        self._palette = Palette(slide)
        self._under: dict[Any, Colour | None] = {}
        sheet = self._sheet(slide)
        surfaces = list(self._masters(slide))
        for placed in drawn(slide.shapes, frame):
            fill, colour = self._filling(placed.shape)
            under = colour_under(placed.box, surfaces, sheet)
            self._under[placed.shape._element] = colour if fill is Fill.FILLED else under
            surfaces.extend(self._surface(placed))

    def sees(self, run: Any) -> bool:
        """Does somebody who looks at the slide see this run?"""
        properties = run.find(f"{DRAWING}rPr")
        if properties is not None and int(properties.get("sz", NO_SIZE)) < NO_SIZE:
            return False
        fill, colour, opacity = self._ink(run, properties)
        if fill is Fill.NONE or opacity < FAINT:
            return properties is not None and properties.find(f"{DRAWING}ln") is not None
        under = self._ground(run)
        return colour is None or under is None or not same_colour(colour, under)

    def _ink(self, run: Any, properties: Any) -> tuple[Fill, Colour | None, float]:
        """The colour of a run: its own, else that of its level in the shape."""
        paragraph = run.getparent()
        level = paragraph.find(f"{DRAWING}pPr")
        depth = int(level.get("lvl", 0)) + 1 if level is not None else 1
        listed = paragraph.getparent().find(f"{DRAWING}lstStyle/{DRAWING}lvl{depth}pPr/{DRAWING}defRPr")
        for owner in (properties, listed):
            for child in owner if owner is not None else ():
                if child.tag == f"{DRAWING}noFill":
                    return Fill.NONE, None, 1.0
                if child.tag == f"{DRAWING}solidFill":
                    return Fill.FILLED, *self._palette.colour(child)
                if child.tag in FILLS:
                    return Fill.FILLED, None, 1.0
        return Fill.UNSAID, None, 1.0

    def _ground(self, run: Any) -> Colour | None:
        """What is under a run. In a cell without a filling of its own it comes from a style that is not read."""
        for owner in run.iterancestors(CELL, SHAPE):
            if owner.tag == CELL:
                return self._palette.fill(owner.find(f"{DRAWING}tcPr"))[1]
            return self._under.get(owner)
        return None

    def _filling(self, shape: Any) -> tuple[Fill, Colour | None]:
        """Of a shape, or of the placeholder of the layout or the master that it takes after."""
        while shape is not None:
            element = shape._element
            for fill in (
                self._palette.fill(element.find(f"{PRESENTATION}spPr")),
                self._palette.styled(element.find(f"{PRESENTATION}style")),
            ):
                if fill[0] is not Fill.UNSAID:
                    return fill
            shape = getattr(shape, "_base_placeholder", None)
        return Fill.UNSAID, None

    def _surface(self, placed: Placed) -> Iterator[Surface]:
        """What a shape hides of what is under it; a picture, a table, a chart have colours that nobody knows."""
        kind = placed.shape._element.tag
        if placed.box is None or kind == f"{PRESENTATION}cxnSp":
            return
        fill, colour = self._filling(placed.shape) if kind == SHAPE else (Fill.FILLED, None)
        if fill is Fill.FILLED:
            yield Surface(placed.box, colour)

    def _masters(self, slide: Any) -> Iterator[Surface]:
        """What the master and the layout draw under the slide; their placeholders are not drawn."""
        layout = slide.slide_layout
        shown = [] if slide._element.get("showMasterSp") == "0" else [layout]
        if shown and layout._element.get("showMasterSp") != "0":
            shown.insert(0, layout.slide_master)
        for owner in shown:
            for placed in drawn((shape for shape in owner.shapes if not shape.is_placeholder), Frame()):
                yield from self._surface(placed)

    def _sheet(self, slide: Any) -> Colour | None:
        """The background of a slide, else of its layout, else of its master; white when none says."""
        layout = slide.slide_layout
        for owner in (slide, layout, layout.slide_master):
            background = owner._element.find(f"{PRESENTATION}cSld/{PRESENTATION}bg")
            if background is None or not len(background):
                continue
            told = background[0]
            if told.tag == f"{PRESENTATION}bgRef":
                return self._palette.colour(told)[0] if told.get("idx") == PLAIN_BACKGROUND else None
            return self._palette.fill(told)[1]
        return WHITE


def _theme(master: Any) -> dict[str, Colour | None]:
    """The colours of a master's theme by name: dk1, lt1, accent1…"""
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    try:
        theme = fromstring(master.part.part_related_by(THEME).blob, XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, XMLSyntaxError):
        return {}
    named = {}
    for scheme in theme.iter(f"{DRAWING}clrScheme"):
        for entry in scheme:
            for colour in entry:
                named[entry.tag.rpartition("}")[2]] = colour_of_hex(colour.get("lastClr") or colour.get("val"))
    return named


def _changed(colour: Colour | None, changes: dict[str, float]) -> Colour | None:
    """The colour made lighter or darker; None for a change whose formula is not known here."""
    if colour is None or not changes:
        return colour
    if not changes.keys() <= {"lumMod", "lumOff"}:
        return None
    hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    light = min(1.0, max(0.0, light * changes.get("lumMod", 1.0) + changes.get("lumOff", 0.0)))
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, light, full))
    return red, green, blue
