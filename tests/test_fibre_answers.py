"""« est-ce que j'ai la fibre ? »: figures of the table, letter for letter; never a date for what is to come."""

from __future__ import annotations

import csv
import random
import re
from datetime import date

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.fibre_say import copper_text, coverage_text, of_name, percent, said
from assistant.answering.fibre_topics import topic_named, topic_of
from assistant.answering.question import understand
from assistant.fibre.communes import FILE, shipped_table
from assistant.figures import Awaited, Connectable, CopperClosure, Coverage, Definition, Publication
from assistant.models import Access, Answer, AnswerKind, Exchange, Status
from assistant.wording import french_date, french_number, texts

TABLE = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
ROWS = list(csv.DictReader(TABLE, delimiter=";"))
PUBLICATION = Publication("Arcep, Cartefibre", "2026-T2", "Licence Ouverte", "https://cartefibre.arcep.fr")


def talk(assistant: Assistant, *questions: str) -> list[Answer]:
    """A conversation, remembered as the chat remembers it."""
    exchanges: list[Exchange] = []
    answers = []
    for question in questions:
        answer = assistant.ask(question, Access.PUBLIC, exchanges)
        exchanges.append(Exchange(answer.understood_as or question, answer.quotes, answer.fibre))
        answers.append(answer)
    return answers


def figure(covered: int, premises: int) -> Coverage[Connectable]:
    return Coverage("80318", covered, premises, PUBLICATION, Definition.CONNECTABLE)


# ------------------------------------------------------------------------------------------ truth


def test_the_answer_for_each_of_the_771_communes_is_the_table(assistant: Assistant) -> None:
    assert len(ROWS) == 771
    wrong = []
    for row in ROWS:
        answer = assistant.ask(f"Est-ce que la fibre est disponible à {row['name']} ?", Access.PUBLIC)
        told = answer.fibre.coverage if answer.fibre else ()
        counted = f"{french_number(int(row['connectable']))} locaux sur {french_number(int(row['premises']))}"
        if (
            [(one.code, one.covered, one.premises) for one in told]
            != [(row["code"], int(row["connectable"]), int(row["premises"]))]
            or counted not in answer.answer
            or "2e trimestre 2026" not in answer.answer
        ):
            wrong.append((row["name"], answer.answer))
    assert not wrong


def test_the_copper_of_each_commune_is_the_table(assistant: Assistant) -> None:
    wrong = []
    for row in ROWS:
        text = assistant.ask(f"Quand fermez-vous l'ADSL à {row['name']} ?", Access.PUBLIC).answer
        day = french_date(row["copper_closes_on"]) if row["copper_closes_on"] else "d'ici 2030"
        if day not in text or "20 octobre 2025" not in text or "Orange" not in text:
            wrong.append((row["name"], text))
    assert not wrong


PATTERNS = """
la fibre arrive quand à {place} ?
c'est pour quand la fibre à {place}
quand est-ce qu'on aura la fibre à {place}
à {place} la fibre c'est prévu pour quand ?
dans combien de temps la fibre à {place} ?
date d'arrivée de la fibre à {place}
On nous promet la fibre à {place} depuis des années, quelle est la date ?
la fibr c pr kan a {place}
la fibre sera là avant Noël à {place} ?
vous pouvez me dire quand la fibre sera à {place} ?
délai pour la fibre à {place}
la fibre à {place} c'est pour bientôt ?
quel jour vous mettez la fibre à {place}
quand sera raccordée ma maison à {place} pour la fibre ?
calendrier du déploiement de la fibre à {place}
j'habite {place}, la fibre c'est quand
à quelle date la fibre est-elle prévue à {place} ?
la fibre à {place} cette année ou l'année prochaine ?
combien de temps attendre encore la fibre à {place} ?
échéance fibre {place}
""".strip().splitlines()
DATE = re.compile(
    r"\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b"
    r"|\b(?:19|20)\d\d\b|\b\d{1,2}/\d{1,2}|\b(?:semaines?|mois|jours?|ans?|année)\b|\bbientôt\b"
)


