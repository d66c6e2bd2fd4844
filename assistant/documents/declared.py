"""The date that an HTML page declares: in its head, for machines, or in an element that is there to show it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from assistant.documents.dates import dates_in, is_a_date, is_past

DATE_CLASS = re.compile(r"(?:^|[\s_-])(?:date|timedate|datetime)(?:$|[\s_-])", re.I)
MOST_PIECES, LONGEST_MARK = 8, 100  # pieces of text and characters in which an element's date is looked for
# The names of marks, the surest first.
MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\Aarticle:published_time\Z", r"\Ajson-ld\Z", r"\Adatepublished\Z",
        r"\Adc(?:terms)?\.(?:date(?:\.(?:issued|created))?|issued|created)\Z", r"\Adate\Z",
        r"\Aclass .*single", r"\Atime\Z", r"\Aclass ",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a page declares its date: what the place is called, and what is written in it."""

    name: str
    text: str


def declared_date(root: Any, today: date | None = None) -> str | None:
    """The day on which a page says it was published, or None: the best kind of mark that gives exactly one.

    `root` is the page's lxml element. A day after `today`, or older than the web, is none.
    """
    marks = list(_marks(root))
    for kind in MARKS:
        days = {day for mark in marks if kind.search(mark.name) and (day := _declared(mark, today))}
        if len(days) == 1:  # two days are those of a list of pages
            return days.pop()
    return None


def _declared(mark: Mark, today: date | None) -> str | None:
    text = _published(mark.text) if mark.name == "json-ld" else mark.text
    compact = re.match(r"\s*(\d{4})(\d\d)(\d\d)(?!\d)", text)
    day = "-".join(compact.groups()) if compact else next((w.iso for w in dates_in(_with_cue(text))), "")
    return day if day.count("-") == 2 and is_a_date(day) and is_past(day, today) else None


def _with_cue(text: str) -> str:
    """What stands there alone is a date: « 18.11.16 10:30 », « 2016-11-18T09:00 »."""
    return "le " + re.sub(r"(?<=\d)T(?=\d\d:)", " ", text.strip()[:LONGEST_MARK])


def _published(text: str) -> str:
    """`datePublished` of JSON-LD, wherever it stands in it, or ""."""
    try:
        return next(_values(json.loads(text), "datePublished"), "")
    except (ValueError, RecursionError):
        return ""


def _values(node: object, name: str) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get(name), str):
            yield node[name]
        for value in node.values():
            yield from _values(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value, name)


def _marks(root: Any) -> Iterator[Mark]:
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        yield Mark(name.lower(), meta.get("content") or "")
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        yield Mark("json-ld", script.text or "")
    for time in root.iter("time"):
        if _is_content(time):
            yield Mark("time", time.get("datetime") or "")
    for element in root.xpath("//*[contains(@class, 'date')]"):
        if DATE_CLASS.search(element.get("class")) and _is_content(element):
            yield Mark(f"class {element.get('class')}", "".join(islice(element.itertext(), MOST_PIECES)))


def _is_content(element: Any) -> bool:
    """A date in a column or at the foot is another page's."""
    return next(element.iterancestors("aside", "footer", "nav"), None) is None
