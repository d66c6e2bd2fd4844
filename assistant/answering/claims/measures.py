"""What a number measures: a duration, a sum, a length; each of what it is counted; whether it goes before or after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.wording import texts


@dataclass(frozen=True, slots=True)
class Measured:
    """`scale` is one unit in the smallest of its `measure`: twelve months. What is not said is ""."""

    measure: str = ""
    scale: float = 1.0
    each: frozenset[str] = frozenset()
    way: str = ""

    def agrees_with(self, other: Measured) -> bool:
        """Does the other measure the same, be it in another unit? « Par mois » is said only of what is told so."""
        if self.each and self.each != other.each:
            return False
        if self.measure and self.measure != other.measure:
            return False
        return not (self.way and other.way and self.way != other.way)


NOTHING = Measured()


def measured_after(after: str) -> Measured:
    """What is read in the folded text that follows a number: « mois », « heures par jour », « jours après »."""
    unit = re.match(r"\s?([a-z]+|[€$£])", after)
    each = re.match(r"\s?(?:%|[a-z]+|[€$£])?\s?((?:(?:(?:de\s[a-z]+\s)?et\s)?(?:par\s|/\s?)[a-z]+\s?)+)", after)
    way = re.match(r"\s?[a-z]+\s([a-z]+)", after)
    measure, scale = _measures().get(unit.group(1) if unit else "", ("", 1.0))
    return Measured(
        measure,
        scale,
        _known_each(each.group(1) if each else ""),
        _names("ways").get(way.group(1), "") if way and measure else "",
    )


def _known_each(said: str) -> frozenset[str]:
    """« par jour de garde et par enfant »: both."""
    names = _names("each")
    return frozenset(names[word] for word in re.findall(r"(?:par\s|/\s?)([a-z]+)", said) if word in names)


@cache
def _measures() -> dict[str, tuple[str, float]]:
    tables = texts("claims")["numbers"]["measures"].items()
    return {unit: (measure, scale) for measure, units in tables for unit, scale in units.items()}


@cache
def _names(table: str) -> dict[str, str]:
    return {word: name for name, words in texts("claims")["numbers"][table].items() for word in words.split()}
