"""The site's frame: taken off by named rules, kept once as the contact record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.documents.contact import contact_fields, contact_page
from assistant.documents.find import find_sources
from assistant.documents.frame import (
    FRAME_RULES,
    REPEATED,
    SiteFrame,
    learn_frame,
    strip_frame,
)
from assistant.documents.html import read_html
from assistant.documents.read import read_page
from assistant.documents.text import read_text
from assistant.models import Access, Contact, Dropped, Page, Source
from assistant.settings import ROOT
from tests.typo3_pages import (
    COMMUNIQUE_TITLE,
    COMMUNIQUE_URL,
    SEMINAR_TITLE,
    SEMINAR_URL,
    SITE,
    communique_page,
    news,
    seminar_page,
)
from tests.typo3_pages import (
    page as site_page,
)

TOP = """\
Réseau public pour les communications numériques

Somme numérique

43 avenue d'Italie
80090 Amiens

Tél. : 03 22 22 27 27
Fax : 03 22 22 03 57

Télécharger
le plan d'accès"""
BOTTOM = "Somme numérique 2024"
BODY = "Le réseau avance.\n\nLes travaux se poursuivent."


def _page(text: str, title: str = "Un titre", url: str | None = None, date: str | None = None) -> Page:
    blocks = read_text(text, title)
    return Page("k", title, "document", date, False, url, Access.PUBLIC, text, blocks, "public/a.txt")


def _kept(text: str) -> list[str]:
    page, _ = strip_frame(_page(text))
    return _pieces(page)


def _record(page: Page, *learned: Any) -> Page:
    """The contact record that a page's frame holds."""
    _, contact = strip_frame(page, *learned)
    assert contact is not None
    return contact_page(contact, page.url)


def _pieces(page: Page) -> list[str]:
    return [page.text[block.span.start : block.span.end] for block in page.blocks]


@pytest.mark.parametrize("source", list(find_sources(ROOT / "corpus")), ids=lambda source: source.path.stem)
def test_the_frame_of_the_real_pages_is_named_line_by_line(source: Source) -> None:
    page, contact = strip_frame(read_page(source))
    assert page.dropped == (
        Dropped("baseline", "Réseau public pour les communications numériques"),
        Dropped("site_name", "Somme numérique"),
        Dropped("postal_address", "43 avenue d'Italie 80090 Amiens"),
        Dropped("phone", "Tél. : 03 22 22 27 27"),
        Dropped("fax", "Fax : 03 22 22 03 57"),
        Dropped("access_plan", "Télécharger le plan d'accès"),
        Dropped("footer_year", "Somme numérique 2024"),
    )
    assert contact is not None
    assert _pieces(page)[0] == page.title


def test_the_text_of_the_page_is_untouched() -> None:
    before = _page(f"{TOP}\n\n{BODY}\n\n{BOTTOM}")
    after, _ = strip_frame(before)
    assert replace(after, blocks=before.blocks, dropped=()) == before


def test_what_is_neither_frame_nor_document_does_not_exist() -> None:
    before = _page(f"{TOP}\n\n{BODY}\n\n{BOTTOM}")
    after, _ = strip_frame(before)
    said = " ".join([*(d.text for d in after.dropped), *_pieces(after)])
    assert sorted(said.split()) == sorted(before.text.split())


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        pytest.param("baseline", "Réseau public pour les communications numériques", id="baseline"),
        pytest.param("site_name", "Somme Numérique", id="site-name-in-any-case"),
        pytest.param("footer_year", "SOMME NUMÉRIQUE 2031", id="another-year"),
        pytest.param("postal_address", "43 avenue d'Italie\n80090 Amiens", id="address"),
        pytest.param("postal_address", "12 bis, rue des Trois-Cailloux 80000 Amiens", id="address-on-one-line"),
        pytest.param("phone", "Téléphone : 03 22 22 27 27", id="phone-in-full"),
        pytest.param("phone", "Tel : +33 3 22 22 27 27", id="phone-abroad"),
        pytest.param("phone", "Tél. : 03.22.22.27.27", id="phone-with-dots"),
        pytest.param("fax", "Fax : 03 22 22 03 57", id="fax"),
        pytest.param("access_plan", "Télécharger le plan d’accès", id="curly-apostrophe"),
    ],
)
def test_each_rule_says_what_it_dropped_at_the_top_and_at_the_bottom(rule: str, line: str) -> None:
    for text in (f"{line}\n\n{BODY}", f"{BODY}\n\n{line}"):
        page, _ = strip_frame(_page(text))
        assert page.dropped == (Dropped(rule, " ".join(line.split())),)
        assert _pieces(page) == ["Le réseau avance.", "Les travaux se poursuivent."]


