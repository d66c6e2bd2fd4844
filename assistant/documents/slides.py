"""PPTX → blocks, slide by slide, with python-pptx: the title, what stands below it in reading order, then the notes.

Left out: hidden slides and shapes, what stands off the slide, slide numbers, dates and footers, text repeated along the
edges of the slides. Not read: SmartArt, charts and pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.documents.archive import check_archive
from assistant.documents.reading import CELL_SEPARATOR, BlockWriter, Reading
from assistant.models import BlockKind, Place, PlaceKind
from assistant.wording import sentence

if TYPE_CHECKING:
    from pptx.slide import Slide
    from pptx.table import Table

MAIN_PART = "ppt/presentation.xml"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
EDGE = 0.15  # of the slide's height, at the top and at the bottom, where a repeated text is a frame
BAND = 0.05  # of the slide's height: shapes whose tops are this near stand in one row, read from left to right
FEWEST_REPEATS = 3
FRAME_PLACEHOLDERS = {"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"}
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
    shapes = {number: list(_shapes(slide.shapes, width, height)) for number, slide in shown.items()}
    for number in shown:  # a number written as a text, without a placeholder or a field
        shapes[number] = [s for s in shapes[number] if not (_at_edge(s, height) and _text(s) == str(number))]
    frame = _frame(shapes.values(), height)
    writer = BlockWriter()
    for number, slide in shown.items():
        _slide(writer, slide, shapes[number], frame, Place(PlaceKind.SLIDE, number))
    for text in sorted(frame):
        writer.drop("repeated", text)
    return writer.reading(deck.core_properties.title)


def _slide(writer: BlockWriter, slide: Slide, shapes: list[Any], frame: set[str], place: Place) -> None:
    title = slide.shapes.title
    if title is not None and not _is_hidden(title):
        writer.add(BlockKind.HEADING, " ".join(text for text, _ in _paragraphs(title.text_frame)), 1, place)
    for shape in shapes:
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_table:
            _table(writer, shape.table, place)
        elif shape.has_text_frame and _text(shape) not in frame:
            _text_shape(writer, shape, place)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        paragraphs = list(_paragraphs(notes))
        if paragraphs:
            writer.add(BlockKind.HEADING, sentence("document.notes"), 2, place)
        for text, _ in paragraphs:
            writer.add(BlockKind.PARAGRAPH, text, 0, place)


def _text_shape(writer: BlockWriter, shape: Any, place: Place) -> None:
    in_body = shape.is_placeholder and shape.placeholder_format.type.name in BODY_PLACEHOLDERS
    for paragraph in shape.text_frame.paragraphs:
        bulleted = paragraph._p.find(f"{DRAWING}pPr/{DRAWING}buChar") is not None
        bulleted = bulleted or paragraph._p.find(f"{DRAWING}pPr/{DRAWING}buAutoNum") is not None
        kind = BlockKind.ITEM if in_body or bulleted or paragraph.level else BlockKind.PARAGRAPH
        writer.add(kind, _words(paragraph), paragraph.level if kind is BlockKind.ITEM else 0, place)


def _table(writer: BlockWriter, table: Table, place: Place) -> None:
    for row in table.rows:
        cells = (" ".join(" ".join(t for t, _ in _paragraphs(c.text_frame)).split()) for c in row.cells)
        writer.add(BlockKind.PARAGRAPH, CELL_SEPARATOR.join(cell for cell in cells if cell), 0, place)


def _shapes(shapes: Iterable[Any], width: int, height: int) -> Iterator[Any]:
    """The shapes that can be seen, in reading order; those of a group where the group stands."""
    band = max(1, round(height * BAND))
    visible = [shape for shape in shapes if not _is_hidden(shape) and not _is_off(shape, width, height)]
    for shape in sorted(visible, key=lambda shape: ((shape.top or 0) // band, shape.left or 0)):
        if shape.shape_type is not None and shape.shape_type.name == "GROUP":
            # Inside a group the coordinates are its own.
            yield from _shapes(shape.shapes, 0, height)
        elif not (shape.is_placeholder and shape.placeholder_format.type.name in FRAME_PLACEHOLDERS):
            yield shape


def _is_hidden(shape: Any) -> bool:
    return any(element.get("hidden") in ("1", "true") for element in shape._element.xpath("./*/p:cNvPr"))


def _is_off(shape: Any, width: int, height: int) -> bool:
    """Does it stand wholly off the slide, or have no extent? A width of 0 means that nobody knows the slide's."""
    if not width or None in (shape.left, shape.top, shape.width, shape.height):
        return False
    left, top = shape.left, shape.top
    off = left >= width or top >= height or left + shape.width <= 0 or top + shape.height <= 0
    return bool(off or not (shape.width or shape.height))


def _frame(slides: Iterable[list[Any]], height: int) -> set[str]:
    """The texts that stand along the edge of at least half of the slides, and of three."""
    pages = list(slides)
    seen: Counter[str] = Counter()
    for shapes in pages:
        seen.update({_text(shape) for shape in shapes if _at_edge(shape, height)})
    return {text for text, count in seen.items() if text and count >= max(FEWEST_REPEATS, len(pages) / 2)}


def _at_edge(shape: Any, height: int) -> bool:
    if not shape.has_text_frame or None in (shape.top, shape.height):
        return False
    is_title = shape.is_placeholder and "TITLE" in shape.placeholder_format.type.name
    middle = shape.top + shape.height / 2
    return not is_title and not EDGE * height <= middle <= (1 - EDGE) * height


def _text(shape: Any) -> str:
    return " ".join(" ".join(text for text, _ in _paragraphs(shape.text_frame)).split())


def _paragraphs(frame: Any) -> Iterator[tuple[str, int]]:
    """(text, level) of the paragraphs that have any text."""
    for paragraph in frame.paragraphs:
        if (words := _words(paragraph)).strip():
            yield words, paragraph.level


def _words(paragraph: Any) -> str:
    """The text of a paragraph without its fields, which hold slide numbers and dates."""
    pieces = []
    for child in paragraph._p:
        if child.tag == f"{DRAWING}r":
            pieces.append(child.text)
        elif child.tag == f"{DRAWING}br":
            pieces.append("\n")
    return "".join(pieces)
