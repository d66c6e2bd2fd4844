"""Markdown → visible text and blocks: what is quoted is words, not marks."""

from __future__ import annotations

import pytest

from assistant.documents.markdown import read_markdown
from assistant.models import BlockKind

HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM


def _blocks(markdown: str) -> list[tuple[BlockKind, str]]:
    text, blocks = read_markdown(markdown)
    return [(block.kind, text[block.span.start : block.span.end]) for block in blocks]


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        pytest.param("# T\n\nUn.", [(HEADING, "T"), (PARAGRAPH, "Un.")], id="heading"),
        pytest.param("T\n===\n\nUn.", [(HEADING, "T"), (PARAGRAPH, "Un.")], id="underlined-heading"),
        pytest.param("Un **deux** _trois_ `quatre`.", [(PARAGRAPH, "Un deux trois quatre.")], id="emphasis"),
        pytest.param("Un [lien](https://x.fr).", [(PARAGRAPH, "Un lien.")], id="link"),
        pytest.param("![image](x.png) Un.", [(PARAGRAPH, "Un.")], id="image"),
        pytest.param("- a\n- b\n\n1. c", [(ITEM, "a"), (ITEM, "b"), (ITEM, "c")], id="lists"),
        pytest.param("- a\n\n- b", [(ITEM, "a"), (ITEM, "b")], id="loose-list"),
        pytest.param("> Un.", [(PARAGRAPH, "Un.")], id="quotation"),
        pytest.param("Un\ndeux.", [(PARAGRAPH, "Un deux.")], id="wrapped"),
        pytest.param("Un  \ndeux.", [(PARAGRAPH, "Un\ndeux.")], id="hard-break"),
        pytest.param("|a|b|\n|-|-|\n|c|d|", [(PARAGRAPH, "a | b"), (PARAGRAPH, "c | d")], id="table"),
        pytest.param("---\n\nUn.", [(PARAGRAPH, "Un.")], id="rule"),
        pytest.param("1500 \\* 2", [(PARAGRAPH, "1500 * 2")], id="escaped"),
        pytest.param("snake_case et 2*3*4", [(PARAGRAPH, "snake_case et 234")], id="marks-inside-words"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_blocks_are_what_a_reader_sees(markdown: str, blocks: list[tuple[BlockKind, str]]) -> None:
    assert _blocks(markdown) == blocks


def test_heading_levels_are_kept() -> None:
    _, blocks = read_markdown("# A\n\n### B\n\nUn.")
    assert [block.level for block in blocks] == [1, 3, 0]


@pytest.mark.parametrize(
    "markup", ["<script>alert(1)</script>", "<p hidden>x</p>", "<b onclick=x>gras</b>", "<nav>x</nav>"]
)
def test_html_inside_is_shown_and_not_obeyed(markup: str) -> None:
    assert read_markdown(f"Un {markup} deux.")[0] == f"Un {markup} deux."