def test_every_rule_is_tried_by_these_tests() -> None:
    assert {rule.name for rule in FRAME_RULES} == {
        "baseline", "footer_year", "site_name", "postal_address", "phone", "fax", "access_plan",
    }  # fmt: skip


@pytest.mark.parametrize("line", [*TOP.split("\n\n"), BOTTOM])
def test_the_same_words_in_the_middle_of_a_document_are_the_documents(line: str) -> None:
    assert line in _kept(f"{TOP}\n\nLe réseau avance.\n\n{line}\n\nLes travaux se poursuivent.\n\n{BOTTOM}")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Somme numérique porte un important projet.", id="sentence-that-begins-with-the-name"),
        pytest.param("Somme numérique 2024 : le bilan", id="footer-with-more"),
        pytest.param("Notre siège est au 43 avenue d'Italie 80090 Amiens", id="address-in-a-sentence"),
        pytest.param("Tél. : 03 22 22 27 27 (de 9 h à 12 h)", id="phone-with-hours"),
        pytest.param("Télécharger le plan d'accès à la salle", id="another-plan"),
        pytest.param("En somme, numérique.", id="other-words"),
    ],
)
def test_a_line_that_says_more_than_the_frame_is_kept(line: str) -> None:
    assert line in _kept(f"{line}\n\n{BODY}")
    assert line in _kept(f"{BODY}\n\n{line}")


def test_the_frame_ends_at_the_first_line_that_is_not_frame() -> None:
    assert _kept("Accueil du site\n\nFax : 03 22 22 03 57\n\nTexte.") == [
        "Accueil du site",
        "Fax : 03 22 22 03 57",
        "Texte.",
    ]


def test_a_page_without_frame_is_left_as_it_is() -> None:
    page = _page(BODY)
    assert strip_frame(page) == (page, None)


def test_a_page_that_is_only_frame_keeps_nothing() -> None:
    page, contact = strip_frame(_page(f"{TOP}\n\n{BOTTOM}"))
    assert page.blocks == ()
    assert contact is not None


def test_a_page_without_blocks_is_no_trouble() -> None:
    page = replace(_page(BODY), blocks=())
    assert strip_frame(page) == (page, None)


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"], ids=["no-break-space", "narrow-no-break-space"])
def test_a_number_written_with_no_break_spaces_is_frame_too(space: str) -> None:
    phone = "Tél. : 03 22 22 27 27".replace(" ", space)
    assert _kept(f"Somme numérique\n\n{phone}\n\n{BODY}") == BODY.split("\n\n")


# ---------------------------------------------------------------------------------------------- the contact record


def test_the_contact_record_is_verbatim_and_one_document() -> None:
    record = _record(read_page(next(find_sources(ROOT / "corpus"))))
    assert contact_fields(record) == Contact(
        name="Somme numérique",
        address="43 avenue d'Italie 80090 Amiens",
        phone="Tél. : 03 22 22 27 27",
        fax="Fax : 03 22 22 03 57",
        url="https://www.sommenumerique.fr/",
        document_key="contact",
    )
    assert (record.key, record.title, record.date) == ("contact", "Coordonnées", None)
    assert [" ".join(piece.split()) for piece in _pieces(record)] == [
        "Somme numérique",
        "43 avenue d'Italie 80090 Amiens",
        "Tél. : 03 22 22 27 27",
        "Fax : 03 22 22 03 57",
    ]


@pytest.mark.parametrize("lines", ["Somme numérique", f"Fax : 03 22 22 03 57\n\n{BOTTOM}"])
def test_a_frame_without_address_or_phone_is_no_record(lines: str) -> None:
    assert strip_frame(_page(f"{lines}\n\n{BODY}"))[1] is None


def test_the_fields_that_a_frame_lacks_are_empty() -> None:
    contact = _record(_page(f"Tél. : 03 22 22 27 27\n\n{BODY}"))
    assert contact_fields(contact) == Contact("", "", "Tél. : 03 22 22 27 27", "", "", "contact")


