"""HTML → visible text and blocks."""

from __future__ import annotations

import pytest

from assistant.documents.html import read_html
from assistant.models import BlockKind

HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM


def _blocks(markup: str) -> list[tuple[BlockKind, str]]:
    _, text, blocks = read_html(markup)
    return [(block.kind, text[block.span.start : block.span.end]) for block in blocks]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        pytest.param("<p>Un.</p><p>Deux.</p>", [(PARAGRAPH, "Un."), (PARAGRAPH, "Deux.")], id="paragraphs"),
        pytest.param("<p>Un <b>deux</b>, <i>trois</i>.", [(PARAGRAPH, "Un deux, trois.")], id="inline-tags"),
        pytest.param("<p>1<sup>er</sup> avril", [(PARAGRAPH, "1er avril")], id="superscript-joins"),
        pytest.param("<h2>T</h2><p>Un.", [(HEADING, "T"), (PARAGRAPH, "Un.")], id="heading"),
        pytest.param("<ul><li>Un</li><li>Deux</li></ul>", [(ITEM, "Un"), (ITEM, "Deux")], id="list"),
        pytest.param("<ol><li><p>Un</p></li></ol>", [(ITEM, "Un")], id="paragraph-in-an-item"),
        pytest.param(
            "<ul><li>Un<ul><li>Deux</li></ul>Trois</li></ul>", [(ITEM, "Un"), (ITEM, "Deux"), (ITEM, "Trois")],
            id="nested-list",
        ),
        pytest.param("Un<br>deux", [(PARAGRAPH, "Un\ndeux")], id="line-break"),
        pytest.param("<p>Un\n  deux\ttrois", [(PARAGRAPH, "Un deux trois")], id="source-line-ends-are-spaces"),
        pytest.param("<p>12&nbsp;345&nbsp;&euro;", [(PARAGRAPH, "12\u00a0345\u00a0€")], id="entities"),
        pytest.param("<div>Un<div>Deux</div>Trois</div>", [(PARAGRAPH, w) for w in ("Un", "Deux", "Trois")], id="divs"),
        pytest.param("<p>a &lt;b&gt; c", [(PARAGRAPH, "a <b> c")], id="escaped-tags-are-words"),
        pytest.param("<p>Un <a href='x'>lien</a>.", [(PARAGRAPH, "Un lien.")], id="link"),
        pytest.param("<p> </p><p>&nbsp;</p>", [], id="empty-paragraphs"),
        pytest.param("Texte nu", [(PARAGRAPH, "Texte nu")], id="no-tag-at-all"),
        pytest.param("<p>Un <!-- caché --> deux", [(PARAGRAPH, "Un deux")], id="comment"),
    ],
)  # fmt: skip
def test_blocks_are_what_a_reader_sees(markup: str, blocks: list[tuple[BlockKind, str]]) -> None:
    assert _blocks(markup) == blocks


@pytest.mark.parametrize("level", range(1, 7))
def test_headings_keep_their_level(level: int) -> None:
    _, _, blocks = read_html(f"<h{level}>Titre</h{level}><p>Un.</p>")
    assert [block.level for block in blocks] == [level, 0]


def test_a_heading_with_a_box_in_it_keeps_its_level() -> None:
    _, _, blocks = read_html("<h3><div>Titre</div></h3><p>Un.</p>")
    assert [block.level for block in blocks] == [3, 0]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>CACHE</script>", "<style>CACHE</style>", "<template>CACHE</template>", "<noscript>CACHE</noscript>",
        "<nav>CACHE</nav>", "<form><button>CACHE</button></form>", "<iframe>CACHE</iframe>", "<p hidden>CACHE</p>",
        "<span aria-hidden='true'>CACHE</span>", "<svg><title>CACHE</title><text>CACHE</text></svg>",
        "<div hidden><script>CACHE</script></div>", "<!-- CACHE -->", "<![CDATA[CACHE]]>", "<?php CACHE ?>",
        "<img alt='CACHE'>",
    ],
)  # fmt: skip
def test_what_no_reader_sees_is_not_read(hidden: str) -> None:
    title, text, _ = read_html(f"<html><head><title>T</title></head><body><p>Un.</p>{hidden}<p>Deux.</p></body></html>")
    assert (title, text) == ("T", "Un.\n\nDeux.")


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        pytest.param("<title>Un\n titre</title><p>x", "Un titre", id="folded"),
        pytest.param("<title></title><p>x", None, id="empty"),
        pytest.param("<p>x", None, id="none"),
    ],
)
def test_the_title_is_the_pages_own(markup: str, title: str | None) -> None:
    assert read_html(markup)[0] == title


def test_a_row_of_a_table_is_one_paragraph() -> None:
    markup = (
        "<table><thead><tr><th>Commune<th>Locaux</tr></thead>"
        "<tr><td>Amiens</td><td>1&nbsp;000</td></tr><tr><td></td></tr></table>"
    )
    assert _blocks(markup) == [(PARAGRAPH, "Commune | Locaux"), (PARAGRAPH, "Amiens | 1 000")]


@pytest.mark.parametrize(
    ("cell", "seen"), [("1<sup>er</sup> lot", "1er lot"), ("<b>1</b>500", "1500"), ("<i>l</i>’offre", "l’offre")]
)
def test_a_cell_reads_as_its_page_shows_it(cell: str, seen: str) -> None:
    assert _blocks(f"<table><tr><td>{cell}</td></tr></table>") == [(PARAGRAPH, seen)]


def test_spans_lead_back_to_the_text() -> None:
    _, text, blocks = read_html("<h1>T</h1><p>Un.</p><ul><li>a<li>b</ul><table><tr><td>c</table>Fin")
    assert "\n\n".join(text[b.span.start : b.span.end] for b in blocks) == text


@pytest.mark.parametrize("markup", ["", "<", "<p", "</p></div>", "<html></html>", "&#0;&#xD800;", "<p>\x00a"])
def test_broken_markup_never_raises(markup: str) -> None:
    _, text, blocks = read_html(markup)
    assert all(0 <= b.span.start < b.span.end <= len(text) for b in blocks)
