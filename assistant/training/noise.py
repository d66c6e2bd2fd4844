"""Clean questions → questions as people type them: letters swapped or lost, accents dropped, SMS words."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from assistant.index.french import fold

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORT = {
    "pour": "pr", "vous": "vs", "nous": "ns", "que": "ke", "qui": "ki", "quoi": "koi", "quel": "kel", "quelle": "kel",
    "avec": "avc", "dans": "ds", "comment": "cmt", "pourquoi": "pk", "combien": "cb", "quand": "qd", "beaucoup": "bcp",
    "toujours": "tjr", "temps": "tps", "probleme": "pb", "meme": "mm", "tout": "tt", "tous": "ts", "sans": "ss",
    "sont": "st", "faut": "fo", "est": "e", "salut": "slt", "bonjour": "bjr", "demande": "dde", "apres": "ap",
}  # fmt: skip
TYPED_BADLY = 0.6  # of the noisy texts: one typo or two
SHORTENED = 0.5  # of the words that have a short form, in a text written like an SMS
_WORD = re.compile(r"\w+")


def noisy(text: str, random: np.random.Generator) -> str:
    """A copy as somebody in a hurry types it; never longer than two typos and the short words it allows."""
    if random.random() < 0.5:
        text = _WORD.sub(lambda found: _shortened(found.group(), random), text)
    if random.random() < TYPED_BADLY:
        for _ in range(int(random.integers(1, 3))):
            text = mistyped(text, random)
    if random.random() < 0.7:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return text.lower().rstrip(" ?") if random.random() < 0.5 else text


def mistyped(text: str, random: np.random.Generator) -> str:
    """One letter lost, doubled, replaced or swapped with the next, inside a word of four letters or more."""
    words = [found for found in _WORD.finditer(text) if len(found.group()) >= 4 and found.group().isalpha()]
    if not words:
        return text
    word = words[int(random.integers(len(words)))]
    place = int(random.integers(word.start() + 1, word.end() - 1))
    letter, after = text[place], text[place + 1]
    other = LETTERS[int(random.integers(len(LETTERS)))]
    changed = ("" + after, letter + letter + after, other + after, after + letter)[int(random.integers(4))]
    return text[:place] + changed + text[place + 2 :]


def _shortened(word: str, random: np.random.Generator) -> str:
    short = SHORT.get(fold(word))
    return short if short and random.random() < SHORTENED else word
