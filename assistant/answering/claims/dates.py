"""The dates that a text states, as periods: « 18 novembre 2016 », « novembre 2016 », « fin 2016 », « en mars »."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from assistant.wording import texts


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included, said at the characters `[start, end)` of a folded text.

    `has_year` is false for « le 18 novembre »: the year is then that of `ANY_YEAR`.
    """

    first: date
    last: date
    start: int
    end: int
    has_year: bool = True

    @property
    def is_year(self) -> bool:
        """« en 2018 »: a passage may have the year as a number, in the name of something."""
        return (self.first, self.last) == (date(self.first.year, 1, 1), date(self.first.year, 12, 31)) and self.has_year

    def holds(self, other: Period) -> bool:
        """Does a source that states `other` say this, as precisely or less so?"""
        if not self.has_year:
            moved = other.first.replace(year=ANY_YEAR), other.last.replace(year=ANY_YEAR)
            return other.first.year == other.last.year and self.first <= moved[0] and moved[1] <= self.last
        return other.has_year and self.first <= other.first and other.last <= self.last


MOST_YEARS = 12
ANY_YEAR = 2000  # a leap year: the 29th of February has a place


def periods_in(folded: str) -> tuple[Period, ...]:
    """The periods of a folded text, in order; the longest reading of each."""
    return tuple(_found(folded))


def known_periods(folded: str, dated: str | None) -> tuple[Period, ...]:
    """What a passage and its date (ISO 8601, as precise as it is known) say: days without year take each year told,
    when these are few.
    """
    stated = list(periods_in(folded))
    if dated and (own := _iso(dated)):
        stated.append(own)
    years = {period.first.year for period in stated if period.has_year and period.first.year == period.last.year}
    return tuple(_with_years(stated, years if len(years) <= MOST_YEARS else set()))


def _with_years(stated: Iterable[Period], years: set[int]) -> Iterator[Period]:
    for period in stated:
        if period.has_year:
            yield period
        else:
            yield from (_moved(period, year) for year in years)
            yield period


def _moved(period: Period, year: int) -> Period:
    last = min(period.last.day, monthrange(year, period.last.month)[1])
    first = min(period.first.day, monthrange(year, period.first.month)[1])
    return Period(date(year, period.first.month, first), date(year, period.last.month, last), period.start, period.end)


def _found(folded: str) -> Iterator[Period]:
    for match in _pattern().finditer(folded):
        period = _period(match)
        if period:
            yield period


def _period(match: re.Match[str]) -> Period | None:
    found = match.groupdict()
    if found["decade"] or found["century"]:
        return _years(match)
    if any(found[name] and not 1 <= int(found[name]) <= 12 for name in ("m", "iso_month")):
        return None
    day = found["day"] or found["d"] or found["iso_day"]
    month = _month(found)
    year = int(found["year"] or found["y"] or found["iso_year"] or found["part_year"] or found["lone"] or ANY_YEAR)
    has_year = any(found[name] for name in ("year", "y", "iso_year", "part_year", "lone"))
    try:
        if found["part"]:
            first, last = _words()["parts"][re.sub(r"\s+", " ", found["part"])]
            return _between(match, year, first, last, has_year)
        if month and day:
            on = date(year, month, int(day))
            return Period(on, on, match.start(), match.end(), has_year)
    except ValueError:  # the 31st of April
        return None
    return _between(match, year, month or 1, month or 12, has_year)


def _years(match: re.Match[str]) -> Period:
    """« les années 1950 », « la fin du XIXe siècle »."""
    found = match.groupdict()
    if found["decade"]:
        first, size = int(found["decade"]) + (0 if len(found["decade"]) == 4 else 1900), 10
    else:
        first, size = 100 * (_number(found["century"]) - 1) + 1, 100
    begin, end = _words()["decade"].get(found["part_of"] or "", (0, 9))
    last = first + (end + 1) * size // 10 - 1
    return Period(date(first + begin * size // 10, 1, 1), date(last, 12, 31), match.start(), match.end())


def _number(text: str) -> int:
    """13 or xiii → 13; a number is at most 21 here."""
    if text.isdigit():
        return max(1, int(text))
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in text]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return max(1, sum(-value if value < after else value for value, after in pairs))


def _month(found: dict[str, str | None]) -> int | None:
    if found["month"]:
        return 1 + int(_words()["months"].index(found["month"]))
    number = found["m"] or found["iso_month"]
    return int(number) if number and 1 <= int(number) <= 12 else None


def _between(match: re.Match[str], year: int, first: int, last: int, has_year: bool) -> Period:
    end = date(year, last, monthrange(year, last)[1])
    return Period(date(year, first, 1), end, match.start(), match.end(), has_year)


def _iso(dated: str) -> Period | None:
    """None for what is no date, such as the 31st of April."""
    try:
        return _of_parts([int(part) for part in dated.split("-")])
    except ValueError:
        return None


def _of_parts(parts: list[int]) -> Period:
    year, month, day = (*parts, *(0, 0, 0))[:3]
    if day:
        return Period(date(year, month, day), date(year, month, day), 0, 0)
    return Period(date(year, month or 1, 1), date(year, month or 12, monthrange(year, month or 12)[1]), 0, 0)


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = texts("claims")["times"]
    return found


@cache
def _pattern() -> re.Pattern[str]:
    months = "|".join(_words()["months"])
    parts = "|".join(sorted((re.escape(part) for part in _words()["parts"]), key=len, reverse=True))
    pieces = "|".join(_words()["decade"])
    year = r"(?:1[0-9]|20)\d\d"
    # What makes it a number: a unit, more digits, a word in the plural.
    small = "|".join(_words()["not_plural"])
    plural = rf"\s(?!{small})[a-z]{{3,}}(?:s|x)\b"
    not_year = rf"\s?(?:%|€|euros?|m€|k€|\d)|{plural}"
    return re.compile(
        rf"(?<![\w/.,])(?:"
        rf"(?:(?P<part_of>{pieces})\s(?:des\s|du\s))?(?:annees\s(?P<decade>(?:1[0-9]|20)?\d0)|(?P<century>[ivx]{{1,5}}|[12]?\d)e(?:me)?\ssiecle)"
        rf"|(?P<iso_year>{year})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)"
        rf"|(?P<d>\d\d?)[/.](?P<m>\d\d?)[/.](?P<y>{year})"
        rf"|(?:(?P<day>\d\d?)(?:er)?\s)?(?P<month>{months})(?:\s(?:de l'annee\s)?(?P<year>{year}))?"
        rf"|(?P<part>{parts})[\s-](?:de\s)?(?:l'annee\s)?(?P<part_year>{year})"
        rf"|(?P<lone>(?<=\ben )1[0-3]\d\d|(?:1[4-9]|20)\d\d)(?!{not_year})"
        rf")(?![\w/])"
    )
