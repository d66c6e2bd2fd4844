"""Markdown → text and blocks, by way of HTML: a quotation shows words, not asterisks and brackets."""

from __future__ import annotations

from markdown_it import MarkdownIt

from assistant.documents.html import read_html
from assistant.models import Block


def read_markdown(text: str) -> tuple[str, tuple[Block, ...]]:
    """The visible text and its blocks. HTML inside the Markdown is shown as text, not obeyed."""
    markup = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    reading = read_html(markup)
    return reading.text, reading.blocks
