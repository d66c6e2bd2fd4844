"""Step 3: the model learns to put a question near the passage that answers it.

    python -m assistant.training.pairs TEXTS MODEL-OF-STEP-2 MODEL [--minutes 57]

Multiple negatives ranking in both directions (Henderson et al. 2017, arXiv 1705.00652) with sentence-transformers'
trainer. Batches hold hard negatives (`hard`); two questions in five are noisy copies (`noise`); another quarter of the
pairs, other noise and other batches at each pass. The learning rate falls to zero at the end of the time given.
`loss.tsv` keeps the curve. Some pairs are held out (`held_out`) to compare models without reading a bench.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.training.corpora import Pair, read_pairs
from assistant.training.distil import without_dropout
from assistant.training.hard import batches, neighbours
from assistant.training.noise import noisy
from assistant.training.vocabulary import TOKENS as LONGEST

if TYPE_CHECKING:
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.sampler import DefaultBatchSampler
    from sentence_transformers.sentence_transformer.trainer import SentenceTransformerTrainer
    from torch.optim import Optimizer

TOKENS = 72  # that are read of a text in training
WARM_UP = 0.05  # of the time
NOISY = 0.4  # of the questions
KEPT = {"legi": 0.4, "next": 0.0, "rgaa": 0.3}  # share of a source or of a kind of pair in a pass; others: all
HELD_OUT = 50  # one question in so many


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train; the defaults are those of the model with layers."""

    minutes: float
    batch: int = 64
    rate: float = 3e-4
    seed: int = 3
    passes: int = 2  # prepared; the time decides how many are run


def held_out(pair: Pair) -> bool:
    """Whether this pair serves to compare models: question-like ones only, chosen by their passage's digest."""
    kind = pair.source in ("spf:title", "dila:title", "cdtn:qa", "piaf:qa")
    return kind and int(hashlib.md5(pair.passage.encode(), usedforsecurity=False).hexdigest(), 16) % HELD_OUT == 0


def training_pairs(everything: Sequence[Pair]) -> list[Pair]:
    """All but the held-out ones and whatever shares a text with them."""
    apart = {text for pair in everything if held_out(pair) for text in (pair.asked, pair.passage)}
    return [pair for pair in everything if pair.asked not in apart and pair.passage not in apart]


def one_pass(pairs: Sequence[Pair], near: list[list[int]], size: int, random: np.random.Generator) -> Iterator[Pair]:
    """Batches one after the other: pairs in their order, questions noisy or not."""
    shares = [min(KEPT.get(part, 1.0) for part in pair.source.split(":")) for pair in pairs]
    chosen = [place for place, share in enumerate(shares) if random.random() < share]
    for batch in batches(pairs, near, chosen, size, random):
        for pair in [pairs[place] for place in batch]:
            asked = noisy(pair.asked, random) if random.random() < NOISY else pair.asked
            yield Pair(asked, pair.passage, pair.source)


def train(model: SentenceTransformer, pairs: Sequence[Pair], plan: Plan, kept: Path) -> str:
    """Train the model in place; returns the curve, a line of `seconds, pairs, loss` a point."""
    from datasets import Dataset

    random = np.random.default_rng(plan.seed)
    near = neighbours(pairs)
    ordered = [pair for _ in range(plan.passes) for pair in one_pass(pairs, near, plan.batch, random)]
    print(f"{len(ordered)} pairs in {plan.passes} passes", flush=True)
    rows = Dataset.from_dict({"anchor": [p.asked for p in ordered], "positive": [p.passage for p in ordered]})
    without_dropout(model)
    trainer = _trainer(model, rows, plan, kept)
    trainer.train()
    lines = [
        f"{entry['seconds']:.0f}\t{entry['step'] * plan.batch}\t{entry['loss']:.4f}"
        for entry in trainer.state.log_history
        if "loss" in entry
    ]
    return "\n".join(["seconds\tpairs\tloss", *lines]) + "\n"


def in_order(dataset: Dataset, batch_size: int, drop_last: bool, **rest: object) -> DefaultBatchSampler:
    """The batches as they were prepared. Here, and not in a function, because checkpoints keep it by name."""
    from sentence_transformers.base.sampler import DefaultBatchSampler
    from torch.utils.data import SequentialSampler

    return DefaultBatchSampler(SequentialSampler(dataset), batch_size=batch_size, drop_last=drop_last)


def _trainer(model: SentenceTransformer, rows: Dataset, plan: Plan, kept: Path) -> SentenceTransformerTrainer:
    import torch
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

    begin = time.monotonic()

    def spent() -> float:
        return (time.monotonic() - begin) / (60 * plan.minutes)

    def rate(step: int) -> float:
        return max(min(spent() / WARM_UP, (1 - spent()) / (1 - WARM_UP)), 1e-3)

    class Clock(TrainerCallback):
        """Stops when the time is over, and says when each loss was seen."""

        def on_step_end(
            self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: object
        ) -> None:
            control.should_training_stop = control.should_training_stop or spent() >= 1

        def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: object) -> None:
            state.log_history[-1]["seconds"] = 60 * plan.minutes * spent()
            print(json.dumps(state.log_history[-1]), flush=True)

    optimiser: Optimizer = torch.optim.AdamW(model.parameters(), lr=plan.rate, weight_decay=0.01)
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(kept), num_train_epochs=1, per_device_train_batch_size=plan.batch, use_cpu=True,
        batch_sampler=in_order, logging_steps=10, save_steps=40, save_total_limit=1, save_only_model=True,
        report_to=[], disable_tqdm=True, dataloader_drop_last=True, max_grad_norm=1.0,
    )  # fmt: skip
    return SentenceTransformerTrainer(
        model=model, args=arguments, train_dataset=rows, callbacks=[Clock()],
        loss=MultipleNegativesRankingLoss(
            model, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
        ),
        optimizers=(optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, rate)),
    )  # fmt: skip


def main() -> None:
    """Write the trained model and its curve."""
    from sentence_transformers import SentenceTransformer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("start", type=Path, help="the model of step 2")
    parser.add_argument("model", type=Path, help="folder to write")
    parser.add_argument("--minutes", type=float, default=57)
    parser.add_argument("--seed", type=int, default=3, help="another one when training goes on from an earlier model")
    options = parser.parse_args()
    model = SentenceTransformer(str(options.start), device="cpu")
    pairs = training_pairs(read_pairs(options.texts))
    model.max_seq_length = TOKENS
    curve = train(model, pairs, Plan(options.minutes, seed=options.seed), options.model / "checkpoints")
    model.max_seq_length = LONGEST
    model.save(str(options.model), create_model_card=False)
    (options.model / "loss.tsv").write_text(curve, encoding="utf-8")


if __name__ == "__main__":
    main()
