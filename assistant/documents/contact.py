"""The syndicate's contact record, as a document of its own: read once from the frame of its pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from assistant.documents.frame import BETWEEN, matched_lines
from assistant.models import CONTACT_KEY, Access, Block, BlockKind, Contact, Page, Span
from assistant.wording import sentence


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


def contact_fields(page: Page) -> Contact:
    """The fields of a contact record, verbatim."""
    fields = {}
    for block in page.blocks:
        for line in matched_lines(page.text, block.span) or []:
            fields[line.rule.field] = line.span.folded(page.text)
    return Contact(
        name=fields.get("name", ""),
        address=fields.get("address", ""),
        phone=fields.get("phone", ""),
        fax=fields.get("fax", ""),
        url=page.url or "",
        document_key=page.key,
    )


def _site(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
