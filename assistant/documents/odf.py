"""ODT and ODP → blocks, with odfdo: a text by its headings, a deck slide by slide with the notes marked as notes.

Left out of a deck: hidden slides, what stands off the slide, numbers, dates and footers. Not read: charts, pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from assistant.documents.archive import check_archive
from assistant.documents.colours import WHITE
from assistant.documents.odf_shapes import FRAME_CLASSES, Master, at_edge, in_order
from assistant.documents.odf_styles import Styles
from assistant.documents.odf_words import Look, Words
from assistant.documents.reading import BlockWriter, Reading, repeated_texts
from assistant.models import BlockKind, DocumentRefused, Place, PlaceKind
from assistant.wording import sentence

MAIN_PART = "content.xml"
LIST_CLASSES = {"outline", "subtitle"}


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
    master = Master(document)
    slides = [child for child in document.body.children if child.tag == "draw:page"]
    shown = {n: s for n, s in enumerate(slides, start=1) if not _is_hidden(s, styles)}
    shapes = {number: in_order(slide, words, styles, master) for number, slide in shown.items()}
    texts = {number: [_folded(words, shape, look) for shape, look in placed] for number, placed in shapes.items()}
    words.hidden.clear()  # they come again when the blocks are written
    frame = repeated_texts(
        {text for text, (shape, _) in zip(texts[n], shapes[n], strict=True) if at_edge(shape, master.height)}
        for n in shown
    )
    for number, slide in shown.items():
        place = Place(PlaceKind.SLIDE, number)
        for text, (shape, look) in zip(texts[number], shapes[number], strict=True):
            own_number = text == str(number) and at_edge(shape, master.height)
            if not own_number and not (text in frame and at_edge(shape, master.height)):
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


def _folded(words: Words, shape: Any, look: Look) -> str:
    return " ".join(" ".join(words.texts(shape, look)).split())
