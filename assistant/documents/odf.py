"""ODT and ODP → blocks, with odfdo: a text by its headings, a deck slide by slide with the notes marked as notes.

Left out of a deck: hidden slides, what stands off the slide, numbers, dates and footers. Not read: charts, pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import chain
from typing import Any

from assistant.documents.archive import check_archive
from assistant.documents.colours import WHITE, Box, Colour, Surface, colour_under
from assistant.documents.odf_styles import Styles, points
from assistant.documents.odf_words import Look, Words
from assistant.documents.reading import BlockWriter, Reading, repeated_texts
from assistant.models import BlockKind, DocumentRefused, Place, PlaceKind
from assistant.wording import sentence

MAIN_PART = "content.xml"
EDGE = 0.15  # of the slide's height, at the top and at the bottom, where a repeated text is a frame
BAND = 0.05  # of the slide's height: shapes whose tops are this near stand in one row, read from left to right
FRAME_CLASSES = {"date-time", "footer", "header", "page-number", "page", "handout"}
LIST_CLASSES = {"outline", "subtitle"}
DRAWN = {
    "draw:frame", "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:circle", "draw:polygon", "draw:path",
}  # fmt: skip


def read_odf_text(data: bytes, name: str) -> Reading:
    """A text of LibreOffice Writer.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb, or holds something else.
    """
    return _read(data, name, "text", _text)


def read_odf_slides(data: bytes, name: str) -> Reading:
    """A deck of LibreOffice Impress: the slides that are shown, each with its number.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb, or holds something else.
    """
    return _read(data, name, "presentation", _slides)


def _read(data: bytes, name: str, kind: str, write: Callable[[BlockWriter, Any], None]) -> Reading:
    check_archive(data, name, MAIN_PART)
    from lxml.etree import Comment, ProcessingInstruction, XMLSyntaxError, strip_tags
    from odfdo import Document
    from odfdo.security import SecurityError

    writer = BlockWriter()
    try:
        document = Document(BytesIO(data))
        if not document.get_type().startswith(kind):
            raise DocumentRefused(name, sentence("refused_file.damaged"))
        for part in (document.content, document.styles):  # the library takes comments for elements
            strip_tags(part.root._xml_element, Comment, ProcessingInstruction)
        write(writer, document)
        title = document.meta.title
    except SecurityError as error:
        raise DocumentRefused(name, sentence("refused_file.bomb")) from error
    except (XMLSyntaxError, ValueError, TypeError, KeyError) as error:
        raise DocumentRefused(name, sentence("refused_file.damaged")) from error
    return writer.reading(title)


def _text(writer: BlockWriter, document: Any) -> None:
    words = Words(writer, Styles((document.content, document.styles)))
    words.blocks(document.body, Look(ground=WHITE))
    _report(writer, words)


def _report(writer: BlockWriter, words: Words) -> None:
    if words.hidden:
        writer.drop("hidden_text", " ".join(words.hidden))


def _slides(writer: BlockWriter, document: Any) -> None:
    styles = Styles((document.content, document.styles))
    words = Words(writer, styles)
    master = _Master(document)
    slides = [child for child in document.body.children if child.tag == "draw:page"]
    shown = {n: s for n, s in enumerate(slides, start=1) if not _is_hidden(s, styles)}
    shapes = {number: _in_order(slide, words, styles, master) for number, slide in shown.items()}
    texts = {number: [_folded(words, shape, look) for shape, look in placed] for number, placed in shapes.items()}
    words.hidden.clear()  # they come again when the blocks are written
    frame = repeated_texts(
        {text for text, (shape, _) in zip(texts[n], shapes[n], strict=True) if _at_edge(shape, master.height)}
        for n in shown
    )
    for number, slide in shown.items():
        place = Place(PlaceKind.SLIDE, number)
        for text, (shape, look) in zip(texts[number], shapes[number], strict=True):
            own_number = text == str(number) and _at_edge(shape, master.height)
            if not own_number and not (text in frame and _at_edge(shape, master.height)):
                _shape(writer, words, shape, look, place)
        _notes(writer, words, slide, place)
    for text in sorted(frame):
        writer.drop("repeated", text)
    _report(writer, words)


def _is_hidden(slide: Any, styles: Styles) -> bool:
    return (
        styles.get("drawing-page", slide.attributes.get("draw:style-name", ""), "presentation:visibility") == "hidden"
    )


def _shape(writer: BlockWriter, words: Words, shape: Any, look: Look, place: Place) -> None:
    role = shape.attributes.get("presentation:class")
    if role == "title":
        writer.add(BlockKind.HEADING, " ".join(words.texts(shape, look)), 1, place)
    else:
        words.blocks(shape, look, place, 0 if role in LIST_CLASSES and not shape.get_elements(".//text:list") else -1)


def _notes(writer: BlockWriter, words: Words, slide: Any, place: Place) -> None:
    for notes in (child for child in slide.children if child.tag == "presentation:notes"):
        boxes = [b for b in notes.children if b.attributes.get("presentation:class") not in FRAME_CLASSES]
        texts = [text for box in boxes for text in words.texts(box, Look(ground=WHITE)) if text.strip()]
        if texts:
            writer.add(BlockKind.HEADING, sentence("document.notes"), 2, place)
        for text in texts:
            writer.add(BlockKind.PARAGRAPH, text, 0, place)


# ---------------------------------------------------------------------------------------------- where shapes stand


class _Master:
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
        master = self._pages.get(slide.attributes.get("draw:master-page-name", ""))
        return [s for shape in _drawn(master) for s in _surface(shape, self._styles)] if master is not None else []


def _in_order(slide: Any, words: Words, styles: Styles, master: _Master) -> list[tuple[Any, Look]]:
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


def _is_off(box: Box | None, master: _Master) -> bool:
    if box is None or not master.width:
        return False
    left, top, right, bottom = box
    return left >= master.width or top >= master.height or right < 0 or bottom < 0


def _at_edge(shape: Any, height: float) -> bool:
    box = _box(shape)
    if box is None or not height or shape.attributes.get("presentation:class") == "title":
        return False
    return not EDGE * height <= (box[1] + box[3]) / 2 <= (1 - EDGE) * height


def _folded(words: Words, shape: Any, look: Look) -> str:
    return " ".join(" ".join(words.texts(shape, look)).split())
