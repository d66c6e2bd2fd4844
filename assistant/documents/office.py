"""DOCX → blocks by heading, with python-docx. Word keeps no page numbers: a passage is found by its headings.

Left out: hidden and white text, deleted text, the table of contents, headers, footers and footnotes. A text box is read
after the paragraph that holds it, once: Word keeps it twice, for old programs too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.documents.archive import check_archive
from assistant.documents.reading import BlockWriter, Reading, joined
from assistant.models import BlockKind

MAIN_PART = "word/document.xml"
HEADING_STYLE = re.compile(r"(?:heading|titre) ?([1-9])", re.I)
TITLE_STYLES = {"title", "titre"}
LIST_STYLE = re.compile(r"list|liste|puce", re.I)
CONTENTS_STYLE = re.compile(r"(?:toc|tm|table of figures)(?: ?\d| heading|\Z)", re.I)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VALUE = f"{WORD}val"
DELETED = {f"{WORD}del", f"{WORD}moveFrom"}
OFF = {"0", "false", "off"}
DEEPEST = 20  # styles, from child to parent: a circle ends there
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
FILLS = {"solidFill", "gradFill", "blipFill", "pattFill"}


def read_office(data: bytes, name: str) -> Reading:
    """Headings, paragraphs, list items, and tables row by row, in order.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb.
    """
    check_archive(data, name, MAIN_PART)
    from docx import Document

    document = Document(BytesIO(data))
    _drop_doubles(document.element.body)
    writer = BlockWriter()
    _blocks(writer, document.element.body, document, _Styles(document.styles.element), white_is_hidden=True)
    return writer.reading(document.core_properties.title)


def _drop_doubles(body: Any) -> None:
    """Of each alternative keep one: what recent programs show, but for a box that only old ones have words for."""
    for alternative in list(body.iter(f"{COMPATIBILITY}AlternateContent")):
        choice = alternative.find(f"{COMPATIBILITY}Choice")
        fallback = alternative.find(f"{COMPATIBILITY}Fallback")
        if choice is None or fallback is None:
            continue
        for_old_alone = (
            next(choice.iter(f"{WORD}t"), None) is None and next(fallback.iter(f"{WORD}t"), None) is not None
        )
        alternative.remove(choice if for_old_alone else fallback)


def _blocks(writer: BlockWriter, parent: Any, document: Any, styles: _Styles, white_is_hidden: bool) -> None:
    for element in _content(parent):
        if _is_table(element):
            _table(writer, element, document, styles)
        else:
            _paragraph(writer, element, styles, white_is_hidden)
        for box in _boxes(element):
            _blocks(writer, box, document, styles, white_is_hidden=not _is_filled(box))


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes below an element, but for those inside of them."""
    if next(element.iter(f"{WORD}txbxContent"), None) is None:
        return
    for child in element.iterchildren("*"):
        if child.tag == f"{WORD}txbxContent":
            yield child
        elif child.tag not in DELETED:
            yield from _boxes(child)


def _is_filled(box: Any) -> bool:
    """Is the shape of a text box painted, in another colour than white?"""
    for shape in box.iterancestors():
        if _local_name(shape) == "wsp":
            fills = [fill for fill in shape.iterfind("{*}spPr/*") if _local_name(fill) in FILLS]
            return any(colour.get("val", "").upper() != "FFFFFF" for fill in fills for colour in fill)
        if shape.get("fillcolor"):
            return shape.get("filled", "t") not in ("f", "false") and shape.get("fillcolor") not in ("white", "#ffffff")
    return False


