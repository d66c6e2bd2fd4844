"""The time that a question is about: « l'an dernier » is a year, « actuellement » and « le dernier » the present."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from assistant.index.french import fold
from assistant.wording import texts

LATEST = (0, 12, 28)  # month and day that stand for those that are not known
STALE = 365  # days after which what a document says of the present may no longer hold


def with_years(text: str, today: date) -> str:
    """« l'an dernier » → « en 2025 », « cette année » → « en 2026 », counted from `today`."""
    relative = texts("question")["period"]
    for name, year in (("last_year", today.year - 1), ("this_year", today.year)):
        text = _pattern(name).sub(relative["in_year"].format(year=year), text)
    return text


def asks_present(text: str) -> bool:
    """Does a question ask for what holds now, or for the last of its kind?"""
    return bool(_pattern("present").search(fold(text)))


def is_stale(written: str | None, today: date) -> bool:
    """Is a date (ISO 8601, as precise as it is known) so far away that the present may differ? Unknown: it may."""
    if written is None:
        return True
    known = [int(part) for part in written.split("-")]
    year, month, day = (*known, *LATEST[len(known) :])
    return (today - date(year, month, day)).days > STALE


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(texts("question")["period"][name], re.IGNORECASE)
