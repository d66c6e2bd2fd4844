"""The postal address that a question holds: « ya la fibre au 3 bis av. du gl leclerc a amiens ? ».

Its commune is for `places`. A name without a comma after it may take the commune in (« rue pasteur flixecourt »):
whoever knows where the commune stands cuts it off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.wording import texts

# A piece of a name: « d' », « jean-jaurès », « 1er », « 8 », « . »
_WORD = re.compile(r"\w+(?:-\w+)*'?")
_GAP = re.compile(r"[^\S\n]*(?P<dot>\.)?[^\S\n]*|-")
_ORDINAL = re.compile(r"\d{1,3}(?:er|ere|e|eme|nd|nde)")
_DIGITS = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d|\d\d")
# The number that ends a text; not the end of a telephone number, of a sum, of a percentage.
_NUMBER = re.compile(
    r"(?<![\d.,/%-])(?<!\d )(?P<number>[1-9]\d{0,3})(?: ?[-/] ?\d{1,4})?"
    r"(?: ?(?P<repetition>bis|ter|quater|[a-d])(?!\w))? ?(?:, ?)?$"
)
_LAST_WORD = re.compile(r"(\w+)['\s]*$")
LONGEST = 10  # words of a name, small ones included
NEAR = 40  # characters: what stands before a way is looked for no further


@dataclass(frozen=True, slots=True)
class AddressTyped:
    """An address over the characters `[start, end)` of a text.

    `number` is None when only a street is named; `repetition` is "bis", "b"… or "". `street` is as it was typed.
    """

    start: int
    end: int
    number: int | None
    repetition: str
    street: str


@dataclass(frozen=True, slots=True)
class _Words:
    """`texts/address.toml`, ready to be matched."""

    way: re.Pattern[str]
    always: frozenset[str]
    named: frozenset[str]
    alone: frozenset[str]
    before: dict[str, frozenset[str]]
    name: dict[str, frozenset[str]]
    small: re.Pattern[str]
    subject: re.Pattern[str]


@cache
def _words() -> _Words:
    read = texts("address")
    ways = {kind: frozenset(words.split()) for kind, words in read["ways"].items()}
    every = sorted((word for words in ways.values() for word in words), key=len, reverse=True)
    # « grand rue » is « grand-rue », and « lieu dit » « lieu-dit »
    alternatives = "|".join(re.escape(word).replace(r"\-", "[- ]").replace("'", "['-]? ?") for word in every)
    return _Words(
        re.compile(rf"(?<![\w'])(?:{alternatives})(?!\w)"),
        ways["always"],
        ways["named"],
        ways["alone"],
        {kind: frozenset(words.split()) for kind, words in read["before"].items()},
        {kind: frozenset(words.split()) for kind, words in read["name"].items()},
        re.compile(read["ends"]["small"]),
        re.compile(read["ends"]["subject"]),
    )


def address_in(text: str) -> AddressTyped | None:
    """The address of a text: the first that has a number, else the first street; None when there is neither."""
    flat = folded(text)
    found = list(_addresses(text, flat))
    return next((address for address in found if address.number is not None), found[0] if found else None)


def folded(text: str) -> str:
    """Lower case, without accents, straight apostrophes; each character stays in its place."""
    return "".join(_folded_character(character) for character in text)


@cache
def _folded_character(character: str) -> str:
    if character in "’‘ʼ`´":
        return "'"
    plain = unicodedata.normalize("NFD", character)[0].lower()
    return plain if len(plain) == 1 else character


def _addresses(text: str, flat: str) -> Iterator[AddressTyped]:
    reached = 0
    for way in _words().way.finditer(flat):
        if way.start() < reached:  # inside the name of the one before: « rue de l'impasse »
            continue
        number = _number(flat, way.start())
        end = _end(flat, way, number is not None)
        if end is None:
            continue
        reached = end
        start = number.start() if number else way.start()
        yield AddressTyped(
            start,
            end,
            int(number["number"]) if number else None,
            (number["repetition"] or "") if number else "",
            " ".join(text[way.start() : end].split()),
        )


def _number(flat: str, position: int) -> re.Match[str] | None:
    """The number of a house that ends there; not a year, a flat or a day of the month."""
    number = _NUMBER.search(flat, max(0, position - NEAR), position)
    if number and _last_word(flat, number.start()) in _words().before["numbers"]:
        return None
    return number


def _last_word(flat: str, position: int) -> str:
    last = _LAST_WORD.search(flat, max(0, position - NEAR), position)
    return last[1] if last else ""


def _end(flat: str, way: re.Match[str], numbered: bool) -> int | None:
    """Where the name that begins with `way` ends, or None when it is no address."""
    words = _words()
    kind = way.group().replace(" ", "-")
    alone = kind.replace("-", "").replace("'", "") in {word.replace("-", "").replace("'", "") for word in words.alone}
    last = _last_word(flat, way.start())
    if not numbered and (last in words.before["any"] or not (alone or kind in words.always | words.named)):
        return None
    name = _name(flat, way.end(), way.group())
    linked = bool(name) and name[0].group().rstrip("'") in words.name["links"]
    if alone:
        return name[-1].end() if linked else way.end()
    if not name:
        return None
    if not numbered and not linked and (kind in words.named or last in words.before["commune"]):
        return None
    if not numbered and kind in words.named and last in words.before["other"]:
        return None
    return name[-1].end()


def _name(flat: str, position: int, previous: str) -> list[re.Match[str]]:
    """The words of a name, up to what cannot be of it; without the small words at its end."""
    name: list[re.Match[str]] = []
    while len(name) < LONGEST and (word := _next(flat, position, previous)):
        name.append(word)
        position, previous = word.end(), word.group()
    links = _words().name["links"]
    while name and name[-1].group().rstrip("'") in links:
        name.pop()
    return name if any(word.group()[0].isalpha() for word in name) else []


def _next(flat: str, position: int, previous: str) -> re.Match[str] | None:
    """The word of the name that follows `previous`, or None where the name ends."""
    words = _words()
    word, dotted = _following(flat, position)
    if word is None or (dotted and len(previous) > 1 and previous not in words.name["abbreviations"]):
        return None
    said = word.group()
    if said[0].isdigit():
        return word if _is_of_a_name(said, previous) else None
    if words.subject.fullmatch(said) or (previous == "en" and said in words.name["months"]):  # « en juin »
        return None
    if said in words.always and previous.rstrip("'") not in words.name["links"]:  # another street
        return None
    return None if _ends(flat, word, previous) else word


def _following(flat: str, position: int) -> tuple[re.Match[str] | None, bool]:
    """The next word, and whether a full stop stands before it."""
    gap = _GAP.match(flat, position)
    if gap is None:
        return None, False
    return _WORD.match(flat, gap.end()), bool(gap["dot"])


def _ends(flat: str, word: re.Match[str], previous: str) -> bool:
    """Whether a word begins the rest of the question: « j'ai », « est-ce que », « à »."""
    words = _words()
    said = word.group()
    first = said.split("-")[0]  # « est-ce », « pas-de-calais »
    following, _ = _following(flat, word.end())
    after = following.group() if following else ""
    if first in words.name["after_article"] and previous in ("du", "l'", "d'"):
        return False
    if said.endswith("'"):
        return said not in ("d'", "l'")
    if words.small.fullmatch(first):  # but « du four à chaux », « a. briand »
        dotted = len(said) == 1 and flat.startswith(".", word.end())
        return not (dotted or (said == "a" and after in words.name["after_a"]))
    if len(said) > 1 or said in words.name["links"]:
        return False
    return bool(words.small.fullmatch(after) or words.subject.fullmatch(after))  # « j ai », but « j jaures »


def _is_of_a_name(digits: str, previous: str) -> bool:
    """« rue du 8 mai 1945 », « rue de la 2e DB », « albert 1er »; not a postal code, not « de 3 maisons »."""
    if _ORDINAL.fullmatch(digits):
        return True
    if previous in _words().name["months"]:
        return bool(_YEAR.fullmatch(digits))
    return previous == "du" and bool(_DIGITS.fullmatch(digits))
