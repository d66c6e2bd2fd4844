"""One file → one Page: the reader by suffix, the title, the date, the key, and what is refused."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.documents.find import find_sources
from assistant.documents.read import MAXIMUM_BYTES, TEXT_READERS, read_page
from assistant.models import Access, DocumentRefused, Introduction, Origin, Page, Source
from assistant.settings import ROOT
from tests.made_files import deck


def _source(folder: Path, name: str, content: str | bytes, access: Access = Access.PUBLIC) -> Source:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Source(path, f"{access.value}/{name}", access)


def _page(folder: Path, name: str, content: str | bytes, access: Access = Access.PUBLIC) -> Page:
    return read_page(_source(folder, name, content, access))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.txt", "Le réseau avance.", id="txt"),
        pytest.param("a.TXT", "Le réseau avance.", id="suffix-in-capitals"),
        pytest.param("a.md", "Le *réseau* avance.", id="md"),
        pytest.param("a.html", "<p>Le <b>réseau</b> avance.</p>", id="html"),
        pytest.param("a.htm", "<body>Le réseau&nbsp;avance.", id="htm"),
        pytest.param("a.html", "<p>Le r\xe9seau avance.</p>".encode("latin-1"), id="html-in-latin-1"),
    ],
)
def test_each_format_gives_its_visible_words(tmp_path: Path, name: str, content: str | bytes) -> None:
    page = _page(tmp_path, name, content)
    assert page.text.split() == ["Le", "réseau", "avance."]
    assert [page.text[b.span.start : b.span.end].split() for b in page.blocks] == [["Le", "réseau", "avance."]]


@pytest.mark.parametrize("suffix", TEXT_READERS)
def test_a_head_is_read_in_every_format_of_text(tmp_path: Path, suffix: str) -> None:
    page = _page(tmp_path, f"a{suffix}", "---\ntitle: Bilan\ncanonical_key: k\n---\nTexte.")
    assert (page.title, page.key, page.text.strip()) == ("Bilan", "k", "Texte.")


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        pytest.param("a.txt", "---\ntitle: Du fichier\n---\nUn titre\n\nTexte.", "Du fichier", id="declared"),
        pytest.param("a.txt", "Un titre\n\nTexte.", "Un titre", id="first-heading-of-a-text"),
        pytest.param("a.md", "Intro.\n\n# Un *titre*\n\nTexte.", "Un titre", id="first-heading-of-markdown"),
        pytest.param("a.html", "<title>De la\npage</title><h1>Du corps</h1><p>Texte.", "De la page", id="html-title"),
        pytest.param("a.html", "<title> </title><h1>Du corps</h1><p>Texte.", "Du corps", id="html-heading"),
        pytest.param("2024_bilan.txt", "Texte.", "2024_bilan", id="name-of-the-file"),
        pytest.param("a.txt", '---\ntitle: ""\n---\nTexte.', "a", id="declared-empty"),
        pytest.param("a.txt", '---\ntitle: "Bi\\u200Blan"\n---\nTexte.', "Bilan", id="declared-with-what-is-not-seen"),
        pytest.param("a\u202eb.txt", "Texte.", "ab", id="a-name-with-what-is-not-seen"),
    ],
)
def test_the_title_is_the_best_that_is_known(tmp_path: Path, name: str, content: str, title: str) -> None:
    assert _page(tmp_path, name, content).title == title


@pytest.mark.parametrize(
    ("name", "head", "date", "inferred"),
    [
        pytest.param("2024-06-12_x.txt", "", "2024-06-12", True, id="day-in-the-name"),
        pytest.param("2024-06_x.txt", "", "2024-06", True, id="month-in-the-name"),
        pytest.param("2024 x.txt", "", "2024", True, id="year-in-the-name"),
        pytest.param("x_2024.txt", "", None, False, id="year-further-on"),
        pytest.param("20240612.txt", "", None, False, id="digits-run-together"),
        pytest.param("80090.txt", "", None, False, id="postcode"),
        pytest.param("2024_x.txt", "---\ndate: 2023-01-02\n---\n", "2023-01-02", False, id="declared-wins"),
        pytest.param("a.txt", "---\ndate: 2023\ndate_is_inferred: true\n---\n", "2023", True, id="declared-inferred"),
    ],
)
def test_the_date_is_declared_or_inferred_from_the_name(
    tmp_path: Path, name: str, head: str, date: str | None, inferred: bool
) -> None:
    page = _page(tmp_path, name, head + "Texte.")
    assert (page.date, page.date_is_inferred) == (date, inferred)


def test_a_day_that_no_calendar_has_is_not_taken_from_the_name(tmp_path: Path) -> None:
    assert _page(tmp_path, "2016-02-31_x.txt", "Texte.").date != "2016-02-31"


def test_a_file_without_a_key_gets_one_that_only_its_name_gives(tmp_path: Path) -> None:
    first = _page(tmp_path, "Été à Corbie.txt", "Texte.")
    again = _page(tmp_path, "Été à Corbie.txt", "Autre texte.")
    accents = _page(tmp_path, "Ete a Corbie.txt", "Texte.")
    staff = _page(tmp_path, "Été à Corbie.txt", "Texte.", Access.STAFF)
    assert first.key == again.key
    assert len({first.key, accents.key, staff.key}) == 3
    assert first.key.isascii()


def test_the_speaker_is_declared_or_told_by_the_title(tmp_path: Path) -> None:
    assert _page(tmp_path, "a.txt", "---\nspeaker: Mme X\n---\nTexte.").speaker == "Mme X"
    assert _page(tmp_path, "b.txt", "---\ntitle: Discours de Jean MARTIN\n---\nTexte.").speaker == "Jean MARTIN"
    assert _page(tmp_path, "c.txt", "Texte.").speaker is None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param(
            "a.doc", b"PK", "formats lus : .md, .txt, .html, .htm, .pdf, .pptx, .docx, .odt", id="unknown-format"
        ),
        pytest.param("a", b"Texte.", "n'est pas lu", id="no-suffix"),
        pytest.param("a.txt", b"", "vide", id="empty"),
        pytest.param("a.txt", b"---\ntitle: x\n---\n \n", "vide", id="a-head-and-no-body"),
        pytest.param("a.html", b"<html><script>x()</script></html>", "vide", id="html-without-words"),
        pytest.param("a.md", b"[x]: https://exemple.fr", "vide", id="markdown-without-words"),
        pytest.param("a.txt", bytes(300), "pas du texte", id="binary"),
        pytest.param("a.txt", b"x" * (MAXIMUM_BYTES + 1), "dépasse 5 Mo", id="too-large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DocumentRefused, match=reason) as refusal:
        _page(tmp_path, name, content)
    assert refusal.value.name == f"public/{name}"
    assert str(refusal.value).startswith(f"public/{name} : ")


def test_a_file_that_is_not_there_any_more_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused, match="ne peut pas être ouvert"):
        read_page(Source(tmp_path / "gone.txt", "public/gone.txt", Access.PUBLIC))


def test_a_name_that_is_not_utf_8_is_read_or_refused(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / os.fsdecode(b"caf\xe9.txt")).write_text("Texte.", "utf-8")
    try:
        page = read_page(next(find_sources(tmp_path)))
    except DocumentRefused as refusal:
        str(refusal).encode()
    else:
        page.key.encode()
        page.source_name.encode()
        page.title.encode()


@pytest.mark.parametrize("opening", ["<div>", "<b>"])
def test_html_nested_without_end_is_read_or_refused(tmp_path: Path, opening: str) -> None:
    try:
        page = _page(tmp_path, "a.html", opening * 5000 + "Texte.")
    except DocumentRefused:
        return
    assert page.text == "Texte."


def test_the_pages_of_the_corpus_say_what_they_are() -> None:
    seminar, communique = (read_page(source) for source in find_sources(ROOT / "corpus"))
    assert (seminar.key, seminar.title, seminar.kind, seminar.date, seminar.date_is_inferred) == (
        "tt_news=194",
        "AMENAGEMENT NUMERIQUE : OU EN SOMME NOUS ?",
        "séminaire",
        "2016-11-18",
        False,
    )
    assert (communique.key, communique.title, communique.kind, communique.date, communique.date_is_inferred) == (
        "tt_news=223",
        "CORONAVIRUS : COMMUNIQUE DE PHILIPPE VARLET",
        "communiqué du président",
        "2020-04",
        True,
    )
    assert communique.speaker == "PHILIPPE VARLET"
    for page, number in ((seminar, 194), (communique, 223)):
        assert page.url is not None
        assert page.url.startswith(
            f"https://www.sommenumerique.fr/actualites/detail?tx_ttnews%5Btt_news%5D={number}&cHash="
        )


@pytest.mark.parametrize(
    "name", ["2016-11-18_seminaire-amenagement-numerique.txt", "2020-04_communique-coronavirus.txt"]
)
def test_the_text_of_a_page_is_the_file_letter_for_letter(name: str) -> None:
    file = ROOT / "corpus" / "public" / name
    page = read_page(Source(file, f"public/{name}", Access.PUBLIC))
    assert file.read_text(encoding="utf-8").endswith(page.text)


# ---------------------------------------------------------------------------------------------- what was fetched

URL = "https://www.sommenumerique.fr/fileadmin/Bilan%20des%20ENT.pdf"
INTRODUCTION = Introduction(
    "tt_news=194", "Le séminaire", "séminaire", "2016-11-18", False, "Voir la présentation de Jérôme DEPRES ici.",
    "Jérôme DEPRES", "Chef de projet",
)  # fmt: skip


def _fetched(
    folder: Path, name: str, content: bytes, introduction: Introduction | None = None, charset: str | None = None
) -> Page:
    path = folder / name
    path.write_bytes(content)
    origin = Origin("la-cle", URL, "présentation", charset)
    return read_page(Source(path, "la-cle", Access.PUBLIC, origin), introduction)


def test_what_was_fetched_is_what_its_origin_says(tmp_path: Path) -> None:
    page = _fetched(tmp_path, "a.html", b"<title>T</title><p>Un <a href='b.pdf'>lien</a>.")
    assert (page.key, page.url, page.kind, page.title, page.source_name) == (
        "la-cle",
        URL,
        "présentation",
        "T",
        "la-cle",
    )
    assert [link.url for link in page.links] == ["https://www.sommenumerique.fr/fileadmin/b.pdf"]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_fetched_text_declares_nothing_in_our_head(tmp_path: Path, name: str) -> None:
    page = _fetched(tmp_path, name, b"---\ncanonical_key: contact\nkind: faux\n---\nTexte.")
    assert (page.key, page.kind) == ("la-cle", "présentation")
    assert "canonical_key" in page.text


def test_a_sidecar_beside_what_was_fetched_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.pptx.yaml").write_text("title: Faux")
    page = _fetched(tmp_path, "a.pptx", deck(), INTRODUCTION)
    assert page.title != "Faux"


def test_the_charset_of_the_answer_and_that_of_the_page_are_heard(tmp_path: Path) -> None:
    data = "<p>Cœur à 3 €".encode("iso-8859-15")
    assert _fetched(tmp_path, "a.html", data, charset="iso-8859-15").text == "Cœur à 3 €"
    assert _fetched(tmp_path, "b.html", b"<meta charset=iso-8859-15>" + data).text == "Cœur à 3 €"


@pytest.mark.parametrize(
    ("name", "markup", "date"),
    [
        ("a.html", "<meta name='date' content='2021-03-12'><p>Un.", "2021-03-12"),
        ("2020-01-02_a.html", "<p>Un.", None),  # the name of what was fetched is ours
        ("a.html", "<h1>Séminaire du 18 novembre 2016</h1><p>Un.", None),  # told when the frame is off
    ],
)
def test_a_fetched_page_has_the_date_that_it_declares(tmp_path: Path, name: str, markup: str, date: str | None) -> None:
    assert _fetched(tmp_path, name, markup.encode()).date == date


def test_a_page_of_the_corpus_has_the_date_of_its_head_then_its_own_then_that_of_its_name(tmp_path: Path) -> None:
    markup = "<meta name='date' content='2021-03-12'><p>Un."
    assert _page(tmp_path, "2020_a.html", f"---\ndate: 2019\n---\n{markup}").date == "2019"
    assert _page(tmp_path, "2020_a.html", markup).date == "2021-03-12"
    assert _page(tmp_path, "2020_a.html", "<p>Un.").date == "2020"


def test_a_file_takes_its_date_and_its_speaker_from_what_introduces_it(tmp_path: Path) -> None:
    page = _fetched(tmp_path, "a.pptx", deck(), INTRODUCTION)
    assert (page.date, page.date_is_inferred, page.speaker) == ("2016-11-18", False, "Jérôme DEPRES")
    assert page.introduction == INTRODUCTION
    assert page.title == "Le numérique dans la Somme"


def test_a_date_that_is_inferred_stays_so_in_the_files_of_the_page(tmp_path: Path) -> None:
    page = _fetched(tmp_path, "a.pptx", deck(), replace(INTRODUCTION, date="2020-04", date_is_inferred=True))
    assert (page.date, page.date_is_inferred) == ("2020-04", True)


def test_a_page_is_not_what_the_link_to_it_says(tmp_path: Path) -> None:
    page = _fetched(tmp_path, "a.html", b"<title>T</title><p>Un.", INTRODUCTION)
    assert (page.introduction, page.date, page.speaker) == (None, None, None)


@pytest.mark.parametrize(
    ("introduction", "title"),
    [(INTRODUCTION, "Présentation – Jérôme DEPRES"), (None, "Bilan des ENT")],
    ids=["speaker", "address"],
)
def test_a_file_without_a_title_is_called_by_what_introduces_it_or_its_address(
    tmp_path: Path, introduction: Introduction | None, title: str
) -> None:
    assert _fetched(tmp_path, "a.txt", "Le réseau avance.".encode(), introduction).title == title
