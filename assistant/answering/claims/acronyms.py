"""« Espace Numérique de Travail » where a text has « ENT », and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answering.claims.reading import Reading, Token
from assistant.index.french import ELISIONS, STOP_WORDS

LONGEST = 6  # letters of an acronym


def acronyms_in(text: Reading) -> dict[str, Token]:
    """Words in capitals, by their letters."""
    return {
        token.surface: token
        for token in text.tokens
        if 2 <= len(token.surface) <= LONGEST and text.text[token.start : token.end].isupper() and token.surface.isalpha()
    }


def spelt_out(text: Reading, short: str) -> tuple[Token, ...]:
    """The words in a row of which an acronym is made, or all of them but the last: « fournisseur d'accès » for FAI."""
    return next(_rows(text, short), ())


def _rows(text: Reading, short: str) -> Iterator[tuple[Token, ...]]:
    full = [token for token in text.tokens if token.surface not in STOP_WORDS and token.surface not in ELISIONS]
    for size in (len(short), len(short) - 1):
        if size < 2:
            continue
        for place in range(len(full) - size + 1):
            row = full[place : place + size]
            near = row[-1].place - row[0].place <= 2 * size
            if size < len(short) and any(token.is_capital for token in row):
                continue
            if near and all(token.surface[0] == letter and len(token.surface) > 2 for token, letter in zip(row, short, strict=False)):
                yield tuple(row)
