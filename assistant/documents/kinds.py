"""What a document of a site calls itself: « Séminaire … du 18 novembre 2016 », « la note ci-jointe ».

An address only says « news » or « file ». The words are in the texts file, so that people can add theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from assistant.models import BlockKind, Page
from assistant.wording import wording

HEAD = 3  # blocks of a page that may name it
LONGEST_HEAD = 250  # characters of such a block; of a longer one, what stands before them


def with_own_kind(page: Page) -> Page:
    """The page with the kind that it gives itself, or that the sentence introducing it gives; else unchanged."""
    words = wording("kinds.files" if page.introduction else "kinds.pages")
    for text in _heads(page):
        folded = _folded(text)
        for word, kind in words.items():
            if re.search(rf"\b{_folded(word)}s?\b", folded):
                return replace(page, kind=kind)
    return page


def _heads(page: Page) -> Iterator[str]:
    if page.introduction:
        yield page.introduction.sentence
        return
    yield page.title
    for block in page.blocks[:HEAD]:
        if block.kind is not BlockKind.ITEM:
            yield block.span.folded(page.text)[:LONGEST_HEAD]


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
