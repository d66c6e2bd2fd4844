"""What is said of the service itself: Markdown files that staff edit, in `assistant/texts/`."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

from assistant.wording import TEXTS

FILES = {"accessibility": "accessibilite.md", "privacy": "vie-privee.md"}
# Where the privacy statement goes on with what holds when a language model writes, and the file that says it.
MODEL_MARK = "<!-- modele -->"
MODEL_FILE = "vie-privee-modele.md"


@cache
def statement(name: str, has_model: bool = False) -> str:
    """The statement of this name as HTML; what the file has of HTML is text. `has_model`: one writes answers."""
    text = (TEXTS / FILES[name]).read_text(encoding="utf-8")
    on_model = (TEXTS / MODEL_FILE).read_text(encoding="utf-8") if has_model else ""
    text = text.replace(MODEL_MARK, on_model)
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