@pytest.mark.parametrize(
    ("url", "site"),
    [(None, None), ("https://www.x.fr/a/b?c=d#e", "https://www.x.fr/"), ("http://x.fr:8080/a", "http://x.fr:8080/")],
)
def test_the_record_links_to_the_site_and_not_to_the_page(url: str | None, site: str | None) -> None:
    assert _record(_page(f"{TOP}\n\n{BODY}", url=url)).url == site


def test_the_record_holds_its_own_lines_and_nothing_else() -> None:
    contact = _record(_page(f"{TOP}\n\n{BODY}\n\n{BOTTOM}"))
    assert contact.text == "\n\n".join(_pieces(contact))
    assert "Le réseau avance." not in contact.text


def test_what_the_frame_says_twice_is_in_the_record_once() -> None:
    contact = _record(_page(f"{TOP}\n\n{BODY}\n\nTél. : 03 22 22 27 27\n\n{BOTTOM}"))
    assert [piece[:3] for piece in _pieces(contact)] == ["Som", "43 ", "Tél", "Fax"]


# ---------------------------------------------------------------------------------------------- what is learned

TODAY = date(2024, 6, 15)


def _read(markup: str, url: str = SITE) -> Page:
    read = read_html(markup, url, TODAY)
    return Page(
        url, read.title or "", "actualité", read.date, False, url, Access.PUBLIC, read.text, read.blocks, url,
        links=read.links,
    )  # fmt: skip


def _news(number: int, **fields: str) -> Page:
    title = f"Nouvelle {number}"
    body = f'<p>Le chantier numéro {number} avance. <a href="fichier{number}.pdf">Voir la note</a></p>'
    return _read(site_page(news(title, body, **fields), title), f"{SITE}{number}")


SITE_PAGES = (
    _read(seminar_page(), SEMINAR_URL), _read(communique_page(), COMMUNIQUE_URL), *(_news(n) for n in range(8)),
)  # fmt: skip
LEARNED = learn_frame(SITE_PAGES)


def _stripped(read: Page, learned: SiteFrame = LEARNED) -> Page:
    return strip_frame(read, learned, TODAY)[0]


def test_menus_breadcrumb_column_and_footer_are_learned() -> None:
    assert _pieces(_stripped(SITE_PAGES[2])) == ["Nouvelle 0", "Le chantier numéro 0 avance. Voir la note"]
    seminar = _pieces(_stripped(SITE_PAGES[0]))
    assert seminar[0] == SEMINAR_TITLE
    assert seminar[-1].endswith("au bénéfice des territoires ruraux. »")


def test_every_word_of_a_site_page_is_kept_or_reported() -> None:
    for read in SITE_PAGES:
        after = _stripped(read)
        said = " ".join([*(d.text for d in after.dropped), *_pieces(after)])
        assert sorted(said.split()) == sorted(read.text.split())
        assert after.text == read.text


def test_what_is_dropped_says_by_which_rule() -> None:
    dropped = _stripped(SITE_PAGES[2]).dropped
    assert {d.text: d.rule for d in dropped}["Espaces Numériques de Travail"] == REPEATED
    assert {d.rule for d in dropped} == {REPEATED, *(rule.name for rule in FRAME_RULES)}


@pytest.mark.parametrize("read", SITE_PAGES[:3], ids=["seminar", "communique", "news"])
def test_the_contact_record_is_found_among_what_repeats(read: Page) -> None:
    contact = _record(read, LEARNED, TODAY)
    assert contact_fields(contact) == Contact(
        "Somme numérique", "43 avenue d'Italie 80090 Amiens", "Tél. : 03 22 22 27 27", "Fax : 03 22 22 03 57", SITE
    )


def test_a_number_inside_a_line_that_repeats_is_still_the_syndicates() -> None:
    foot = "<p>Somme numérique, 43 avenue d'Italie 80090 Amiens - Tél. : 03 22 22 27 27 - Mentions légales</p>"
    pages = [_read(f"<h1>Titre {n}</h1><p>Texte {n}.</p>{foot}") for n in range(5)]
    contact = _record(pages[0], learn_frame(pages), TODAY)
    assert contact_fields(contact).phone == "Tél. : 03 22 22 27 27"


