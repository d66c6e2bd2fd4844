"""The site's frame: taken off each page by rules, and kept once as the syndicate's contact record.

The frame is what stands at the very top and the very bottom of every page, and what repeats across the site's pages,
wherever it stands. A named rule is asked only there: the same words in the middle of a document are the document's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from assistant.documents.dates import date_of_text
from assistant.documents.kinds import kind_of_page
from assistant.documents.speakers import speaker_of_title
from assistant.models import Block, BlockKind, Dropped, Link, Page, Span


@dataclass(frozen=True, slots=True)
class FrameRule:
    """A line of the frame. `field` is the field of the contact record that the match gives, or ""."""

    name: str
    pattern: re.Pattern[str]
    field: str = ""


FRAME_RULES = (
    FrameRule("baseline", re.compile(r"Réseau public pour les communications numériques")),
    FrameRule("footer_year", re.compile(r"Somme numérique (?:19|20)\d\d", re.I)),
    FrameRule("site_name", re.compile(r"Somme numérique", re.I), "name"),
    FrameRule(
        "postal_address",
        re.compile(r"\d{1,4}(?: ?(?:bis|ter))?,? (?:avenue|rue|boulevard|place|allée|chemin|quai|route|square|cours)"
                   r" [^\n]{2,60}\s+\d{5} [^\n]{2,40}", re.I),
        "address",
    ),
    FrameRule("phone", re.compile(r"T[ée]l(?:éphone)?\.?\s*:\s*[+\d][\d. \u00a0\u202f]{8,}", re.I), "phone"),
    FrameRule("fax", re.compile(r"Fax\s*:\s*[+\d][\d. \u00a0\u202f]{8,}", re.I), "fax"),
    FrameRule("access_plan", re.compile(r"Télécharger\s+le plan d['’]accès", re.I)),
)  # fmt: skip


BETWEEN = "\n\n"  # the lines of a contact record
REPEATED = "repeated"  # the rule of what stands on many pages of a site
LEAST_PAGES = 4  # on which a text stands before it is frame; and on half of them at least
TITLE_PARTS = re.compile(r"\s+[-–—|·»>:]\s+")


@dataclass(frozen=True)
class SiteFrame:
    """What repeats across a site's pages: texts of blocks, folded; beginnings and ends of titles, longest first."""

    texts: frozenset[str] = field(default=frozenset())
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Identifies these rules."""
        return sha256(repr((sorted(self.texts), self.prefixes, self.suffixes)).encode()).hexdigest()

    def own_title(self, title: str) -> str:
        """The title without what all the site's titles begin or end with."""
        suffix = next((end for end in self.suffixes if title.endswith(end) and title != end), "")
        title = title[: len(title) - len(suffix)]
        prefix = next((start for start in self.prefixes if title.startswith(start) and title != start), "")
        return title[len(prefix) :]


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A block, or a part of one, that a rule matched."""

    rule: FrameRule
    span: Span


def learn_frame(pages: Iterable[Page]) -> SiteFrame:
    """What stands on at least half of these pages of one site, and on at least four. Give them as they were read."""
    texts: Counter[str] = Counter()
    prefixes: Counter[str] = Counter()
    suffixes: Counter[str] = Counter()
    count = 0
    for page in pages:
        count += 1
        texts.update({block.span.folded(page.text) for block in page.blocks})
        parts = list(TITLE_PARTS.finditer(page.title))
        prefixes.update(page.title[: part.end()] for part in parts)
        suffixes.update(page.title[part.start() :] for part in parts)
    least = max(LEAST_PAGES, -(-count // 2))
    return SiteFrame(frozenset(_frequent(texts, least)), _frequent(prefixes, least), _frequent(suffixes, least))


def _frequent(texts: Counter[str], least: int) -> tuple[str, ...]:
    return tuple(sorted((text for text, seen in texts.items() if seen >= least), key=len, reverse=True))


def strip_frame(page: Page, learned: SiteFrame | None = None, today: date | None = None) -> tuple[Page, str | None]:
    """The page without its frame, and the lines of the contact record that the frame holds, or None.

    The text is untouched: the blocks that the rules matched are left out, and reported in `dropped`. `learned` is given
    for the pages of a site, and empty when nothing could be learned: their title and date, when they declare none, are
    then those that the rest tells. A page on which everything repeats keeps all that no named rule takes off.
    """
    if learned is None:
        return _without_frame(page, frozenset())
    stripped, contact = _without_frame(page, learned.texts)
    if not stripped.blocks:
        stripped, contact = _without_frame(page, frozenset())
    return _told(stripped, learned, today), contact


def _without_frame(page: Page, repeated: frozenset[str]) -> tuple[Page, str | None]:
    own: list[Block] = []
    shared: list[Block] = []
    for block in page.blocks:
        (shared if block.span.folded(page.text) in repeated else own).append(block)
    # What the site says of itself on all its pages, it does not say once more: another telephone is somebody else's.
    known = {line.rule.field for block in shared for line in _facts(page.text, block.span)}
    top = _framed(page.text, own, known)
    bottom = _framed(page.text, own[len(top) :][::-1], known)
    kept = tuple(own[len(top) : len(own) - len(bottom)])
    stays = {block.span for block in kept}
    gone = [(block.span, matched_lines(page.text, block.span)) for block in page.blocks if block.span not in stays]
    dropped = [
        Dropped(name, span.folded(page.text))
        for whole, lines in gone
        for name, span in ([(line.rule.name, line.span) for line in lines] if lines else [(REPEATED, whole)])
    ]
    facts = [line for whole, lines in gone for line in lines or _facts(page.text, whole)]
    stripped = replace(page, blocks=kept, links=_links(page, kept), dropped=(*page.dropped, *dropped))
    return stripped, _contact_record(page.text, facts)


def _facts(text: str, span: Span) -> list[FrameLine]:
    """What a block that repeats says of the syndicate among other things: its address, its numbers."""
    return [
        FrameLine(rule, Span(match.start(), match.start() + len(match.group().rstrip())))
        for rule in FRAME_RULES
        if rule.field and (match := rule.pattern.search(text, span.start, span.end))
    ]


def _links(page: Page, kept: tuple[Block, ...]) -> tuple[Link, ...]:
    """The links that stand in these blocks, which are in order."""
    starts = [block.span.start for block in kept]
    holders = ((link, bisect_right(starts, link.span.start) - 1) for link in page.links)
    return tuple(link for link, at in holders if at >= 0 and link.span.end <= kept[at].span.end)


def _told(page: Page, learned: SiteFrame, today: date | None) -> Page:
    """The title and the date of a site's page, as what is not frame tells them."""
    if page.introduction or any(block.place for block in page.blocks):
        return page
    heads = (b.span.folded(page.text) for b in page.blocks if b.kind is BlockKind.HEADING and b.level == 1)
    title = next(heads, None) or learned.own_title(page.title)
    page = replace(page, title=title, speaker=page.speaker or speaker_of_title(title))
    page = replace(page, kind=kind_of_page(page) or page.kind)
    if page.date:
        return page
    day, inferred = date_of_text(page, today)
    return replace(page, date=day, date_is_inferred=inferred)


def _framed(text: str, blocks: Iterable[Block], known: AbstractSet[str]) -> list[list[FrameLine]]:
    """The lines of the first blocks, for as long as they are nothing but frame and give no field known already."""
    found = []
    for block in blocks:
        lines = matched_lines(text, block.span)
        if lines is None or any(line.rule.field in known for line in lines):
            break
        found.append(lines)
    return found


def matched_lines(text: str, span: Span) -> list[FrameLine] | None:
    """The rules that together cover the span, or None when something in it is not frame."""
    lines = []
    position = span.start
    while position < span.end:
        for rule in FRAME_RULES:
            match = rule.pattern.match(text, position, span.end)
            if match:
                end = match.start() + len(match.group().rstrip())
                lines.append(FrameLine(rule, Span(position, end)))
                position = end
                break
        else:
            return None
        while position < span.end and text[position].isspace():
            position += 1
    return lines


def _contact_record(text: str, lines: list[FrameLine]) -> str | None:
    """The record's lines: the first of each field, when the frame says it twice."""
    facts: dict[str, str] = {}
    for line in lines:
        if line.rule.field:
            facts.setdefault(line.rule.field, line.span.folded(text))
    return BETWEEN.join(facts.values()) if facts.keys() & {"address", "phone"} else None
