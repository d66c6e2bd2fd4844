"""A text as it can be compared: no invisible signs, one letter for one letter, so that places stay what they are."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.index.french import LIGATURES, fold

_FORMAT = {"Cf", "Cc", "Co", "Cs", "Cn"}
_SPELT = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "…": "...", "\u00ad": "", "№": "n°"})
_MARKUP = re.compile(r"<\s*[/!a-z]|&[a-z#]\w*;|\]\s*\(|!\s*\[|\]\s*:|javascript:|data:", re.IGNORECASE)


# « 16 e » is « 16e »; « covid19 » is « covid-19 »; « 100Mbit » is « 100 Mbit ».
_RANK = r"(?:er|re|\wre|e|\wme|nd|nde)s?\b"
_ORDINAL = re.compile(rf"(\d) (?={_RANK}(?!['’-]))")
_UNIT = re.compile(rf"(\d)(?!{_RANK})(?=[^\W\d_]{{2,}}\b)")
_NAMED = re.compile(r"(\b[^\W\d_]{3,})(?=\d)")


@lru_cache(maxsize=2_000)
def cleaned(text: str) -> str:
    """The text in its usual letters, invisible signs left out, white space folded, lines kept."""
    usual = unicodedata.normalize("NFC", text.translate(_SPELT).translate(LIGATURES))
    seen = "".join(
        _space(char) if char.isspace() else char for char in usual if char.isspace() or not _is_invisible(char)
    )
    spaced = re.sub(r" {2,}", " ", re.sub(r" *\n\s*", "\n", seen)).strip()
    return _NAMED.sub(r"\1-", _UNIT.sub(r"\1 ", _ORDINAL.sub(r"\1", spaced)))


def folded(text: str) -> str:
    """Lower case, without accents: as many letters as the cleaned text that is given."""
    return "".join(_folded(char) for char in text)


def _space(char: str) -> str:
    if not char.isspace():
        return char
    return "\n" if char in "\n\r\x0b\x0c\u2028\u2029" else " "


@lru_cache(maxsize=4_000)
def _folded(char: str) -> str:
    plain = fold(char)
    return plain if len(plain) == 1 else char.lower()[:1]


def strange_in(text: str, source: str) -> bool:
    """Has a text what nobody sees, markup, or pictures and letters of other alphabets that its source has not?"""
    if _MARKUP.search(text) or any(_is_invisible(char) and char not in "\u00ad\n\t\r" for char in text):
        return True
    return any(char not in source and (_is_picture(char) or (char.isalpha() and not _is_latin(char))) for char in text)


def _is_picture(char: str) -> bool:
    return unicodedata.category(char) == "So" and char != "°"


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _FORMAT


@lru_cache(maxsize=4_000)
def _is_latin(char: str) -> bool:
    name = unicodedata.name(char, "")
    return name.startswith("LATIN") or "ORDINAL INDICATOR" in name or char == "µ"
