"""What only staff may read never reaches the public: every question of the set, over an index with staff documents."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.models import Access, Status
from assistant.settings import ROOT, Settings, load_settings
from tests.ingested import ingest

QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "tests" / "evaluation" / "dev_60.jsonl").read_text(encoding="utf-8").splitlines()
]

# Each speaks of what the questions speak of, so that it would be found if it could be; the last two are traps.
STAFF_FILES = {
    "fibre.md": """---
title: "Note réservée quetzalcoatl : fibre, FTTH et ENT"
kind: note quetzalkind
date: 2031-05-06
source_url: "https://intranet.quetzal.example/fibre"
canonical_key: quetzalkey
speaker: Quetzal INTERNE
---
# Fibre quetzalheading

La fibre est disponible à Flixecourt, Crécy-en-Ponthieu, Villers-Bocage et dans toutes les communes : quetzalcanari un.
Le président de Somme Numérique a présenté le programme FTTH, qui coûtera 999 millions d'euros : quetzalcanari deux.
Les ENT des écoles ont compté 9 999 999 connexions en mars 2020, dit l'élève quetzalcanari trois.

Le numéro de téléphone réservé est le 09 99 99 99 99 et l'adresse du data center est secrète : quetzalcanari quatre.
""",
    "contact.txt": """---
title: "Coordonnées quetzaladmin"
source_url: "https://intranet.quetzal.example/contact"
---
Somme Numérique quetzalcanari

99 rue du Quetzal
80999 Quetzalville

Tél. : 09 99 99 99 99
Fax : 09 99 99 99 98

Le raccordement, le déploiement, les travaux, le séminaire, le marché, la panne et l'archivage : quetzalcanari cinq.
""",
    "seminaire.html": """---
title: "AMENAGEMENT NUMERIQUE : OU EN SOMME NOUS ? (quetzalversion)"
source_url: "https://intranet.quetzal.example/seminaire"
---
<h1>Séminaire Somme Numérique du 18 Novembre 2016</h1>
<p>Philippe VARLET a introduit le séminaire à Vironchaux devant quetzalcanari personnes.</p>
<ul><li>Le coronavirus a arrêté les travaux : quetzalcanari six.</li></ul>
""",
    "quetzal-plan.pdf": "refused, and its name is a secret too",
}
SECRETS = ("quetzal", "999 millions", "9 999 999", "09 99 99 99", "2031-05-06", "intranet")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The real corpus and the staff documents, indexed with the model that ships."""
    folder = tmp_path_factory.mktemp("mixed")
    corpus = Path(shutil.copytree(ROOT / "corpus", folder / "corpus"))
    for name, text in STAFF_FILES.items():
        (corpus / "staff" / name).write_text(text, encoding="utf-8")
    settings = load_settings().model_copy(update={"data": folder / "data", "corpus": corpus})
    report = ingest(settings)
    assert (len(report.created), [refusal.name for refusal in report.refused]) == (5, ["staff/quetzal-plan.pdf"])
    return settings


@pytest.fixture(scope="module")
def with_staff(mixed: Settings) -> Iterator[Assistant]:
    opened = Assistant(mixed)
    opened.warm_up()
    yield opened
    opened.close()


def _leaks(thing: object) -> list[str]:
    text = json.dumps(asdict(thing), ensure_ascii=False).lower()  # type: ignore[call-overload]
    return [secret for secret in SECRETS if secret in text]


def test_the_questions_are_all_asked() -> None:
    assert len(QUESTIONS) == 60


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_to_the_public_holds_nothing_of_staff(with_staff: Assistant, question: str) -> None:
    assert _leaks(with_staff.ask(question, Access.PUBLIC)) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_search_of_the_public_holds_nothing_of_staff(with_staff: Assistant, question: str) -> None:
    assert _leaks(with_staff.search(question, Access.PUBLIC)) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_public_is_answered_as_if_staff_documents_did_not_exist(
    with_staff: Assistant, assistant: Assistant, question: str
) -> None:
    asked, alone = (a.ask(question, Access.PUBLIC) for a in (with_staff, assistant))
    assert (asked.status, asked.answer, asked.quotes) == (alone.status, alone.answer, alone.quotes)
    assert (asked.related, asked.contact, asked.suggestions) == (alone.related, alone.contact, alone.suggestions)


@pytest.mark.parametrize(
    "question",
    [
        "quetzalcanari", "quetzalcoatl", "quetzalkey", "quetzalkind", "Que dit la note réservée quetzalcoatl ?",
        "Quel est le numéro de téléphone réservé ?", "https://intranet.quetzal.example/fibre", "quetzalcanary",
        "Quelle est l'adresse à Quetzalville ?", "Quetzal INTERNE", "staff/fibre.md", "access:staff", "2031-05-06",
    ],
)  # fmt: skip
def test_who_knows_the_words_of_a_staff_document_learns_nothing_either(with_staff: Assistant, question: str) -> None:
    asked = {word for secret in SECRETS if (word := secret) in question.lower()}
    for thing in (with_staff.ask(question, Access.PUBLIC), with_staff.search(question, Access.PUBLIC)):
        assert set(_leaks(thing)) <= asked
        text = json.dumps(asdict(thing), ensure_ascii=False).lower()
        assert "quetzalcanari " not in text.replace(question.lower(), "")


def test_the_status_of_the_public_holds_nothing_of_staff(with_staff: Assistant) -> None:
    assert _leaks(with_staff.status(Access.PUBLIC)) == []
    assert with_staff.status(Access.PUBLIC).documents == 2
    assert with_staff.status(Access.STAFF).documents == 5


def test_the_contact_record_is_the_public_one(with_staff: Assistant) -> None:
    for access in Access:
        contact = with_staff.ask("la fibre à Flixecourt", access).contact
        assert contact is not None
        assert contact.phone == "Tél. : 03 22 22 27 27"


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Combien de millions coûtera le programme FTTH quetzalcanari deux ?", "quetzalkey"),
        ("quetzalcoatl", "quetzalkey"),
        ("Qui a introduit le séminaire devant quetzalcanari personnes ?", "staff-seminaire"),
    ],
)
def test_staff_find_the_staff_document(with_staff: Assistant, question: str, key: str) -> None:
    evidence = with_staff.search(question, Access.STAFF).evidence
    assert evidence[0].chunk.document_key.startswith(key)
    assert evidence[0].chunk.access is Access.STAFF


def test_staff_are_answered_from_the_staff_document_with_its_source(with_staff: Assistant) -> None:
    answer = with_staff.ask("Combien de connexions aux ENT dit l'élève quetzalcanari trois ?", Access.STAFF)
    assert answer.status is Status.ANSWERED
    assert any(quote.url == "https://intranet.quetzal.example/fibre" for quote in answer.quotes)


def test_staff_find_public_documents_too(with_staff: Assistant) -> None:
    found = with_staff.search("travaux arrêtés génie civil", Access.STAFF)
    assert "tt_news=223" in {evidence.chunk.document_key for evidence in found.evidence}
