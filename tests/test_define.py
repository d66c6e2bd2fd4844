"""What a word of the trade means is answered by the glossary, then by the document that spells it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.define import terms_asked
from assistant.answering.question import Kind, understand
from assistant.index.terms import Terms
from assistant.models import GLOSSARY_KEY, Access, Answer, Status, Term
from assistant.settings import Settings, load_settings
from tests.ingested import ingest

GLOSSARY = """
[[entry]]
terms = ["lampadaire", "réverbère"]
definition = "poteau qui éclaire une rue."
source = { title = "Manuel des rues", url = "https://essai.example/rues", date = 2026-11-21 }

[[entry]]
acronym = "RIP"
expansion = "réseau d'initiative publique"

[[entry]]
acronym = "FttH"
expansion = "fibre jusqu'à l'abonné"

[[entry]]
acronym = "PM"
expansion = "point de mutualisation"
definition = "armoire où les lignes d'un quartier se rejoignent."
source = { title = "Manuel des rues", url = "https://essai.example/rues", date = 2026-11-21 }

[[entry]]
terms = ["montée en débit"]
"""
PUBLIC = """---
title: Rapport
date: {date}
---
Le service local d'éclairage (SLE) remplace les lampadaires {when}. La fibre jusqu’à l’abonné (FttH) suit la montée
en débit.

