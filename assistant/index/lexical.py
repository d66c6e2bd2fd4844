"""The search by words: BM25 over French stems, a misspelt word standing for its nearest neighbours."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from assistant.index.database import Database
from assistant.index.french import analyse
from assistant.index.rarity import is_unknown
from assistant.models import Access

NEIGHBOURS = 3  # how many known words a misspelt one may stand for


class WordSearch:
    """Words of one version of the index, for one reader."""

    def __init__(self, database: Database, reader: Access) -> None:
        self._database = database
        self._reader = reader
        self._known = database.vocabulary(reader)
        self._is_known = frozenset(self._known)
        self._neighbours = lru_cache(maxsize=4096)(self._nearest)

    def search(self, question: str, limit: int) -> dict[int, float]:
        """Chunk id → BM25 score, best first. Empty when no word of the question is in the documents."""
        terms: dict[str, None] = {}
        for stem in analyse(question):
            terms.update(dict.fromkeys([stem] if stem in self._is_known else self._neighbours(stem)))
        if not terms:
            return {}
        expression = " OR ".join(f'"{term}"' for term in terms)
        return self._database.match_words(self._reader, expression, limit)

    def _nearest(self, stem: str) -> tuple[str, ...]:
        """Known words at one edit (5 to 7 letters) or two (8 and more): a transposition is one edit.

        A word that French holds and the documents do not is no misspelling: it stands for nothing.
        """
        if not stem.isalpha() or len(stem) < 5 or not is_unknown(stem):
            return ()
        furthest = 1 if len(stem) < 8 else 2
        hits = extract(stem, self._known, scorer=OSA.distance, score_cutoff=furthest, limit=NEIGHBOURS)
        return tuple(term for term, _, _ in hits if term.isalpha())
