"""Plain text → blocks: paragraphs, list items, headings."""

from __future__ import annotations

import itertools

import pytest

from assistant.documents.text import read_text
from assistant.models import BlockKind

HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM


def _blocks(text: str, title: str | None = None) -> list[tuple[BlockKind, str]]:
    return [(block.kind, text[block.span.start : block.span.end]) for block in read_text(text, title)]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("Un.\n\nDeux.", [(PARAGRAPH, "Un."), (PARAGRAPH, "Deux.")], id="parted-by-a-blank-line"),
        pytest.param("Un.\n \t\u00a0\nDeux.", [(PARAGRAPH, "Un."), (PARAGRAPH, "Deux.")], id="blank-but-for-spaces"),
        pytest.param("Un\ndeux.", [(PARAGRAPH, "Un\ndeux.")], id="wrapped-lines-stay-together"),
        pytest.param("\n\n  Un.  \n\n", [(PARAGRAPH, "Un.")], id="spaces-around-are-not-in-the-span"),
        pytest.param("Un.\n\n\n\n\nDeux.", [(PARAGRAPH, "Un."), (PARAGRAPH, "Deux.")], id="many-blank-lines"),
        pytest.param("Titre\n\nUn.", [(HEADING, "Titre"), (PARAGRAPH, "Un.")], id="short-line-without-end"),
        pytest.param("Titre :\n\nUn.", [(PARAGRAPH, "Titre :"), (PARAGRAPH, "Un.")], id="colon-introduces"),
        pytest.param("Où ?\n\nUn.", [(PARAGRAPH, "Où ?"), (PARAGRAPH, "Un.")], id="question-is-a-sentence"),
        pytest.param("x" * 121 + "\n\nUn.", [(PARAGRAPH, "x" * 121), (PARAGRAPH, "Un.")], id="too-long-for-a-heading"),
        pytest.param("x" * 120 + "\n\nUn.", [(HEADING, "x" * 120), (PARAGRAPH, "Un.")], id="just-a-heading"),
        pytest.param("12 345\n\nUn.", [(PARAGRAPH, "12 345"), (PARAGRAPH, "Un.")], id="number-heads-nothing"),
        pytest.param("Un.\n\nPhilippe VARLET", [(PARAGRAPH, "Un."), (PARAGRAPH, "Philippe VARLET")], id="signature"),
        pytest.param("Titre", [(PARAGRAPH, "Titre")], id="one-line"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t\n\u00a0\n", [], id="white-space"),
    ],
)
def test_paragraphs_and_headings_are_told_apart(text: str, blocks: list[tuple[BlockKind, str]]) -> None:
    assert _blocks(text) == blocks


@pytest.mark.parametrize("bullet", ["•", "⇒", "→", "▪", "◦", "●", "■", "‣", "- ", "– ", "— ", "* "])
def test_each_bullet_makes_an_item_without_itself(bullet: str) -> None:
    assert _blocks(f"Voici :\n\n{bullet} Un;\n  {bullet}\u00a0Deux.") == [
        (PARAGRAPH, "Voici :"),
        (ITEM, "Un;"),
        (ITEM, "Deux."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("-5 °C dans la Somme.", id="negative-number"),
        pytest.param("*gras* dans la Somme.", id="emphasis"),
        pytest.param("–voir plus bas.", id="dash-without-space"),
        pytest.param("Un point • médian.", id="bullet-within-a-line"),
        pytest.param("1. Le réseau.", id="number"),
    ],
)
def test_what_only_looks_like_a_bullet_is_a_paragraph(text: str) -> None:
    assert _blocks(text) == [(PARAGRAPH, text)]


def test_items_on_neighbouring_lines_are_parted_from_what_introduces_them() -> None:
    assert _blocks("Voici :\n• Un\nsuite;\n• Deux.\nFin.") == [
        (PARAGRAPH, "Voici :"),
        (ITEM, "Un\nsuite;"),
        (ITEM, "Deux.\nFin."),
    ]


def test_an_item_without_words_is_left_out() -> None:
    assert _blocks("• \n• Deux.") == [(ITEM, "Deux.")]


def test_the_title_is_a_heading_whatever_its_punctuation() -> None:
    text = "OU  EN\u00a0SOMME NOUS ?\n\nUn."
    assert read_text(text, "OU EN SOMME NOUS ?")[0].level == 1
    assert read_text(text, None)[0].kind is PARAGRAPH


def test_other_headings_are_of_the_second_level() -> None:
    assert [block.level for block in read_text("Titre\n\nPartie\n\nUn.", "Titre")] == [1, 2, 0]


@pytest.mark.parametrize("address", ["https://solidarite-numerique.fr/.", "www.exemple.fr", "http://exemple.fr/a?b=c"])
def test_an_address_alone_on_its_line_ends_the_sentence_before_it(address: str) -> None:
    text = f"Un accès au lien :\n\n{address}\n\nSuite."
    assert _blocks(text) == [(PARAGRAPH, f"Un accès au lien :\n\n{address}"), (PARAGRAPH, "Suite.")]


def test_an_address_that_nothing_precedes_stands_alone() -> None:
    assert _blocks("https://exemple.fr\n\nUn.")[0][1] == "https://exemple.fr"


def test_spans_are_ordered_and_never_overlap() -> None:
    text = "Titre\n\nUn :\n• a\n• b\n\nhttps://x.fr\n\n⇒ c\n\nSuite\nsur deux lignes\n\nFin"
    spans = [block.span for block in read_text(text, "Titre")]
    assert all(first.end <= second.start for first, second in itertools.pairwise(spans))
    assert all(span.start < span.end for span in spans)


def test_no_word_is_outside_the_blocks() -> None:
    text = "Titre\n\nUn :\n• a\n• b\n\nhttps://x.fr\n\n⇒ c\n\nSuite\nsur deux lignes\n\nFin"
    assert " ".join(piece for _, piece in _blocks(text)).split() == [w for w in text.split() if w not in "•⇒"]
