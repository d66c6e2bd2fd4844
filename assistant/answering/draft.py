"""A text that comes in pieces → its sentences, each as soon as it is whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# The end of a sentence, with the passages that it cites before or after its point, and what shows that another begins.
_END = re.compile(
    r"(?:[.!?…]+(?:\s?[»”\"')])*(?:\s*\[[^\[\]\n]{1,20}\])*\s*\.?(?=\s+[^\s\[»”])|(?:\[[^\[\]\n]{1,20}\])(?=\s+[A-ZÀ-ÝŒ«\"-])|\n+)"
)
# A point that ends no sentence: « M. Varlet », « J. Depres », « art. 3 », the number of an item.
_SHORT = re.compile(
    r"(?:^|[\s(«'’])(?:M|MM|Mme|Mlle|Dr|Me|St|Ste|[A-Z]|art|av|bd|cf|chap|env|ex|fig|p|pp|n|vol)\.$|^\s*\d{1,2}\.$"
)
_MARKUP = re.compile(r"\*+|_{2,}|`+|^\s*(?:#+|[-•>]|\d{1,2}[.)])\s+", re.MULTILINE)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


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

    def rest(self) -> Iterator[str]:
        """The last sentence, once there is no more to come."""
        ended, self._text = self._text, ""
        yield from _plain(ended)

    def _goes_on(self, match: re.Match[str]) -> bool:
        """Is it a short form, or does what follows begin with a small letter?"""
        if match.group().startswith("\n"):
            return False
        following = self._text[match.end() :].lstrip()
        return following[:1].islower() or bool(_SHORT.search(self._text[: match.end()]))


def _plain(text: str) -> Iterator[str]:
    """The text without signs of Markdown or what nobody sees, on one line; nothing when it says nothing."""
    visible = "".join(c if c == "\n" or unicodedata.category(c) not in _UNSEEN else "" for c in text)
    folded = " ".join(_MARKUP.sub("", visible).split())
    if any(c.isalnum() for c in folded):
        yield folded
