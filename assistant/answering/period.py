"""The time that a question is about: years that it names, or the present (« actuellement », « le dernier »)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from assistant.wording import texts

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
STALE = 365  # days after which what a document says of the present may no longer hold


@dataclass(frozen=True, slots=True)
class Period:
    """`years` as four digits. `present`: the question asks for what holds now, or for the last of its kind."""

    years: frozenset[str]
    present: bool


def period_of(folded: str, today: date) -> Period:
    """The period that a folded question names. « l'an dernier » is a year, counted from `today`."""
    patterns = _patterns()
    years = set(YEAR.findall(folded))
    left = folded
    for name, year in (("this_year", today.year), ("last_year", today.year - 1)):
        if patterns[name].search(left):
            years.add(str(year))
            left = patterns[name].sub(" ", left)
    return Period(frozenset(years), bool(patterns["present"].search(left)) and not years)


def is_stale(written: str, today: date) -> bool:
    """Is a date (ISO 8601, as precise as it is known) so far away that the present may differ?"""
    parts = [int(part) for part in written.split("-")]
    year, month, day = (*parts, *(12, 28)[len(parts) - 1 :])[:3]
    return (today - date(year, month, day)).days > STALE


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in texts("question")["period"].items()}
