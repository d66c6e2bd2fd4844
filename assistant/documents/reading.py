"""What a reader of documents hands over, and the writer that readers build it with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.models import Block, BlockKind, Dropped, Link, Place, Span

CELL_SEPARATOR = " | "
LABEL_SEPARATOR = " : "
FEWEST_REPEATS = 3
# Never text: controls, halves of characters, marks of direction and of zero width, fillers, tags, non-characters. They
# can hide words.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# What programs write when nobody gave a title.
NO_TITLE = re.compile(
    r"(?i)\s*(?:(?:powerpoint|pr[ée]sentation powerpoint|word document|untitled|sans titre|anonymous|unspecified"
    r"|titre|document|pr[ée]sentation|diapositive|slide)[\s\d-]*(?:presentation)?\s*"
    r"|.*\bmicrosoft (?:word|powerpoint)\b.*|.*\.(?:docx?|pptx?|pdf|odt|odp|indd|rtf))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as its reader sees it. `title` and `date` (ISO 8601) are those that the file declares, or None."""

    title: str | None
    text: str
    blocks: tuple[Block, ...]
    dropped: tuple[Dropped, ...] = ()
    links: tuple[Link, ...] = ()
    date: str | None = None


class BlockWriter:
    """Collects blocks, and the text that they are spans of."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []
        self.dropped: list[Dropped] = []

    def add(self, kind: BlockKind, text: str, level: int = 0, place: Place | None = None) -> Block | None:
        """A block at the end of the text; without visible characters, nothing: None."""
        lines = (" ".join(line.split()) for line in clean(text).split("\n"))
        return self.put(kind, "\n".join(line for line in lines if line), level, place)

    def put(self, kind: BlockKind, block: str, level: int = 0, place: Place | None = None) -> Block | None:
        """The same for a text that is clean already, its white space folded."""
        if not block:
            return None
        if self._pieces:
            self._pieces.append("\n\n")
            self._length += 2
        added = Block(kind, Span(self._length, self._length + len(block)), level, place)
        self.blocks.append(added)
        self._pieces.append(block)
        self._length += len(block)
        return added

    def join_last(self) -> None:
        """The last block ends the one before it, unless that is a heading: an address alone on its line, say."""
        if len(self.blocks) > 1 and self.blocks[-2].kind is not BlockKind.HEADING:
            last = self.blocks.pop()
            before = self.blocks[-1]
            self.blocks[-1] = replace(before, span=Span(before.span.start, last.span.end))

    def drop(self, rule: str, text: str) -> None:
        """Report what is left out."""
        self.dropped.append(Dropped(rule, " ".join(clean(text).split())))

    def reading(self, title: str | None) -> Reading:
        """All of it, with the title of the file's metadata if it says something."""
        known = " ".join(clean(title or "").split())
        usable = known if known and not NO_TITLE.fullmatch(known) else None
        return Reading(usable, "".join(self._pieces), tuple(self.blocks), tuple(self.dropped))


def clean(text: str) -> str:
    """The text without invisible characters; what breaks a line there is a line's end."""
    return INVISIBLE.sub("", LINE_END.sub("\n", text))


def joined(cells: Iterable[str]) -> str:
    """A row of a table: « a | b », cells without visible characters left out."""
    return CELL_SEPARATOR.join(cell for cell in cells if clean(cell).strip())


def labelled(cells: Iterable[tuple[str, str]]) -> str:
    """A row that can be read alone: « header : value | header : value », empty values left out."""
    return joined(f"{label}{LABEL_SEPARATOR}{value}" if label else value for label, value in cells if value)


def repeated_texts(slides: Iterable[set[str]]) -> set[str]:
    """The texts that stand along the edge of at least half of the slides, and of three."""
    pages = list(slides)
    seen = Counter(text for texts in pages for text in texts)
    return {text for text, count in seen.items() if text and count >= max(FEWEST_REPEATS, len(pages) / 2)}


def written(number: float) -> str:
    """A number as it is written: no « .0 » after an integer, none of the digits that only binary has."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"
