"""HTML → text, blocks, links and what the page declares, with lxml and a walk of our own.

For a page of 22 kB with 160 menu items, BeautifulSoup on lxml takes 10 ms to parse it, lxml itself 0.5, our walk 5.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from assistant.documents.declared import declared_date
from assistant.documents.reading import CELL_SEPARATOR, BlockWriter, Reading, clean
from assistant.documents.text import LONE_ADDRESS
from assistant.models import BlockKind, Link, Span

if TYPE_CHECKING:
    from datetime import date

NEVER_READ = frozenset(
    "script style template noscript nav form iframe svg head button select textarea object audio video canvas".split()
)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f]")
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset(("ul", "ol"))
CELLS = frozenset(("td", "th", "dd"))
CONTAINERS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", *HEADINGS,
))  # fmt: skip
SEPARATORS = ("", " ", "\n", CELL_SEPARATOR)  # the strongest last
LONGEST_CELL = 600  # characters; a longer cell, or one with headings, lays the page out: it is no datum
# The most frequent addresses, spared `urljoin`, which is slow.
PLAIN_PATH = re.compile(r"/(?:\w[\w.%-]*/)*(?:\w[\w.%-]*)?(?:\?[\w=&%.-]*)?")


def read_html(markup: str, url: str | None = None, today: date | None = None) -> Reading:
    """The page's <title>, its visible text, the blocks and links in it, and the date that it declares.

    A table's row is one paragraph, and so is a term with its definition. Links are absolute, by the page's address and
    its <base>; those without words are left out. A date after `today` is no date.

    Raises:
        RecursionError: its tags are nested deeper than the parser follows (2,048).
    """
    root = _parse(markup)
    walk = _Walk(_base(root, url))
    if root is not None:
        walk.read(root)
    reading = walk.writer.reading(_title(root))
    return replace(reading, links=tuple(walk.links), date=None if root is None else declared_date(root, today))


class _Run:
    """A run of inline text, white space folded as it comes, and the links that stand in it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._between = ""  # what parts the next words from those before: "", a space, a line's end, a cell's
        self._found: list[tuple[int, int, str]] = []
        self._address = ""
        self._start = -1

    def part(self, between: str) -> None:
        """The next words are apart from those before; the strongest separation holds."""
        self._between = max(self._between, between, key=SEPARATORS.index)

    def add(self, text: str | None) -> None:
        if not text:
            return
        if not text.isprintable():
            text = clean(text)
        words = " ".join(text.split())
        if not words:
            self.part(" " if text else "")
            return
        if text[0].isspace():
            self.part(" ")
        if self._length:
            self._pieces.append(self._between)
            self._length += len(self._between)
        if self._address and self._start < 0:
            self._start = self._length
        self._pieces.append(words)
        self._length += len(words)
        self._between = " " if text[-1].isspace() else ""

    def open_link(self, address: str) -> None:
        self.close_link()
        self._address, self._start = address, -1

    def close_link(self) -> None:
        if self._start >= 0:
            self._found.append((self._start, self._length, self._address))
        self._address, self._start = "", -1

    def take(self) -> tuple[str, list[tuple[int, int, str]]]:
        """The text and links so far; the run begins anew, inside the same link if one is open."""
        open_address = self._address
        self.close_link()
        taken = "".join(self._pieces), self._found
        self._pieces, self._found, self._length, self._between = [], [], 0, ""
        self._address = open_address
        return taken


class _Walk:
    """The walk through the elements: what each one begins, parts or ends."""

    def __init__(self, base: str) -> None:
        self.writer = BlockWriter()
        self.links: list[Link] = []
        self._base = base
        self._run = _Run()
        self._around: list[tuple[BlockKind, int]] = [(BlockKind.PARAGRAPH, 0)]
        self._lists = 0
        self._line: Any = None  # the row of a table, or the list of definitions, being written

    def read(self, root: Any) -> None:
        hidden = None
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if _is_hidden(element):
                    hidden = element
                    walker.skip_subtree()
                    continue
                self._begin(element, element.tag)
                self._run.add(element.text)
            else:
                if element is not hidden:
                    self._end(element, element.tag)
                self._run.add(element.tail)
        self._close()

    def _begin(self, element: Any, tag: str) -> None:
        if tag == "br":
            self._run.part("\n" if self._line is None else " ")
        elif tag == "a":
            self._run.open_link(_address(self._base, element.get("href")))
        elif tag in CONTAINERS:
            if self._line is None:
                self._enter(element, tag)
            elif tag == "dt":
                self._close()
            else:
                self._run.part(CELL_SEPARATOR if tag in CELLS else " ")

    def _enter(self, element: Any, tag: str) -> None:
        self._close()
        kind, level = self._around[-1]
        if tag in HEADINGS:
            kind, level = BlockKind.HEADING, HEADINGS[tag]
        elif tag == "li":
            kind, level = BlockKind.ITEM, max(self._lists - 1, 0)
        elif tag in LISTS:
            kind, level = BlockKind.PARAGRAPH, 0
            self._lists += 1
        elif tag in ("tr", "dl") and not _lays_out(element):
            kind, level = BlockKind.PARAGRAPH, 0
            self._line = element
        self._around.append((kind, level))

    def _end(self, element: Any, tag: str) -> None:
        if tag == "a":
            self._run.close_link()
        elif tag in CONTAINERS:
            if self._line is not None and element is not self._line:
                self._run.part(" ")
                return
            self._close()
            self._around.pop()
            self._line = None
            self._lists -= tag in LISTS

    def _close(self) -> None:
        text, links = self._run.take()
        kind, level = self._around[-1]
        block = self.writer.put(kind, text, level)
        if block:
            at = block.span.start
            self.links.extend(Link(Span(at + start, at + end), url) for start, end, url in links)
            if kind is BlockKind.PARAGRAPH and LONE_ADDRESS.fullmatch(text):
                self.writer.join_last()


def _parse(markup: str) -> Any:
    """The root element, or None when there is nothing."""
    # Bytes and an encoding of ours: whatever the page declares inside has been weighed by `decode`.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )  # huge: 2,048 levels in place of 256
    root = etree.fromstring(CONTROLS.sub("", markup).encode("utf-8", "replace"), parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise RecursionError("nested too deep")
    return root


def _is_hidden(element: Any) -> bool:
    if element.tag in NEVER_READ:
        return True
    attributes = element.attrib
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and bool(HIDING.search(attributes["style"])))
    )


def _lays_out(element: Any) -> bool:
    """Is this table's row, or list of definitions, only there to place whole parts of the page?"""
    if next(element.iterdescendants("table", "ul", "ol", "dl", *HEADINGS), None) is not None:
        return True
    return any(len("".join(cell.itertext())) > LONGEST_CELL for cell in element.iterchildren(*CELLS))


def _title(root: Any) -> str | None:
    titles = () if root is None else root.iter("title")
    return next((" ".join("".join(t.itertext()).split()) for t in titles if t.getparent().tag != "svg"), None)


def _base(root: Any, url: str | None) -> str:
    bases = () if root is None else root.iter("base")
    declared = next((base.get("href") for base in bases if base.get("href")), None)
    return _address(url or "", declared) or url or ""


def _address(base: str, href: str | None) -> str:
    """The absolute address of a page of the web, or ""."""
    if not href or href.startswith("#"):
        return ""
    if PLAIN_PATH.fullmatch(href) and base:
        return "/".join(base.split("/", 3)[:3]) + href
    try:
        address = urljoin(base, re.sub(r"[\t\n\r]", "", href).strip().replace(" ", "%20"))
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""
