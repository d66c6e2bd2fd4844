"""The door to sentence-transformers: text → vectors of length 1; and, for `rerank`, pairs of texts → marks.

Models are settings: ours, a folder, an installed model package or the name of a model already downloaded. Loading one
costs 5 to 7 seconds and some 450 MB, so that it happens at the first use and nowhere at import.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from langchain_core.embeddings import Embeddings

from assistant.index.model_files import MODEL_PACKAGES, identity_of, model_folder
from assistant.models import EmbedderMissing
from assistant.settings import Settings
from assistant.wording import sentence

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

BATCH = 32
PAIRS = 8  # in a batch of a cross-encoder: those of like length go together, and less is spent on filling up


class Embedder(Protocol):
    """What the index needs of an embedder; it is also LangChain's `Embeddings`."""

    @property
    def identity(self) -> str:
        """Name, digest of the files and prefixes: two embedders with one identity give the same vectors."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, each of Euclidean length 1."""

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, of Euclidean length 1."""


class SentenceTransformerEmbedder(Embeddings):
    """A sentence-transformers model, its prefixes added.

    Raises:
        EmbedderMissing: on creation, when the model is not on this machine; names it and how to get it.
    """

    def __init__(self, settings: Settings) -> None:
        self.name = settings.embedder
        self.query_prefix = settings.query_prefix
        self.passage_prefix = settings.passage_prefix
        folder = model_folder(settings.embedder)
        if folder is None:
            key = "errors.embedder_package" if settings.embedder in MODEL_PACKAGES else "errors.embedder_missing"
            raise EmbedderMissing(sentence(key, name=settings.embedder))
        self.folder = folder

    @cached_property
    def identity(self) -> str:
        """Name and digest of all its files but texts for people; hashing takes some 0.2 s, once."""
        return identity_of(self.name, self.folder, repr((self.query_prefix, self.passage_prefix)))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, of length 1."""
        return self._encode([self.passage_prefix + text for text in texts])

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, of length 1."""
        return self._encode([self.query_prefix + text])[0]

    @cached_property
    def _model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        _without_progress()
        try:
            return SentenceTransformer(str(self.folder), device="cpu")
        except load_failures() as error:
            raise EmbedderMissing(sentence("errors.embedder_damaged", name=self.name)) from error

    def _encode(self, texts: Sequence[str]) -> list[list[float]]:
        import torch

        whole = [_whole(text) for text in texts]
        model = self._model
        # A question alone is too short to share: on a busy machine, threads that wait for one another made it 20 times
        # slower. Questions that come together have a thread each.
        threads = _threads()
        torch.set_num_threads(1 if len(whole) == 1 else threads)
        vectors = model.encode(
            whole, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return [[float(x) for x in vector] for vector in vectors]


class PairScorer:
    """A cross-encoder, loaded: (question, text) → marks on the model's own scale. Raises whatever loading it raises."""

    def __init__(self, folder: Path) -> None:
        import torch
        from sentence_transformers import CrossEncoder

        _without_progress()
        # Saved in half precision, it is computed in whole: half took 2.5 times as long (six layers, two cores).
        precision = {"dtype": torch.float32}
        self._model: CrossEncoder = CrossEncoder(
            str(folder), device="cpu", trust_remote_code=False, local_files_only=True, model_kwargs=precision
        )
        self.outputs = self._model.num_labels

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """One mark a pair, as the model gives it before any sigmoid; texts are cut at the model's own limit."""
        import torch

        torch.set_num_threads(_threads())
        marks = self._model.predict(
            [(_whole(question), _whole(text)) for question, text in pairs],
            batch_size=PAIRS,
            # A sigmoid gives all good passages the same 1.0.
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        return [float(mark) for mark in marks]


def load_embedder(settings: Settings) -> Embedder | None:
    """The configured embedder, or None when vectors weigh nothing. The model itself is loaded at its first use.

    Raises:
        EmbedderMissing: the model is not on this machine.
    """
    return SentenceTransformerEmbedder(settings) if settings.vector_weight > 0 else None


@cache
def _threads() -> int:
    """As many as the machine has cores, or as OMP_NUM_THREADS says: asked before anything is set."""
    import torch

    return torch.get_num_threads()


def passage_text(title: str, heading_path: Sequence[str], *rest: str) -> str:
    """What a model reads of a passage: its title, its headings, the sentences that introduce it, itself."""
    return "\n".join(part for part in (title, *heading_path, *rest) if part)


def load_failures() -> tuple[type[Exception], ...]:
    """What damaged folders were seen to raise."""
    from safetensors import SafetensorError

    return (OSError, ValueError, RuntimeError, KeyError, SafetensorError)


def _without_progress() -> None:
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it writes in the middle of our output


def _whole(text: str) -> str:
    """Half a character (\\ud800) is legal in JSON, and no tokenizer takes it."""
    return text.encode("utf-8", errors="replace").decode()
