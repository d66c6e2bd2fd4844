"""A text as people see it: what a language model reads, and what it writes, holds nothing hidden."""

from __future__ import annotations

import re
import unicodedata

# Formats (zero width, direction, tags), halves of characters, private ones, none; variation selectors and fillers.
_UNSEEN = ("Cf", "Cs", "Co", "Cn")
_FILLERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def visible(text: str) -> str:
    """The text without characters that nobody sees, a control being a space; line breaks stay."""
    shown = (" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in _FILLERS.sub("", text))
    return "".join(c for c in shown if unicodedata.category(c) not in _UNSEEN)
