"""HTML → visible text and blocks."""

from __future__ import annotations

import pytest

from assistant.documents.html import read_html
from assistant.models import BlockKind
from assistant.settings import ROOT
from tests.typo3_pages import SEMINAR_FILES, SEMINAR_TITLE, SEMINAR_URL, SITE, seminar_page

PAGE = "https://www.sommenumerique.fr/actualites/detail?tx_ttnews%5Btt_news%5D=194"
HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM


def _blocks(markup: str) -> list[tuple[BlockKind, str]]:
    page = read_html(markup)
    return [(block.kind, page.text[block.span.start : block.span.end]) for block in page.blocks]


def _links(markup: str, url: str | None = PAGE) -> list[tuple[str, str]]:
    page = read_html(markup, url)
    return [(page.text[link.span.start : link.span.end], link.url) for link in page.links]


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
        pytest.param("<p>12&nbsp;345&nbsp;&euro;", [(PARAGRAPH, "12 345 €")], id="entities"),
        pytest.param("<div>Un<div>Deux</div>Trois</div>", [(PARAGRAPH, w) for w in ("Un", "Deux", "Trois")], id="divs"),
        pytest.param("<p>a &lt;b&gt; c", [(PARAGRAPH, "a <b> c")], id="escaped-tags-are-words"),
        pytest.param("<p>Un <a href='x'>lien</a>.", [(PARAGRAPH, "Un lien.")], id="link"),
        pytest.param("<p> </p><p>&nbsp;</p>", [], id="empty-paragraphs"),
        pytest.param("Texte nu", [(PARAGRAPH, "Texte nu")], id="no-tag-at-all"),
        pytest.param("<p>Un <!-- caché --> deux", [(PARAGRAPH, "Un deux")], id="comment"),
        pytest.param("<dl><dt>ENT<dd>Espace<dt>FttH<dd>Fibre<dd>Abonné</dl>",
                     [(PARAGRAPH, "ENT | Espace"), (PARAGRAPH, "FttH | Fibre | Abonné")], id="definitions"),
        pytest.param("<table><caption>Lots</caption><tr><td>1</table>", [(PARAGRAPH, "Lots"), (PARAGRAPH, "1")],
                     id="caption"),
        pytest.param("<p>num&shy;érique &#8203;ici", [(PARAGRAPH, "numérique ici")], id="invisible-characters"),
        pytest.param("<p>a<br><br>b", [(PARAGRAPH, "a\nb")], id="two-breaks"),
        pytest.param("<p>a<br> b <b> c</b>", [(PARAGRAPH, "a\nb c")], id="break-and-spaces"),
        pytest.param("<p>Un lien :</p><p><a href='/x'>https://x.fr/</a>.</p><p>Fin.",
                     [(PARAGRAPH, "Un lien :\n\nhttps://x.fr/."), (PARAGRAPH, "Fin.")], id="address-alone"),
        pytest.param("<h2>T</h2><p>www.x.fr", [(HEADING, "T"), (PARAGRAPH, "www.x.fr")], id="address-under-a-heading"),
        pytest.param("<p>a<wbr>b<b></b>c", [(PARAGRAPH, "abc")], id="nothing-between"),
        pytest.param("<?xml version='1.0' encoding='latin-1'?><p>é", [(PARAGRAPH, "é")], id="declares-an-encoding"),
    ],
)  # fmt: skip
def test_blocks_are_what_a_reader_sees(markup: str, blocks: list[tuple[BlockKind, str]]) -> None:
    assert _blocks(markup) == blocks


@pytest.mark.parametrize("level", range(1, 7))
def test_headings_keep_their_level(level: int) -> None:
    blocks = read_html(f"<h{level}>Titre</h{level}><p>Un.</p>").blocks
    assert [block.level for block in blocks] == [level, 0]


