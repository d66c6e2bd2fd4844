"""The weights of the ranking: where they come from, how they are trained, what they are measured to be worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answering.learned import learned
from assistant.answering.rank import SIGNALS
from assistant.training.piaf import Articles, KnownPair, read_pairs
from assistant.training.ranker import BY_HAND, KEPT, POSITIVE, Candidates, fit, hits, measure

# Invented articles, in the manner of PIAF. Question → the words that answer it.
ARTICLES: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "Moulin de Vauxcelles": (
        (
            "Le moulin de Vauxcelles est un moulin à eau bâti en 1742 au bord de la rivière. Son premier meunier, "
            "Anselme Poiret, y vécut trente ans. La roue, longue de six mètres, fut remplacée après la crue de 1856. "
            "Le bâtiment servit ensuite de filature.",
            {
                "En quelle année le moulin a-t-il été bâti ?": "1742",
                "Qui fut le premier meunier du moulin ?": "Anselme Poiret",
                "Pourquoi la roue a-t-elle été remplacée ?": "crue de 1856",
                "À quoi servit ensuite le bâtiment ?": "filature",
            },
        ),
        (
            "La commune a acheté le moulin en 1987 pour un franc. Des bénévoles ont restauré la toiture pendant quatre "
            "étés. Le musée accueille aujourd'hui 12 000 visiteurs par an. On y voit les meules, le blutoir et une "
            "collection de sacs. L'été, le blé des environs y est moulu devant le public, puis vendu en farine au "
            "profit de la restauration. Le jardin qui l'entoure est ouvert toute l'année.",
            {
                "Combien de visiteurs le musée accueille-t-il ?": "12 000",
                "Qui a restauré la toiture ?": "bénévoles",
                "Quand la commune a-t-elle acheté le moulin ?": "1987",
                "Que voit-on au musée ?": "meules",
            },
        ),
    ),
    "Course des Deux Caps": (
        (
            "La course des Deux Caps est une épreuve de voile créée par Maud Lherbier. Elle part de Brélan et s'achève "
            "à Port-Anet. Le parcours compte 180 milles. Les équipages naviguent sans assistance et sans escale.",
            {
                "Qui a créé la course ?": "Maud Lherbier",
                "Où s'achève la course ?": "Port-Anet",
                "Combien de milles compte le parcours ?": "180",
                "Comment les équipages naviguent-ils ?": "sans assistance",
            },
        ),
        (
            "En 2003, la tempête a contraint 14 bateaux à l'abandon. Le règlement fut alors changé : une balise devint "
            "obligatoire à bord. Le record de l'épreuve appartient au voilier Sterne depuis 2011. Il est de dix-neuf "
            "heures. Les spectateurs suivent le départ depuis la jetée, où un commentateur nomme chaque bateau qui "
            "passe la ligne. Les vainqueurs reçoivent une maquette en bois et un repas au port.",
            {
                "Combien de bateaux ont abandonné en 2003 ?": "14 bateaux",
                "Qu'est-ce qui devint obligatoire à bord ?": "balise",
                "À quel voilier appartient le record de l'épreuve ?": "Sterne",
                "Quel événement a contraint des bateaux à l'abandon ?": "tempête",
            },
        ),
    ),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[KnownPair, ...], Articles]:
    """The invented articles, through a file as the training reads it."""
    lines = [
        {
            "title": title,
            "question": question,
            "paragraph": paragraph,
            "answers": [{"text": answer, "start": paragraph.index(answer)}],
        }
        for title, paragraphs in ARTICLES.items()
        for paragraph, questions in paragraphs
        for question, answer in questions.items()
    ]
    path: Path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return read_pairs(path)


def test_the_weights_that_ship_name_what_trained_them_and_what_they_are_worth() -> None:
    shipped = learned()
    assert set(shipped.weights) == set(SIGNALS) == set(BY_HAND)
    assert len(shipped.trained_on.sha256) == 64
    assert shipped.trained_on.questions > 1000
    for text in ("clean", "noisy"):
        assert shipped.figures[f"{text}_trained_first"] > shipped.figures[f"{text}_by_hand_first"]


def test_pairs_are_read_with_the_sentence_that_holds_their_answer(
    sample: tuple[tuple[KnownPair, ...], Articles],
) -> None:
    pairs, articles = sample
    assert {pair.document_key for pair in pairs} == set(ARTICLES)
    for pair in pairs:
        chunks = [articles.chunks[place] for place in articles.of(pair.document_key)]
        gold = [s.text for chunk in chunks for s in chunk.sentences if pair.is_gold(chunk, s.span)]
        known = [known for _, known in ARTICLES[pair.document_key] if pair.question in known]
        assert len(gold) == 1
        assert known[0][pair.question] in gold[0]


def test_training_ranks_what_it_learns_from_better_and_stays_near_the_hand(
    sample: tuple[tuple[KnownPair, ...], Articles],
) -> None:
    measured = measure(*sample, noise=0.0)
    free = fit(measured, pull=1e-4)
    held = fit(measured, pull=10.0)
    assert hits(measured, free) >= hits(measured, BY_HAND)
    assert held == pytest.approx(BY_HAND, abs=0.02)
    assert {name: free[name] for name in KEPT} == pytest.approx({name: BY_HAND[name] for name in KEPT}, abs=1e-3)
    assert all(free[name] >= 0 for name in POSITIVE)


def test_noisy_questions_are_measured_as_they_are_written(sample: tuple[tuple[KnownPair, ...], Articles]) -> None:
    clean, noisy = measure(*sample, noise=0.0), measure(*sample, noise=1.0)
    assert sum(_covered(one) for one in noisy) < sum(_covered(one) for one in clean)


def _covered(candidates: Candidates) -> float:
    return float(candidates.values[:, SIGNALS.index("context")].max())
