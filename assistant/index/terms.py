"""Several ways to say one thing: the terms of the glossary, and the acronyms that the documents spell out.

They are matches, not an expansion of the question: what a question says is looked for in its other forms too, each a
whole expression, and none is worth more than the words that were typed. « travail » alone is no « espace numérique de
travail », and « haut débit » no « très haut débit ».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from assistant.index.french import Word, words
from assistant.index.rarity import LONGEST_MENDED, idf, is_unknown
from assistant.models import Term

SPELT_OUT = 0.9  # strength of an acronym for its expansion, and the other way round
SYNONYM = 0.5  # of another word for the same thing: as much as a word of a distant family
NARROWER = 0.4  # of what the thing takes in: who asks for « très haut débit » may be told of the fibre
TELLING = frozenset(("tres", "sans", "non", "hors"))  # stop words that make another expression
UNSEARCHED = frozenset(word.stem for word in words(" ".join(TELLING)))  # the word tables hold no stop words
COMMON = 7.0  # rarity under which an acronym is an everyday word in capitals: « MER », « RUE »
SHORTEST_MISSPELT = 5  # letters

Form = tuple[str, ...]  # the stems of an expression, in order


@dataclass(frozen=True, slots=True)
class Expression:
    """A term that a question holds. `stems` are its words there, as they were typed; `form` is that of the term
    that they are, `others` the other ways to say it, with their strength.
    """

    stems: Form
    form: Form
    others: tuple[tuple[Form, float], ...]

    def strength_in(self, text: str) -> float:
        """That of the strongest other form that stands in the text as a whole, or 0."""
        return max((strength for form, strength in self.others if stands_in(form, text)), default=0.0)


class Terms:
    """The terms that one reader may know: those of the glossary, and what the documents they may read spell out."""

    def __init__(self, glossary: Iterable[Term], learnt: Iterable[tuple[str, str]]) -> None:
        self._entries: dict[Form, Term] = {}
        self._others: dict[Form, dict[Form, float]] = defaultdict(dict)
        for term in glossary:
            same = [form_of(text) for text in term.forms]
            self._join(same, same, SYNONYM)
            self._join(same, [form_of(text) for text in term.narrower], NARROWER)
            self._spell_out(term.acronym, term.expansion)
            self._entries.update(dict.fromkeys(same, term))
        for short, expansion in learnt:
            if all(idf(stem) >= COMMON for stem in form_of(short) if stem.isalpha()):
                self._spell_out(short, expansion)
        self._others.pop((), None)
        self._longest = max(map(len, self._others), default=0)
        self._stems = {stem for form in self._others for stem in form}
        self._long = sorted(stem for stem in self._stems if len(stem) >= SHORTEST_MISSPELT and stem.isalpha())

    def _spell_out(self, short: str | None, expansion: str | None) -> None:
        if short and expansion:
            pair = [form_of(short), form_of(expansion)]
            self._join(pair, pair, SPELT_OUT)

    def _join(self, asked: list[Form], written: list[Form], strength: float) -> None:
        """Whoever asks for one of the first may be answered with any of the second, at this strength at least."""
        for form in filter(None, asked):
            others = self._others[form]
            for other in filter(None, written):
                if other != form:
                    others[other] = max(strength, others.get(other, 0.0))

    def entry(self, form: Form) -> Term | None:
        """The term of the glossary that has this form."""
        return self._entries.get(form)

    def expressions(self, text: str) -> tuple[Expression, ...]:
        """The terms in a text, the longest first met: « raccordable sur demande » is not « raccordable »."""
        typed = [word.stem for word in _telling(words(text))]
        read = [stem if stem in self._stems else self._meant(stem) for stem in typed]
        found = []
        start = 0
        while start < len(read):
            for length in range(min(self._longest, len(read) - start), 0, -1):
                form = tuple(read[start : start + length])
                if form in self._others:
                    others = tuple(self._others[form].items())
                    found.append(Expression(tuple(typed[start : start + length]), form, others))
                    start += length
                    break
            else:
                start += 1
        return tuple(found)

    def _meant(self, stem: str) -> str:
        """The word of a term that a misspelt one stands for, when there is just one; else the word itself."""
        if not SHORTEST_MISSPELT <= len(stem) <= LONGEST_MENDED or not stem.isalpha() or not is_unknown(stem):
            return stem
        furthest = 1 if len(stem) < 8 else 2
        near = extract(stem, self._long, scorer=OSA.distance, score_cutoff=furthest, limit=2)
        return near[0][0] if len(near) == 1 else stem


def form_of(text: str) -> Form:
    """The stems of an expression; none when it has only words that tell nothing."""
    found = _telling(words(text))
    return tuple(word.stem for word in found) if any(not word.is_stop for word in found) else ()


def stands_in(form: Form, text: str) -> bool:
    """Does the whole expression stand in the text?"""
    return f" {' '.join(form)} " in _line(text)


def searched(form: Form) -> Form:
    """The stems under which an expression is indexed."""
    return tuple(stem for stem in form if stem not in UNSEARCHED)


def _telling(found: Iterable[Word]) -> list[Word]:
    return [word for word in found if not word.is_stop or word.surface in TELLING]


@lru_cache(maxsize=10_000)
def _line(text: str) -> str:
    """The stems of a text between spaces, in which a form is looked for. Remembered: one text is ranked often."""
    return f" {' '.join(word.stem for word in _telling(words(text)))} "
