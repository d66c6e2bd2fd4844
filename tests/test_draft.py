"""Sentences come out of a text in pieces as soon as they are whole."""

from __future__ import annotations

import pytest

from assistant.answering.draft import LONGEST, Draft

TEXT = (
    "En novembre 2016, M. Varlet a présenté le programme [1]. **Il** coûte 3.5 M€ [2] . En avril 2020, les ENT ont "
    "reçu 1 780 781 connexions. [3] Cf. art. 3 du code [1].\n- Fin [2]\nJe ne trouve pas."
)
SENTENCES = [
    "En novembre 2016, M. Varlet a présenté le programme [1].",
    "Il coûte 3.5 M€ [2] .",
    "En avril 2020, les ENT ont reçu 1 780 781 connexions. [3]",
    "Cf. art. 3 du code [1].",
    "Fin [2]",
    "Je ne trouve pas.",
]


def in_pieces(text: str, size: int) -> list[str]:
    draft = Draft()
    found = [one for start in range(0, len(text), size) for one in draft.add(text[start : start + size])]
    return [*found, *draft.rest()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1000])
def test_the_sentences_are_the_same_whatever_the_pieces(size: int) -> None:
    assert in_pieces(TEXT, size) == SENTENCES


def test_a_sentence_comes_as_soon_as_another_begins() -> None:
    draft = Draft()
    assert list(draft.add("Le marché a douze lots [1]. ")) == []
    assert list(draft.add("Il")) == ["Le marché a douze lots [1]."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("J. Depres parle [1]. Mme C. Roi.", ["J. Depres parle [1].", "Mme C. Roi."], id="initials"),
        pytest.param("Il parle… et se tait [1].", ["Il parle… et se tait [1]."], id="a small letter goes on"),
        pytest.param("« Oui. » [1] Non [2].", ["« Oui. » [1]", "Non [2]."], id="a quotation"),
        pytest.param("Un [1] Deux [2] Trois [3]", ["Un [1] Deux [2] Trois [3]"], id="no point at all"),
        pytest.param("# Titre\n1. Un [1].\n* Deux [2].", ["Titre", "Un [1].", "Deux [2]."], id="Markdown"),
        pytest.param("Le \u200bmar\U000e0041ché [1].", ["Le marché [1]."], id="what nobody sees"),
        pytest.param("Fin nov. 2016, l'Art. 3, tél. 03 [1].", ["Fin nov. 2016, l'Art. 3, tél. 03 [1]."], id="short"),
        pytest.param("Il dit : « Un. Deux. » [1]. Bon [2].", ["Il dit : « Un. Deux. » [1].", "Bon [2]."], id="quoted"),
        pytest.param("Il a douze lots.\n[1]\nBon [2].", ["Il a douze lots. [1]", "Bon [2]."], id="citation alone"),
        pytest.param("Selon le texte [1] Somme Numérique compte.", ["Selon le texte [1] Somme Numérique compte."],
                     id="a citation within"),
        pytest.param("un marché\tde 12\tlots [1].", ["un marché de 12 lots [1]."], id="tabs"),
        pytest.param("  \n ... \n", [], id="nothing"),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert in_pieces(text, 4) == sentences


def test_a_text_without_an_end_is_given_in_pieces() -> None:
    draft = Draft()
    given = [one for _ in range(1_000) for one in draft.add("mot ")]
    assert len(given) == 3
    assert all(LONGEST - 5 <= len(one) <= LONGEST + 5 for one in given)


@pytest.mark.parametrize("piece", [".", " ", "« ", "[1]", ". »", "[1] . "])
def test_a_text_that_never_ends_comes_to_an_end(piece: str) -> None:
    """Such texts made an earlier pattern try everything again at each character."""
    assert not any("\n" in one for one in in_pieces(piece * 2_500, len(piece)))
