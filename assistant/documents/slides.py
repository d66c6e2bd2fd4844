"""PPTX → blocks, slide by slide, with python-pptx: the title, what stands below it in reading order, then the notes.

Left out: hidden slides and shapes, what stands off the slide, what nobody sees, slide numbers, dates and footers, text
repeated along the edges of the slides. Not read: pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.documents.archive import check_archive
from assistant.documents.reading import BlockWriter, Reading, joined, repeated_texts
from assistant.documents.slide_colours import DRAWING, Sight
from assistant.documents.slide_drawings import chart_rows, diagram_points
from assistant.documents.slide_shapes import Frame, Placed, in_reading_order, is_hidden, open_alternatives
from assistant.models import BlockKind, Place, PlaceKind
from assistant.wording import sentence

if TYPE_CHECKING:
    from pptx.slide import Slide
    from pptx.table import Table

MAIN_PART = "ppt/presentation.xml"
EDGE = 0.15  # of the slide's height, at the top and at the bottom, where a repeated text is a frame
BODY_PLACEHOLDERS = {"BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT"}


def read_slides(data: bytes, name: str) -> Reading:
    """The slides that are shown, each with its number.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb.
    """
    check_archive(data, name, MAIN_PART)
    from pptx import Presentation

    deck = Presentation(BytesIO(data))
    width, height = deck.slide_width or 0, deck.slide_height or 0
    shown = {number: slide for number, slide in enumerate(deck.slides, start=1) if slide._element.get("show") != "0"}
    placed = {}
    frames = {number: Frame() for number in shown}
    for number, slide in shown.items():
        open_alternatives(slide)
        own = str(number)  # a number written as a text, without a placeholder or a field
        shapes = in_reading_order(slide.shapes, width, height, frames[number])
        placed[number] = [one for one in shapes if not (_at_edge(one, height) and _text(one.shape) == own)]
    frame = repeated_texts({_text(one.shape) for one in shapes if _at_edge(one, height)} for shapes in placed.values())
    writer = BlockWriter()
    for number, slide in shown.items():
        kept = [one.shape for one in placed[number] if not (one.shape.has_text_frame and _text(one.shape) in frame)]
        _Writer(writer, Sight(slide, frames[number]), Place(PlaceKind.SLIDE, number)).slide(slide, kept)
    for text in sorted(frame):
        writer.drop("repeated", text)
    return writer.reading(deck.core_properties.title)


class _Writer:
    """Writes the blocks of one slide."""

    def __init__(self, writer: BlockWriter, sight: Sight, place: Place) -> None:
        self._writer = writer
        self._sight = sight
        self._place = place
        self._hidden: list[str] = []

    def slide(self, slide: Slide, shapes: list[Any]) -> None:
        """The title, the shapes in reading order, the notes."""
        title = slide.shapes.title
        if title is not None and not is_hidden(title):
            self._add(BlockKind.HEADING, " ".join(text for text, _ in _paragraphs(title.text_frame, self._sees)), 1)
        for shape in shapes:
            if title is None or shape.shape_id != title.shape_id:
                self._shape(shape)
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            paragraphs = list(_paragraphs(notes))
            if paragraphs:
                self._add(BlockKind.HEADING, sentence("document.notes"), 2)
            for text, _ in paragraphs:
                self._add(BlockKind.PARAGRAPH, text)
        if self._hidden:
            self._writer.drop("hidden_text", " ".join(self._hidden))

    def _shape(self, shape: Any) -> None:
        if shape.has_table:
            self._table(shape.table)
        elif shape.has_chart:
            for row in chart_rows(shape.chart._chartSpace):
                self._add(BlockKind.PARAGRAPH, row)
        elif shape.has_text_frame:
            self._text(shape)
        else:
            for text, level in diagram_points(shape):
                self._add(BlockKind.ITEM, text, level)

    def _text(self, shape: Any) -> None:
        in_body = shape.is_placeholder and shape.placeholder_format.type.name in BODY_PLACEHOLDERS
        for paragraph in shape.text_frame.paragraphs:
            bulleted = paragraph._p.find(f"{DRAWING}pPr/{DRAWING}buChar") is not None
            bulleted = bulleted or paragraph._p.find(f"{DRAWING}pPr/{DRAWING}buAutoNum") is not None
            kind = BlockKind.ITEM if in_body or bulleted or paragraph.level else BlockKind.PARAGRAPH
            self._add(kind, _words(paragraph, self._sees), paragraph.level if kind is BlockKind.ITEM else 0)

    def _table(self, table: Table) -> None:
        for row in table.rows:
            cells = (" ".join(" ".join(t for t, _ in _paragraphs(c.text_frame, self._sees)).split()) for c in row.cells)
            self._add(BlockKind.PARAGRAPH, joined(cells))

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        self._writer.add(kind, text, level, self._place)

    def _sees(self, run: Any) -> bool:
        """Is a run seen? One that is not is reported."""
        seen = self._sight.sees(run)
        if not seen and run.text.strip():
            self._hidden.append(run.text)
        return seen


def _at_edge(placed: Placed, height: int) -> bool:
    shape, box = placed.shape, placed.box
    if not shape.has_text_frame or box is None:
        return False
    is_title = shape.is_placeholder and "TITLE" in shape.placeholder_format.type.name
    return not is_title and not EDGE * height <= (box[1] + box[3]) / 2 <= (1 - EDGE) * height


def _text(shape: Any) -> str:
    return " ".join(" ".join(text for text, _ in _paragraphs(shape.text_frame)).split())


def _paragraphs(frame: Any, sees: Callable[[Any], bool] | None = None) -> Iterator[tuple[str, int]]:
    """(text, level) of the paragraphs that have any text."""
    for paragraph in frame.paragraphs:
        if (words := _words(paragraph, sees)).strip():
            yield words, paragraph.level


def _words(paragraph: Any, sees: Callable[[Any], bool] | None = None) -> str:
    """The text of a paragraph without its fields, which hold slide numbers and dates."""
    pieces = []
    for child in paragraph._p:
        if child.tag == f"{DRAWING}r" and (sees is None or sees(child)):
            pieces.append(child.text)
        elif child.tag == f"{DRAWING}br":
            pieces.append("\n")
    return "".join(pieces)
