"""What is said of the service itself: Markdown files that staff edit, in `assistant/texts/`."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

from assistant.wording import TEXTS

FILES = {"accessibility": "accessibilite.md", "privacy": "vie-privee.md", "privacy_model": "vie-privee-modele.md"}


@cache
def statement(name: str) -> str:
    """The statement of this name as HTML. HTML written in the file is shown as text."""
    text = (TEXTS / FILES[name]).read_text(encoding="utf-8")
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
