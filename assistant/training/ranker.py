"""Train the weights of the signals that rank sentences: `assistant/answering/ranker.json`.

    python -m assistant.training.ranker piaf_qa_train.jsonl piaf_qa_test.jsonl

A question's sentences are a softmax over their scores, the loss is −log of what falls on those that hold the answer.
Public questions are not those of residents, so that the weights do not start from nothing: they stay near those set by
hand (L2 towards them, `PULL`), and go away only as far as the questions insist; the weight of the search stays as it
was, because the search that the training makes is not the product's. Weights free of all that were measured to gain one
point more on PIAF and to lose fifteen on the syndicate's pages. A third of the training questions are noisy.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from assistant.answering.learned import FILE, Learned, TrainedOn, learned
from assistant.answering.question import understand
from assistant.answering.rank import SIGNALS, rank_sentences
from assistant.training.noise import noisy
from assistant.training.piaf import Articles, KnownPair, read_pairs

BY_HAND = {
    "context": 1.0,
    "own": 0.35,
    "even": 0.0,
    "search": 0.1,
    "phrase": 0.0,
    "expected": 0.18,
    "counted": 0.15,
    "announces": -0.3,
    "excess": -1.0,
}
POSITIVE = frozenset(("context", "own", "even", "phrase"))  # covering more is never worse
KEPT = frozenset(("search",))
SHARPNESS = 6.0  # of the softmax over the hand-made scores
PULL = 0.003  # towards the weights set by hand
NOISY = 0.3  # of the training questions
AT_LEAST = 1e-12

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences of one question: (sentences, signals) values, and which of them hold the answer."""

    values: Array
    gold: npt.NDArray[np.bool_]


def measure(pairs: Iterable[KnownPair], articles: Articles, noise: float) -> list[Candidates]:
    """The signals of every question's sentences within its article; `noise` is the share of misspelt questions."""
    random = np.random.default_rng(0)
    measured = []
    for pair in pairs:
        asked = noisy(pair.question, random) if random.random() < noise else pair.question
        question = understand(asked)
        ranked = rank_sentences(question, articles.search(question.plain, articles.of(pair.document_key)))
        if ranked:
            values = np.array([astuple(one.signals) for one in ranked])
            gold = np.array([pair.is_gold(one.chunk, one.sentence.span) for one in ranked])
            measured.append(Candidates(values, gold))
    return measured


def fit(measured: Iterable[Candidates], start: Mapping[str, float] = BY_HAND, pull: float = PULL) -> dict[str, float]:
    """The weights by name of a signal that make the sentences that answer likeliest, held near `start`."""
    told = [c for c in measured if c.gold.any() and not c.gold.all()]
    values = np.vstack([c.values for c in told])
    gold = np.concatenate([c.gold for c in told]).astype(float)
    sizes = np.array([len(c.gold) for c in told])
    starts, owner = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(sizes)), sizes)
    prior = SHARPNESS * np.array([start[name] for name in SIGNALS])

    def loss(weights: Array) -> tuple[float, Array]:
        scores = values @ weights
        exponentials = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        likely = exponentials / np.add.reduceat(exponentials, starts)[owner]
        right = np.maximum(np.add.reduceat(likely * gold, starts), AT_LEAST)
        slope = values.T @ (likely - likely * gold / right[owner]) / len(told)
        away = weights - prior
        return float(-np.log(right).mean() + pull * away @ away), slope + 2 * pull * away

    bounds = [_bounds(name, by_hand) for name, by_hand in zip(SIGNALS, prior, strict=True)]
    found = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds).x / SHARPNESS
    return {name: round(float(weight), 3) for name, weight in zip(SIGNALS, found, strict=True)}


def _bounds(name: str, by_hand: float) -> tuple[float | None, float | None]:
    if name in KEPT:
        return by_hand, by_hand
    return (0.0, None) if name in POSITIVE else (None, None)


def hits(measured: Sequence[Candidates], weights: Mapping[str, float]) -> tuple[float, float]:
    """Shares, 0 to 1, of the questions of which the first sentence, and one of the first three, holds the answer."""
    array = np.array([weights[name] for name in SIGNALS])
    orders = [(c, np.argsort(-(c.values @ array), kind="stable")) for c in measured]
    first = sum(bool(c.gold[order[0]]) for c, order in orders)
    three = sum(bool(c.gold[order[:3]].any()) for c, order in orders)
    return first / len(measured), three / len(measured)


def main() -> None:
    """Train, measure on articles that were not trained on, clean and noisy, and write."""
    train, test = (Path(argument) for argument in sys.argv[1:3])
    trained = measure(*read_pairs(train), NOISY)
    confirmed = {name: measure(*read_pairs(test), noise) for name, noise in (("clean", 0.0), ("noisy", 1.0))}
    weights = fit(trained)
    figures: dict[str, float] = {"test_questions": len(confirmed["clean"])}
    for text, candidates in confirmed.items():
        for name, used in (("by_hand", BY_HAND), ("trained", weights)):
            first, three = hits(candidates, used)
            figures |= {f"{text}_{name}_first": round(first, 4), f"{text}_{name}_in_three": round(three, 4)}
    digest = hashlib.sha256(train.read_bytes()).hexdigest()
    trained_on = TrainedOn(file=train.name, sha256=digest, questions=len(trained))
    write(Learned(trained_on=trained_on, figures=figures, weights=weights))


def write(made: Learned) -> None:
    """Replace the file, and have it read again."""
    FILE.write_text(json.dumps(made.model_dump(), indent=2) + "\n", encoding="utf-8")
    learned.cache_clear()
    print(json.dumps(made.figures), f"→ {FILE}")


if __name__ == "__main__":
    main()
