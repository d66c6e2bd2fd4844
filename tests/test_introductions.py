"""What a page says of the files that it links to."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.documents.frame import SiteFrame, strip_frame
from assistant.documents.html import read_html
from assistant.documents.introductions import introductions
from assistant.models import Access, Introduction, Page
from tests.typo3_pages import (
    COMMUNIQUE_FILES,
    COMMUNIQUE_URL,
    SEMINAR_FILES,
    SEMINAR_TITLE,
    SEMINAR_URL,
    SITE,
    communique_page,
    seminar_page,
)

DECK = f"{SITE}a.pptx"


def _page(markup: str, url: str = SITE, kind: str = "séminaire") -> Page:
    read = read_html(markup, url)
    page = Page("k", read.title or "", kind, read.date, False, url, Access.PUBLIC, read.text, read.blocks, "k")
    page = Page(**{**{name: getattr(page, name) for name in page.__slots__}, "links": read.links})
    return strip_frame(page, SiteFrame(), date(2024, 6, 15))[0]


def _introduced(body: str, link: str = DECK) -> Introduction | None:
    return introductions(_page(body)).get(link)


SEMINAR = introductions(_page(seminar_page(), SEMINAR_URL))
PROJECT = "Chef de projet « e éducation et lutte contre la fracture numérique » à Somme Numérique"


@pytest.mark.parametrize(
    ("file", "sentence", "speaker", "role"),
    [
        ("intervention_varlet.docx", "Lire l'intervention de Philippe VARLET ici.", "Philippe VARLET",
         "Président de Somme Numérique"),
        ("presentation_depres.pptx", "Voir la présentation de Jerôme DEPRES ici.", "Jérôme DEPRES", PROJECT),
        ("presentation_perrain.pdf", "Voir la de présentation Mathieu PERRAIN ici.", "Mathieu PERRAIN",
         "Chef de projet réseau et Infrastructures à Somme Numérique"),
        ("presentation_delesalle.pdf", "Voir la présentation d’Olivier DELESALLE ici.", "Olivier DELESALLE",
         "Chef d’entreprise chez AXIANS (Axians Somme numérique)"),
        ("presentation_soulier.pdf", "Voir la présentation Jean Michel SOULIER ici.", "Jean Michel SOULIER", None),
        ("presentation_idate.pptx", "Voir la présentation de Vincent BALDACCHINO et Alix ONFRAY ici.",
         "Vincent BALDACCHINO et Alix ONFRAY",
         "directeur d’études chez IDATE ; Chef de projet information géographique à Somme numérique"),
        ("presentation_cisop.pdf", "Voir la présentation de Frédéric LERMIGEAUX ici.", "Frédéric LERMIGEAUX",
         "du Cabinet C-ISOP"),
        ("presentation_cartier_datacenter.pptx", "Voir la présentation Lenny CARTIER ici.", "Lenny CARTIER",
         "chef de projet « administration numérique » à Somme Numérique"),
        ("presentation_cdc.pdf", "Vous retrouverez la présentation intégrale de Laurent DEPOMMIER COTTON ici.",
         "Laurent DEPOMMIER COTTON",
         "directeur de la transition numérique à la Caisse des Dépôts et Consignations"),
    ],
)  # fmt: skip
def test_the_page_of_the_seminar_introduces_its_files(file: str, sentence: str, speaker: str, role: str | None) -> None:
    introduction = SEMINAR[f"{SITE}fileadmin/user_upload/seminaire_2016/{file}"]
    assert (introduction.sentence, introduction.speaker, introduction.role) == (sentence, speaker, role)


def test_every_file_of_the_seminar_knows_the_seminar() -> None:
    assert {url for url in SEMINAR if "fileadmin/user" in url} == {SITE + path for _, path in SEMINAR_FILES}
    told = {(i.document_key, i.title, i.kind, i.date, i.date_is_inferred) for i in SEMINAR.values()}
    assert told == {("k", SEMINAR_TITLE, "séminaire", "2016-11-18", False)}


def test_the_notes_of_the_communique_are_introduced_by_their_sentence_and_spoken_by_nobody() -> None:
    found = introductions(_page(communique_page(), COMMUNIQUE_URL, "communiqué"))
    notes = [found[SITE + path] for _, path in COMMUNIQUE_FILES]
    assert notes[0].sentence.startswith(
        "Vous trouverez en complément, dans la note ci-jointe de notre prestataire Open"
    )
    assert "la note d’informations ci-jointe" in notes[1].sentence
    assert [(note.speaker, note.role, note.date_is_inferred) for note in notes] == [(None, None, True)] * 2


@pytest.mark.parametrize(
    ("body", "sentence", "speaker"),
    [
        pytest.param("<p>Un mot. Voir la présentation de Paul DEUX <a href='a.pptx'>ici</a>. Fin.",
                     "Voir la présentation de Paul DEUX ici.", "Paul DEUX", id="here"),
        pytest.param("<p>Un. <a href='a.pptx'>Télécharger la présentation de Paul DEUX</a> (pdf). Fin.",
                     "Télécharger la présentation de Paul DEUX (pdf).", "Paul DEUX", id="the-whole-phrase"),
        pytest.param("<ul><li><a href='a.pptx'>Paul DEUX</a></ul>", "Paul DEUX", "Paul DEUX", id="the-name-alone"),
        pytest.param("<ul><li><a href='a.pptx'>Présentation Paul DEUX</a></ul>", "Présentation Paul DEUX", "Paul DEUX",
                     id="a-common-noun-is-no-first-name"),
        pytest.param("<p>Anne UN a présenté le réseau (<a href='a.pptx'>diapositives</a>).",
                     "Anne UN a présenté le réseau (diapositives).", None, id="who-is-named-before-the-noun"),
        pytest.param("<p>Anne UN a présenté le réseau : <a href='a.pptx'>à lire</a>.",
                     "Anne UN a présenté le réseau : à lire.", "Anne UN", id="who-is-shown-speaking"),
        pytest.param("<p>La présentation de Somme Numérique est <a href='a.pptx'>ici</a>.",
                     "La présentation de Somme Numérique est ici.", None, id="an-organisation"),
        pytest.param("<p>Le bilan du SDIS et de la FDE est <a href='a.pptx'>là</a>.",
                     "Le bilan du SDIS et de la FDE est là.", None, id="acronyms"),
        pytest.param("<p>Voir le discours de Mme DURAND <a href='a.pptx'>ici</a>.",
                     "Voir le discours de Mme DURAND ici.", "Mme DURAND", id="a-title-and-a-surname"),
    ],
)  # fmt: skip
def test_a_file_is_introduced_by_the_sentence_that_holds_its_link(
    body: str, sentence: str, speaker: str | None
) -> None:
    introduction = _introduced(body)
    assert introduction is not None
    assert (introduction.sentence, introduction.speaker) == (sentence, speaker)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Paul DEUX, maire de Corbie, a présenté.", "maire de Corbie"),
        ("Paul DEUX directeur du CDG a exposé.", "directeur du CDG"),
        ("Paul DEUX, de la société CLEVER, a montré.", "de la société CLEVER"),
        ("Merci à Paul DEUX, vice-président.", "vice-président"),
        ("Avec Paul DEUX, maire de Corbie et Anne UN, préfète.", "maire de Corbie"),
        ("Paul DÉUX, maire de Corbie, a parlé.", "maire de Corbie"),
        ("Paul DEUX, qui connaît le maire, a parlé.", None),
        ("Paul DEUX et Anne UN, maire de Corbie, ont parlé.", None),
        ("Paul DEUX a rencontré le président.", None),
        ("Le maire, Paul DEUX, a parlé.", None),
        ("Jean DEUX, maire de Corbie, a parlé.", None),
        ("Paul DEUX. Maire de Corbie depuis 2014.", None),
    ],
)
def test_the_role_is_what_stands_beside_the_name_or_nothing(text: str, role: str | None) -> None:
    body = f"<p>{text}</p><p>Voir la présentation de Paul DEUX <a href='a.pptx'>ici</a>.</p>"
    introduction = _introduced(body)
    assert introduction is not None
    assert introduction.role == role


def test_one_role_of_two_speakers_is_not_given_to_both() -> None:
    text = "Paul DEUX, maire de Corbie, et Anne UN ont parlé. Voir l'exposé de Paul DEUX et Anne UN"
    introduction = _introduced(f"<p>{text} <a href='a.pptx'>ici</a>.")
    assert introduction is not None
    assert (introduction.speaker, introduction.role) == ("Paul DEUX et Anne UN", None)


@pytest.mark.parametrize(
    "anchor", ["ici", "Cliquez ici", "Lire la suite", "Télécharger", "Voir", "voir la présentation"]
)
def test_what_a_bare_pointer_opens_is_introduced_even_without_the_name_of_a_file(anchor: str) -> None:
    assert _introduced(f"<p>Le bilan : <a href='doc?id=3'>{anchor}</a></p>", f"{SITE}doc?id=3") is not None


@pytest.mark.parametrize("anchor", ["Le syndicat", "nos actualités", "Ici Amiens"])
def test_a_link_to_another_page_introduces_nothing(anchor: str) -> None:
    assert introductions(_page(f"<p>Texte : <a href='/page'>{anchor}</a></p>")) == {}


def test_of_two_links_to_a_file_the_one_that_names_its_speaker_counts() -> None:
    link = "<a href='a.pptx'>ici</a>"
    body = f"<p>Le bilan est {link}.</p><p>Voir la présentation de Paul DEUX {link}.</p><p>Elle est {link} aussi.</p>"
    introduction = _introduced(body)
    assert introduction is not None
    assert introduction.speaker == "Paul DEUX"


def test_a_page_without_links_introduces_nothing() -> None:
    assert introductions(_page("<p>Voir la présentation de Paul DEUX ici.</p>")) == {}
