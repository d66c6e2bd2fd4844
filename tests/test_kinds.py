"""What a document of a site calls itself."""

from __future__ import annotations

import pytest

from assistant.documents.kinds import kind_of_file, kind_of_page
from assistant.documents.text import read_text
from assistant.models import Access, Introduction, Page


def _page(title: str, text: str) -> Page:
    return Page("k", title, "actualité", None, False, None, Access.PUBLIC, text, read_text(text, title), "k")


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("AMENAGEMENT NUMERIQUE", "Séminaire Somme Numérique du 18 Novembre 2016.\n\nLe texte.", "séminaire"),
        ("CORONAVIRUS : COMMUNIQUE DE PHILIPPE VARLET", "Maintenir le lien social.", "communiqué"),
        ("Un compte est rendu", "Le texte.", None),
        ("Compte-rendu du comité", "Le texte.", "compte rendu"),
        ("Appel d’offres", "Le texte.", "appel d'offres"),
        ("Les ENT", "Un.\n\nDeux.\n\nTrois.\n\nQuatre : le séminaire.", None),
        ("Les ENT", f"{'Un très long début. ' * 20} Le séminaire.", None),
        ("Les ENT", "- le séminaire\n- la note", None),
    ],
)
def test_a_page_is_what_it_says_in_its_title_or_its_first_lines(title: str, text: str, kind: str | None) -> None:
    assert kind_of_page(_page(title, text)) == kind


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Voir la présentation de Jérôme DEPRES ici.", "présentation"),
        ("Lire l'intervention de Philippe VARLET ici.", "intervention"),
        ("Vous trouverez, dans la note ci-jointe, le bilan de ce mois.", "note"),
        ("Télécharger", None),
    ],
)
def test_a_file_is_what_the_sentence_that_introduces_it_says(sentence: str, kind: str | None) -> None:
    assert kind_of_file(Introduction("k", "Titre", "séminaire", None, False, sentence)) == kind