Le réseau d'initiative publique avance. Le point de mutualisation (PM) de Roye est posé.
"""
STAFF = "Le comité des nuits calmes (CNC) étudie le retrait des lampadaires, que le quetzal annonce."
WORDS = Terms((Term(forms=("PM",)), Term(forms=("raccordable sur demande",)), Term(forms=("fibre",))), ())


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("street")
    for access, name, text in (
        ("public", "old.md", PUBLIC.format(date=2010, when="alors")),
        ("public", "new.md", PUBLIC.format(date=2020, when="enfin")),
        ("staff", "note.md", STAFF),
    ):
        (folder / "corpus" / access).mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / access / name).write_text(text, "utf-8")
    (folder / "corpus" / "glossary.toml").write_text(GLOSSARY, "utf-8")
    changes: dict[str, object] = {"data": folder / "data", "corpus": folder / "corpus", "vector_weight": 0.0}
    settings: Settings = load_settings().model_copy(update=changes)
    ingest(settings)
    opened = Assistant(settings)
    yield opened
    opened.close()


def ask(street: Assistant, question: str, access: Access = Access.PUBLIC) -> Answer:
    return street.ask(question, access)


def shown(answer: Answer) -> list[str]:
    return [quote.text for quote in answer.quotes]


@pytest.mark.parametrize(
    "asked",
    ["c koi le PM", "c quoi un PM ?", "Qu'est-ce que le PM ?", "qu est ce qu'un pm", "ça veut dire quoi PM",
     "que veut dire PM", "définition de PM", "que signifie PM", "PM, ça signifie quoi ?", "C'est quoi, le « PM » ?",
     "PM c'est quoi exactement", "le sigle PM veut dire quoi ?", "explique-moi le mot PM", "que désigne PM",
     "qu'appelle-t-on PM", "keske le PM", "PM kesako", "quel est le sens de PM ?", "c qoi le pm"],
)  # fmt: skip
def test_the_ways_to_ask_what_a_word_means(asked: str) -> None:
    assert [expression.form for expression in terms_asked(understand(asked, WORDS))] == [("pm",)]


@pytest.mark.parametrize(
    "asked",
    ["c'est quoi le budget du PM", "qui a posé le PM", "le PM est posé ?", "est-ce que le PM est posé", "c'est quoi ?",
     "qu'est-ce que le séminaire", "PM", "définition du budget"],
)  # fmt: skip
def test_other_questions_ask_for_no_meaning(asked: str) -> None:
    assert terms_asked(understand(asked, WORDS)) == ()


def test_several_terms_are_asked_for_at_once() -> None:
    question = understand("c'est quoi la fibre et raccordable sur demande ?", WORDS)
    assert Kind.DEFINITION in question.kinds
    assert len(terms_asked(question)) == 2


def test_a_definition_is_quoted_with_its_source_and_the_day_it_was_read(street: Assistant) -> None:
    answer = ask(street, "ça veut dire quoi réverbère ?")
    assert answer.status is Status.ANSWERED
    assert answer.answer == (
        "Glossaire, d'après Manuel des rues (lu le 21 novembre 2026) : « Lampadaire : poteau qui éclaire une rue. »"
    )
    (quote,) = answer.quotes
    assert (quote.document_key, quote.title, quote.url, quote.deep_link, quote.date) == (
        GLOSSARY_KEY, "Manuel des rues", "https://essai.example/rues", "https://essai.example/rues", "2026-11-21",
    )  # fmt: skip


def test_after_its_definition_an_acronym_is_quoted_where_the_newest_document_spells_it_out(street: Assistant) -> None:
    definition, spelt_out = ask(street, "c koi le PM").quotes
    assert definition.text == ("PM (point de mutualisation) : armoire où les lignes d'un quartier se rejoignent.")
    assert (spelt_out.text, spelt_out.date) == ("Le point de mutualisation (PM) de Roye est posé.", "2020")


def test_what_an_acronym_stands_for_has_no_source_and_says_none(street: Assistant) -> None:
    answer = ask(street, "que signifie RIP")
    assert answer.answer == "Glossaire : « RIP : réseau d'initiative publique. »"
    assert [(quote.url, quote.date) for quote in answer.quotes] == [(None, None)]


def test_a_document_may_spell_out_what_its_letters_do_not(street: Assistant) -> None:
    texts = shown(ask(street, "c'est quoi le FttH"))
    assert texts == ["FttH : fibre jusqu'à l'abonné.", "La fibre jusqu’à l’abonné (FttH) suit la montée en débit."]


def test_an_acronym_that_only_documents_spell_out_is_answered_by_the_newest(street: Assistant) -> None:
    answer = ask(street, "c'est quoi le SLE ?")
    assert shown(answer) == ["Le service local d'éclairage (SLE) remplace les lampadaires enfin."]
    assert answer.quotes[0].date == "2020"


@pytest.mark.parametrize(
    "asked", ["qu'est-ce que le réseau d'initiative publique", "c'est quoi la montée en débit", "c'est quoi Roye"]
)
def test_what_has_no_definition_goes_on_as_any_question(street: Assistant, asked: str) -> None:
    answer = ask(street, asked)
    assert "search_documents" in [step.step for step in answer.trace]
    assert GLOSSARY_KEY not in {quote.document_key for quote in (*answer.quotes, *answer.related)}


def test_the_glossary_answers_and_comes_near_no_other_question(street: Assistant) -> None:
    for asked in ("poteau qui éclaire une rue", "armoire lignes d'un quartier", "le glossaire", "Manuel des rues"):
        answer = ask(street, asked)
        assert GLOSSARY_KEY not in {quote.document_key for quote in (*answer.quotes, *answer.related)}
        for found in street.search(asked, Access.STAFF).evidence:
            assert found.chunk.document_key != GLOSSARY_KEY


def test_what_a_staff_document_spells_out_is_for_staff(street: Assistant) -> None:
    assert shown(ask(street, "c'est quoi le CNC", Access.STAFF)) == [STAFF]
    public = ask(street, "c'est quoi le CNC")
    assert public.status in (Status.NOT_FOUND, Status.OUT_OF_SCOPE)
    assert (street.status(Access.PUBLIC).acronyms, street.status(Access.STAFF).acronyms) == (2, 3)
    for asked in ("le CNC", "le comité des nuits calmes"):
        assert understand(asked, _terms(street, Access.PUBLIC)).expressions == ()
        assert understand(asked, _terms(street, Access.STAFF)).expressions


def test_what_left_the_documents_is_forgotten(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus" / "public"
    corpus.mkdir(parents=True)
    (corpus / "a.txt").write_text("Le service local d'éclairage (SLE) veille.", "utf-8")
    (corpus / "b.txt").write_text("La ville dort.", "utf-8")
    changes: dict[str, object] = {"data": tmp_path / "data", "corpus": corpus.parent, "vector_weight": 0.0}
    settings = load_settings().model_copy(update=changes)
    for text, learnt in (("Le service local d'éclairage veille.", 0), ("Un SLE (service local d'éclairage).", 1)):
        ingest(settings)
        (corpus / "a.txt").write_text(text, "utf-8")
        ingest(settings)
        opened = Assistant(settings)
        assert opened.status(Access.PUBLIC).acronyms == learnt
        opened.close()


def _terms(street: Assistant, access: Access) -> Terms:
    with street._index.reading() as index:
        return index.terms(access)
