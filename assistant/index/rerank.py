"""A second opinion on order: a cross-encoder reads question and text together, and says which texts it prefers.

It is optional, and never stands between a question and its answer: whatever fails in it is logged, and the order of
before serves. Its marks may be of any scale: only their order counts.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from assistant.index.embed import PairScorer, load_failures, passage_text
from assistant.index.model_files import identity_of, model_folder
from assistant.logs import log_without_message
from assistant.models import Evidence, RerankerUnusable
from assistant.settings import Settings
from assistant.wording import sentence

RERANKED = 30  # passages, the best of a search, that are read with the question
DECIMALS = 5  # of a mark, the largest being 1; beyond, differences come from the company that a text was scored in
# One of them tells a tokenizer its words. Without any, the library makes one that knows none, and all texts are alike.
VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "*.tiktoken")
# A short pair, and one that must be cut: whoever gives no number for these, or cannot cut, is found out when loaded.
TRIAL = (("fibre", "fibre"), ("fibre", "fibre " * 600))
# What torch, tokenizers and models raise when they fail: out of memory, a token or a place they do not know.
FAILURES: tuple[type[Exception], ...] = (
    RuntimeError, MemoryError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError,
    OSError,
)  # fmt: skip

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Preferred:
    """A text by its place in what was given to be ordered, with its mark."""

    place: int
    mark: float


class Reranker:
    """A cross-encoder of one output, loaded at its first use. Safe to share between threads, one question at a time.

    `identity` is the name of the model and the digest of its files.

    Raises:
        RerankerUnusable: on creation, when the model is not on this machine, cannot be read, or is of another kind.
    """

    def __init__(self, name: str) -> None:
        folder = model_folder(name)
        if folder is None:
            raise RerankerUnusable(sentence("errors.reranker_missing", name=name))
        if not _is_cross_encoder(folder):
            raise RerankerUnusable(sentence("errors.reranker_kind", name=name))
        try:
            self.identity = identity_of(name, folder)
        except OSError as error:
            raise RerankerUnusable(sentence("errors.reranker_damaged", name=name)) from error
        self.name = name
        self.folder = folder
        # It takes all the cores: two questions at once would be no faster, and need twice the memory.
        self._lock = Lock()
        self._scorer: PairScorer | None = None
        self._fault: RerankerUnusable | None = None

    def load(self) -> None:
        """Load and try the model now rather than at the first question.

        Raises:
            RerankerUnusable: it is damaged, has several outputs, or gives something else than numbers.
        """
        with self._lock:
            self._loaded()

    def order(self, question: str, texts: Sequence[str]) -> tuple[Preferred, ...]:
        """All the texts, the preferred first, equal marks as they came; empty when the model fails, which is logged."""
        if not texts:
            return ()
        try:
            with self._lock:
                if self._fault:  # told when it was found; another model is there after the next opening
                    return ()
                marks = _numbers(self._loaded(), [(question, text) for text in texts])
        except RerankerUnusable as error:
            log.error("nothing is reranked until the index is opened again: %s", error)
            return ()
        except FAILURES as error:
            log_without_message(log, f"the reranker {self.name} failed, the order of before serves", error)
            return ()
        largest = max(map(abs, marks)) or 1.0
        places = sorted(range(len(marks)), key=lambda place: -round(marks[place] / largest, DECIMALS))
        return tuple(Preferred(place, marks[place]) for place in places)

    def _loaded(self) -> PairScorer:
        """The model, loaded and tried once: what cannot be used now is not tried again at every question."""
        if self._fault:
            raise self._fault
        if self._scorer is None:
            try:
                self._scorer = _load(self.name, self.folder)
            except RerankerUnusable as error:
                self._fault = error
                raise
        return self._scorer


def load_reranker(settings: Settings) -> Reranker | None:
    """The configured reranker, or None when the setting is empty. The model itself is loaded at its first use.

    Raises:
        RerankerUnusable: the model is not on this machine, or is of another kind.
    """
    return Reranker(settings.reranker) if settings.reranker else None


def reranked(question: str, evidence: tuple[Evidence, ...], reranker: Reranker) -> tuple[Evidence, ...]:
    """The best of the evidence in the order that the reranker prefers, each with the score of its new place.

    So scores still fall, and what is told of the best one's share holds. The rest stays where it was.
    """
    best = evidence[:RERANKED]
    texts = [passage_text(c.title, c.heading_path, c.introduction, c.lead_in, c.text) for c in (e.chunk for e in best)]
    order = reranker.order(question, texts)
    if not order:
        return evidence
    moved = (
        replace(best[preferred.place], score=held.score, reranker=preferred.mark)
        for held, preferred in zip(best, order, strict=True)
    )
    return (*moved, *evidence[RERANKED:])


def _load(name: str, folder: Path) -> PairScorer:
    try:
        if not any(path for pattern in VOCABULARIES for path in folder.rglob(pattern)):
            raise FileNotFoundError(folder)
        scorer = PairScorer(folder)
        if scorer.outputs != 1:
            raise RerankerUnusable(sentence("errors.reranker_kind", name=name))
        _numbers(scorer, TRIAL)
    except ArithmeticError as error:
        raise RerankerUnusable(sentence("errors.reranker_numbers", name=name)) from error
    except load_failures() + FAILURES + (ImportError,) as error:  # mypy does not follow a star here
        raise RerankerUnusable(sentence("errors.reranker_damaged", name=name)) from error
    return scorer


def _numbers(scorer: PairScorer, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """One mark a pair.

    Raises:
        ArithmeticError: one of them is not a number, or is infinite.
    """
    marks = scorer.score(pairs)
    if not all(math.isfinite(mark) for mark in marks):
        raise ArithmeticError("not a number")
    return marks


def _is_cross_encoder(folder: Path) -> bool:
    """Does a model say that it marks pairs? The library takes any other too, and gives it a head at random."""
    if (folder / "modules.json").is_file():
        return _read(folder / "config_sentence_transformers.json").get("model_type") == "CrossEncoder"
    architectures = _read(folder / "config.json").get("architectures")
    return isinstance(architectures, list) and any(
        str(one).endswith("ForSequenceClassification") for one in architectures
    )


def _read(path: Path) -> dict[str, object]:
    """A configuration, or nothing when it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
