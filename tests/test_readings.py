"""A bare noun: the documents' own headings are offered when several hold it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.question import understand
from assistant.answering.readings import is_bare_noun
from assistant.models import Access, Status
from assistant.settings import Settings
from tests.ingested import ingest

GUIDE = """---
title: Guide des communes
date: 2023-05-04
---

# La fibre dans les écoles

Les écoles de la Somme sont raccordées une à une.

# La fibre chez vous

La fibre arrive dans chaque rue, commune après commune.

# Fibre

Un mot sur la fibre.

# L'entretien de la fibre

Le réseau est entretenu chaque semaine.

# La fibre en montagne

Il n'y en a pas dans la Somme.

# La fibre des entreprises

Les entreprises ont un contrat à part.

# Une cantine pour tous

La cantine ouvre à midi.
"""


@pytest.fixture
def opened(own_settings: Settings, corpus: Path) -> Iterator[Assistant]:
    (corpus / "public" / "guide.md").write_text(GUIDE, encoding="utf-8")
    ingest(own_settings)
    assistant = Assistant(own_settings)
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    "text", ["la fibre", "Fibre ?", "marché télécom", "l'ENT", "data center", "le marché de télécom"]
)
def test_a_noun_with_at_most_a_determiner_is_bare(text: str) -> None:
    assert is_bare_noun(understand(text))


@pytest.mark.parametrize(
    "text",
    ["la fibre à Amiens", "où est la fibre", "prix de la fibre", "c'est quoi la fibre", "fibre et adsl",
     "la fibre est prête", "combien de lots", "vous avez la fibre", "le président du syndicat mixte", "votre adresse"],
)  # fmt: skip
def test_a_question_is_not_bare(text: str) -> None:
    assert not is_bare_noun(understand(text))


def test_a_bare_noun_that_several_headings_hold_is_answered_by_those_headings(opened: Assistant) -> None:
    answer = opened.ask("la fibre", Access.PUBLIC)
    assert answer.status is Status.CLARIFY
    assert "la fibre" in answer.answer
    assert 2 <= len(answer.suggestions) <= 4
    assert all(f"# {heading}\n" in GUIDE for heading in answer.suggestions)


def test_a_heading_that_says_no_more_than_the_question_is_not_offered(opened: Assistant) -> None:
    assert "Fibre" not in opened.ask("fibre", Access.PUBLIC).suggestions


def test_a_heading_that_is_asked_is_answered_and_not_asked_back(opened: Assistant) -> None:
    for heading in opened.ask("la fibre", Access.PUBLIC).suggestions:
        assert opened.ask(heading, Access.PUBLIC).status is not Status.CLARIFY


def test_a_single_heading_is_no_choice(opened: Assistant) -> None:
    assert opened.ask("cantine", Access.PUBLIC).status is not Status.CLARIFY


def test_a_question_about_the_same_noun_is_answered(opened: Assistant) -> None:
    assert opened.ask("La fibre arrive dans chaque rue ?", Access.PUBLIC).status is Status.ANSWERED
