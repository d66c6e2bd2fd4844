"""What is drawn under a text, and whether the text can be told from it. What nobody knows hides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

Colour = tuple[int, int, int]  # red, green, blue, from 0 to 255
Box = tuple[float, float, float, float]  # x0, y0, x1, y1
WHITE: Colour = (255, 255, 255)
SAME_COLOUR = 12  # difference of each of red, green and blue that nobody sees


@dataclass(frozen=True, slots=True)
class Surface:
    """What is filled, with its colour; None for a picture or a gradient, whose colours nobody knows."""

    box: Box
    colour: Colour | None


def same_colour(first: Colour, second: Colour) -> bool:
    """Can nobody tell them apart?"""
    return all(abs(a - b) <= SAME_COLOUR for a, b in zip(first, second, strict=True))


def colour_of_hex(written: str | None) -> Colour | None:
    """« #1a2b3c » or « 1A2B3C »."""
    if not written or not re.fullmatch(r"#?[0-9a-fA-F]{6}", written):
        return None
    digits = written.lstrip("#")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def colour_under(box: Box | None, surfaces: Iterable[Surface], sheet: Colour | None) -> Colour | None:
    """What is under the middle of a box: the last drawn of the surfaces there, else the sheet."""
    if box is None:
        return None
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    there = [s.colour for s in surfaces if s.box[0] <= x <= s.box[2] and s.box[1] <= y <= s.box[3]]
    return there[-1] if there else sheet
