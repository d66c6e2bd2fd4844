"""Plain text → blocks: paragraphs parted by blank lines, list items, short lines that are headings."""

from __future__ import annotations

import re

from assistant.models import Block, BlockKind, Span

PARAGRAPH = re.compile(r"\S(?:.|\n(?![ \t\u00a0]*\n))*")
ITEM = re.compile(r"[ \t\u00a0]*(?:[•⇒→▪◦●■‣]|[-–—*](?=[ \t\u00a0]))[ \t\u00a0]*")
LINE_END = re.compile(r"\n")
LONE_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
HEADING_LENGTH = 120  # characters; a longer line is a paragraph
SENTENCE_END = re.compile(r"[.;:,!?…]\s*$")


def read_text(text: str, title: str | None) -> tuple[Block, ...]:
    """Blocks of a plain text. `title`, when known, is recognised as a heading whatever its punctuation."""
    blocks: list[Block] = []
    for paragraph in PARAGRAPH.finditer(text):
        start, end = paragraph.start(), paragraph.start() + len(paragraph.group().rstrip())
        if blocks and LONE_ADDRESS.fullmatch(text[start:end]):
            # An address alone on its line ends the sentence before it.
            blocks[-1] = Block(blocks[-1].kind, Span(blocks[-1].span.start, end), blocks[-1].level)
            continue
        blocks.extend(_lines(text, start, end, title))
    return _without_idle_headings(blocks)


def _lines(text: str, start: int, end: int, title: str | None) -> list[Block]:
    """The blocks of one paragraph: its items, and what stands before them; or the paragraph itself."""
    starts = [start]
    starts += [m.end() for m in LINE_END.finditer(text, start, end) if ITEM.match(text, m.end())]
    blocks = []
    for begin, stop in zip(starts, [*starts[1:], end], strict=True):
        bullet = ITEM.match(text, begin, stop)
        line = Span(bullet.end() if bullet else begin, begin + len(text[begin:stop].rstrip()))
        if line.start >= line.end:
            continue
        if bullet:
            blocks.append(Block(BlockKind.ITEM, line))
        elif level := _heading_level(text[line.start : line.end], title):
            blocks.append(Block(BlockKind.HEADING, line, level))
        else:
            blocks.append(Block(BlockKind.PARAGRAPH, line))
    return blocks


def _heading_level(line: str, title: str | None) -> int:
    """1 for the title, 2 for another heading, 0 for a paragraph."""
    if title and " ".join(line.split()) == " ".join(title.split()):
        return 1
    if "\n" in line or len(line) > HEADING_LENGTH or SENTENCE_END.search(line) or not re.search(r"[^\W\d_]{2}", line):
        return 0
    return 2


def _without_idle_headings(blocks: list[Block]) -> tuple[Block, ...]:
    """A short line with nothing or another short line under it heads nothing: it is a paragraph (a signature, say)."""
    kept: list[Block] = []
    for block in reversed(blocks):
        idle = block.level > 1 and (not kept or kept[-1].level == block.level)
        kept.append(Block(BlockKind.PARAGRAPH, block.span) if idle else block)
    return tuple(reversed(kept))
