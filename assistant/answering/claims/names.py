"""The proper names, acronyms and addresses that a text states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.answering.claims.passage import Stretch
from assistant.index.french import words
from assistant.index.rarity import is_unknown

_CAPITAL = re.compile(r"(?P<name>\b[A-ZÀ-ÝŒ][\w-]*)(?![\w'’])")
_ADDRESS = re.compile(r"https?://[^\s\])»]+|www\.[^\s\])»]+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\d)0\d(?:[ .]?\d\d){4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name: its words, folded, in a row."""

    surfaces: tuple[str, ...]
    start: int = 0
    end: int = 0

    def stands_in(self, stretch: Stretch) -> bool:
        """Are its words there, in a row, in this order or with the last one first (« VARLET Philippe »)?"""
        held = stretch.named
        turned = (*self.surfaces[1:], self.surfaces[0])
        size = len(self.surfaces)
        rows = {held[place : place + size] for place in range(len(held) - size + 1)}
        return self.surfaces in rows or turned in rows or self._is_spelt_in(held)

    def _is_spelt_in(self, held: tuple[str, ...]) -> bool:
        """« Espace Numérique de Travail » where the text has « ENT », or the other way round."""
        if len(self.surfaces) > 1:
            return "".join(word[0] for word in self.surfaces) in held
        (short,) = self.surfaces
        full = [word for word in held if len(word) > 2]
        rows = ("".join(word[0] for word in full[place : place + len(short)]) for place in range(len(full)))
        return len(short) > 1 and short in rows


def names_in(text: str) -> tuple[Name, ...]:
    """Words with a capital, those that follow one another together. The first word of a text is a name when French
    texts do not hold it.
    """
    return tuple(_found(text))


def _found(text: str) -> Iterator[Name]:
    row: list[str] = []
    start = end = -1
    for match in _CAPITAL.finditer(text):
        if len(match.group("name")) == 1:  # « À », « Y »
            continue
        found = [word for word in words(match.group("name")) if not word.is_stop or match.group("name").isupper()]
        if not found:
            continue
        is_first = not re.search(r"\w", text[: match.start("name")])
        if is_first and not any(is_unknown(word.stem) for word in found):
            continue
        joined = row and re.fullmatch(r" |-| (?:de|du|des|d['’]|de la|de l['’])\s?", text[end : match.start("name")])
        if not joined and row:
            yield Name(tuple(row), start, end)
            row = []
        if not row:
            start = match.start("name")
        row += [word.surface for word in found]
        end = match.end()
    if row:
        yield Name(tuple(row), start, end)


def addresses_in(text: str) -> tuple[str, ...]:
    """Web addresses, e-mail addresses and telephone numbers, as they are written."""
    return tuple(match.group().rstrip(".,;") for match in _ADDRESS.finditer(text))
