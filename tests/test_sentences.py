"""A passage of French prose → its sentences, letter for letter."""

from __future__ import annotations

import itertools
import random

import pytest

from assistant.documents.sentences import split_sentences
from assistant.models import Span


def _split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, Span(0, len(text)))]


LONG = "le réseau d’initiative publique est déployé par nos entreprises dans toutes les communes du département"

WHOLE = [  # one sentence, whatever stands in it
    pytest.param("M. Varlet, Mme Crespel et MM. Dupont et Durand ont signé.", id="civilities"),
    pytest.param("Le Dr. Martin et le Pr. Durand ont signé.", id="doctors"),
    pytest.param("J.-P. Dupont et A. Martin ont signé.", id="initials"),
    pytest.param("La S.A.R.L. Dupont a signé.", id="dotted-acronym"),
    pytest.param("Voyez l’art. 5, al. 2, p. 12 de la convention.", id="article-paragraph-page"),
    pytest.param("Il en coûte env. 30 euros, cf. 3e lot.", id="environ-confer"),
    pytest.param("Le n° 5 et le no. 6 sont attribués.", id="numbers"),
    pytest.param("Appelez au tél. 03 22 22 27 27.", id="telephone"),
    pytest.param("Du 2 avr. 2020 au 3 sept. 2021 inclus.", id="months"),
    pytest.param("Le coût est de 3.50 euros, soit 1 780 781,5 en tout.", id="decimals"),
    pytest.param("Le site https://www.exemple.fr/a.b?c=d.e est ouvert.", id="address"),
    pytest.param("Écrivez à contact@exemple.fr avant midi.", id="mail-address"),
    pytest.param("Le site (voir p. 3. La carte y est) est ouvert.", id="end-inside-parentheses"),
    pytest.param("Il dit : « Le réseau avance. Nous aussi » et sourit.", id="end-inside-a-short-quotation"),
    pytest.param("Assurer la continuité, poursuivre l’activité, ... avec vous.", id="ellipsis-then-small-letter"),
    pytest.param("Les travaux… reprennent.", id="one-character-ellipsis"),
    pytest.param("Est-ce possible ? demande-t-il.", id="question-then-small-letter"),
    pytest.param("Courts ; très courts.", id="semicolon-between-short-sides"),
    pytest.param("Les services : • Sauvegarde • Archivage", id="short-bullets-stay-with-their-introduction"),
    pytest.param("Le 1er janv. 2017, à 14 h 30, tout change.", id="dates-and-hours"),
    pytest.param("Sans point final", id="no-end"),
    pytest.param("100 % FttH en 2024 !", id="percentage"),
    pytest.param("La version 2.0 est prête.", id="version"),
]

