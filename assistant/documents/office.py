"""DOCX → blocks by heading, with python-docx. Word keeps no page numbers: a passage is found by its headings.

Left out: hidden and white text, deleted text, the table of contents, headers, footers and footnotes, text boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.documents.archive import check_archive
from assistant.documents.reading import CELL_SEPARATOR, BlockWriter, Reading
from assistant.models import BlockKind

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAIN_PART = "word/document.xml"
HEADING_STYLE = re.compile(r"(?:heading|titre) ?([1-9])", re.I)
TITLE_STYLES = {"title", "titre"}
LIST_STYLE = re.compile(r"list|liste|puce", re.I)
CONTENTS_STYLE = re.compile(r"(?:toc|tm|table of figures)(?: ?\d| heading|\Z)", re.I)
RUNS = ".//w:r[not(ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent)]"


def read_office(data: bytes, name: str) -> Reading:
    """Headings, paragraphs, list items, and tables row by row, in order.

    Raises:
        DocumentRefused: the archive is encrypted, damaged or a bomb.
    """
    check_archive(data, name, MAIN_PART)
    from docx import Document
    from docx.text.paragraph import Paragraph

    document = Document(BytesIO(data))
    writer = BlockWriter()
    for element in _content(document.element.body):
        if _is_table(element):
            _table(writer, element, document)
        else:
            _paragraph(writer, Paragraph(element, document._body))
    return writer.reading(document.core_properties.title)


def _content(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables below an element, those in content controls included, tables of contents left out."""
    for child in parent:
        kind = _local_name(child)
        if kind in ("p", "tbl"):
            yield child
        elif kind == "sdt" and not child.xpath("./w:sdtPr/w:docPartObj/w:docPartGallery[@w:val='Table of Contents']"):
            for content in child.xpath("./w:sdtContent"):
                yield from _content(content)


def _paragraph(writer: BlockWriter, paragraph: Paragraph) -> None:
    style = (paragraph.style.name if paragraph.style is not None else None) or ""
    if CONTENTS_STYLE.match(style):
        return
    text = _words(paragraph, white_is_hidden=True)
    if level := _heading_level(paragraph, style):
        writer.add(BlockKind.HEADING, text, level)
    elif LIST_STYLE.match(style) or paragraph._p.xpath("./w:pPr/w:numPr"):
        depth = paragraph._p.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")
        writer.add(BlockKind.ITEM, text, int(depth[0]) if depth else 0)
    else:
        writer.add(BlockKind.PARAGRAPH, text)


def _heading_level(paragraph: Paragraph, style: str) -> int:
    """1 to 6, or 0 for what is no heading."""
    if style.lower() in TITLE_STYLES:
        return 1
    if named := HEADING_STYLE.fullmatch(style):
        return min(6, int(named.group(1)))
    outline = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    return min(6, int(outline[0]) + 1) if outline and int(outline[0]) < 9 else 0


def _table(writer: BlockWriter, element: Any, document: Any) -> None:
    """A row is one paragraph; a cell that spans several is said once."""
    from docx.table import Table

    table: Table = Table(element, document._body)
    for row in table.rows:
        cells: list[str] = []
        seen: list[Any] = []
        for cell in row.cells:
            if any(cell._tc is other for other in seen):
                continue
            seen.append(cell._tc)
            words = " ".join(_words(p, white_is_hidden=False) for p in cell.paragraphs)
            cells.append(" ".join(words.split()))
        writer.add(BlockKind.PARAGRAPH, CELL_SEPARATOR.join(cell for cell in cells if cell))


def _words(paragraph: Paragraph, white_is_hidden: bool) -> str:
    """The visible text. White text is hidden, but on a background of its own, which table cells often have."""
    from docx.text.run import Run

    shaded = not white_is_hidden or bool(paragraph._p.xpath("./w:pPr/w:shd"))
    pieces = []
    for element in paragraph._p.xpath(RUNS):
        run = Run(element, paragraph)
        white = run.font.color.rgb is not None and str(run.font.color.rgb) == "FFFFFF"
        on_background = shaded or bool(element.xpath("./w:rPr/w:shd | ./w:rPr/w:highlight"))
        if not run.font.hidden and not (white and not on_background):
            pieces.append(run.text)
    return "".join(pieces)


def _is_table(element: Any) -> bool:
    return _local_name(element) == "tbl"


def _local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
