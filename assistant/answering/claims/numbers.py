"""The numbers that a text states, in digits or in words: « 1 780 781 », « 12 M€ », « douze », « une centaine »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from assistant.answering.claims.measures import NOTHING, Measured, measured_after
from assistant.wording import texts

# Digits in threes, with the spaces and dots that French puts between them; a decimal comma or point.
_DIGITS = r"\d{1,3}(?:[ .\u00a0\u2009\u202f]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?"
_SIGNS: dict[str, int] = {"m€": 1_000_000, "k€": 1_000, "md€": 1_000_000_000, "meur": 1_000_000, "keur": 1_000}
REACH = 60  # characters after a number that say of what it is
SAME = 1e-9  # share by which two numbers may differ, for what floats lose


class Bound(StrEnum):
    """How a number is said."""

    EXACT = "exact"
    ROUGHLY = "roughly"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a folded text, at the characters `[start, end)`. A share of a hundred is a percentage.

    `of` is what it measures.
    """

    value: float
    is_percent: bool
    bound: Bound
    start: int
    end: int
    is_ordinal: bool = False
    is_plural: bool = False
    of: Measured = NOTHING

    def is_supported_by(self, other: Number) -> bool:
        """Does a source that states `other` say this?"""
        if self.is_percent != other.is_percent or self.is_ordinal != other.is_ordinal:
            return False
        if self.is_plural != other.is_plural:
            return False  # « un des premiers » is not « le premier »
        if self.bound is not other.bound or not self.of.agrees_with(other.of):
            return False
        scaled = self.of.measure and other.of.measure
        said, known = (one.value * (one.of.scale if scaled else 1.0) for one in (self, other))
        return said == known if not scaled else abs(said - known) <= SAME * max(1.0, abs(said))


def numbers_in(folded: str) -> tuple[Number, ...]:
    """The numbers of a folded text, in order. « un » and « une » are articles."""
    return tuple(_found(folded))


def _found(folded: str) -> Iterator[Number]:
    position = 0
    while match := _pattern().search(folded, position):
        value, end = _value(folded, match)
        percent = re.match(r"\s?(?:%|pour cent\b|pourcent\b)", folded[end:])
        measured = measured_after(folded[end : end + REACH])
        yield Number(
            value=value,
            is_percent=bool(percent) or match.group() in _words()["shares"],
            bound=_bound(folded, match),
            start=match.start(),
            end=end + (percent.end() if percent else 0),
            is_ordinal=_is_ordinal(match),
            is_plural=_is_ordinal(match) and match.group().endswith("s"),
            of=measured,
        )
        position = max(end, match.end())


def _is_ordinal(match: re.Match[str]) -> bool:
    return match.group() in _words()["ordinals"] or bool(match.group("ordinal"))


def _value(folded: str, match: re.Match[str]) -> tuple[float, int]:
    """The number that begins at the match, with the words that go on with it; and where it ends."""
    digits = match.group("digits")
    sign = re.match(r"\s?(m€|k€|md€|meur|keur)(?![a-z])", folded[match.end() :]) if digits else None
    if sign:
        return _digits(digits) * _SIGNS[sign.group(1)], match.end() + sign.end()
    words = _words()
    if match.group("clock"):
        hours, minutes = match.group("clock"), match.group("past")
        return int(hours) + int(minutes) / 60, match.end()
    if match.group("one"):
        return 1.0, match.end("one")
    if not digits and any(match.group() in words[table] for table in ("shares", "ordinals", "about")):
        return _word_value(match.group()), match.end()
    spelt = _Spelt(_digits(digits) if digits else 0.0, only_scales=bool(digits))
    end = match.end() if digits else match.start()
    while following := re.match(r"(?:[\s-]|\bet\b)*([a-z]+)", folded[end:]):
        if not spelt.takes(following.group(1)):
            break
        end += following.end()
    return spelt.value, end


class _Spelt:
    """A number read word by word: « deux », « cent », « mille »."""

    def __init__(self, group: float, only_scales: bool) -> None:
        self._total = 0.0
        self._group = group
        self._only_scales = only_scales

    @property
    def value(self) -> float:
        return self._total + self._group

    def takes(self, word: str) -> bool:
        """Whether the word goes on with the number, which then takes it in."""
        words = _words()
        if word in words["scales"]:
            return self._scale(words["scales"][word])
        if self._only_scales:
            return False
        if word in ("un", "une"):  # articles, but for « vingt et un »
            return self._add(1) if self._group % 100 >= 20 else False
        if word in words["tens"]:
            fourscore = self._group % 100 == 4 and words["tens"][word] == 20
            return self._add(76 if fourscore else words["tens"][word])
        return word in words["units"] and self._add(words["units"][word])

    def _scale(self, scale: int) -> bool:
        if scale == 100:
            if self._group >= 10 and not self._only_scales:
                return False
            self._group = (self._group or 1) * 100
            return True
        self._total += (self._group or 1) * scale
        self._group = 0.0
        return True

    def _add(self, amount: int) -> bool:
        """Smaller parts come after larger ones: « trente deux » is one number, « deux trente » two."""
        free = self._group % 100 if amount != 76 else 0
        room = free == 0 or amount == 76 or (free % 10 == 0 and amount < 10) or (free in (60, 80) and amount < 20)
        if room:
            self._group += amount
        return room


def _digits(text: str) -> float:
    compact = re.sub(r"[ \u00a0\u2009\u202f]", "", text)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", compact):
        compact = compact.replace(".", "")
    return float(compact.replace(",", "."))


def _word_value(word: str) -> float:
    words = _words()
    tables = ("units", "tens", "scales", "about", "ordinals", "shares")
    return float(next(words[table][word] for table in tables if word in words[table]))


def _bound(folded: str, match: re.Match[str]) -> Bound:
    words = _words()
    if _is_ordinal(match):
        return Bound.EXACT
    is_about = match.group() in words["about"]
    tail = re.sub(r"[^a-z0-9]+", " ", folded[max(0, match.start() - 24) : match.start()]).rstrip()
    if is_about:  # « plus d'une centaine »
        tail = re.sub(r"\sune$", "", tail)
    for name, bound in (("more_than", Bound.MORE), ("less_than", Bound.LESS), ("roughly", Bound.ROUGHLY)):
        if any(re.search(rf"(?:^|\s){said}$", tail) for said in words[name]):
            return bound
    return Bound.ROUGHLY if is_about else Bound.EXACT


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = {**texts("claims")["numbers"], **texts("claims")["numbers"]["said"]}
    return found


@cache
def _pattern() -> re.Pattern[str]:
    words = _words()
    known = {word for table in ("units", "tens", "scales", "about", "ordinals", "shares") for word in words[table]}
    spelt = "|".join(sorted(known, key=len, reverse=True))
    return re.compile(
        rf"(?<![a-z0-9])(?:(?P<clock>\d\d?)\s?h(?:eures?)?\s?(?P<past>[0-5]\d)(?!\d)"
        rf"|(?P<digits>{_DIGITS})(?P<ordinal>ers?|eres?|res?|emes?|iemes?|es?)?(?![a-z0-9]*\d)(?!h\d)"
        rf"|(?P<one>une?)(?=\s(?:an|annee|mois|semaine|heure|euro)\b)"
        rf"|(?:{spelt})(?![a-z0-9]))"
    )
