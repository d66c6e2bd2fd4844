"""The search by words: BM25 over French stems, a misspelt word standing for its nearest neighbours.

A term of the question is also looked for in its other forms, as whole expressions. They are searches of their own: in
one search, a rare form would count for more than the word that was typed, and a passage that holds two forms twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from assistant.index.database import Database
from assistant.index.french import analyse
from assistant.index.rarity import mended
from assistant.index.terms import Expression, Form, Terms, searched
from assistant.models import Access

NEIGHBOURS = 3  # how many known words a misspelt one may stand for


class WordSearch:
    """Words of one version of the index, for one reader, and the `terms` that this reader may know."""

    def __init__(self, database: Database, reader: Access) -> None:
        self._database = database
        self._reader = reader
        self._known = database.vocabulary(reader)
        self._is_known = frozenset(self._known)
        self._neighbours = lru_cache(maxsize=4096)(self._nearest)
        self.terms = Terms(database.glossary(), database.acronyms(reader))

    def search(self, question: str, limit: int) -> dict[int, float]:
        """Chunk id → score, best first: BM25, and what other forms of the question's terms add to it.

        Empty when no word of the question is in the documents, in any form.
        """
        stems = analyse(question)
        scores = self._match(stems, limit)
        added: dict[int, float] = defaultdict(float)
        for expression in self.terms.expressions(question):
            for identifier, worth in self._added(expression, limit).items():
                added[identifier] += worth
        if not added:
            return scores
        scores.update(self._match(stems, limit, among=added.keys() - scores.keys()))
        for identifier, worth in added.items():
            scores[identifier] = scores.get(identifier, 0.0) + worth
        return dict(sorted(scores.items(), key=lambda row: (-row[1], row[0]))[:limit])

    def _added(self, expression: Expression, limit: int) -> dict[int, float]:
        """Chunk id → what the other forms of a term add to the score of its words as they were typed.

        The best passage of another form gets as much as the best one of the words typed, times the form's strength.
        """
        best_typed = max(self._match(expression.stems, 1).values(), default=0.0)
        worth: dict[int, float] = {}
        for strength in {strength for _, strength in expression.others}:
            forms = (form for form, of_form in expression.others if of_form == strength)
            scores = self.match_phrases(forms, limit)
            best = max(scores.values(), default=0.0)
            for identifier, score in scores.items():
                share = strength * (best_typed or best) * score / best
                worth[identifier] = max(worth.get(identifier, 0.0), share)
        typed = self._match(expression.stems, limit, among=worth.keys())
        more = {identifier: share - typed.get(identifier, 0.0) for identifier, share in worth.items()}
        return {identifier: added for identifier, added in more.items() if added > 0}

    def match_phrases(self, forms: Iterable[Form], limit: int) -> dict[int, float]:
        """Chunk id → BM25 of the whole expressions that it holds, best first."""
        phrases = [" ".join(indexed) for form in forms if (indexed := searched(form))]
        return self._database.match_words(self._reader, _any(phrases), limit) if phrases else {}

    def _match(self, stems: Iterable[str], limit: int, among: Collection[int] | None = None) -> dict[int, float]:
        """BM25 of the words that the documents hold, or of their neighbours."""
        stems = list(stems)
        near = {stem: self._neighbours(stem) for stem in mended(s for s in stems if s not in self._is_known)}
        terms: dict[str, None] = {}
        for stem in stems:
            terms.update(dict.fromkeys([stem] if stem in self._is_known else near.get(stem, ())))
        if not terms or (among is not None and not among):
            return {}
        return self._database.match_words(self._reader, _any(terms), limit, among)

    def _nearest(self, stem: str) -> tuple[str, ...]:
        """Known words at one edit (5 to 7 letters) or two (8 and more): a transposition is one edit.

        Of what is `mended` alone: a word that French holds and the documents do not stands for nothing.
        """
        if not stem.isalpha() or len(stem) < 5:
            return ()
        furthest = 1 if len(stem) < 8 else 2
        hits = extract(stem, self._known, scorer=OSA.distance, score_cutoff=furthest, limit=NEIGHBOURS)
        return tuple(term for term, _, _ in hits if term.isalpha())


def _any(phrases: Iterable[str]) -> str:
    return " OR ".join(f'"{phrase}"' for phrase in phrases)