@pytest.mark.parametrize(
    ("pages", "with_it", "learned"),
    [
        pytest.param(8, 4, True, id="half-of-the-pages"),
        pytest.param(9, 4, False, id="less-than-half"),
        pytest.param(3, 3, False, id="fewer-than-four-pages"),
        pytest.param(4, 4, True, id="four-pages"),
    ],
)
def test_what_stands_on_half_of_the_pages_and_on_four_is_frame(pages: int, with_it: int, learned: bool) -> None:
    sample = [_page(f"Texte {n}.\n\nMentions légales." if n < with_it else f"Texte {n}.") for n in range(pages)]
    assert ("Mentions légales." in learn_frame(sample).texts) is learned


def test_a_line_said_twice_on_one_page_counts_once() -> None:
    sample = [_page("Accueil.\n\nAccueil."), _page("Accueil."), *(_page(f"Texte {n}.") for n in range(2))]
    assert "Accueil." not in learn_frame(sample).texts


def test_a_page_on_which_everything_repeats_is_not_emptied() -> None:
    sample = [_page(BODY) for _ in range(5)]
    stripped, _ = strip_frame(sample[0], learn_frame(sample), TODAY)
    assert _pieces(stripped) == BODY.split("\n\n")


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Le réseau - Somme Numérique", "Le réseau"),
        ("Actualité : Le réseau - Somme Numérique", "Le réseau"),
        ("Actualité : Le réseau", "Le réseau"),
        ("Le réseau - la suite - Somme Numérique", "Le réseau - la suite"),
        ("CORONAVIRUS : LE POINT", "CORONAVIRUS : LE POINT"),
        ("Somme Numérique", "Somme Numérique"),
    ],
)
def test_titles_lose_what_all_of_them_begin_or_end_with(title: str, own: str) -> None:
    sample = [_page("Texte.", title=f"Actualité : Titre {n} - Somme Numérique") for n in range(6)]
    assert learn_frame(sample).own_title(title) == own


def test_the_title_is_the_first_heading_that_is_not_frame() -> None:
    sample = [_read(f"<title>T{n} | Site</title><h1>Le site</h1><h1>Titre {n}</h1><p>Texte {n}.") for n in range(5)]
    assert _stripped(sample[3], learn_frame(sample)).title == "Titre 3"


def test_without_a_heading_the_title_is_that_of_the_window_alone() -> None:
    sample = [_read(f"<title>Titre {n} | Site</title><h1>Le site</h1><p>Texte {n}.") for n in range(5)]
    assert _stripped(sample[3], learn_frame(sample)).title == "Titre 3"


@pytest.mark.parametrize(
    ("read", "title", "day", "inferred", "speaker"),
    [
        pytest.param(SITE_PAGES[0], SEMINAR_TITLE, "2016-11-18", False, None, id="seminar"),
        pytest.param(SITE_PAGES[1], COMMUNIQUE_TITLE, "2020-04", True, "PHILIPPE VARLET", id="communique"),
        pytest.param(SITE_PAGES[2], "Nouvelle 0", None, False, None, id="undated"),
        pytest.param(_news(1, date="12.03.2021"), "Nouvelle 1", "2021-03-12", False, None, id="declared"),
    ],
)
def test_a_site_page_has_its_own_title_date_and_speaker(
    read: Page, title: str, day: str | None, inferred: bool, speaker: str | None
) -> None:
    after = _stripped(read)
    assert (after.title, after.date, after.date_is_inferred, after.speaker) == (title, day, inferred, speaker)


def test_a_date_that_repeats_across_the_site_dates_no_page() -> None:
    sample = [_read(f"<h1>Titre {n}</h1><p>Agenda : comité du 3 mars 2024.</p><p>Texte {n}.") for n in range(5)]
    assert _stripped(sample[0], learn_frame(sample)).date is None


def test_the_links_of_the_frame_go_with_it() -> None:
    assert [link.url for link in _stripped(SITE_PAGES[2]).links] == [f"{SITE}fichier0.pdf"]


def test_a_page_of_the_corpus_keeps_the_title_and_the_date_it_was_given() -> None:
    given = _page("Séminaire du 18 novembre 2016\n\nTexte.", title="Un titre - Somme Numérique")
    assert strip_frame(given)[0] == given