def test_no_date_is_ever_given_for_the_fibre_to_come(assistant: Assistant) -> None:
    """500 questions that ask when: the only date said is the quarter of the figure."""
    chance = random.Random(5)
    asked = [chance.choice(PATTERNS).format(place=chance.choice(ROWS)["name"]) for _ in range(500)]
    dated, silent = [], []
    for question in asked:
        answer = assistant.ask(question, Access.PUBLIC)
        said_of_it = answer.answer.replace("2e trimestre 2026", "")
        if answer.kind is AnswerKind.FIBRE and DATE.search(said_of_it):
            dated.append((question, answer.answer))
        if answer.kind is not AnswerKind.FIBRE:
            silent.append((question, answer.status, answer.answer))
    assert not dated
    assert len(silent) <= 10, silent  # left to the documents, which are silent too
    assert all(status is not Status.ANSWERED for _, status, _ in silent), silent


# ------------------------------------------------------------------------------------------ sentences


def test_a_figure_is_said_with_its_source_and_its_quarter() -> None:
    assert coverage_text("À Flixecourt (80420)", figure(1749, 1790)) == (
        "À Flixecourt (80420), 1\u202f749 locaux sur 1\u202f790 sont raccordables (97,7 %), "
        "Arcep, Cartefibre, 2e trimestre 2026."
    )


@pytest.mark.parametrize(
    ("covered", "premises", "percent_said"),
    [(10, 10, "100"), (9999, 10000, "99,9"), (99999, 100000, "99,9"), (29, 50, "58,0"), (0, 12, "0")],
)
def test_a_share_is_never_rounded_up_to_everybody(covered: int, premises: int, percent_said: str) -> None:
    assert percent(figure(covered, premises)) == percent_said


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ô-de-Selle", "d'Ô-de-Selle"), ("Hombleux", "d'Hombleux"), ("Le Crotoy", "du Crotoy"), ("Rue", "de Rue")],
)
def test_of_is_elided_and_contracted(name: str, expected: str) -> None:
    assert of_name(name) == expected


def test_a_closing_that_is_over_is_said_to_be() -> None:
    closure = CopperClosure("80368", "2027-01-31", "2025-10-20", "fichier", "https://example.org")
    before, after = (copper_text("À X", closure, day) for day in (date(2026, 12, 1), date(2027, 3, 1)))
    assert said("copper_over") in after
    assert said("copper_over") not in before


def test_an_aid_that_has_ended_is_not_offered() -> None:
    question = understand("ya til des aides pour raccorder la fibre dans mon jardin")
    now = topic_of(question, has_place=False, today=date(2026, 11, 22))
    later = topic_of(question, has_place=False, today=date(2027, 2, 1))
    assert now and later and now.name == later.name == "aid"
    assert "400, 800" in now.text
    assert "400, 800" not in later.text


@pytest.mark.parametrize(
    "entry", [entry for entry in texts("fibre")["topics"] if "ask" in entry], ids=lambda e: e["name"]
)
def test_a_button_asks_the_question_that_it_stands_for(assistant: Assistant, entry: dict[str, str]) -> None:
    answer = assistant.ask(entry["ask"].format(place="à Flixecourt (80420)"), Access.PUBLIC)
    assert answer.fibre is not None
    assert answer.fibre.topic == entry["name"]
    assert [commune.name for commune in answer.fibre.communes] == ["Flixecourt"]


def test_every_topic_says_something_and_names_known_links() -> None:
    for entry in texts("fibre")["topics"]:
        topic = topic_named(entry["name"])
        assert topic is not None
        assert topic.text or topic.figures.value != "none"
        assert set(topic.links) <= set(texts("fibre")["links"])


# ------------------------------------------------------------------------------------------ conversation


def test_the_commune_is_remembered_through_the_conversation(assistant: Assistant) -> None:
    answers = talk(
        assistant, "la fibre est dispo a flixecourt ?", "c'est pour quand ?", "et à Amiens ?", "et le cuivre ?"
    )
    assert [a.fibre.topic for a in answers if a.fibre] == ["availability", "when", "when", "copper"]
    assert [a.fibre.communes[0].name for a in answers if a.fibre] == ["Flixecourt", "Flixecourt", "Amiens", "Amiens"]
    assert "31 octobre 2029" in answers[-1].answer


