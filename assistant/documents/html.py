"""HTML → text and blocks, with BeautifulSoup on lxml."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from assistant.models import Block, BlockKind, Span

NEVER_READ = "script, style, template, noscript, nav, form, iframe, svg, head, [hidden], [aria-hidden=true]"
HEADINGS = {f"h{level}": level for level in range(1, 7)}
CONTAINERS = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "header", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", *HEADINGS,
}  # fmt: skip
CELL_SEPARATOR = " | "


class _Writer:
    """Collects runs of inline text into blocks, and the text they are spans of."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []
        self._run: list[str] = []

    def add(self, piece: str) -> None:
        self._run.append(piece)

    def close(self, kind: BlockKind, level: int = 0) -> None:
        lines = ("".join(self._run)).split("\n")
        self._run.clear()
        run = "\n".join(line for line in (re.sub(r"[ \t\r\f]+", " ", raw).strip() for raw in lines) if line)
        if not run:
            return
        if self.text:
            self.text += "\n\n"
        self.blocks.append(Block(kind, Span(len(self.text), len(self.text) + len(run)), level))
        self.text += run


def read_html(markup: str) -> tuple[str | None, str, tuple[Block, ...]]:
    """The page's <title> (or None), its visible text and the blocks in it. A table's row is one paragraph."""
    soup = BeautifulSoup(markup, "lxml")
    title = " ".join(soup.title.get_text().split()) if soup.title else None
    for element in soup.select(NEVER_READ):
        element.decompose()
    writer = _Writer()
    _walk(soup, writer, BlockKind.PARAGRAPH, 0)
    writer.close(BlockKind.PARAGRAPH)
    return title or None, writer.text, tuple(writer.blocks)


def _walk(node: Tag, writer: _Writer, kind: BlockKind, level: int) -> None:
    for child in node.children:
        if isinstance(child, Tag):
            _tag(child, writer, kind, level)
        elif _is_text(child):
            writer.add(re.sub(r"\s*\n\s*", " ", str(child)))


def _tag(tag: Tag, writer: _Writer, kind: BlockKind, level: int) -> None:
    if tag.name == "br":
        writer.add("\n")
    elif tag.name == "tr":
        writer.close(kind, level)
        cells = (_cell(cell) for cell in tag.find_all(["td", "th"], recursive=False))
        writer.add(CELL_SEPARATOR.join(cell for cell in cells if cell))
        writer.close(BlockKind.PARAGRAPH)
    elif tag.name in CONTAINERS:
        writer.close(kind, level)
        inner = BlockKind.ITEM if tag.name == "li" else BlockKind.PARAGRAPH if tag.name in ("ul", "ol") else kind
        if tag.name in HEADINGS:
            inner, level = BlockKind.HEADING, HEADINGS[tag.name]
        _walk(tag, writer, inner, level)
        writer.close(inner, level)
    else:
        _walk(tag, writer, kind, level)


def _cell(cell: Tag) -> str:
    """The text of a cell on one line."""
    writer = _Writer()
    _walk(cell, writer, BlockKind.PARAGRAPH, 0)
    writer.close(BlockKind.PARAGRAPH)
    return " ".join(writer.text.split())


def _is_text(node: PageElement) -> bool:
    """Text proper: comments, doctypes and CDATA are strings too for BeautifulSoup."""
    return isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