PARTED = [
    pytest.param("Un. Deux.", ["Un.", "Deux."], id="full-stop"),
    pytest.param("Vraiment ? Oui ! Bien.", ["Vraiment ?", "Oui !", "Bien."], id="question-and-exclamation"),
    pytest.param("Ah\u00a0! Vraiment\u202f? Oui.", ["Ah\u00a0!", "Vraiment\u202f?", "Oui."], id="no-break-spaces"),
    pytest.param("Un.\u00a0Deux.\u202fTrois.", ["Un.", "Deux.", "Trois."], id="no-break-space-after-the-end"),
    pytest.param("Un.\nDeux.\n\n  Trois.", ["Un.", "Deux.", "Trois."], id="line-ends"),
    pytest.param("Un. Écoles. À voir.", ["Un.", "Écoles.", "À voir."], id="accented-capitals"),
    pytest.param("Un. 12 lots. 3 euros.", ["Un.", "12 lots.", "3 euros."], id="digits-begin"),
    pytest.param("Il dit. « Le réseau avance. »", ["Il dit.", "« Le réseau avance. »"], id="quotation-begins"),
    pytest.param("Il dit. “Oui.” Il part.", ["Il dit.", "“Oui.”", "Il part."], id="english-quotation-marks"),
    pytest.param('Il dit "Oui." Puis part.', ['Il dit "Oui."', "Puis part."], id="straight-quotation-marks"),
    pytest.param("Un (dehors). Deux.", ["Un (dehors).", "Deux."], id="after-parentheses"),
    pytest.param("Un. (Deux.) Trois.", ["Un.", "(Deux.)", "Trois."], id="sentence-in-parentheses"),
    pytest.param("Écoles, mairies, etc. Le reste suit.", ["Écoles, mairies, etc.", "Le reste suit."], id="et-cetera"),
    pytest.param("Et voilà… La suite.", ["Et voilà…", "La suite."], id="ellipsis"),
    pytest.param("Assez... Plus un mot.", ["Assez...", "Plus un mot."], id="three-dots"),
    pytest.param("Quoi ?! Rien.", ["Quoi ?!", "Rien."], id="two-marks"),
    pytest.param("Voir https://x.fr. La suite.", ["Voir https://x.fr.", "La suite."], id="address-at-the-end"),
    pytest.param(f"{LONG}; {LONG}", [f"{LONG};", LONG], id="semicolon-between-long-sides"),
    pytest.param(f"Voici : • {LONG}, {LONG} • {LONG}", ["Voici :", f"{LONG}, {LONG}", LONG], id="long-bullets"),
    pytest.param("En 2016. En 2017.", ["En 2016.", "En 2017."], id="after-a-year"),
    pytest.param("Il y a 12 lots. • Un • Deux", ["Il y a 12 lots.", "• Un • Deux"], id="bullets-after-an-end"),
    pytest.param("Un. Lire l'intervention de M. X ici. Deux.", ["Un.", "Lire l'intervention de M. X ici.", "Deux."],
                 id="a-link-with-a-full-stop-in-it-is-no-link"),
    pytest.param("Un. Voir la présentation de Jérôme ici. Deux.", ["Un.", "Deux."], id="link-left-out"),
    pytest.param("Un. Vous retrouverez la présentation ici.", ["Un."], id="link-at-the-end"),
    pytest.param("Voir la note ici", [], id="nothing-but-a-link"),
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_one_sentence_is_not_cut(text: str) -> None:
    assert _split(text) == [text]


@pytest.mark.parametrize(("text", "sentences"), PARTED)
def test_sentences_are_parted(text: str, sentences: list[str]) -> None:
    assert _split(text) == sentences


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Art. 5 de la convention.", id="article"),
        pytest.param("Tél. 03 22 22 27 27.", id="telephone"),
        pytest.param("Cf. Annexe 2.", id="confer"),
        pytest.param("Fig. 3 du rapport.", id="figure"),
    ],
)
def test_an_abbreviation_that_begins_a_sentence_is_one_too(text: str) -> None:
    assert _split(text) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("1. Préparer le chantier. 2. Le faire.", ["1. Préparer le chantier.", "2. Le faire."], id="list"),
        pytest.param("Article 1. Le comité décide.", ["Article 1. Le comité décide."], id="article"),
    ],
)
def test_the_number_of_an_item_is_no_sentence(text: str, sentences: list[str]) -> None:
    assert _split(text) == sentences


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"], ids=["space", "no-break-space", "narrow-no-break-space"])
def test_the_end_of_a_french_quotation_is_an_end(space: str) -> None:
    text = f"Il a dit :{space}«{space}Le réseau avance.{space}» Les travaux continuent."
    assert _split(text) == [f"Il a dit :{space}«{space}Le réseau avance.{space}»", "Les travaux continuent."]


def test_a_parenthesis_that_is_never_closed_does_not_swallow_the_paragraph() -> None:
    assert len(_split("Le prix (hors taxes est de 3 €. " + "Les travaux ont commencé. " * 40)) > 20


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Voir l'ensemble des logements raccordés d'ici fin 2024.", id="d-ici"),
        pytest.param("Vous trouverez ici la liste des 12 communes raccordées.", id="ici-then-what-is-found"),
        pytest.param("Consulter les élus d’ici et d’ailleurs.", id="ici-as-a-place"),
    ],
)
def test_a_sentence_that_goes_on_after_ici_is_not_a_link(text: str) -> None:
    assert _split(text) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Voir la présentation de Jerôme DEPRES ici.", []),
        ("  Lire l'intervention de Philippe VARLET ici . ", []),
        ("Vous retrouverez la présentation intégrale de Laurent ici.", []),
        ("Voir la présentation.", ["Voir la présentation."]),
        ("Il faut la voir ici.", ["Il faut la voir ici."]),
        ("Voir la présentation ici. Suite.", ["Suite."]),
    ],
)
def test_a_link_is_told_from_a_sentence(text: str, sentences: list[str]) -> None:
    assert _split(text) == sentences


def test_only_the_span_is_read() -> None:
    text = "Avant. Un. Deux. Après."
    spans = split_sentences(text, Span(7, 16))
    assert [text[span.start : span.end] for span in spans] == ["Un.", "Deux."]


@pytest.mark.parametrize("text", ["", " ", "\u00a0\n", "…", "« »", "•"])
def test_nothing_is_no_sentence(text: str) -> None:
    assert _split(text) == []


def test_no_word_is_lost_or_repeated_in_random_prose() -> None:
    pieces = [
        "Le réseau",
        "avance.",
        "(voir",
        "p. 3)",
        "« Oui. »",
        "•",
        ";",
        "M. X",
        "etc.",
        "3,5",
        "…",
        "?",
        "\u00a0",
        "\n",
        "É",
    ]
    source = random.Random(7)
    for _ in range(2_000):
        text = " ".join(source.choices(pieces, k=source.randint(1, 25)))
        spans = split_sentences(text, Span(0, len(text)))
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans)), text
        assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in spans), text
        kept = "".join(text[s.start : s.end] for s in spans)
        assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()], text
