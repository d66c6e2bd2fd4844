"""What a document spells out is learnt from it, and nothing that only stands between parentheses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.documents.acronyms import pairs, spelt_out
from assistant.models import Span
from tests.test_rank import chunk


@pytest.mark.parametrize(
    ("text", "short", "expansion"),
    [
        ("les Espaces Numériques de Travail (ENT) ouvrent", "ENT", "Espaces Numériques de Travail"),
        ("un ENT (Espace Numérique de Travail)", "ENT", "Espace Numérique de Travail"),
        ("un ENT (espace numérique de travail, ouvert en 2010)", "ENT", "espace numérique de travail"),
        ("le schéma directeur territorial d'aménagement numérique (SDTAN)", "SDTAN",
         "schéma directeur territorial d'aménagement numérique"),
        ("le schéma directeur territorial d’aménagement numérique (S.D.T.A.N.)", "SDTAN",
         "schéma directeur territorial d’aménagement numérique"),
        ("une assistance à maîtrise d'ouvrage (AMO)", "AMO", "assistance à maîtrise d'ouvrage"),
        ("le Service départemental d'incendie et de secours (SDIS)", "SDIS",
         "Service départemental d'incendie et de secours"),
        ("le service départemental d'incendie et de secours de la Somme (SDIS 80)", "SDIS 80",
         "service départemental d'incendie et de secours de la Somme"),
        ("le CDG 59 (centre de gestion de la fonction publique territoriale du Nord)", "CDG 59",
         "centre de gestion de la fonction publique territoriale du Nord"),
        ("les Hauts-de-France (HdF)", "HdF", "Hauts-de-France"),
        ("les nœuds de raccordement optique (NRO)", "NRO", "nœuds de raccordement optique"),
        ("des points de branchement optique (PBOs)", "PBO", "points de branchement optique"),
        ("Fiber to the Home (FttH)", "FttH", "Fiber to the Home"),
        ("le FttH (Fiber to the Home) arrive", "FttH", "Fiber to the Home"),
        ("le fonds européen de développement régional (FEDER)", "FEDER", "fonds européen de développement régional"),
        ("la délégation de service public (ci-après « DSP »)", "DSP", "délégation de service public"),
        ("la délégation de service public (dite DSP)", "DSP", "délégation de service public"),
        ("la délégation de service public (DSP, signée en 2004)", "DSP", "délégation de service public"),
        ("la « délégation de service public » (DSP)", "DSP", "délégation de service public"),
        ("la recherche et développement (R&D)", "R&D", "recherche et développement"),
        ("un établissement public (EP)", "EP", "établissement public"),
        ("l'autorité de régulation des communications électroniques et postales (Arcep)", "Arcep",
         "autorité de régulation des communications électroniques et postales"),
        ("la direction départementale de la cohésion sociale et de la protection des populations (DDCSPP)", "DDCSPP",
         "direction départementale de la cohésion sociale et de la protection des populations"),
        ("en 2016, le très haut débit (THD)", "THD", "très haut débit"),
        ("Très Haut Débit (THD)", "THD", "Très Haut Débit"),
    ],
)  # fmt: skip
def test_an_acronym_is_learnt_with_its_expansion(text: str, short: str, expansion: str) -> None:
    assert list(pairs(text)) == [(short, expansion)]


@pytest.mark.parametrize(
    "text",
    [
        "les travaux continuent (voir page 3)",
        "le séminaire annuel de la Somme (2016)",
        "Somme numérique à Amiens (SOMME)",
        "la commune de Roye (Somme)",
        "chef d'entreprise chez AXIANS (Axians Somme numérique)",
        "un nouveau FAI (VITIS) qui consacrera",
        "le 100 % fibre dans la Somme (100 % FttH)",
        "la mission est assurée (ENT)",
        "l'Espace Numérique, (ENT)",
        "Espace Numérique : de Travail (ENT)",
        "un ENT (outil pour les élèves)",
        "une réunion (M. Martin)",
        "kilomètres (KM)",
        "un marché (12 lots)",
        "()",
        "(ENT)",
        "ENT ()",
        "Jean-Michel (JMS) SOULIER",
    ],
)
def test_what_stands_between_parentheses_is_mostly_no_expansion(text: str) -> None:
    assert list(pairs(text)) == []


def test_several_are_learnt_from_one_sentence() -> None:
    text = "Le point de mutualisation (PM) alimente les PBO (points de branchement optique) du réseau (2016)."
    assert list(pairs(text)) == [("PM", "point de mutualisation"), ("PBO", "points de branchement optique")]


def test_each_is_learnt_once_with_the_first_sentence_that_spells_it_out() -> None:
    first = chunk("Rien.", "Un espace numérique de travail (ENT) ouvre.")
    second = replace(chunk("Cet ENT (Espace numérique de travail) ferme."), digest="second")
    (learnt,) = spelt_out([first, second])
    assert (learnt.short, learnt.expansion, learnt.chunk) == ("ENT", "espace numérique de travail", first.digest)
    assert learnt.sentence == Span(6, len(first.text))


def test_a_long_text_full_of_parentheses_costs_little() -> None:
    assert list(pairs("a b c d e f " * 2000 + "(ABABABABAB) " * 500)) == []
