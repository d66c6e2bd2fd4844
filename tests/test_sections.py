"""Blocks → sections: one paragraph, or one list with the sentence that introduces it."""

from __future__ import annotations

import pytest

from assistant.documents.find import find_sources
from assistant.documents.frame import strip_frame
from assistant.documents.markdown import read_markdown
from assistant.documents.read import read_page
from assistant.documents.sections import split_sections
from assistant.documents.text import read_text
from assistant.models import Access, BlockKind, Page, Section, Source
from assistant.settings import ROOT


def _page(text: str, title: str = "Un titre") -> Page:
    return Page("k", title, "document", None, False, None, Access.PUBLIC, text, read_text(text, title), "public/a.txt")


def _told(page: Page) -> list[tuple[tuple[str, ...], str, str]]:
    def piece(section: Section) -> tuple[tuple[str, ...], str, str]:
        lead = page.text[section.lead_in.start : section.lead_in.end] if section.lead_in else ""
        return section.heading_path, page.text[section.span.start : section.span.end], lead

    return [piece(section) for section in split_sections(page)]


def test_each_paragraph_is_a_section_under_its_headings() -> None:
    assert _told(_page("Un titre\n\nUn.\n\nPartie\n\nDeux.\n\nTrois.\n\nAutre\n\nQuatre.")) == [
        ((), "Un.", ""),
        (("Partie",), "Deux.", ""),
        (("Partie",), "Trois.", ""),
        (("Autre",), "Quatre.", ""),
    ]


def test_the_title_of_the_page_is_not_repeated_in_the_path() -> None:
    assert [path for path, _, _ in _told(_page("Un titre\n\nPartie\n\nUn."))] == [("Partie",)]


def test_headings_nest_by_level() -> None:
    text, blocks = read_markdown("# A\n\n## B\n\n### C\n\nUn.\n\n## D\n\nDeux.\n\n# E\n\nTrois.")
    page = Page("k", "Un titre", "d", None, False, None, Access.PUBLIC, text, blocks, "public/a.md")
    assert [path for path, _, _ in _told(page)] == [("A", "B", "C"), ("A", "D"), ("E",)]


def test_a_list_is_one_section_with_the_sentence_that_introduces_it() -> None:
    assert _told(_page("Avant. Voici le bilan :\n\n⇒ Un;\n\n⇒ Deux.\n\nAprès.")) == [
        ((), "Avant. Voici le bilan :", ""),
        ((), "Un;\n\n⇒ Deux.", "Voici le bilan :"),
        ((), "Après.", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("• Un;\n\n• Deux.", id="nothing-before"),
        pytest.param("Une phrase.\n\n• Un;\n\n• Deux.", id="no-colon"),
        pytest.param("Voici : le bilan.\n\n• Un;\n\n• Deux.", id="colon-further-up"),
        pytest.param("Partie\n\n• Un;\n\n• Deux.", id="a-heading"),
    ],
)
def test_a_list_that_nothing_introduces_has_no_such_sentence(text: str) -> None:
    assert _told(_page(text))[-1][2] == ""


def test_a_sentence_does_not_introduce_a_list_under_another_heading() -> None:
    assert _told(_page("Le service est ouvert à :\n\nLes lots du marché\n\n• Un;\n\n• Deux."))[-1][2] == ""


def test_a_no_break_space_before_the_colon_introduces_all_the_same() -> None:
    assert _told(_page("Voici le bilan\u00a0:\n\n• Un"))[-1][2] == "Voici le bilan\u00a0:"


def test_a_page_of_headings_has_no_section() -> None:
    page = _page("Un titre\n\nPartie\n\nFin")
    assert _told(page) == [(("Partie",), "Fin", "")]
    assert split_sections(Page("k", "t", "d", None, False, None, Access.PUBLIC, "", (), "n")) == ()


def test_no_line_is_lost_when_short_lines_follow_each_other() -> None:
    told = _told(_page("Étaient présents\n\nM. Martin\n\nMme Durand\n\nLe comité a voté."))
    said = " ".join(" ".join((*path, piece)) for path, piece, _ in told)
    assert all(word in said for word in ("Martin", "Durand"))


@pytest.mark.parametrize("source", list(find_sources(ROOT / "corpus")), ids=lambda source: source.path.stem)
def test_the_sections_of_the_real_pages_hold_all_blocks_but_the_headings(source: Source) -> None:
    page, _ = strip_frame(read_page(source))
    sections = split_sections(page)
    for block in page.blocks:
        inside = [s for s in sections if s.span.start <= block.span.start and block.span.end <= s.span.end]
        assert len(inside) == (0 if block.kind is BlockKind.HEADING else 1)


def test_the_lists_of_the_communique_keep_what_introduces_them() -> None:
    (_, communique) = (strip_frame(read_page(source))[0] for source in find_sources(ROOT / "corpus"))
    leads = [lead for _, _, lead in _told(communique) if lead]
    assert [" ".join(lead.split())[:34] for lead in leads] == [
        "Voici en synthèse l’état actuel co",
        "Je tenais enfin à souligner l’impo",
    ]
