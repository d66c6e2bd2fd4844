"""Ranked sentences → the one to three quotations that answer, or the reason why none does; and the links to them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as percent_encode

from assistant.answering.question import Kind, Question
from assistant.answering.rank import RankedSentence
from assistant.index.rarity import is_unknown
from assistant.models import Chunk, Place, PlaceKind, Quote, Sentence

MOST_QUOTES = 3
CLOSE_SECOND = 0.10  # a second sentence whose score is this near is shown too
MOST_CHARACTERS = 700  # shown in all; the first quotation is shown whatever its length
MOST_RELATED = 3
LEAST_NEAR = 0.5  # share of the question's rarity that the sentence, its passage and its title must cover
LEAST_RELATED = 0.25  # below that a passage does not even come near
HARD_KINDS = frozenset({Kind.NUMBER, Kind.MONEY, Kind.WHEN, Kind.DATE})  # an answer of another kind is no answer
FRAGMENT_WORDS = 5  # at each end of a text fragment


def choose(question: Question, ranked: Sequence[RankedSentence]) -> tuple[RankedSentence, ...]:
    """The sentences to quote, best first. The first one answers; the others are nearly as good."""
    best = ranked[0]
    chosen = [best]
    shown = len(best.sentence.text)
    for candidate in ranked[1:]:
        if len(chosen) == MOST_QUOTES or best.score - candidate.score > CLOSE_SECOND:
            break
        if shown + len(candidate.sentence.text) > MOST_CHARACTERS or why_not(question, candidate):
            continue
        chosen.append(candidate)
        shown += len(candidate.sentence.text)
    return tuple(chosen)


def why_not(question: Question, ranked: RankedSentence) -> str | None:
    """The rule by which a sentence does not answer the question, or None when it does.

    The rules are about classes of questions, and each is there for what overlap of words cannot see: the same subject
    with another attribute, another place, another year.
    """
    unmet = frozenset(ranked.missing)
    if any(is_unknown(stem) and len(stem) >= 4 for stem in unmet):
        return "unknown_name"  # a place, a name or an acronym that the documents do not hold
    if question.years & unmet:
        return "other_year"
    if question.kinds & HARD_KINDS and ranked.has_kind is False:
        return "missing_kind"
    if ranked.near < LEAST_NEAR:
        return "little_in_common"
    return None


def related(ranked: Sequence[RankedSentence]) -> tuple[RankedSentence, ...]:
    """The nearest passages of a question without an answer, one sentence each."""
    seen: set[str] = set()
    near: list[RankedSentence] = []
    for candidate in ranked:
        if candidate.context < LEAST_RELATED or len(near) == MOST_RELATED:
            break
        if candidate.chunk.digest not in seen:
            seen.add(candidate.chunk.digest)
            near.append(candidate)
    return tuple(near)


def to_quote(chunk: Chunk, sentence: Sentence) -> Quote:
    """The quotation of one sentence of a chunk."""
    return Quote(
        text=sentence.text,
        span=sentence.span,
        context=chunk.text,
        document_key=chunk.document_key,
        title=chunk.title,
        kind=chunk.kind,
        date=chunk.date,
        date_is_inferred=chunk.date_is_inferred,
        heading_path=chunk.heading_path,
        speaker=chunk.speaker,
        url=chunk.url,
        deep_link=link_to(chunk.url, sentence.text, chunk.place) if chunk.url else None,
        place=chunk.place,
    )


def link_to(url: str, text: str, place: Place | None) -> str:
    """What opens the document as near the text as can be: a text fragment, a PDF's page, or a deck at its beginning."""
    if place is None:
        return deep_link(url, text)
    return f"{url.partition('#')[0]}#page={place.number}" if place.kind is PlaceKind.PAGE else url


def deep_link(url: str, text: str) -> str:
    """The URL with a text fragment (https://wicg.github.io/scroll-to-text-fragment/) that opens the page at the text.

    A long text is given by its first and last words. Commas, dashes and ampersands have a meaning there: encoded.
    """
    found = text.split()
    ends = (found[:FRAGMENT_WORDS], found[-FRAGMENT_WORDS:]) if len(found) > 2 * FRAGMENT_WORDS else (found,)
    fragment = ",".join(percent_encode(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{url}{':~:' if '#' in url else '#:~:'}text={fragment}"