def _content(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables below an element, those in content controls included, tables of contents left out."""
    for child in parent:
        kind = _local_name(child)
        if kind in ("p", "tbl"):
            yield child
        elif kind == "sdt" and not child.xpath("./w:sdtPr/w:docPartObj/w:docPartGallery[@w:val='Table of Contents']"):
            for content in child.xpath("./w:sdtContent"):
                yield from _content(content)


def _paragraph(writer: BlockWriter, paragraph: Any, styles: _Styles, white_is_hidden: bool) -> None:
    style = styles.name(paragraph)
    if CONTENTS_STYLE.match(style):
        return
    text = _words(paragraph, styles, white_is_hidden)
    numbering = paragraph.find(f"{WORD}pPr/{WORD}numPr")
    if level := _heading_level(paragraph, style):
        writer.add(BlockKind.HEADING, text, level)
    elif LIST_STYLE.match(style) or numbering is not None:
        depth = numbering.find(f"{WORD}ilvl") if numbering is not None else None
        writer.add(BlockKind.ITEM, text, int(depth.get(VALUE, 0)) if depth is not None else 0)
    else:
        writer.add(BlockKind.PARAGRAPH, text)


def _heading_level(paragraph: Any, style: str) -> int:
    """1 to 6, or 0 for what is no heading."""
    if style.lower() in TITLE_STYLES:
        return 1
    if named := HEADING_STYLE.fullmatch(style):
        return min(6, int(named.group(1)))
    outline = paragraph.find(f"{WORD}pPr/{WORD}outlineLvl")
    level = int(outline.get(VALUE, 9)) if outline is not None else 9
    return min(6, level + 1) if level < 9 else 0


def _table(writer: BlockWriter, element: Any, document: Any, styles: _Styles) -> None:
    """A row is one paragraph; a cell that spans several is said once."""
    from docx.table import Table

    for row in Table(element, document._body).rows:
        cells: list[str] = []
        seen: set[Any] = set()
        for cell in row.cells:
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            words = " ".join(_words(p._p, styles, white_is_hidden=False) for p in cell.paragraphs)
            cells.append(" ".join(words.split()))
        writer.add(BlockKind.PARAGRAPH, joined(cells))


def _words(paragraph: Any, styles: _Styles, white_is_hidden: bool) -> str:
    """The visible text. White text is hidden, but on a background of its own, which table cells often have."""
    shaded = not white_is_hidden or paragraph.find(f"{WORD}pPr/{WORD}shd") is not None
    by_style = styles.is_hidden(paragraph)
    return "".join(run.text for run in _runs(paragraph) if _is_seen(run, styles, by_style, shaded))


def _runs(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren("*"):
        if child.tag == f"{WORD}r":
            yield child
        elif child.tag not in DELETED:
            yield from _runs(child)


def _is_seen(run: Any, styles: _Styles, hidden: bool, shaded: bool) -> bool:
    """Is a run of text seen, in a paragraph whose style hides its text or not, and on a background or not?"""
    properties = run.find(f"{WORD}rPr")
    if properties is None:
        return not hidden
    told = {_local_name(child): child.get(VALUE, "") for child in properties.iterchildren("*")}
    if "vanish" in told:
        hidden = told["vanish"] not in OFF
    elif "rStyle" in told:
        hidden = hidden or styles.hides(told["rStyle"])
    white = told.get("color", "").upper() == "FFFFFF" and not (shaded or "shd" in told or "highlight" in told)
    return not (hidden or white)


class _Styles:
    """The names of styles, and which ones hide their text. Read once: python-docx looks for each anew."""

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(f"{WORD}styleId", ""): style for style in root.iterchildren(f"{WORD}style")}
        kinds = ((name, style) for name, style in self._styles.items() if style.get(f"{WORD}type") == "paragraph")
        self._default = next((name for name, style in kinds if style.get(f"{WORD}default") in ("1", "true")), "")
        self._hides: dict[str, bool] = {}

    def name(self, paragraph: Any) -> str:
        """What people call the style of a paragraph."""
        style = self._styles.get(self._of(paragraph))
        name = style.find(f"{WORD}name") if style is not None else None
        return str(name.get(VALUE, "")) if name is not None else ""

    def is_hidden(self, paragraph: Any) -> bool:
        """Does the style of a paragraph hide its text?"""
        return self.hides(self._of(paragraph))

    def hides(self, style: str) -> bool:
        """By itself, or by the styles that it is based on."""
        if style not in self._hides:
            self._hides[style] = self._looked_up(style)
        return self._hides[style]

    def _of(self, paragraph: Any) -> str:
        named = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        return str(named.get(VALUE, "")) if named is not None else self._default

    def _looked_up(self, name: str) -> bool:
        for _ in range(DEEPEST):
            style = self._styles.get(name)
            if style is None:
                return False
            vanish = style.find(f"{WORD}rPr/{WORD}vanish")
            if vanish is not None:
                return vanish.get(VALUE, "") not in OFF
            parent = style.find(f"{WORD}basedOn")
            name = parent.get(VALUE, "") if parent is not None else ""
        return False


def _is_table(element: Any) -> bool:
    return _local_name(element) == "tbl"


def _local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