def test_a_heading_with_a_box_in_it_keeps_its_level() -> None:
    blocks = read_html("<h3><div>Titre</div></h3><p>Un.</p>").blocks
    assert [block.level for block in blocks] == [3, 0]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>CACHE</script>", "<style>CACHE</style>", "<template>CACHE</template>", "<noscript>CACHE</noscript>",
        "<nav>CACHE</nav>", "<form><button>CACHE</button></form>", "<iframe>CACHE</iframe>", "<p hidden>CACHE</p>",
        "<span aria-hidden='true'>CACHE</span>", "<svg><title>CACHE</title><text>CACHE</text></svg>",
        "<p style='color:red; DISPLAY : none'>CACHE</p>", "<i style='visibility:hidden'>CACHE</i>",
        "<button>CACHE</button>", "<select><option>CACHE</select>",
        "<div hidden><script>CACHE</script></div>", "<!-- CACHE -->", "<![CDATA[CACHE]]>", "<?php CACHE ?>",
        "<img alt='CACHE'>",
    ],
)  # fmt: skip
def test_what_no_reader_sees_is_not_read(hidden: str) -> None:
    page = read_html(f"<html><head><title>T</title></head><body><p>Un.</p>{hidden}<p>Deux.</p></body></html>")
    assert (page.title, page.text) == ("T", "Un.\n\nDeux.")


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        pytest.param("<title>Un\n titre</title><p>x", "Un titre", id="folded"),
        pytest.param("<title></title><p>x", None, id="empty"),
        pytest.param("<p>x", None, id="none"),
    ],
)
def test_the_title_is_the_pages_own(markup: str, title: str | None) -> None:
    assert read_html(markup).title == title


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
    page = read_html("<h1>T</h1><p>Un.</p><ul><li>a<li>b</ul><table><tr><td>c</table>Fin")
    assert "\n\n".join(page.text[b.span.start : b.span.end] for b in page.blocks) == page.text


@pytest.mark.parametrize("markup", ["", "<", "<p", "</p></div>", "<html></html>", "&#0;&#xD800;", "<p>\x00a"])
def test_broken_markup_never_raises(markup: str) -> None:
    page = read_html(markup)
    assert all(0 <= b.span.start < b.span.end <= len(page.text) for b in page.blocks)


@pytest.mark.parametrize(
    ("markup", "levels"),
    [
        ("<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", [0, 1, 2, 0]),
        ("<li>sans liste", [0]),
        ("<ul><li>a</ul><p>b</p><ul><li>c</ul>", [0, 0, 0]),
    ],
)
def test_items_know_how_deep_they_stand(markup: str, levels: list[int]) -> None:
    assert [block.level for block in read_html(markup).blocks] == levels


@pytest.mark.parametrize(
    ("cell", "blocks"),
    [
        pytest.param("<h2>T</h2><p>Un.", [(HEADING, "T"), (PARAGRAPH, "Un.")], id="headings"),
        pytest.param("<ul><li>Un<li>Deux</ul>", [(ITEM, "Un"), (ITEM, "Deux")], id="lists"),
        pytest.param("<table><tr><td>a<td>b</table>", [(PARAGRAPH, "a | b")], id="table-in-a-table"),
        pytest.param(
            f"<p>{'Un. ' * 200}<p>Deux.", [(PARAGRAPH, ("Un. " * 200).strip()), (PARAGRAPH, "Deux.")], id="long"
        ),
    ],
)
def test_a_table_that_lays_the_page_out_is_no_table(cell: str, blocks: list[tuple[BlockKind, str]]) -> None:
    assert _blocks(f"<table><tr><td>{cell}</td></tr></table>") == blocks


@pytest.mark.parametrize(
    ("cell", "row"),
    [("<p>a</p><p>b</p>", "a b"), ("a<br>b", "a b"), ("<div>a</div>", "a"), ("<a href='/x'>a</a> b", "a b")],
)
def test_a_cell_is_on_one_line(cell: str, row: str) -> None:
    assert _blocks(f"<table><tr><td>{cell}</td><td>c</td></tr></table>") == [(PARAGRAPH, f"{row} | c")]


@pytest.mark.parametrize("depth", [250, 300, 1900])
def test_words_nested_deep_are_not_lost(depth: int) -> None:
    assert read_html("<div>" * depth + "Texte.").text == "Texte."


def test_a_page_nested_without_end_is_refused_and_not_cut_short() -> None:
    with pytest.raises(RecursionError):
        read_html("<p>Début.</p>" + "<div>" * 5000 + "Texte.")


