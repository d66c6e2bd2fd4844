"""The published index, open for reading: question → evidence.

Words and vectors are summed, not ranked by turns: `words / max + weight · (cosine − median) / (max − median)` over the
union of both top 200. With a weak embedder, reciprocal ranks were measured to lose up to 12 nDCG points where the sum
loses none. Access is applied before ranking: each reader has word tables and collections of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from types import TracebackType

from assistant.index.database import Database
from assistant.index.embed import Embedder, load_embedder
from assistant.index.lexical import WordSearch
from assistant.index.rerank import Reranker, load_reranker, reranked
from assistant.index.store import VectorStore, open_store
from assistant.index.terms import Form, Terms, form_of, stands_in
from assistant.models import (
    Access,
    Chunk,
    Contact,
    Edition,
    Entry,
    Evidence,
    Found,
    IndexStatus,
    IndexUnavailable,
    Rejected,
    Sentence,
)
from assistant.settings import Settings
from assistant.versions import Hold, current_version, hold_for_reading, index_versions
from assistant.wording import sentence

CANDIDATES = 200  # of each search, before the sum
EVIDENCE = 50  # chunks that go on to the choice of sentences

log = logging.getLogger(__name__)


class Index:
    """One version of the index, open. Use `open_index`; close it when a newer version replaces it."""

    def __init__(
        self,
        database: Database,
        hold: Hold,
        settings: Settings,
        embedder: Embedder | None,
        store: VectorStore | None,
        reranker: Reranker | None = None,
    ) -> None:
        self.version = database.version.name
        self.reranker = reranker
        self._database = database
        self._hold = hold
        self._weight = settings.vector_weight
        self._embedder = embedder
        self._store = store
        self._words = {access: WordSearch(database, access) for access in Access}

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def search(self, question: str, access: Access) -> Found:
        """The chunks that `access` may read and that bear on the question, best first, at most `EVIDENCE`."""
        by_words = self._words[access].search(question, CANDIDATES)
        by_vectors = self._search_vectors(question, access)
        ranked = weigh(by_words, by_vectors, self._weight)
        found = self._found(ranked, access)
        return replace(found, evidence=reranked(question, found.evidence, self.reranker)) if self.reranker else found

    def _found(self, ranked: list[tuple[float, float, float, int]], access: Access) -> Found:
        evidence: list[Evidence] = []
        rejected: list[Rejected] = []
        for score, words, vectors, identifier in ranked:
            chunk = self._database.chunk(access, identifier)
            if chunk is None:  # cannot be: both searches are the reader's own. If it were, nothing may leak.
                continue
            if score <= 0:
                rejected.append(Rejected(chunk, score, "score"))
            elif len(evidence) >= EVIDENCE:
                rejected.append(Rejected(chunk, score, "rank"))
            else:
                evidence.append(Evidence(chunk, score, words, vectors))
        return Found(tuple(evidence), tuple(rejected))

    def _search_vectors(self, question: str, access: Access) -> dict[int, float]:
        if self._store is None or self._embedder is None:
            return {}
        hits = self._store.search(access, self._embedder.embed_query(question), CANDIDATES)
        found = ((self._database.chunk_id(digest), cosine) for digest, cosine in hits.items())
        return {identifier: cosine for identifier, cosine in found if identifier is not None}

    def contact(self) -> Contact | None:
        """The syndicate's contact record."""
        return self._database.contact()

    def terms(self, access: Access) -> Terms:
        """The terms of the glossary, and the acronyms that documents of `access` spell out."""
        return self._words[access].terms

    def spelling_out(self, form: Form, access: Access) -> tuple[Chunk, Sentence] | None:
        """The sentence that spells out the acronym of these stems, in the newest document that does.

        What the words of an acronym do not tell, the glossary may: « fibre jusqu'à l'abonné (FttH) ».
        """
        term = self.terms(access).entry(form)
        if found := self._database.spelling_out(access, form):
            return found
        if term is None or term.acronym is None or term.expansion is None or form_of(term.acronym) != form:
            return None
        expansion = form_of(term.expansion)
        return self._saying((form + expansion, expansion + form), access)

    def _saying(self, forms: Sequence[Form], access: Access) -> tuple[Chunk, Sentence] | None:
        """The sentence that holds one of the expressions as a whole, in the newest document where there is one."""
        hits = self._words[access].match_phrases(forms, CANDIDATES)
        chunks = [chunk for identifier in hits if (chunk := self._database.chunk(access, identifier))]
        said = [(c, s) for c in chunks for s in c.sentences if any(stands_in(form, s.text) for form in forms)]
        return max(said, key=lambda found: found[0].date or "", default=None)

    def mentioning(self, name: str, access: Access) -> tuple[Chunk, ...]:
        """The chunks that hold all the words of a name, one after the other."""
        hits = self._words[access].match_phrases([form_of(name)], CANDIDATES)
        return tuple(chunk for identifier in hits if (chunk := self._database.chunk(access, identifier)))

    def document_text(self, key: str, access: Access) -> str | None:
        """The whole text of a document; None when `access` may not read it."""
        return self._database.document_text(access, key)

    def document_chunks(self, key: str, access: Access) -> tuple[Chunk, ...]:
        """The chunks of a document in reading order; none when `access` may not read it."""
        return self._database.document_chunks(access, key)

    def content(self, key: str, access: Access) -> str:
        """The digest of the bytes that a document was read from; "" when `access` may not read it."""
        return self._database.content(access, key)

    def has_content(self, content: str, access: Access) -> bool:
        """Whether a document that `access` may read was read from the bytes of this digest."""
        return bool(content) and self._database.has_content(access, content)

    @property
    def edition(self) -> Edition:
        """Which index this is."""
        return Edition(self.version, self._database.facts["built_at"])

    def status(self, access: Access) -> IndexStatus:
        """What is indexed, as `access` may see it."""
        documents, chunks = self._database.counts(access)
        glossary = self._database.glossary()
        first_date, last_date = self._database.dates(access)
        return IndexStatus(
            version=self.version,
            built_at=self._database.facts["built_at"],
            access=access,
            documents=documents - bool(self.contact()) - bool(glossary),
            chunks=chunks,
            first_date=first_date,
            last_date=last_date,
            embedder=self._database.facts["embedder"],
            vectors="chroma" if self._store else "",
            refused=self._database.refused() if access is Access.STAFF else (),
            by_year_and_kind=self._database.by_year_and_kind(access),
            terms=len(glossary),
            acronyms=len(self._database.acronyms(access)),
            reranker=self.reranker.identity if self.reranker else "",
        )

    def entries(self, access: Access) -> tuple[Entry, ...]:
        """The documents that `access` may see, by date."""
        return self._database.entries(access)

    def warm_up(self) -> None:
        """Load the models now rather than at the first question.

        Raises:
            EmbedderMissing, RerankerUnusable: a model cannot be used.
        """
        if self._store and self._embedder:
            self._embedder.embed_query("fibre")
        if self.reranker:
            self.reranker.load()

    def close(self) -> None:
        """Close the files, and let the next build remove this version if it is not current."""
        if self._store:
            self._store.close()
        self._database.close()
        self._hold.release()


