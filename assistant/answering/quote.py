"""Ranked sentences → the one to three quotations that answer, or the reason why none does; and the links to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from urllib.parse import quote as percent_encode

from assistant.answering.question import Kind, Question
from assistant.answering.rank import RankedSentence
from assistant.index.french import fold, words
from assistant.index.rarity import is_unknown
from assistant.models import CONTACT_KEY, Chunk, Place, PlaceKind, Quote, Sentence, Span
from assistant.wording import texts

MOST_QUOTES = 3
CLOSE_SECOND = 0.10  # a second sentence whose score is this near is shown too
OTHER_DATE = 0.35  # the same for an answer of the expected kind in a document of another date: both are told
MOST_CHARACTERS = 700  # shown in all; the first quotation is shown whatever its length
MOST_RELATED = 3
LEAST_NEAR = 0.5  # share of the question's rarity that the sentence, its passage and its title must cover
# The same when what is asked to be counted stands beside a number. On PIAF's 92 « combien de » questions, such a
# sentence came first for 17 when their paragraph was taken away, and was right 35 times in 46 when it was there.
LEAST_NEAR_COUNTED = 0.35
# Largest share of the question that one word may hold which the passage does not. On PIAF (588 questions), 0.35 keeps 1
# point more of the unanswerable away and shows 2 points fewer answers, as often right.
LARGEST_FAR = 0.4
LEAST_OWN_SUM = 0.25  # share of the question that the sentence itself must cover when a sum is asked for
LEAST_RELATED = 0.15  # share of the question met by anything around: below that a passage does not even come near
HARD_KINDS = frozenset(
    {Kind.NUMBER, Kind.MONEY, Kind.WHEN, Kind.DATE, Kind.CONTACT}
)  # an answer of another kind is no answer
LEAST_FOUND = 0.3  # and the score of the search that it must have, the best one's being 1
MOST_TOGETHER = 450  # characters of a sentence and of the one before, shown together
# A pronoun or « ce marché » at the beginning; « il y a », « il faut », « cette année » name nothing.
LEANING = re.compile(
    r"(?:ils?|elles?|celui-ci|celle-ci|ceux-ci|celles-ci|cela|ceci|ce|cet|cette|ces)\b(?!['-])"
    r"(?! (?:y a|faut|convient|est (?:possible|necessaire|important)|annee|mois|jour|semaine|jours)\b)"
)
FRAGMENT_WORDS = 5  # at each end of a text fragment


def choose(question: Question, ranked: Sequence[RankedSentence]) -> tuple[RankedSentence, ...]:
    """The sentences to quote. The first one answers; the others are nearly as good, or say the same of another date.

    Best first; but when the present is asked for, newest first.
    """
    best = ranked[0]
    chosen = [best]
    shown = len(best.sentence.text)
    for candidate in ranked[1:]:
        near = best.score - candidate.score <= CLOSE_SECOND or _of_another_date(question, chosen, candidate)
        if len(chosen) == MOST_QUOTES or best.score - candidate.score > OTHER_DATE:
            break
        if not near or shown + len(candidate.sentence.text) > MOST_CHARACTERS or why_not(question, candidate):
            continue
        chosen.append(candidate)
        shown += len(candidate.sentence.text)
    if question.present:
        chosen.sort(key=lambda one: one.chunk.date or "", reverse=True)
    return tuple(chosen)


def _of_another_date(question: Question, chosen: Sequence[RankedSentence], candidate: RankedSentence) -> bool:
    """« 70 adhérents » in 2016, « 82 » in 2020: the same kind of answer from a document of another date."""
    dates = {one.chunk.date for one in chosen}
    return (
        not question.years
        and candidate.has_kind is True
        and bool(candidate.chunk.date)
        and (candidate.chunk.date not in dates)
    )


def standing_alone(chosen: RankedSentence) -> Sentence:
    """The sentence to show; with the one before when it leans on it: « Il a ensuite… », « Ce marché… », « ; et les… ».

    Both as they stand in the passage, one after the other; alone when anything is between them, or both are too long.
    """
    sentences = chosen.chunk.sentences
    position = next((n for n, one in enumerate(sentences) if one.span == chosen.sentence.span), 0)
    if not position or not leans(chosen.sentence.text):
        return chosen.sentence
    before = sentences[position - 1]
    both = f"{before.text} {chosen.sentence.text}"
    if len(both) > MOST_TOGETHER or both not in chosen.chunk.text:
        return chosen.sentence
    return Sentence(both, Span(before.span.start, chosen.sentence.span.end))


def leans(text: str) -> bool:
    """Does a sentence speak of what the one before named, or go on with it?"""
    return text[:1].islower() or bool(LEANING.match(fold(text)))


def why_not(question: Question, ranked: RankedSentence) -> str | None:
    """The rule by which a sentence does not answer the question, or None when it does.

    The rules are about classes of questions, and each is there for what overlap of words cannot see: the same subject
    with another attribute, another place, another year.
    """
    return next((name for name, refuses in RULES.items() if refuses(question, ranked)), None)


def _unknown_name(_: Question, ranked: RankedSentence) -> bool:
    """A place, a name or an acronym that the documents do not hold."""
    return any(is_unknown(stem) and len(stem) >= 4 for stem in ranked.missing)


def _other_year(question: Question, ranked: RankedSentence) -> bool:
    return bool(question.years & ranked.far.keys())


def _missing_kind(question: Question, ranked: RankedSentence) -> bool:
    """A number, a sum, a date, a way to reach somebody is asked for, and there is none."""
    return bool(question.kinds & HARD_KINDS) and ranked.has_kind is False


def _far_word(_: Question, ranked: RankedSentence) -> bool:
    """The passage does not hold the word that the question is about."""
    return max(ranked.far.values(), default=0.0) > LARGEST_FAR


def _not_counted(question: Question, ranked: RankedSentence) -> bool:
    """« combien de communes »: there are numbers, but of something else."""
    return question.counts and question.head is not None and not ranked.head_counted


def _little_in_common(question: Question, ranked: RankedSentence) -> bool:
    return ranked.near < (LEAST_NEAR_COUNTED if question.counts else LEAST_NEAR)


def _other_sum(question: Question, ranked: RankedSentence) -> bool:
    """« combien coûte le raccordement »: a sum is of what its own sentence says, not of what stands around it."""
    return Kind.MONEY in question.kinds and ranked.own < LEAST_OWN_SUM


def _other_one(question: Question, ranked: RankedSentence) -> bool:
    """« combien de collèges »: it speaks of schools; « en avril »: it counts those of March."""
    asked = {word.surface for word in words(question.plain)}
    said = {word.surface for word in words(ranked.sentence.text)}
    counted = question.kinds & {Kind.NUMBER, Kind.MONEY}
    for name, named in _contrasts().items():
        wanted = [one for one in named if one & asked] if counted or name != "months" else []
        if wanted and not any(one & said for one in wanted) and any(one & said for one in named):
            return True
    return False


@cache
def _contrasts() -> dict[str, tuple[frozenset[str], ...]]:
    contrasts: dict[str, list[str]] = texts("question")["contrasts"]
    return {name: tuple(frozenset(line.split()) for line in lines) for name, lines in contrasts.items()}


def _only_announced(question: Question, ranked: RankedSentence) -> bool:
    """« comment faire »: somebody told how, elsewhere."""
    return Kind.HOW in question.kinds and ranked.signals.announces > 0


RULES: dict[str, Callable[[Question, RankedSentence], bool]] = {
    "unknown_name": _unknown_name,
    "other_year": _other_year,
    "missing_kind": _missing_kind,
    "other_one": _other_one,
    "far_word": _far_word,
    "not_counted": _not_counted,
    "little_in_common": _little_in_common,
    "other_sum": _other_sum,
    "only_announced": _only_announced,
}


def related(ranked: Sequence[RankedSentence]) -> tuple[RankedSentence, ...]:
    """The nearest passages of a question without an answer, the best sentence of each.

    In the order of the search: it knows words of the same meaning, where the sentences were not near enough.
    """
    best: dict[str, RankedSentence] = {}
    for candidate in ranked:
        if candidate.chunk.document_key != CONTACT_KEY:  # an address comes near nothing
            best.setdefault(candidate.chunk.digest, candidate)
    near = [one for one in best.values() if one.context >= LEAST_RELATED and one.signals.search >= LEAST_FOUND]
    return tuple(sorted(near, key=lambda one: -one.signals.search)[:MOST_RELATED])


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
        role=chunk.role,
        occasion=chunk.occasion,
    )


def page_of(quote: Quote) -> int | None:
    """The page that a quote stands on, in a document that has pages; the first is 1."""
    return quote.place.number if quote.place and quote.place.kind is PlaceKind.PAGE else None


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
