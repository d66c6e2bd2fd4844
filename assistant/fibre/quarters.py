"""Quarters and days: "2026-T2" ⇄ "2026-06-30", and how file names and headings write them."""

from __future__ import annotations

import re
from datetime import date

QUARTER = re.compile(r"(?i)(?<!\d)(20\d\d)[-_ ]?[tq]([1-4])(?!\d)|(?<![a-z\d])[tq]([1-4])[-_ ]?(20\d\d)(?!\d)")
DAY = re.compile(r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
LAST_DAYS = ("03-31", "06-30", "09-30", "12-31")


def quarter_of(day: str) -> str:
    """ "2026-06-30" → "2026-T2"."""
    return f"{day[:4]}-T{(int(day[5:7]) + 2) // 3}"


def last_day(quarter: str) -> str:
    """ "2026-T2" → "2026-06-30"."""
    return f"{quarter[:4]}-{LAST_DAYS[int(quarter[-1]) - 1]}"


def quarter_in(text: str) -> str | None:
    """The last quarter that a text names, as "2026t2", "T2 2026" or "2026-T2"."""
    found = QUARTER.findall(text)
    if not found:
        return None
    year, number, number_first, year_last = found[-1]
    return f"{year or year_last}-T{number or number_first}"


def day_in(text: str) -> str | None:
    """The last day that a text names, as "2025-10-20" or "20251020"."""
    for year, month, day in reversed(DAY.findall(text)):
        if is_day(f"{year}-{month}-{day}"):
            return f"{year}-{month}-{day}"
    return None


def is_day(text: str) -> bool:
    """Is it a day of the calendar, in ISO 8601?"""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
