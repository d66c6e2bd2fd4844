"""Dates as French writes them → ISO 8601, as precise as they are written; and which of them is a page's own.

A page that declares no date (`declared`) is of the first full day in its title, its first headings or its first lines;
else, marked as inferred, of the month of its title or the latest month that its text names: it was written then or
later. No date rather than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.models import BlockKind, Page, Span

_MONTHS = (
    "janv(?:ier|\\.)?", "f[ée]v(?:rier|r?\\.)?", "mars", "avr(?:il|\\.)", "mai", "juin", "juil(?:let|\\.)", "ao[ûu]t",
    "sept(?:embre|\\.)", "oct(?:obre|\\.)", "nov(?:embre|\\.)", "d[ée]c(?:embre|\\.)",
)  # fmt: skip
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_DAY = r"\d{1,2}(?:\s?er|°)?|premier"
_YEAR = r"(?:19|20)\d\d"
_GAP = r"[\s\u00a0]+"
_PATTERNS = (
    rf"(?P<y1>{_YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d)(?![\d-])",
    # « du 30 mai au 2 juin 2019 », « les 3 et 4 juin 2019 »: the first day.
    rf"(?P<d2>{_DAY})(?:{_GAP}(?P<m2>{_MONTH}))?{_GAP}(?:au|et|-|–|à){_GAP}(?:{_DAY}){_GAP}(?P<m2b>{_MONTH})"
    rf"{_GAP}(?P<y2>{_YEAR})(?!\d)",
    rf"(?P<d3>{_DAY}){_GAP}(?P<m3>{_MONTH}){_GAP}(?P<y3>{_YEAR})(?!\d)",
    rf"(?P<d4>\d{{1,2}})(?P<s4>[/.-])(?P<m4>\d{{1,2}})(?P=s4)(?P<y4>{_YEAR}|\d\d)(?![\d]|[/.-]\d)",
    rf"\b(?P<m5>{_MONTH}){_GAP}(?P<y5>{_YEAR})(?!\d)",
    rf"(?P<m6>0[1-9]|1[0-2])/(?P<y6>{_YEAR})(?![\d/])",
    rf"\b(?:en|ann[ée]e|an|fin|d[ée]but|courant|horizon|depuis|pour|exercice){_GAP}(?P<y7>{_YEAR})(?!\d|[-/]\d)",
)
DATE = re.compile(rf"(?<![\d/.,-])(?:{'|'.join(_PATTERNS)})", re.I)
SHORT_YEAR_ALLOWED = re.compile(r"(?i)\b(?:le|du|au|date|dat[ée]e? du|,)\s*:?\s*\Z")
# A day named after these is not the one on which the page was written.
ELSEWHERE = re.compile(
    r"(?i)\b(?:n[ée]+e?s?|naissance|d[ée]c[ée]d[ée]e?s?|depuis|jusqu['’](?:au|en|[àa])|avant|apr[èe]s"
    r"|d['’]ici|[àa] partir|[àa] compter|[ée]ch[ée]ance|limite|tard|horizon|loi|d[ée]cret|arr[êe]t[ée]"
    r"|ordonnance|directive|circulaire|r[èe]glement|en vigueur)\b(?:\s+n°\s?[\d-]+)?[^.;:!?\n\d]{0,30}\Z"
)
LOOKED_BACK = 60  # characters before a date where such a word is looked for
EARLIEST = date(1995, 1, 1)  # no page of the site is older than the web
FIRST_HEADINGS = 4
FIRST_PARAGRAPHS = 3
FIRST_CHARACTERS = 800  # of those paragraphs


@dataclass(frozen=True, slots=True)
class Written:
    """A date found in a text, as precise as it is written there."""

    iso: str
    span: Span


def dates_in(text: str) -> tuple[Written, ...]:
    """The dates of a French text, in order; a date that no calendar has is none."""
    return tuple(written for match in DATE.finditer(text) if (written := _written(text, match)))


def _written(text: str, match: re.Match[str]) -> Written | None:
    parts = {name[0]: value for name, value in match.groupdict().items() if value and name != "s4"}
    year = parts["y"]
    if len(year) == 2:
        if match["s4"] != "/" and not SHORT_YEAR_ALLOWED.search(text, 0, match.start()):
            return None
        year = f"20{year}" if int(year) < 70 else f"19{year}"
    month = _month(match["m2"] or parts.get("m", ""))
    day = _number(parts.get("d", ""))
    iso = year + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
    known = is_a_date(iso) and (month is not None or "m" not in parts) and (day is not None or "d" not in parts)
    return Written(iso, Span(match.start(), match.end())) if known else None


def _month(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    return next((n for n, name in enumerate(_MONTHS, 1) if re.fullmatch(name, written, re.I)), None)


def _number(written: str) -> int | None:
    if written.lower() == "premier":
        return 1
    digits = re.match(r"\d+", written)
    return int(digits.group()) if digits else None


def is_a_date(iso: str) -> bool:
    """Is this year, month or day in the calendar?"""
    try:
        date.fromisoformat(iso + "-01" * (2 - iso.count("-")))
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------------------------------------- a page's own date


def date_of_text(page: Page, today: date | None = None) -> tuple[str | None, bool]:
    """The date that the page's blocks tell, and whether it is inferred; (None, False) when they tell none."""
    heads = [page.title, *_texts(page, BlockKind.HEADING)[:FIRST_HEADINGS]]
    first = "\n".join(_texts(page, BlockKind.PARAGRAPH)[:FIRST_PARAGRAPHS])[:FIRST_CHARACTERS]
    for text in (*heads, first):
        for day in _own_dates(text, today):
            if day.count("-") == 2:
                return day, False
    for text in heads:
        for month in _own_dates(text, today):
            if month.count("-") == 1:
                return month, True
    named = [d[:7] for block in page.blocks for d in _own_dates(block.span.folded(page.text), today) if "-" in d]
    return (max(named), True) if named else (None, False)


def _texts(page: Page, kind: BlockKind) -> list[str]:
    return [block.span.folded(page.text) for block in page.blocks if block.kind is kind]


def _own_dates(text: str, today: date | None) -> Iterator[str]:
    """The dates of a text on which the page may have been written."""
    for written in dates_in(text):
        before = text[max(0, written.span.start - LOOKED_BACK) : written.span.start]
        if is_past(written.iso, today) and not ELSEWHERE.search(before):
            yield written.iso


def is_past(iso: str, today: date | None) -> bool:
    """May a page of the site be of that date: since there is a web, and not after `today`?"""
    latest = (today or datetime.now(UTC).date()).isoformat()
    return EARLIEST.isoformat()[: len(iso)] <= iso <= latest[: len(iso)]
