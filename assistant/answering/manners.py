"""What people write around a question, or in its place: greetings, thanks, « who are you », insults."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.index.french import fold
from assistant.wording import texts

LONGEST_GREETING = 80  # characters; the patterns may try many ways to read a long one


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is answered to a message that asks nothing; `shows_examples`: with questions to try."""

    name: str
    text: str
    shows_examples: bool


def greeting_of(plain: str) -> Greeting | None:
    """The greeting that a message is, from end to end; None when there is anything else in it."""
    folded = fold(plain).strip()
    if len(folded) > LONGEST_GREETING:
        return None
    return next((greeting for greeting, pattern in _greetings() if pattern.fullmatch(folded)), None)


def without_manners(plain: str) -> str:
    """The message without the greetings before its question and the thanks after it; as it is when nothing is left."""
    opening, closing = _around()
    kept = closing.sub("", opening.sub("", plain)).strip()
    return kept if any(c.isalnum() for c in kept) else plain


def without_insults(plain: str) -> tuple[str, bool]:
    """The message without its insults, and whether there were any."""
    kept, found = _insults().subn(" ", plain)
    return (" ".join(kept.split()), True) if found else (plain, False)


def insult_text() -> str:
    """What is answered to an insult with no question behind it."""
    return str(texts("manners")["insults"]["text"])


@cache
def _greetings() -> list[tuple[Greeting, re.Pattern[str]]]:
    kinds = texts("manners")["greetings"]
    return [(Greeting(k["name"], k["text"], k["examples"]), re.compile(_filled(k["pattern"]))) for k in kinds]


def _filled(pattern: str) -> str:
    """A pattern in which {hello} and {thanks} stand for what greetings have in common, and any sign may end it."""
    words = texts("manners")["words"]
    return rf"\W*(?:{pattern.format(hello=words['hello'], thanks=words['thanks'])})\W*"


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    around = texts("manners")["around"]
    return re.compile(around["opening"], re.IGNORECASE), re.compile(around["closing"], re.IGNORECASE)


@cache
def _insults() -> re.Pattern[str]:
    return re.compile(texts("manners")["insults"]["pattern"], re.IGNORECASE)
