"""The blocks of a page → sections: one paragraph, or one list with the sentence that introduces it."""

from __future__ import annotations

from itertools import groupby

from assistant.documents.sentences import split_sentences
from assistant.models import BlockKind, Page, Place, PlaceKind, Section, Span


def split_sections(page: Page) -> tuple[Section, ...]:
    """The sections of a page, in order. The page's own title is not repeated in the heading paths.

    A section never crosses a place. The headings of a PDF's page hold on the next ones, those of a slide do not.
    """
    sections: list[Section] = []
    headings: list[tuple[int, str]] = []
    follows_heading = True  # nothing to introduce a list, yet
    here: Place | None = None
    for (kind, place), run in groupby(page.blocks, key=lambda block: (block.kind, block.place)):
        blocks = list(run)
        if place != here:
            follows_heading = True
            headings = [] if place and place.kind is PlaceKind.SLIDE else headings
            here = place
        if kind is BlockKind.HEADING:
            for block in blocks:
                headings = [*(h for h in headings if h[0] < block.level), (block.level, block.span.folded(page.text))]
            follows_heading = True
            continue
        path = tuple(text for _, text in headings if text != page.title)
        if kind is BlockKind.PARAGRAPH:
            sections.extend(Section(path, block.span, place=place) for block in blocks)
        else:
            span = Span(blocks[0].span.start, blocks[-1].span.end)
            lead_in = None if follows_heading else _lead_in(page.text, sections[-1])
            sections.append(Section(path, span, lead_in, place))
        follows_heading = False
    return tuple(sections)


def _lead_in(text: str, before: Section) -> Span | None:
    """The last sentence before the list, if it ends with a colon."""
    sentences = split_sentences(text, before.span)
    if sentences and text[sentences[-1].start : sentences[-1].end].endswith(":"):
        return sentences[-1]
    return None
