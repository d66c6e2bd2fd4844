"""A text as the words that names are looked for in: folded, and each at its place in what was typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_LETTERS = {code: unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x180)}
_FOLDED = _LETTERS | str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_SPELT_OUT = {"st": "saint", "ste": "sainte", "sts": "saints", "ss": "sous", "lez": "les"}
_SUR = re.compile(r"[sS]/")  # « Ailly s/Somme », « St-Valery S/ Somme »
APOSTROPHES = "'’‘`´ʼ"


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits at the characters `[start, end)` of a text.

    `text` is folded, and St, s/, lez spelt out; `typed` is the word as it stands. `before` is what separates it from
    the word before, `after` from the next.
    """

    text: str
    typed: str
    start: int
    end: int
    before: str
    after: str

    @property
    def capital(self) -> bool:
        """Whether it starts like a name."""
        return self.typed[0].isupper()

    @property
    def elided(self) -> bool:
        """Whether an apostrophe ties it to the next: « d'Amiens », « l'Étoile »."""
        return bool(self.after) and self.after[0] in APOSTROPHES


def fold(text: str) -> str:
    """Small letters without accents nor ligatures."""
    folded = text if text.isascii() else text.translate(_FOLDED)
    if not folded.isascii():
        parts = unicodedata.normalize("NFD", folded)
        folded = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return folded.lower()


def words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    found = list(_WORD.finditer(text))
    edges = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    return tuple(
        Word(
            _folded(match, text),
            match.group(),
            match.start(),
            match.end(),
            text[edges[n] : starts[n]],
            text[match.end() : starts[n + 1]],
        )
        for n, match in enumerate(found)
    )


def _folded(match: re.Match[str], text: str) -> str:
    if _SUR.match(text, match.start()) and match.end() - match.start() == 1:
        return "sur"
    folded = fold(match.group())
    return _SPELT_OUT.get(folded, folded)
