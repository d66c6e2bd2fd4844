"""The styles of an OpenDocument file: what a name stands for, its parents included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.documents.colours import WHITE, Colour, colour_of_hex

DEEPEST = 30  # styles, from child to parent: a circle ends there
UNITS = {"cm": 28.3465, "mm": 2.83465, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)(cm|mm|in|pt|pc|px)")


class Styles:
    """Looks up a property of a style by its family and its name. The first of two styles of one name is kept."""

    def __init__(self, parts: Iterable[Any]) -> None:
        self._properties: dict[tuple[str, str], dict[str, str]] = {}
        self._parent: dict[tuple[str, str], str] = {}
        for part in parts:
            for style in part.get_elements("//style:style"):
                told = style.attributes
                key = (told.get("style:family", ""), told.get("style:name", ""))
                if key in self._properties:
                    continue
                self._parent[key] = told.get("style:parent-style-name", "")
                self._properties[key] = {k: v for child in style.children for k, v in child.attributes.items()}

    def names(self, family: str, name: str) -> Iterator[str]:
        """A style and its parents, nearest first."""
        for _ in range(DEEPEST):
            if (family, name) not in self._properties:
                return
            yield name
            name = self._parent[family, name]

    def get(self, family: str, name: str, wanted: str) -> str | None:
        """The value of a property, or None where no style says."""
        for known in self.names(family, name):
            if (value := self._properties[family, known].get(wanted)) is not None:
                return value
        return None

    def fill(self, family: str, name: str, under: Colour | None) -> Colour | None:
        """What is seen inside something so filled: `under` when it is not filled, None when nobody knows."""
        kind = self.get(family, name, "draw:fill")
        if kind == "solid":
            return colour_of_hex(self.get(family, name, "draw:fill-color"))
        if kind not in (None, "none"):
            return None
        return self.background(family, name, under)

    def background(self, family: str, name: str, under: Colour | None) -> Colour | None:
        """The same for text, cells and paragraphs."""
        colour = self.get(family, name, "fo:background-color")
        return under if colour in (None, "transparent") else colour_of_hex(colour)

    def is_filled(self, family: str, name: str) -> bool:
        """Does it hide what is under it?"""
        return self.fill(family, name, WHITE) != WHITE or self.fill(family, name, None) is not None


def points(length: str | None) -> float | None:
    """« 2.54cm » in points; None for what is no length."""
    read = LENGTH.fullmatch(length or "")
    return float(read.group(1)) * UNITS[read.group(2)] if read else None
