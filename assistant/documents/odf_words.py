"""The text of an OpenDocument file → blocks: headings, paragraphs, lists by level, tables as rows « a | b ».

Left out: hidden text, text of the colour of what is under it or of no size, notes, comments, deleted text, indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.documents.colours import Colour, colour_of_hex, same_colour
from assistant.documents.odf_styles import Styles, points
from assistant.documents.reading import BlockWriter, joined
from assistant.models import BlockKind, Place

NO_SIZE = 1.5  # points
MOST_REPEATS = 100  # of a cell
PARAGRAPHS = {"text:p", "text:h"}
CONTAINERS = {"text:section", "text:list-item", "text:list-header", "draw:text-box", "draw:frame", "draw:g"}
SHAPES = {"draw:frame", "draw:g", "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:line", "draw:connector"}
ROW_GROUPS = {"table:table-header-rows", "table:table-row-group", "table:table-rows"}
SPACES = {"text:s": " ", "text:tab": " ", "text:line-break": "\n"}
# Never words of a paragraph: notes and comments stand elsewhere, numbers change, and the rest is hidden.
NOT_WORDS = {
    "text:note", "office:annotation", "text:page-number", "text:page-count", "text:hidden-text",
    "text:hidden-paragraph", "text:ruby-text", "text:tracked-changes", "presentation:footer", "presentation:header",
    "presentation:date-time", "svg:title", "svg:desc",
}  # fmt: skip
HIDDEN_ROWS = {"collapse", "filter"}


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks: its colour when a style says it, what is under it when that is known, whether it is hidden."""

    colour: Colour | None = None
    ground: Colour | None = None
    hidden: bool = False

    @property
    def is_seen(self) -> bool:
        """Can it be told from what is under it? Yes, when nobody knows."""
        alike = self.colour is not None and self.ground is not None and same_colour(self.colour, self.ground)
        return not self.hidden and not alike


class Words:
    """Writes the blocks of elements; what nobody sees is put in `hidden`."""

    def __init__(self, writer: BlockWriter, styles: Styles) -> None:
        self._writer = writer
        self._styles = styles
        self._shapes: list[tuple[Any, Look]] = []
        self.hidden: list[str] = []

    def blocks(self, parent: Any, look: Look, place: Place | None = None, level: int = -1) -> None:
        """All that stands below an element. A level of 0 or more is that of a list."""
        for child in parent.children:
            tag = child.tag
            if tag in PARAGRAPHS:
                self._block(child, look, place, level)
            elif tag == "text:list":
                self.blocks(child, look, place, level + 1)
            elif tag == "table:table":
                self._table(child, look, place)
            elif tag in SHAPES:
                self.blocks(child, self.inside(child, look), place)
            elif tag in CONTAINERS and child.attributes.get("text:display", "true") == "true":
                self.blocks(child, look, place, level)

    def inside(self, shape: Any, look: Look) -> Look:
        """How text looks inside a shape."""
        told = shape.attributes
        for family, name in (("presentation", "presentation:style-name"), ("graphic", "draw:style-name")):
            if style := told.get(name):
                ground = self._styles.fill(family, style, look.ground)
                colour = colour_of_hex(self._styles.get(family, style, "fo:color")) or look.colour
                return Look(colour, ground, look.hidden)
        return look

    def text(self, paragraph: Any, look: Look) -> str:
        """What is seen of a paragraph."""
        told = paragraph.attributes
        return "".join(self._inline(paragraph, self._styled("paragraph", told.get("text:style-name", ""), look)))

    def texts(self, parent: Any, look: Look) -> Iterator[str]:
        """The paragraphs below an element, however deep."""
        for child in parent.children:
            if child.tag in PARAGRAPHS:
                yield self.text(child, look)
            elif child.tag not in NOT_WORDS:
                yield from self.texts(child, self.inside(child, look) if child.tag in SHAPES else look)

    def _block(self, element: Any, look: Look, place: Place | None, level: int) -> None:
        text = self.text(element, look)
        shapes, self._shapes = self._shapes, []
        told = element.attributes
        if element.tag == "text:h":
            depth = told.get("text:outline-level", "1")
            self._writer.add(BlockKind.HEADING, text, min(6, int(depth)) if depth.isdecimal() else 1, place)
        elif self._is_title(told.get("text:style-name", "")):
            self._writer.add(BlockKind.HEADING, text, 1, place)
        else:
            self._writer.add(BlockKind.ITEM if level >= 0 else BlockKind.PARAGRAPH, text, max(0, level), place)
        for shape, around in shapes:  # a text box stands after the paragraph that holds it
            self.blocks(shape, self.inside(shape, around), place)

    def _is_title(self, style: str) -> bool:
        return style == "Title" or "Title" in self._styles.names("paragraph", style)

    def _table(self, table: Any, look: Look, place: Place | None) -> None:
        for row in table.children:
            if row.tag in ROW_GROUPS:
                self._table(row, look, place)
            elif row.tag == "table:table-row" and row.attributes.get("table:visibility") not in HIDDEN_ROWS:
                cells = [text for cell in row.children for text in self._cell(cell, look)]
                self._writer.add(BlockKind.PARAGRAPH, joined(cells), 0, place)
        self._shapes.clear()

    def _cell(self, cell: Any, look: Look) -> list[str]:
        """Its text as often as it is repeated; none for a cell that another one covers."""
        if cell.tag != "table:table-cell":
            return []
        told = cell.attributes
        ground = self._styles.fill("table-cell", told.get("table:style-name", ""), None)
        text = " ".join(" ".join(self.texts(cell, Look(look.colour, ground, look.hidden))).split())
        repeats = told.get("table:number-columns-repeated", "1")
        return [text] * (min(int(repeats), MOST_REPEATS) if repeats.isdecimal() else 1) if text else []

    def _inline(self, element: Any, look: Look) -> Iterator[str]:
        yield self._seen(element.text, look)
        for child in element.children:
            tag = child.tag
            if tag in SPACES:
                yield SPACES[tag]
            elif tag in SHAPES:
                self._shapes.append((child, look))
            elif tag not in NOT_WORDS:
                yield from self._inline(child, self._styled("text", child.attributes.get("text:style-name", ""), look))
            yield self._seen(child.tail, look)

    def _seen(self, text: str | None, look: Look) -> str:
        if text and text.strip() and not look.is_seen:
            self.hidden.append(text)
            return ""
        return text or ""

    def _styled(self, family: str, name: str, look: Look) -> Look:
        if not name:
            return look
        size = points(self._styles.get(family, name, "fo:font-size"))
        gone = self._styles.get(family, name, "text:display") == "none" or (size is not None and size < NO_SIZE)
        colour = colour_of_hex(self._styles.get(family, name, "fo:color"))
        ground = self._styles.background(family, name, look.ground)
        return Look(colour or look.colour, ground, look.hidden or gone)
