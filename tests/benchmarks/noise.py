"""Clean questions → the same as people type them, always alike for a seed: what the noisy figures are measured on.

Accents dropped, up to two slips of the finger on a French keyboard, some words written as in an SMS. Training has a
noise of its own (`assistant/training/noise.py`), so that a model is not measured on the very slips it was taught.
"""

from __future__ import annotations

import random
import re
import unicodedata

KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn")
SMS = {
    "est-ce que": "esk", "parce que": "pcq", "qu'est-ce que": "kesk", "c'est": "c", "pourquoi": "pk", "quoi": "koi",
    "comment": "cmt", "combien": "cb", "pour": "pr", "vous": "vs", "avec": "avc", "dans": "ds", "quand": "qd",
    "toujours": "tjs", "beaucoup": "bcp", "problème": "pb", "rendez-vous": "rdv", "peut-on": "on peu", "que": "ke",
    "qui": "ki", "quel": "kel", "quelle": "kel", "quelles": "kel", "quels": "kel", "tout": "tt",
}  # fmt: skip
SMS_SHARE = 0.3  # of the questions
_WORD = re.compile(r"\w{4,}")


def noisy(questions: list[str], seed: int = 7) -> list[str]:
    """One noisy copy of each question, in their order."""
    chance = random.Random(seed)
    return [_noisy(question, chance) for question in questions]


def _noisy(question: str, chance: random.Random) -> str:
    if chance.random() < SMS_SHARE:
        for long, short in SMS.items():
            question = re.sub(rf"\b{re.escape(long)}\b", short, question, flags=re.IGNORECASE)
    for _ in range(chance.randint(0, 2)):
        question = slip(question, chance)
    return without_accents(question)


def without_accents(text: str) -> str:
    """The letters alone."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def slip(text: str, chance: random.Random) -> str:
    """One letter, inside a word of four or more: a neighbour's key, lost, doubled, or swapped with the next."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    place = chance.randrange(word.start() + 1, word.end() - 1)
    letter, after = text[place], text[place + 1]
    changed = chance.choice([_neighbour(letter, chance) + after, after, letter + letter + after, after + letter])
    return text[:place] + changed + text[place + 2 :]


def _neighbour(letter: str, chance: random.Random) -> str:
    plain = without_accents(letter).lower()
    for row in KEYBOARD:
        if plain in row:
            place = row.index(plain)
            return chance.choice([row[near] for near in (place - 1, place + 1) if 0 <= near < len(row)])
    return letter
