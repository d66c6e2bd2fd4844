"""What a document of a site is: « Séminaire … du 18 novembre 2016 » on a page, « la note ci-jointe » before a file.

An address only says « news » or « file ». The words are in the texts file, so that people can add theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from assistant.models import BlockKind, Introduction, Page
from assistant.wording import wording

HEAD = 3  # blocks of a page that may name it
LONGEST_HEAD = 250  # characters of such a block; of a longer one, its beginning


def kind_of_page(page: Page) -> str | None:
    """What the page calls itself in its title or its first lines."""
    heads = (block for block in page.blocks[:HEAD] if block.kind is not BlockKind.ITEM)
    return _first((page.title, *(block.span.folded(page.text)[:LONGEST_HEAD] for block in heads)), "kinds.pages")


def kind_of_file(introduction: Introduction) -> str | None:
    """What the sentence that introduces a file calls it."""
    return _first((introduction.sentence,), "kinds.files")


def _first(texts: Iterable[str], key: str) -> str | None:
    for text in map(_folded, texts):
        for word, kind in wording(key).items():
            if re.search(rf"\b{_folded(word)}s?\b", text):
                return str(kind)
    return None


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
