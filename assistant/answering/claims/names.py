"""The proper names of a text, and where another text has them: in full, or as an acronym."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.answering.claims.matching import likeness, verbs_of
from assistant.answering.claims.reading import Reading, Token
from assistant.index.french import ELISIONS, STOP_WORDS
from assistant.index.rarity import is_unknown

LONGEST = 6  # letters of an acronym
# So that no text takes long: the words of a name, those that follow being another; the places of each, and acronyms.
WORDS = 8
MANY = 30


def names_in(text: Reading) -> tuple[Token, ...]:
    """The words with a capital; the first word of a sentence when French texts do not hold it, or
    another such word follows."""
    return tuple(token for token in text.tokens if token.is_capital and token.says and _is_name(text, token))


def _is_name(text: Reading, token: Token) -> bool:
    before = text.text[: token.start].rstrip()
    begins = not re.search(r"\w", before) or before[-1] in ".!?«:\n"
    return not begins or _is_followed(text, token) or (is_unknown(token.stem) and not verbs_of(token.surface))


def _is_followed(text: Reading, token: Token) -> bool:
    """« Somme Numérique », « Jean Martin »: is the next word one with a capital?"""
    after = text.tokens[token.place + 1 : token.place + 2]
    return bool(after) and after[0].is_capital and after[0].says and text.text[token.end : after[0].start] == " "


def name_rows(text: Reading) -> list[list[Token]]:
    """Names of several words: those that follow one another."""
    rows: list[list[Token]] = []
    for token in names_in(text):
        last = rows[-1][-1] if rows else None
        if last and token.place == last.place + 1 and token.piece == last.piece and len(rows[-1]) < WORDS:
            rows[-1].append(token)
        else:
            rows.append([token])
    return rows


def held_names(row: Sequence[Token], text: Reading) -> list[list[int]]:
    """For each word of a name, the characters where a text has it: together with the others wherever it has them so."""
    places = [list(islice((o for o in text.tokens if is_same_name(token, o)), MANY)) for token in row]
    together = {token.start for tokens in places for token in tokens if _stands_with(token, places)}
    return [[one.start for one in tokens if not together or one.start in together] for tokens in places]


def _stands_with(token: Token, places: Sequence[Sequence[Token]]) -> bool:
    """Has one place of each other word of a name beside it?"""
    reach = len(places) + 1
    return all(any(abs(other.place - token.place) <= reach for other in tokens) for tokens in places)


def is_same_name(one: Token, other: Token) -> bool:
    """Names are spelt alike; those made of ordinary words may be other forms of them (« la France », « français »)."""
    if one.surface == other.surface:
        return True
    if is_unknown(one.stem) or is_unknown(other.stem):
        return one.stem == other.stem
    return likeness(one.surface, one.stem, other.surface, other.stem) > 0


def spelt_in(claim: Reading, text: Reading) -> dict[int, list[int]]:
    """By the place of a word of the claim, where a text has the acronym that it belongs to, or that it stands for."""
    found: dict[int, list[int]] = {}
    full = _full_words(claim)
    for short, known in _acronyms(text).items():
        for token in _spelt_out(full, short):
            found.setdefault(token.start, []).append(known.start)
    full = _full_words(text)
    for short, said in islice(_acronyms(claim).items(), MANY):
        row = _spelt_out(full, short)
        if len(row) == len(short):
            found.setdefault(said.start, []).append(row[0].start)
    return found


def _acronyms(text: Reading) -> dict[str, Token]:
    return {
        token.surface: token
        for token in text.tokens
        if 2 <= len(token.surface) <= LONGEST
        and token.surface.isalpha()
        and text.text[token.start : token.end].isupper()
    }


def _full_words(text: Reading) -> list[Token]:
    return [token for token in text.tokens if token.surface not in STOP_WORDS and token.surface not in ELISIONS]


def _spelt_out(full: Sequence[Token], short: str) -> tuple[Token, ...]:
    """The words in a row of which an acronym is made, or all of them but the last: « fournisseur d'accès » for FAI."""
    return next(_rows(full, short), ())


def _rows(full: Sequence[Token], short: str) -> Iterator[tuple[Token, ...]]:
    for size in (len(short), len(short) - 1):
        for place in range(len(full) - size + 1 if size > 1 else 0):
            row = full[place : place + size]
            if row[-1].place - row[0].place > 2 * size or (size < len(short) and any(one.is_capital for one in row)):
                continue
            if all(one.surface[0] == letter and len(one.surface) > 2 for one, letter in zip(row, short, strict=False)):
                yield tuple(row)
