"""Other ways to say one thing are met as whole expressions, in a question and in a text."""

from __future__ import annotations

import pytest

from assistant.index.terms import NARROWER, SPELT_OUT, SYNONYM, Terms, form_of
from assistant.models import Term

FIBRE = Term(forms=("fibre", "fibre optique", "FttH", "fibre jusqu'à l'abonné"), acronym="FttH",
             expansion="fibre jusqu'à l'abonné")  # fmt: skip
FAST = Term(forms=("très haut débit", "internet rapide", "THD"), acronym="THD", expansion="très haut débit",
            narrower=FIBRE.forms)  # fmt: skip
ON_DEMAND = Term(forms=("raccordable sur demande",))
READY = Term(forms=("raccordable",))
SPACE = Term(forms=("ENT", "espace numérique de travail"), acronym="ENT", expansion="espace numérique de travail")
CENTRE = Term(forms=("confinement",))
TERMS = Terms((FIBRE, FAST, ON_DEMAND, READY, SPACE, CENTRE), [("CDG 59", "centre de gestion du Nord"), ("MER", "a b")])


def strength(question: str, text: str) -> float:
    """That of the only term of a question, in a text."""
    (expression,) = TERMS.expressions(question)
    return expression.strength_in(text)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("les ENT des écoles", "Les Espaces Numériques de Travail sont ouverts.", SPELT_OUT),
        ("un espace numérique de travail", "L'ENT est ouvert.", SPELT_OUT),
        ("espace numerique travail", "L'ENT est ouvert.", SPELT_OUT),
        ("la fibre", "Le réseau FttH avance.", SYNONYM),
        ("le ftth", "La fibre optique avance.", SYNONYM),
        ("FttH", "un réseau de fibre jusqu’à l’abonné", SPELT_OUT),
        ("internet rapide", "l'accès au très haut débit", SYNONYM),
        ("le THD", "l'accès au très haut débit", SPELT_OUT),
        ("le très haut débit", "Le réseau FttH avance.", NARROWER),
        ("que fait le CDG 59", "le centre de gestion du Nord", SPELT_OUT),
        ("la fibre", "l'accès au très haut débit", 0.0),
        ("le THD", "l'accès au haut débit", 0.0),
        ("les ENT", "un espace de travail", 0.0),
        ("les ENT", "le travail numérique de cet espace", 0.0),
        ("les ENT", "Les ENT sont ouverts.", 0.0),
    ],
    ids=["expansion", "acronym", "without-its-small-words", "synonym", "any-case", "curly-apostrophes",
         "everyday-words", "acronym-of-three", "narrower", "learnt", "broader", "another-expression", "a-part",
         "another-order", "itself"],
)  # fmt: skip
def test_another_form_is_met_as_a_whole(question: str, text: str, expected: float) -> None:
    assert strength(question, text) == expected


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("c'est raccordable sur demande ou raccordable ?", ["raccordable sur demande", "raccordable"]),
        ("la fibre optique et les ENT", ["fibre optique", "ENT"]),
        ("le travail numérique dans cet espace", []),
        ("le haut débit", []),
        ("la mer", []),
        ("pendant le confimement", ["confinement"]),
        ("le directeur du centre", []),
        ("", []),
    ],
)
def test_the_longest_terms_of_a_question_are_found(question: str, forms: list[str]) -> None:
    assert [expression.form for expression in TERMS.expressions(question)] == [form_of(text) for text in forms]


def test_a_term_keeps_the_words_that_were_typed() -> None:
    (expression,) = TERMS.expressions("pendant le confimement")
    assert expression.stems == form_of("confimement")


def test_an_expression_of_small_words_is_none() -> None:
    assert form_of("de la") == ()
    assert Terms((Term(forms=("de la", "du tout")),), [("A", "b")]).expressions("de la fibre du tout") == ()


def test_without_terms_nothing_is_met() -> None:
    assert Terms((), ()).expressions("la fibre, le FttH et les ENT") == ()