def test_a_missing_commune_is_asked_for_and_its_name_alone_is_the_answer(assistant: Assistant) -> None:
    first, second = talk(assistant, "est-ce que j'ai la fibre ?", "rue")
    assert (first.status, first.fibre and first.fibre.awaited) == (Status.CLARIFY, Awaited.PLACE)
    assert second.status is Status.ANSWERED
    assert "À Rue (80120)" in second.answer


def test_the_commune_outlives_a_question_that_needs_none(assistant: Assistant) -> None:
    *_, copper = talk(assistant, "la fibre à Corbie", "j'ai une panne", "et le cuivre ?")
    assert copper.fibre and [commune.name for commune in copper.fibre.communes] == ["Corbie"]


@pytest.mark.parametrize(
    "text", ["suis-je éligible à l'APL ?", "mon voisin a un chien et pas moi", "Qui est le président ?"]
)
def test_a_commune_is_not_put_into_what_is_not_on_fibre(assistant: Assistant, text: str) -> None:
    assert talk(assistant, "la fibre à Corbie", text)[-1].kind is AnswerKind.DOCUMENTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pas Amiens, Corbie : la fibre ?", ["Corbie"]),
        ("la fibre à Corbie, je parle de Corbie pas d'Albert", ["Corbie"]),
        ("je travaille à Amiens et j'habite Corbie, j'ai la fibre ?", ["Corbie"]),
        ("bonjour je m'appelle Albert, j'ai la fibre ?", []),
        ("pourquoi pas à Albert la fibre ?", ["Albert"]),
    ],
)
def test_a_name_that_is_not_meant_is_left_out(assistant: Assistant, text: str, expected: list[str]) -> None:
    (answer,) = talk(assistant, text)
    assert answer.fibre and [commune.name for commune in answer.fibre.communes] == expected


def test_what_is_said_of_the_somme_is_not_said_of_elsewhere(assistant: Assistant) -> None:
    (answer,) = talk(assistant, "qui gère le réseau fibre à Lille ?")
    assert "Lille (59) n'est pas dans la Somme" in answer.answer
    assert "Abbevillois" not in answer.answer


@pytest.mark.parametrize("text", ["en 2027 j'aurai la fibre à Ham ?", "dans 6 mois la fibre sera à Chipilly ?"])
def test_a_date_that_the_visitor_proposes_is_not_taken_up(assistant: Assistant, text: str) -> None:
    (answer,) = talk(assistant, text)
    assert answer.fibre and answer.fibre.topic == "when"
    assert "Je ne donne aucune date" in answer.answer


def test_a_question_with_a_code_in_brackets_is_told_back_whole(assistant: Assistant) -> None:
    _, answer = talk(assistant, "La fermeture du cuivre à Amiens (80000) ?", "c'est pour quand ?")
    assert answer.understood_as == "La fermeture du cuivre à Amiens (80000) : c'est pour quand ?"


def test_another_subject_ends_the_talk_of_fibre(assistant: Assistant) -> None:
    answers = talk(assistant, "la fibre à Flixecourt ?", "Combien de lots au marché télécom ?")
    assert answers[-1].kind is AnswerKind.DOCUMENTS
    assert "12 lots" in answers[-1].answer


def test_a_commune_that_documents_name_is_shown_with_what_they_say_apart(assistant: Assistant) -> None:
    answer = assistant.ask("la fibre à Vironchaux", Access.PUBLIC)
    assert [quote.text for quote in answer.related] and not answer.quotes
    assert all("Vironchaux" in quote.text for quote in answer.related)
    assert "séminaire" not in answer.answer


def test_staff_documents_are_not_shown_beside_public_figures(assistant: Assistant) -> None:
    related = assistant.ask("la fibre à Vironchaux", Access.PUBLIC).related
    public = {entry.key for entry in assistant.entries(Access.PUBLIC)}
    assert {quote.document_key for quote in related} <= public


def test_the_shipped_table_and_its_totals_agree() -> None:
    table = shipped_table()
    assert sum(one.covered for one in table.coverage.values()) == 347_952
    assert sum(one.premises for one in table.coverage.values()) == 361_911
    assert sum(1 for one in table.coverage.values() if one.covered == one.premises) == 391
