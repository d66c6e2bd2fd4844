"""The site's frame: taken off each page by named rules, and kept once as the syndicate's contact record.

The frame is what stands at the very top and the very bottom of every page. A rule is asked only there: the same words
in the middle of a document are the document's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assistant.models import CONTACT_KEY, Block, BlockKind, Contact, Dropped, Page, Span


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


@dataclass(frozen=True, slots=True)
class _Line:
    """A block, or a part of one, that a rule matched."""

    rule: FrameRule
    span: Span


def strip_frame(page: Page) -> tuple[Page, Page | None]:
    """The page without its frame, and the contact record that the frame holds as a page of its own, or None.

    The text is untouched: the blocks that the rules matched are left out, and reported in `dropped`.
    """
    top = _framed(page.text, page.blocks)
    bottom = _framed(page.text, page.blocks[len(top) :][::-1])
    kept = page.blocks[len(top) : len(page.blocks) - len(bottom)]
    lines = [line for block in (*top, *bottom[::-1]) for line in block]
    dropped = tuple(Dropped(line.rule.name, line.span.folded(page.text)) for line in lines)
    return replace(page, blocks=kept, dropped=(*page.dropped, *dropped)), _contact_page(page, lines)


def newest_contact(records: Iterable[tuple[Page, Page]]) -> Page | None:
    """The one contact record among (page, its record): that of the newest page; undated pages count as the oldest."""
    newest = max(records, key=lambda pair: pair[0].date or "", default=None)
    return newest[1] if newest else None


def contact_fields(page: Page) -> Contact:
    """The fields of a contact record, verbatim with white space folded."""
    fields = {}
    for block in page.blocks:
        for line in _match(page.text, block.span) or []:
            fields[line.rule.field] = line.span.folded(page.text)
    return Contact(
        name=fields.get("name", ""),
        address=fields.get("address", ""),
        phone=fields.get("phone", ""),
        fax=fields.get("fax", ""),
        url=page.url or "",
        document_key=page.key,
    )


def _framed(text: str, blocks: Iterable[Block]) -> list[list[_Line]]:
    """The lines of the first blocks, for as long as they are frame and nothing but frame."""
    found = []
    for block in blocks:
        lines = _match(text, block.span)
        if lines is None:
            break
        found.append(lines)
    return found


def _match(text: str, span: Span) -> list[_Line] | None:
    """The rules that together cover the span, or None when something in it is not frame."""
    lines = []
    position = span.start
    while position < span.end:
        for rule in FRAME_RULES:
            match = rule.pattern.match(text, position, span.end)
            if match:
                end = match.start() + len(match.group().rstrip())
                lines.append(_Line(rule, Span(position, end)))
                position = end
                break
        else:
            return None
        while position < span.end and text[position].isspace():
            position += 1
    return lines


def _contact_page(page: Page, lines: list[_Line]) -> Page | None:
    facts = [line for line in lines if line.rule.field]
    if not any(line.rule.field in ("address", "phone") for line in facts):
        return None
    return replace(
        page,
        key=CONTACT_KEY,
        title="Coordonnées",
        kind="en-tête du site",
        date=None,
        date_is_inferred=False,
        url=_site(page.url),
        blocks=tuple(Block(BlockKind.PARAGRAPH, line.span) for line in facts),
        speaker=None,
        dropped=(),
    )


def _site(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
