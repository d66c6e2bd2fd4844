"""A text that comes in pieces → its sentences, each as soon as it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answering.visible import visible
from assistant.index.french import fold

LONGEST = 1_000  # characters without an end: given as they are

# The end of a sentence, with the passages that it cites before or after its point, and what shows that another begins.
# Nothing is tried twice: a text of points alone takes no longer than another.
_END = re.compile(
    r"(?<![.!?…])[.!?…]++(?:\s?[»”\"')])*+(?:\s*\[[^\[\]\n]{1,20}\])*+(?:\s*\.)?+(?=\s++[^\s\[»”])"
    r"|\n++(?=\s*+[^\s\[])"
)
# A point that ends no sentence: « M. Varlet », « art. 3 », « nov. 2016 », the number of an item; initials.
_SHORT = re.compile(
    r"(?:^|[\s('-])(?:mm?|mme|mlle|dr|me|ste?|pr|art|av|bd|cf|chap|env|ex|fig|pp?|no?|vol|ref|tel|max|min"
    r"|janv|fevr|avr|juil|sept|oct|nov|dec)\.$|^\s*\d{1,2}\.$"
)
_INITIAL = re.compile(r"(?:^|[\s(«'’.-])[A-ZÀ-Ý]\.$")
_MARKUP = re.compile(r"\*+|_{2,}|`+|^\s*(?:#+|[-•>]|\d{1,2}[.)])\s+", re.MULTILINE)
_TAIL = 12  # characters that hold the longest short form


class Draft:
    """What was read so far of a text, and not given yet."""

    def __init__(self) -> None:
        self._text = ""

    def add(self, piece: str) -> Iterator[str]:
        """The sentences that a piece ends. A sentence ends where another begins: the last one comes with `rest`."""
        self._text += piece
        searched = 0
        while match := _END.search(self._text, searched):
            if self._goes_on(match):
                searched = match.end()
                continue
            ended, self._text, searched = self._text[: match.end()], self._text[match.end() :], 0
            yield from _plain(ended)
        if len(self._text) > LONGEST:
            yield from self.rest()

    def rest(self) -> Iterator[str]:
        """The last sentence, once there is no more to come."""
        ended, self._text = self._text, ""
        yield from _plain(ended)

    def _goes_on(self, match: re.Match[str]) -> bool:
        """Is it a short form, within a quotation, or does what follows begin with a small letter?"""
        if match.group().startswith("\n"):
            return False
        before = self._text[: match.end()]
        following = self._text[match.end() :].lstrip()
        is_short = bool(_SHORT.search(fold(before[-_TAIL:])) or _INITIAL.search(before))
        return following[:1].islower() or is_short or before.count("«") > before.count("»")


def _plain(text: str) -> Iterator[str]:
    """The text without signs of Markdown or what nobody sees, on one line; nothing when it says nothing."""
    folded = " ".join(_MARKUP.sub("", visible(text)).split())
    if any(c.isalnum() for c in folded):
        yield folded
