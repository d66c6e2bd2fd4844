"""How near each word of a question comes to a text: the same word, a misspelling of it, one of its family, a synonym.

The words of a term of the question also come near another form of it that stands in the text as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import takewhile

from rapidfuzz.distance import OSA

from assistant.answering.question import Question
from assistant.index.french import Word, words
from assistant.index.rarity import is_unknown, mended
from assistant.index.synonyms import synonyms_of

SHORTEST = 4  # letters; shorter words are the same or they are not
ABBREVIATION = 5  # letters from which the beginning of a word stands for it: telecom, compta
MOST_LETTERS_APART = 4  # two edits, and an ending of the plural on either side
FAMILY = 0.65
DISTANT_FAMILY = 0.5
SYNONYM = 0.45  # on PIAF (883 questions): 2 points more of right first sentences than without

Strengths = dict[str, float]  # stem of the question → strength of its best match, 0 to 1; absent when there is none


class Reach:
    """The strengths between one question and the texts of one search, computed once per distinct word.

    `passages` are (document key, text) of all that was found: they tell which of the question's words the collection
    holds, and make `documents`, the strengths by document.
    """

    def __init__(self, question: Question, passages: Iterable[tuple[str, str]]) -> None:
        passages = list(passages)
        self._expressions = question.expressions
        known = {word.stem for _, text in passages for word in words(text)}
        strange = {w.stem for w in question.content if w.stem not in known and is_unknown(w.stem)}
        misspelt = set(mended(w.stem for w in question.content if w.stem in strange))
        # The other strange words are near to nothing.
        compared = (w for w in question.content if w.stem in misspelt or w.stem not in strange)
        self._asked = [_Asked(w, w.stem in misspelt) for w in compared]
        self._by_surface: dict[str, Strengths] = {}
        self._by_text: dict[str, Strengths] = {}  # a title stands around every sentence of its document
        self.documents: dict[str, Strengths] = defaultdict(dict)
        for key, text in passages:
            _keep_best(self.documents[key], self.of(text))

    def of(self, text: str) -> Strengths:
        """The strengths between the question and the words of a text. Not to be changed: it is remembered."""
        if text not in self._by_text:
            self._by_text[text] = self._of_text(text)
        return self._by_text[text]

    def _of_text(self, text: str) -> Strengths:
        strengths: Strengths = {}
        for word in words(text):
            if not word.is_stop:
                _keep_best(strengths, self._of_word(word))
        for expression in self._expressions:
            if strength := expression.strength_in(text):
                _keep_best(strengths, dict.fromkeys(expression.stems, strength))
        return strengths

    def _of_word(self, word: Word) -> Strengths:
        if word.surface not in self._by_surface:
            matches = ((asked.stem, asked.strength(word)) for asked in self._asked)
            self._by_surface[word.surface] = {stem: strength for stem, strength in matches if strength}
        return self._by_surface[word.surface]


class _Asked:
    """A word of the question, with what is compared a thousand times a question made once.

    `is_misspelt`: neither French nor the collection holds it; then it is likely a misspelling, another one seldom is.
    """

    def __init__(self, word: Word, is_misspelt: bool) -> None:
        self.stem = word.stem
        self._surface = word.surface
        self._typed = word.surface.rstrip("sx")
        self._edits = 1 if len(self._typed) < 8 else 2
        self._is_misspelt = is_misspelt
        self._synonyms = synonyms_of(word.stem)
        self._is_compared = word.surface.isalpha() and len(word.surface) >= SHORTEST

    def strength(self, word: Word) -> float:
        """How near a word of a text comes, 0 to 1."""
        if word.stem == self.stem:
            return 1.0
        surface = word.surface
        if not self._is_compared or len(surface) < SHORTEST or not surface.isalpha():
            return 0.0
        near = self._misspelling(surface) if abs(len(surface) - len(self._surface)) <= MOST_LETTERS_APART else 0.0
        near = near or _family(self._surface, surface)
        return near or (SYNONYM if word.stem in self._synonyms else 0.0)

    def _misspelling(self, surface: str) -> float:
        written = surface.rstrip("sx")
        distance = OSA.distance(self._typed, written, score_cutoff=self._edits)
        if distance > self._edits:
            return 0.0
        if not self._is_misspelt:
            return 0.6 if distance == 1 and len(self._typed) >= 6 else 0.0
        return 0.9 if distance <= 1 else 0.8


def _family(asked: str, word: str) -> float:
    """Words that begin alike: « adhère » and « adhérent », « telecom » and « télécommunications »."""
    if asked[:SHORTEST] != word[:SHORTEST]:
        return 0.0
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(asked, word, strict=False)))
    short, long = sorted((len(asked), len(word)))
    if shared == len(asked) >= ABBREVIATION:
        return FAMILY
    if shared >= max(SHORTEST, 0.6 * short, 0.4 * long, short - 3):
        return FAMILY if shared >= 0.8 * short else DISTANT_FAMILY
    return 0.0


def _keep_best(into: Strengths, strengths: Strengths) -> None:
    for stem, strength in strengths.items():
        if strength > into.get(stem, 0.0):
            into[stem] = strength
