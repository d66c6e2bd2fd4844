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

END = re.compile(r"[.!?…]+(?:\s?»|[\"”)\]])*(?=\s+[«\"“(•\s]*[A-ZÀ-ÖØ-Þ0-9•])")
SEMICOLON = re.compile(r";(?=\s)")
# « ici » ends what it links: « Vous trouverez ici la liste » and « d'ici 2024 » are sentences.
LINK = re.compile(
    r"(?:Voir|Lire|Télécharger|Consulter|Vous (?:re)?trouverez|Retrouvez)\b[^.\n•]{0,140}?(?<!['’])\bici\b[ \u00a0]*"
    r"(?:\.|(?=\s*(?:[A-ZÀ-Þ•\n]|\Z)))"
)
INLINE_BULLET = re.compile(r"[•⇒▪●][\s\u00a0]*")
# Never the end of a sentence, and never before a number.
ABBREVIATION = re.compile(
    r"\b(?:(?i:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|St|Ste|av|bd|bld|cf|dép|éd|ex|hab|ibid|obs|op|resp|suiv|janv|févr|avr|juil"
    r"|sept|oct|nov|déc)|[A-ZÀ-Ý])\.$"
)
NUMBERED = re.compile(
    r"\b(?i:art|al|ch|chap|env|fig|max|min|n|no|nos|p|pp|par|réf|t|tél|v|vol|article|chapitre|titre|annexe \d+|lot)"
    r"(?:\. ?|\s+\d{1,3}\.)$"
)
ITEM_NUMBER = re.compile(r"\s*\d{1,3}[.)]")
LONG_SIDE = 80  # characters on each side of a semicolon for it to part two sentences
SHORT_ITEM = 160  # characters; a longer inline item is a sentence of its own
LONGEST_ASIDE = 200  # characters; an end inside a longer quotation or parenthesis is an end
TRIMMED = " \t\n\r\f\v\u00a0\u202f"


def split_sentences(text: str, span: Span) -> tuple[Span, ...]:
    """The sentences of `text[span]`, without surrounding white space, in order. Links are left out."""
    spans = []
    for piece in _between_links(text, span):
        for part in _between_ends(text, piece):
            spans.extend(_inline_list(text, part))
    return tuple(spans)


def _between_links(text: str, span: Span) -> list[Span]:
    pieces = []
    start = span.start
    for link in LINK.finditer(text, span.start, span.end):
        pieces.append(Span(start, link.start()))
        start = link.end()
    pieces.append(Span(start, span.end))
    return [trimmed for piece in pieces if (trimmed := _trim(text, piece))]


def _between_ends(text: str, span: Span) -> list[Span]:
    cuts: list[int] = []
    for end in END.finditer(text, span.start, span.end):
        if _is_end(text, cuts[-1] if cuts else span.start, end.end(), span.end):
            cuts.append(end.end())
    for mark in SEMICOLON.finditer(text, span.start, span.end):
        before = max((cut for cut in [span.start, *cuts] if cut <= mark.start()), default=span.start)
        after = min((cut for cut in [*cuts, span.end] if cut > mark.end()), default=span.end)
        if mark.start() - before >= LONG_SIDE and after - mark.end() >= LONG_SIDE:
            cuts.append(mark.end())
    edges = [span.start, *sorted(cuts), span.end]
    parts = (Span(start, end) for start, end in pairwise(edges))
    return [trimmed for part in parts if (trimmed := _trim(text, part))]


def _is_end(text: str, start: int, position: int, limit: int) -> bool:
    """Does the sentence that begins at `start` end at `position`?"""
    so_far = text[start:position]
    if ITEM_NUMBER.fullmatch(so_far) or ABBREVIATION.search(so_far[-12:]):
        return False
    number_follows = text[position:limit].lstrip()[:1].isdigit()
    if NUMBERED.search(so_far[-16:]) and (number_follows or so_far[-2].isdigit()):
        return False
    if so_far.count("(") > so_far.count(")") and 0 <= text.find(")", position, limit) - position < LONGEST_ASIDE:
        return False
    opened = so_far.rfind("«")
    return opened < 0 or "»" in so_far[opened:] or len(so_far) - opened > LONGEST_ASIDE


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
