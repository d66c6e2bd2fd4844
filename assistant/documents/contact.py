"""The syndicate's contact record, as a document of its own: read once from the frame of its pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from assistant.models import CONTACT_KEY, Access, Block, BlockKind, Page, Span
from assistant.wording import sentence

BETWEEN = "\n\n"


def record_text(record: Page) -> str:
    """The lines of a record that was found in a frame."""
    return BETWEEN.join(block.span.folded(record.text) for block in record.blocks)


def contact_page(text: str, page_url: str | None) -> Page:
    """The record whose lines these are, found on a page of this address; it opens the site."""
    blocks = []
    start = 0
    for line in text.split(BETWEEN):
        blocks.append(Block(BlockKind.PARAGRAPH, Span(start, start + len(line))))
        start += len(line) + len(BETWEEN)
    return Page(
        key=CONTACT_KEY,
        title=sentence("document.contact_title"),
        kind=sentence("document.contact_kind"),
        date=None,
        date_is_inferred=False,
        url=_site(page_url),
        access=Access.PUBLIC,
        text=text,
        blocks=tuple(blocks),
        source_name=CONTACT_KEY,
    )


def _site(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
