"""The parts of the training scripts that decide what a model learns: links between languages, batches, noise."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.training.batches import by_length
from assistant.training.corpora import Pair
from assistant.training.hard import batches, neighbours
from assistant.training.noise import noisy
from assistant.training.pairs import HELD_OUT, held_out, training_pairs
from assistant.training.translate import translations
from tests.benchmarks import noise as bench_noise

RIGHT = [
    ("Obtenir un passeport en mairie", "Le passeport s'obtient en mairie sur rendez-vous."),
    ("Le passeport d'un mineur", "Un mineur a son propre passeport, demandé par son parent."),
    ("Quand sortir les poubelles ?", "La collecte des ordures a lieu le mardi."),
    ("Le tri des déchets", "Les ordures triées vont dans le bac jaune."),
]
PAIRS = [Pair(asked, passage, "fiches") for asked, passage in RIGHT]


def test_words_that_stand_together_in_two_languages_are_linked() -> None:
    # 1 le 2 chat 3 chien 4 dort; 1 the 2 cat 3 dog 4 sleeps
    french = [[1, 2], [1, 3], [1, 2, 4], [1, 3, 4], [2], [3]]
    table = translations(french, french, 5)
    best = {f: int(table.english[table.french == f][np.argmax(table.weight[table.french == f])]) for f in range(1, 5)}
    assert best == {1: 1, 2: 2, 3: 3, 4: 4}
    assert table.seen.tolist() == [0, 4, 3, 3, 2]
    assert np.bincount(table.french, table.weight).max() <= 1 + 1e-9


def test_a_hard_passage_shares_words_with_the_question_and_is_not_its_own() -> None:
    near = neighbours(PAIRS)
    assert near[0] == [1]
    assert all(place not in others for place, others in enumerate(near))


def test_batches_are_of_one_source_and_hold_no_text_twice() -> None:
    pairs = [
        Pair(f"question {number % 30} {source}", f"passage {number} {source}", source)
        for source in ("un", "deux")
        for number in range(50)
    ]
    made = batches(pairs, neighbours(pairs), range(len(pairs)), 8, np.random.default_rng(0))
    assert len(made) >= 8
    for batch in made:
        assert len({pairs[place].source for place in batch}) == 1
        assert len({pairs[place].asked for place in batch}) == len(batch) == 8
    assert len({place for batch in made for place in batch}) == 8 * len(made)


def test_what_is_held_out_is_in_no_training_pair() -> None:
    pairs = [Pair(f"question {number}", f"passage {number // 2}", "piaf:qa") for number in range(20 * HELD_OUT)]
    apart = {pair.passage for pair in pairs if held_out(pair)}
    kept = training_pairs(pairs)
    assert apart
    assert not apart & {pair.passage for pair in kept}
    assert len(kept) + 2 * len(apart) == len(pairs)


def test_a_pass_over_lengths_meets_each_place_once_and_puts_like_with_like() -> None:
    lengths = [number % 50 for number in range(400)]
    made = list(by_length(lengths, 10, np.random.default_rng(0)))
    assert sorted(place for batch in made for place in batch.tolist()) == list(range(400))
    assert max(max(lengths[p] for p in batch) - min(lengths[p] for p in batch) for batch in made) <= 5


@pytest.mark.parametrize("text", ["", "?", "Où ?", "1 2 3", "L'accès à la médiathèque est-il gratuit ?"])
def test_noise_takes_any_text_and_is_the_same_for_a_seed(text: str) -> None:
    first, again = (noisy(text, np.random.default_rng(5)) for _ in range(2))
    assert first == again
    assert bench_noise.noisy([text]) == bench_noise.noisy([text])


def test_the_noisy_questions_of_the_bench_have_no_accent_and_stay_near_what_was_asked() -> None:
    asked = ["L'accès à la médiathèque de Péronne est-il gratuit ?"] * 50
    spoilt = bench_noise.noisy(asked)
    assert len(set(spoilt)) > 20
    assert all(text.isascii() and abs(len(text) - len(asked[0])) <= 8 for text in spoilt)