# ---------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("fileadmin/a.pdf", "https://www.sommenumerique.fr/actualites/fileadmin/a.pdf"),
        ("/fileadmin/a.pdf", "https://www.sommenumerique.fr/fileadmin/a.pdf"),
        ("/a/../b.pdf", "https://www.sommenumerique.fr/b.pdf"),
        ("//cdn.exemple.fr/a.pdf", "https://cdn.exemple.fr/a.pdf"),
        ("https://exemple.fr/a?b=c&amp;d=e", "https://exemple.fr/a?b=c&d=e"),
        ("?page=2", "https://www.sommenumerique.fr/actualites/detail?page=2"),
        (" /une\n note.pdf ", "https://www.sommenumerique.fr/une%20note.pdf"),
        ("/a.pdf#page=3", "https://www.sommenumerique.fr/a.pdf#page=3"),
    ],
)
def test_links_are_absolute(href: str, url: str) -> None:
    assert _links(f"<p>Voir <a href='{href}'>ici</a>.") == [("ici", url)]


@pytest.mark.parametrize(
    "anchor",
    [
        "<a href='mailto:a@b.fr'>x</a>", "<a href='javascript:x()'>x</a>", "<a href='tel:0322222727'>x</a>",
        "<a href='#bas'>x</a>", "<a href=''>x</a>", "<a name='x'>x</a>", "<a href='http://[/'>x</a>",
        "<a href='/a'><img src='i.png'></a>", "<nav><a href='/a'>x</a></nav>",
    ],
)  # fmt: skip
def test_what_leads_to_no_page_or_shows_no_word_is_no_link(anchor: str) -> None:
    assert _links(f"<p>Un {anchor} deux.") == []


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://www.sommenumerique.fr/", "https://www.sommenumerique.fr/a.pdf"),
        ("/dossier/", "https://www.sommenumerique.fr/dossier/a.pdf"),
        ("javascript:x", "https://www.sommenumerique.fr/actualites/a.pdf"),
    ],
)
def test_links_start_from_the_base_that_the_page_declares(base: str, url: str) -> None:
    assert _links(f"<head><base href='{base}'></head><p><a href='a.pdf'>ici</a>") == [("ici", url)]


def test_a_relative_link_of_a_page_without_address_leads_nowhere() -> None:
    assert _links("<a href='a.pdf'>ici</a> <a href='/b.pdf'>là</a> <a href='http://x.fr/'>loin</a>", None) == [
        ("loin", "http://x.fr/")
    ]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        pytest.param("<p>Voir <a href='/a'> la  <b>note</b> </a>ici", ["la note"], id="spaces-and-tags"),
        pytest.param("<p>a<br><a href='/a'>b<br>c</a>", ["b\nc"], id="over-a-line-end"),
        pytest.param("<a href='/a'><p>Un.</p><p>Deux.</p></a>", ["Un.", "Deux."], id="over-two-blocks"),
        pytest.param("<table><tr><td>x<td><a href='/a'>b</a><td>c</table>", ["b"], id="in-a-cell"),
        pytest.param("<p><a href='/a'>b<a href='/c'>d</a>", ["b", "d"], id="unclosed"),
        pytest.param("<ul><li><a href='/a'>b</a></ul>", ["b"], id="in-an-item"),
    ],
)
def test_a_link_covers_the_words_that_show_it(markup: str, shown: list[str]) -> None:
    assert [text for text, _ in _links(markup)] == shown


# ---------------------------------------------------------------------------------------------- the site's pages


def test_the_page_of_the_seminar_gives_the_words_of_its_text_and_its_ten_files() -> None:
    page = read_html(seminar_page(), SEMINAR_URL)
    text = (ROOT / "corpus" / "public" / "2016-11-18_seminaire-amenagement-numerique.txt").read_text("utf-8")
    document = " ".join(text.partition(SEMINAR_TITLE + "\n")[2].rpartition("Somme numérique 2024")[0].split())
    assert " ".join(page.text.split()).count(SEMINAR_TITLE) == 1
    read = " ".join(page.text.partition(SEMINAR_TITLE)[2].partition("Retour à la liste")[0].split())
    # The bullets at the beginning of a line have become list items.
    assert read == document.replace("points : • La", "points : La").replace(". • ", ". ").replace(" ». • ", " ». ")
    files = [link.url for link in page.links if "seminaire_2016" in link.url]
    assert files == [SITE + path for _, path in SEMINAR_FILES]
    assert {page.text[x.span.start : x.span.end] for x in page.links if "seminaire_2016" in x.url} == {"ici"}
