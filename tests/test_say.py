"""How a quotation is announced: who said it, where, when, and on which slide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.say import person, quoted_text, speaker_and_role
from assistant.models import Place, PlaceKind, Quote, Span

QUOTE = Quote(
    "Le réseau avance.", Span(0, 17), "Le réseau avance.", "k", "Un titre", "présentation", "2016-11-18", False, (),
    "Jérôme DEPRES", None, None, Place(PlaceKind.SLIDE, 7), "Chef de projet", "séminaire",
)  # fmt: skip


def _announced(**changes: object) -> str:
    return quoted_text([replace(QUOTE, **changes)]).removesuffix(" : « Le réseau avance. »")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "announced"),
    [
        ({}, "Jérôme Depres, séminaire du 18 novembre 2016, diapositive 7"),
        ({"place": Place(PlaceKind.PAGE, 3)}, "Jérôme Depres, séminaire du 18 novembre 2016, page 3"),
        ({"place": None}, "Jérôme Depres, séminaire du 18 novembre 2016"),
        ({"date": "2020-04"}, "Jérôme Depres, séminaire, avril 2020, diapositive 7"),
        ({"date": "2020-04", "date_is_inferred": True},
         "Jérôme Depres, séminaire, vers avril 2020 (date déduite), diapositive 7"),
        ({"date_is_inferred": True},
         "Jérôme Depres, séminaire, vers le 18 novembre 2016 (date déduite), diapositive 7"),
        ({"date": None}, "Jérôme Depres, séminaire, diapositive 7"),
        ({"speaker": None}, "Séminaire du 18 novembre 2016, diapositive 7"),
        ({"occasion": None}, "Au 18 novembre 2016, diapositive 7"),
        ({"occasion": None, "place": None, "date": None}, "Sans date (présentation)"),
    ],
)  # fmt: skip
def test_a_quotation_says_who_spoke_when_and_on_which_slide(changes: dict[str, object], announced: str) -> None:
    assert _announced(**changes) == announced


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Jérôme DEPRES", "Jérôme Depres"),
        ("Frédéric LERMIGEAUX", "Frédéric Lermigeaux"),
        ("Laurent DEPOMMIER COTTON", "Laurent Depommier Cotton"),
        ("Vincent BALDACCHINO et Alix ONFRAY", "Vincent Baldacchino et Alix Onfray"),
        ("PHILIPPE VARLET", "Philippe Varlet"),
        ("Marie-Laure CRESPEL-DUPONT", "Marie-Laure Crespel-Dupont"),
        ("Anne D'ORMESSON", "Anne D'Ormesson"),
        ("Jean de LA FONTAINE", "Jean de La Fontaine"),
        ("CHARLES DE GAULLE", "Charles de Gaulle"),
        ("Éric ÉLOÏSE", "Éric Éloïse"),
        ("Monsieur Marcel LAGNIEZ", "Monsieur Marcel Lagniez"),
        ("M. DUPONT", "M. Dupont"),
        ("Mme X", "Mme X"),
        ("Philippe Varlet", "Philippe Varlet"),
        ("AVICCA", "AVICCA"),
        ("", ""),
    ],
)
def test_surnames_are_read_without_their_capitals(written: str, read: str) -> None:
    assert person(written) == read


def test_the_role_is_said_after_the_name_when_it_is_known() -> None:
    assert speaker_and_role(QUOTE) == "Jérôme Depres, Chef de projet"
    assert speaker_and_role(replace(QUOTE, role=None)) == "Jérôme Depres"
    assert speaker_and_role(replace(QUOTE, speaker=None)) == ""
