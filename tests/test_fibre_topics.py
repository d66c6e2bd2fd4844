"""What residents ask of their line, told from what documents treat of, on 780 questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.answering.define import state_asked, terms_asked
from assistant.answering.fibre_place import asked_of
from assistant.answering.fibre_topics import topic_of
from assistant.answering.question import understand
from assistant.fibre.knowledge import Fibre, know_fibre
from assistant.index.terms import Terms
from assistant.ingestion.glossary import read_glossary
from assistant.settings import ROOT, load_settings

HERE = Path(__file__).parent / "fibre"
DOCUMENTS, STATE = "documents", "state"


@pytest.fixture(scope="module")
def fibre(tmp_path_factory: pytest.TempPathFactory) -> Fibre:
    return know_fibre(load_settings().model_copy(update={"data": tmp_path_factory.mktemp("data")}))


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(read_glossary(ROOT / "corpus"), ())


def told(name: str, fibre: Fibre, terms: Terms) -> list[tuple[str, str, str]]:
    """Of each question of a set: its topic, the one that is recognised, its text."""
    rows = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [(row["topic"], recognised(row["question"], fibre, terms), row["question"]) for row in rows]


def recognised(text: str, fibre: Fibre, terms: Terms) -> str:
    question = understand(text, terms)
    asked = asked_of(question, fibre.gazetteer)
    if asked:
        return "availability" if asked.topic.everywhere else asked.topic.name
    return STATE if terms_asked(question) or state_asked(question) else DOCUMENTS


def share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes)


# The floors are what is measured, rounded down. The second set was 74 % right when it was asked for the first time, and
# was looked at since; the third is 80 % right, and only its questions on documents were looked at.
@pytest.mark.parametrize(
    ("name", "right", "advised"),
    [("residents", 0.91, 0.89), ("residents_second", 0.94, 0.94), ("residents_third", 0.8, 0.73)],
    ids=["known", "second", "third"],
)
def test_most_questions_of_residents_get_their_own_topic(
    name: str, right: float, advised: float, fibre: Fibre, terms: Terms
) -> None:
    rows = told(name, fibre, terms)
    assert share([topic == found for topic, found, _ in rows]) >= right
    assert share([topic == found for topic, found, _ in rows if topic != DOCUMENTS]) >= advised


@pytest.mark.parametrize("name", ["residents", "residents_second", "residents_third"])
def test_what_documents_treat_of_is_left_to_them(name: str, fibre: Fibre, terms: Terms) -> None:
    """The meaning of a term is the glossary's, which is a document too."""
    assert not [row for row in told(name, fibre, terms) if row[0] == DOCUMENTS and row[1] not in (DOCUMENTS, STATE)]


@pytest.mark.parametrize("name", ["Marché-Allouarde", "Ételfay", "Quesnoy-le-Montant"])
def test_the_name_of_a_commune_tells_nothing_of_the_subject(name: str, fibre: Fibre) -> None:
    asked = asked_of(understand(f"la fibre à {name} ?"), fibre.gazetteer)
    assert asked is not None and asked.topic.name == "availability"


@pytest.mark.parametrize(
    "text",
    [
        "Combien coûtera le 100 % fibre dans la Somme ?",
        "Qui a construit la fibre en 2016 ?",
        "la fibre et le séminaire à Vironchaux",
        "Combien d'emplois le chantier de la fibre a-t-il créés ?",
        "les travaux de la fibre pendant le confinement",
        "Pourquoi la fibre avait du retard en 2016 dans la Somme ?",
    ],
)
def test_the_past_of_the_programme_is_for_the_documents(text: str) -> None:
    assert topic_of(understand(text), has_place=False, area="Somme") is None


@pytest.mark.parametrize(
    "text",
    [
        "piscine couverte à Amiens", "débit de boisson à Ham", "box de garage à Amiens", "raccordement au gaz à Roye",
        "suis-je éligible au RSA à Amiens", "fibre de verre à Amiens", "quand suis-je éligible à la retraite",
        "panne de voiture à Ham", "coupure d'eau à Corbie", "rendez-vous chez le médecin à Ham, changer",
        "le propriétaire refuse les travaux d'isolation", "résilier mon abonnement de train",
        "toiture en cuivre à Amiens", "la fibre musculaire", "qui paie les travaux de la salle des fêtes à Ault ?",
    ],
)  # fmt: skip
def test_other_networks_and_services_get_no_advice_on_fibre(text: str, fibre: Fibre) -> None:
    assert asked_of(understand(text), fibre.gazetteer) is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("au secours", "danger"),
        ("il y a le feu dans l'armoire fibre", "danger"),
        ("ma téléalarme marche pas je suis par terre", "danger"),
        ("un fil électrique est tombé par terre", "danger"),
        ("un câble arraché traîne au sol pendant le confinement", "damage"),
        ("un poteau est tombé devant l'école, quand allez-vous le relever ?", "damage"),
        ("le poteau penche, d'accord pour venir ?", "damage"),
    ],
)
def test_nothing_said_beside_a_danger_hides_it(text: str, topic: str, fibre: Fibre) -> None:
    asked = asked_of(understand(text), fibre.gazetteer)
    assert asked is not None and asked.topic.name == topic
    assert "112" in asked.topic.text
