"""Step 2: the model learns to say of a French sentence what the English one says of its translation.

    python -m assistant.training.distil TEXTS ENGLISH-MODEL MODEL-OF-STEP-1 MODEL [--minutes 16] [--sentences 36000]

Reimers and Gurevych 2020 (arXiv 2004.09813), with the loss `2·(1 − cosine) + 0.5·cross-entropy in the batch`. The
teacher's vectors are computed once and kept beside the model; the learning rate falls to zero at the end of the time
given, so that any time gives a finished model. `loss.tsv` keeps the curve.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.training.batches import by_length
from assistant.training.corpora import Translation, read_translations

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

LONGEST = 160  # characters of a sentence
TOKENS = 64
BATCH = 96
RATE = 3e-4
WARM_UP = 0.05  # of the time
SCALE = 20.0  # of the cosines that are compared in a batch
REPORTED = 20  # steps a line of the curve stands for


def teach(texts: Path, english: Path, sentences: int, kept: Path) -> tuple[list[Translation], NDArray[np.float32]]:
    """(sentences, the teacher's vectors of length 1 of their English side), computed when `kept` does not hold them."""
    from sentence_transformers import SentenceTransformer

    everything = read_translations(texts, LONGEST)
    chosen = np.random.default_rng(1).permutation(len(everything))[:sentences]
    pairs = [everything[place] for place in chosen]
    if not kept.is_file():
        teacher = SentenceTransformer(str(english), device="cpu")
        vectors = teacher.encode([pair.english for pair in pairs], batch_size=64, normalize_embeddings=True)
        np.save(kept, np.asarray(vectors, dtype=np.float16))
    return pairs, np.load(kept).astype(np.float32)


def distil(model: SentenceTransformer, pairs: list[Translation], taught: NDArray[np.float32], minutes: float) -> str:
    """Train the model in place; returns the curve, a line of `seconds, sentences, loss, cosine` a point."""
    import torch

    tokens = [model.tokenizer(pair.french, truncation=True, max_length=TOKENS)["input_ids"] for pair in pairs]
    targets = torch.from_numpy(taught)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    random = np.random.default_rng(2)
    without_dropout(model)
    begin, seen, sums, curve = time.monotonic(), 0, np.zeros(2), ["seconds\tsentences\tloss\tcosine"]
    places = (batch for _ in range(1000) for batch in by_length([len(one) for one in tokens], BATCH, random))
    for step, batch in enumerate(places, 1):
        spent = (time.monotonic() - begin) / (60 * minutes)
        if spent >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(spent / WARM_UP, (1 - spent) / (1 - WARM_UP)) + 1e-7
        said = model(model.tokenizer.pad({"input_ids": [tokens[place] for place in batch]}, return_tensors="pt"))
        loss, cosine = _loss(said["sentence_embedding"], targets[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        seen += len(batch)
        sums += loss.item(), cosine.item()
        if step % REPORTED == 0:
            curve.append(f"{60 * minutes * spent:.0f}\t{seen}\t{sums[0] / REPORTED:.4f}\t{sums[1] / REPORTED:.4f}")
            print(curve[-1], flush=True)
            sums[:] = 0
    return "\n".join(curve) + "\n"


def without_dropout(model: SentenceTransformer) -> None:
    """In so short a training, noise inside the model only costs time."""
    import torch

    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0


def _loss(said: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    from torch import arange
    from torch.nn.functional import cosine_similarity, cross_entropy, normalize

    near = cosine_similarity(said, target).mean()
    scores = SCALE * normalize(said) @ target.T
    return 2 * (1 - near) + 0.5 * cross_entropy(scores, arange(len(said))), near


def main() -> None:
    """Write the taught model and its curve."""
    from sentence_transformers import SentenceTransformer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("english", type=Path, help="folder of all-MiniLM-L6-v2, the teacher")
    parser.add_argument("start", type=Path, help="the model of step 1")
    parser.add_argument("model", type=Path, help="folder to write")
    parser.add_argument("--minutes", type=float, default=16)
    parser.add_argument("--sentences", type=int, default=36_000)
    options = parser.parse_args()
    kept = options.model.with_suffix(".teacher.npy")
    pairs, taught = teach(options.texts, options.english, options.sentences, kept)
    model = SentenceTransformer(str(options.start), device="cpu")
    curve = distil(model, pairs, taught, options.minutes)
    model.save(str(options.model), create_model_card=False)
    (options.model / "loss.tsv").write_text(curve, encoding="utf-8")


if __name__ == "__main__":
    main()