def weigh(words: dict[int, float], vectors: dict[int, float], weight: float) -> list[tuple[float, float, float, int]]:
    """Scores by words and cosines, each of its own search → (sum, share of words, share of vectors, id), best first."""
    best_words = max(words.values(), default=0.0)
    middle = median(vectors.values()) if vectors else 0.0
    spread = max(vectors.values(), default=0.0) - middle
    ranked = []
    for identifier in words.keys() | vectors.keys():
        by_words = words.get(identifier, 0.0) / best_words if best_words else 0.0
        by_vectors = (vectors[identifier] - middle) / spread if identifier in vectors and spread > 0 else 0.0
        ranked.append((by_words + weight * by_vectors, by_words, by_vectors, identifier))
    return sorted(ranked, key=lambda row: (-row[0], row[3]))


def open_index(settings: Settings) -> Index:
    """Open the published version.

    Raises:
        IndexUnavailable: there is none, it is damaged, or it was built with another embedder.
        EmbedderMissing, RerankerUnusable: a configured model is not on this machine.
    """
    version = current_version(index_versions(settings.data))
    hold = hold_for_reading(version) if version else None
    if version is None or hold is None:
        raise IndexUnavailable(sentence("errors.no_index", folder=settings.data))
    database: Database | None = None
    try:
        database = Database(version)
        embedder = load_embedder(settings)
        if embedder and embedder.identity != database.facts["embedder"]:
            built_with = database.facts["embedder"] or sentence("errors.no_embedder")
            raise IndexUnavailable(sentence("errors.other_embedder", built_with=built_with, asked=embedder.identity))
        reranker = load_reranker(settings)
        store = open_store(database) if embedder else None
        return Index(database, hold, settings, embedder, store, reranker)
    except BaseException:
        if database:
            database.close()
        hold.release()
        raise
