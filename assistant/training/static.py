"""A lighter model for weak machines: one vector a piece of word, a text is their mean.

    python -m assistant.training.static TEXTS MODEL-OF-STEP-3 MODEL [--minutes 6] [--size 300]

What the model with layers says of each piece alone, turned to `size` dimensions by principal components, each piece
weighing the less the more texts hold it (`a / (a + p)`: Arora et al. 2017, "A simple but tough-to-beat baseline"); then
trained on the same pairs as the other one, with the same batches. Not shipped: with words it was measured to add half a
point on service-public.fr where the model with layers adds four.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.training.corpora import french_texts, read_pairs
from assistant.training.pairs import Plan, train, training_pairs

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

COMMON = 1e-3  # `a`: share of the texts from which a piece weighs half
BATCH, RATE, PASSES = 512, 5e-3, 8  # vectors move more slowly than layers: they want larger steps
LONGEST_BATCH = 1024  # pieces that are read together


def start_from(model: SentenceTransformer, texts: Path, size: int) -> SentenceTransformer:
    """The static model before any training: (pieces, size) vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    tokenizer: Tokenizer = model.tokenizer.backend_tokenizer
    said = _said_alone(model, tokenizer)
    weighted = _turned(said, size) * _weights(tokenizer, texts)[:, None]
    return SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weighted), Normalize()])


def _said_alone(model: SentenceTransformer, tokenizer: Tokenizer) -> NDArray[np.float32]:
    """What the model says of each piece."""
    known = sorted(tokenizer.get_vocab().items(), key=lambda piece: piece[1])
    pieces = [piece.removeprefix("##") for piece, _ in known]
    return np.asarray(model.encode(pieces, batch_size=LONGEST_BATCH), dtype=np.float32)


def _turned(vectors: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(centred @ axes[:size].T, dtype=np.float32)


def _weights(tokenizer: Tokenizer, texts: Path) -> NDArray[np.float32]:
    held: Counter[int] = Counter()
    many = list(french_texts(texts))
    for encoded in tokenizer.encode_batch(many, add_special_tokens=False):
        held.update(set(encoded.ids))
    shares = np.array([held[number] / len(many) for number in range(tokenizer.get_vocab_size())])
    return np.asarray(COMMON / (COMMON + shares), dtype=np.float32)


def main() -> None:
    """Write the trained model and its curve."""
    from sentence_transformers import SentenceTransformer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("start", type=Path, help="the model of step 3")
    parser.add_argument("model", type=Path, help="folder to write")
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--size", type=int, default=300)
    options = parser.parse_args()
    model = start_from(SentenceTransformer(str(options.start), device="cpu"), options.texts, options.size)
    plan = Plan(options.minutes, batch=BATCH, rate=RATE, passes=PASSES)
    curve = train(model, training_pairs(read_pairs(options.texts)), plan, options.model / "checkpoints")
    model.save(str(options.model), create_model_card=False)
    (options.model / "loss.tsv").write_text(curve, encoding="utf-8")


if __name__ == "__main__":
    main()
