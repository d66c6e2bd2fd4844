"""Acronyms that a document spells out: « Espace Numérique de Travail (ENT) », « ENT (espace numérique de travail) ».

The letters of the acronym must be the beginnings of the words beside the parenthesis, in order: whatever else stands
between parentheses is no expansion. Small words may count (HdF) or not (SDIS); a word may give up to three letters
(FEDER). A number that follows the letters (CDG 59) stands for the words that end the expansion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.models import Acronym, Chunk

LONGEST = 10  # letters of an acronym
LOOK_BACK = 300  # characters before a parenthesis
FURTHEST = 16  # words of an expansion, small ones included
MOST_OF_A_WORD = 3  # letters that one word may give
FORGIVING = 4  # letters from which a word may give several, or one word none
SMALL = frozenset(
    "a à au aux avec d de des du en et l la le les ou par pour sous sur un une of the to and for in".split()
)
_SHORT = r"(?:[A-ZÀ-Ý]\.){2,}|[A-ZÀ-Ý](?:[\w&-]*\w)?"
# « (ENT) », « (dit ENT) », « (ci-après « ENT ») », « (ENTs) », « (CDG 59) », « (ENT, en service depuis 2010) »
ALONE = re.compile(
    rf"(?:(?:ci-après|dite?s?|abrégée?s? en|sigle|ou)\s*:?\s+)?[«\"“']?\s*(?P<short>(?:{_SHORT})(?:\s\d{{1,3}})?)"
    r"\s*[»\"”']?(?:\s*[,;:–—].*)?"
)
BEFORE = re.compile(rf"(?P<short>(?<!\w)(?:{_SHORT})(?:\s\d{{1,3}})?)\s*[»\"”]?\s*$")
PARENTHESIS = re.compile(r"\(([^()]{2,200})\)")
WORD = re.compile(r"[^\W_]+")
BREAK = re.compile(r"[.,;:!?()\[\]/|•–—]")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence: how it is written, where, and its letters without accents, in lower case."""

    text: str
    start: int
    end: int
    letters: str

    @property
    def is_small(self) -> bool:
        return self.text.lower() in SMALL


def spelt_out(chunks: Iterable[Chunk]) -> tuple[Acronym, ...]:
    """The acronyms that the sentences of a document spell out; each pair once, where it stands first."""
    found: dict[tuple[str, str], Acronym] = {}
    for chunk in chunks:
        for sentence in chunk.sentences:
            for short, expansion in pairs(sentence.text):
                met = Acronym(short, expansion, sentence.span, chunk.digest)
                found.setdefault((_letters(short), _letters(expansion)), met)
    return tuple(found.values())


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """(acronym, expansion), both as written in the text."""
    for parenthesis in PARENTHESIS.finditer(text):
        before, inside = text[max(0, parenthesis.start() - LOOK_BACK) : parenthesis.start()], parenthesis[1].strip()
        alone = ALONE.fullmatch(inside)
        expansion = _just_before(alone["short"], before) if alone else None
        if alone and expansion:
            yield _plain(alone["short"]), expansion
        elif written := BEFORE.search(before):
            expansion = _at_the_beginning(written["short"], inside)
            if expansion:
                yield _plain(written["short"]), expansion


def _just_before(short: str, text: str) -> str | None:
    """The words that end a text and spell an acronym out: as few as do."""
    cut = max((mark.end() for mark in BREAK.finditer(text)), default=0)
    words = _words(text, cut)[-FURTHEST:]
    for small_too in (
        False,
        True,
    ):  # « direction départementale de la … (DDCSPP) » does not begin at « départementale »
        for first in range(len(words) - 1, -1, -1):
            if _spells(short, words[first:], small_too):
                return text[words[first].start : words[-1].end]
    return None


def _at_the_beginning(short: str, text: str) -> str | None:
    """The words that begin a text and spell an acronym out, as far as the first mark."""
    mark = BREAK.search(text)
    words = _words(text[: mark.start()] if mark else text, 0)[:FURTHEST]
    for last in range(len(words), 1, -1):
        if _spells(short, words[:last], small_too=True):
            return text[words[0].start : words[last - 1].end]
    return None


def _spells(short: str, words: list[_Word], small_too: bool) -> bool:
    """Do the words, all of them, spell the acronym out? `small_too`: a small word may give its letter."""
    letters = _letters(re.sub(r"(?<=[A-Z])s$", "", short))
    content = [word for word in words if not word.is_small]
    if not 2 <= len(letters) <= LONGEST or len(content) < 2 or words[0].is_small or words[-1].is_small:
        return False
    is_name = not any(c.isupper() for c in short[1:])  # « Arcep », as « Somme » is written
    if is_name and len(letters) < FORGIVING:
        return False
    numbered = bool(re.search(r"\d$", short))
    forgiven = 0 if is_name or len(letters) < FORGIVING else 1
    return _aligned(letters, words if small_too else content, forgiven, free_end=numbered)


def _aligned(letters: str, words: list[_Word], forgiven: int, free_end: bool, first: bool = True) -> bool:
    """Are the letters the beginnings of the words, in order? `forgiven`: words that may give none, never the ends.

    `free_end`: when the letters are used up, what follows is what a number stands for.
    """
    if not letters or not words:
        return not letters and (free_end or all(word.is_small for word in words))
    word, *others = words
    most = MOST_OF_A_WORD if forgiven else 1
    for taken in range(1, min(most, len(letters)) + 1):
        left = forgiven - (taken > 1)
        if word.letters.startswith(letters[:taken]) and _aligned(letters[taken:], others, left, free_end, first=False):
            return True
    if word.is_small:
        return _aligned(letters, others, forgiven, free_end, first=False)
    passed_over = not first and others and forgiven
    return bool(passed_over) and _aligned(letters, others, forgiven - 1, free_end, first=False)


def _words(text: str, start: int) -> list[_Word]:
    return [_Word(m.group(), m.start(), m.end(), _letters(m.group())) for m in WORD.finditer(text, start)]


def _plain(short: str) -> str:
    """« E.N.T. » and « ENTs » as « ENT »."""
    return re.sub(r"(?<=[A-Z])s$", "", short.replace(".", ""))


def _letters(text: str) -> str:
    """The letters of a text, in lower case, without accents: digits, marks and spaces are not counted."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in folded if c.isalpha())
