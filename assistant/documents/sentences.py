"""A passage of French prose → the sentences in it, as spans. The unit that an answer quotes.

The rules: split after . ! ? … before a capital, a digit, a quotation mark or a bullet; not after an abbreviation or an
initial, not inside parentheses or a short quotation; split at a semicolon only between two long sides; a list run into
the paragraph stays with the sentence that introduces it while its items are short; « Voir la présentation … ici » is a
link, not a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.models import Span

END = re.compile(r"[.!?…]+[\"”»)\]]*(?=\s+[«\"“(•\s]*[A-ZÀ-ÖØ-Þ0-9•])")
SEMICOLON = re.compile(r";(?=\s)")
LINK = re.compile(
    r"(?:Voir|Lire|Télécharger|Consulter|Vous (?:re)?trouverez|Retrouvez)\b[^.\n•]{0,140}?\bici\b[ \u00a0]*\.?"
)
INLINE_BULLET = re.compile(r"[•⇒▪●][\s\u00a0]*")
ABBREVIATION = re.compile(
    r"\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|St|Ste|art|al|av|bd|bld|chap|cf|ch|dép|éd|env|etc|ex|fig|hab|id|ibid|inf|max|min|n"
    r"|no|nos|obs|op|p|pp|par|réf|resp|sq|suiv|sup|t|tél|temp|tom|v|vol|janv|févr|avr|juil|sept|oct|nov|déc|[A-ZÀ-Ý])\.$"
)
SENTENCE_ABBREVIATION = re.compile(r"\betc\.$")  # ends a sentence more often than not before a capital
LONG_SIDE = 80  # characters on each side of a semicolon for it to part two sentences
SHORT_ITEM = 160  # characters; a longer inline item is a sentence of its own
SHORT_QUOTATION = 200  # characters; an end inside a longer quotation is an end
TRIMMED = " \t\n\r\f\v\u00a0\u202f"


def split_sentences(text: str, span: Span) -> tuple[Span, ...]:
    """The sentences of `text[span]`, without surrounding white space, in order. Links are left out."""
    spans = []
    for piece in _between_links(text, span):
        for part in _between_ends(text, piece):
            spans.extend(_inline_list(text, part))
    return tuple(spans)


def is_link(text: str) -> bool:
    """Is this only the label of a link to another document?"""
    return bool(LINK.fullmatch(text.strip(TRIMMED)))


def ends_with_link(text: str, end: int, limit: int) -> bool:
    """Does a link to another document follow position `end`, before `limit`?"""
    return bool(LINK.match(text, end + len(text[end:limit]) - len(text[end:limit].lstrip(TRIMMED)), limit))


def _between_links(text: str, span: Span) -> list[Span]:
    pieces = []
    start = span.start
    for link in LINK.finditer(text, span.start, span.end):
        pieces.append(Span(start, link.start()))
        start = link.end()
    pieces.append(Span(start, span.end))
    return [trimmed for piece in pieces if (trimmed := _trim(text, piece))]


def _between_ends(text: str, span: Span) -> list[Span]:
    cuts = [m.end() for m in END.finditer(text, span.start, span.end) if _is_end(text, span.start, m.end())]
    for mark in SEMICOLON.finditer(text, span.start, span.end):
        before = max((cut for cut in [span.start, *cuts] if cut <= mark.start()), default=span.start)
        after = min((cut for cut in [*cuts, span.end] if cut > mark.end()), default=span.end)
        if mark.start() - before >= LONG_SIDE and after - mark.end() >= LONG_SIDE:
            cuts.append(mark.end())
    edges = [span.start, *sorted(cuts), span.end]
    parts = (Span(start, end) for start, end in pairwise(edges))
    return [trimmed for part in parts if (trimmed := _trim(text, part))]


def _is_end(text: str, start: int, position: int) -> bool:
    before = text[max(start, position - 12) : position]
    if ABBREVIATION.search(before) and not SENTENCE_ABBREVIATION.search(before):
        return False
    sofar = text[start:position]
    if sofar.count("(") > sofar.count(")"):
        return False
    opened = sofar.rfind("«")
    return opened < 0 or "»" in sofar[opened:] or len(sofar) - opened > SHORT_QUOTATION


def _inline_list(text: str, span: Span) -> list[Span]:
    """A sentence that runs into bullets: whole while its items are short, else one sentence an item."""
    bullets = [m for m in INLINE_BULLET.finditer(text, span.start, span.end) if m.start() > span.start]
    if not bullets:
        return [span]
    ends = [*(m.start() for m in bullets[1:]), span.end]
    items = [Span(m.end(), end) for m, end in zip(bullets, ends, strict=True)]
    if all(item.end - item.start <= SHORT_ITEM for item in items):
        return [span]
    parts = [Span(span.start, bullets[0].start()), *items]
    return [trimmed for part in parts if (trimmed := _trim(text, part))]


def _trim(text: str, span: Span) -> Span | None:
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip(TRIMMED))
    end = span.end - (len(piece) - len(piece.rstrip(TRIMMED)))
    return Span(start, end) if any(c.isalnum() for c in text[start:end]) else None
