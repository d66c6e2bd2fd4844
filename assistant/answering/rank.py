"""Which sentence of the evidence answers: nine signals and their weights, about 10 ms.

What carries it: the share of the question's rare words that a sentence covers, counting at a discount those that stand
around it (the sentences before and after, the sentence that introduces its list, its passage, its title, its document),
then whether it holds what the kind of question expects (a number, a name, a date) and did not get from the question.
The weights were set by hand, then moved by public questions as far as these insist (`assistant.training.ranker`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.answering.expected import announces, counts_head, holds_expected
from assistant.answering.learned import learned
from assistant.answering.question import Kind, Question
from assistant.answering.reach import Reach, Strengths
from assistant.index.french import words
from assistant.index.rarity import idf
from assistant.models import Chunk, Evidence, Found, Sentence
from assistant.wording import french_date

# How much a word of the question counts where it stands. The passage is what was retrieved, the document its passages.
OWN, BEFORE, AFTER, LEAD_IN, PASSAGE, TITLE, DOCUMENT = 1.0, 0.8, 0.6, 0.8, 0.55, 0.7, 0.4

COMFORTABLE = 250  # characters that a reader takes in at a glance
LONG = 5_000  # characters beyond that by which a sentence loses the whole weight of `excess`
PHRASE = 5  # words in a row that are the question's and make the most of `phrase`
NEWEST = 0.1  # added to the newest document when the present is asked for, less and less to older ones
OWN_NAME = 0.25  # share of its rarity that a word of the syndicate's own name keeps: it is on every page
MET = 0.2  # strength times place below which a word of the question is missing
NAMING = frozenset((Kind.WHO, Kind.ORGANISATION))  # what is asked stands in the announcement itself
SAME = 0.5  # strength from which a word is taken for the question's own: a synonym may be of another sense


@dataclass(frozen=True, slots=True)
class Signals:
    """What is measured between a question and a sentence; each has a weight.

    `context` and `own` are shares of the question's rarity covered, 0 to 1: by the sentence and all that stands around
    it, by the sentence alone; `even` is the share of its words that the sentence holds, rare or not. `search` is the
    score of the passage, the best one's being 1. `phrase`: words in a row that are the question's. `expected`: 1 when
    the kind of answer is there, -1 when it is not, 0 when none is expected. `counted`: what is counted or chosen stands
    beside a number or a choice. `announces`: the sentence only tells that something was or will be said, unless a name
    is asked for. `excess`: characters beyond what a reader takes in at a glance.
    """

    context: float
    own: float
    even: float
    search: float
    phrase: float
    expected: float
    counted: float
    announces: float
    excess: float


SIGNALS = tuple(Signals.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with its score and what made it. `near` is the share of the question's rarity, 0 to 1, that its
    passage and title cover without synonyms. When a reranker has moved the sentence, `score` is that of its new place.

    `has_kind` is None when the question expects no particular kind of answer; `head_counted` tells whether what is
    counted or chosen (« combien de **parents** ») stands beside a number or a choice. `missing` are the words of the
    question that nothing in the document comes near, `far` those that nothing in the passage or its title does, with
    their shares of the question's rarity.
    """

    chunk: Chunk
    sentence: Sentence
    score: float
    signals: Signals
    near: float
    has_kind: bool | None
    head_counted: bool
    missing: tuple[str, ...]
    far: dict[str, float]

    @property
    def context(self) -> float:
        """As in `signals`."""
        return self.signals.context

    @property
    def own(self) -> float:
        """As in `signals`."""
        return self.signals.own


def rank_sentences(question: Question, found: Found, own_name: Iterable[str] = ()) -> tuple[RankedSentence, ...]:
    """Every sentence of the evidence, best first. `own_name`: stems of the syndicate's name, which every page holds."""
    if not found.evidence or not question.content:
        return ()
    ranking = _Ranking(question, found, frozenset(own_name))
    ranked = (
        ranking.score(evidence, position)
        for evidence in found.evidence
        for position in range(len(evidence.chunk.sentences))
    )
    # Equal scores: reading order, so that the same question always gets the same answer.
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.chunk.document_key, r.sentence.span.start)))


class _Ranking:
    """What the scores of one question share."""

    def __init__(self, question: Question, found: Found, own_name: frozenset[str]) -> None:
        self._question = question
        self._own_name = own_name
        self._best = found.evidence[0].score
        # Text by text, as they are met again around each sentence: what was read once is remembered.
        self._reach = Reach(
            question, ((e.chunk.document_key, part) for e in found.evidence for part in _texts(e.chunk))
        )
        self._passages: dict[tuple[str, int], Strengths] = {}
        rarity = {w.stem: idf(w.stem) * (OWN_NAME if w.stem in own_name else 1) for w in question.content}
        self._weights = {stem: value / sum(rarity.values()) for stem, value in rarity.items()}
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words(question.plain)):
            self._places[word.surface].append(place)
        self._worth = learned().weights
        self._freshness = _freshness(found) if question.present else {}

    def score(self, evidence: Evidence, position: int) -> RankedSentence:
        """The scores of one sentence of a chunk."""
        chunk = evidence.chunk
        sentence = chunk.sentences[position]
        own = self._reach.of(sentence.text)
        around = self._around(chunk, position)
        document = self._reach.documents[chunk.document_key]
        context = self._best_of(own, [*around, (document, DOCUMENT)])
        near = self._best_of(_same(own), [(_same(place), worth) for place, worth in around])
        known = self._best_of(near, [(_same(document), DOCUMENT)])
        head_counted = counts_head(self._question, sentence.text, self._reach)
        has_kind = holds_expected(self._question, sentence.text, self._own_name)
        signals = Signals(
            context=self._covered(context),
            own=self._covered(own),
            even=sum(own.values()) / len(self._weights),
            search=evidence.score / self._best,
            phrase=self._phrase(sentence.text),
            expected=0.0 if has_kind is None else 1.0 if has_kind else -1.0,
            counted=float(head_counted),
            announces=float(announces(sentence.text) and not self._question.kinds & NAMING),
            excess=max(0, len(sentence.text) - COMFORTABLE) / LONG,
        )
        return RankedSentence(
            chunk,
            sentence,
            score_of(signals, self._worth) + self._freshness.get(chunk.date, 0.0),
            signals,
            self._covered(near),
            has_kind,
            head_counted,
            tuple(stem for stem in self._weights if known.get(stem, 0.0) < MET),
            {stem: weight for stem, weight in self._weights.items() if near.get(stem, 0.0) < MET},
        )

    def _around(self, chunk: Chunk, position: int) -> list[tuple[Strengths, float]]:
        """The strengths of what stands around a sentence, with the worth of each place."""
        sentences = chunk.sentences
        before = sentences[position - 1].text if position else chunk.before
        after = sentences[position + 1].text if position + 1 < len(sentences) else chunk.after
        places = (
            (before, BEFORE),
            (after, AFTER),
            (_introduction(chunk), LEAD_IN),
            (_title(chunk), TITLE),
        )
        return [*((self._reach.of(text), worth) for text, worth in places), (self._passage(chunk), PASSAGE)]

    def _passage(self, chunk: Chunk) -> Strengths:
        key = (chunk.document_key, chunk.ordinal)
        if key not in self._passages:
            sentences = ((self._reach.of(sentence.text), 1.0) for sentence in chunk.sentences)
            self._passages[key] = self._best_of({}, sentences)
        return self._passages[key]

    def _best_of(self, strengths: Strengths, around: Iterable[tuple[Strengths, float]]) -> Strengths:
        best = dict(strengths)
        for place, worth in around:
            for stem, strength in place.items():
                best[stem] = max(best.get(stem, 0.0), strength * worth)
        return best

    def _covered(self, strengths: Strengths) -> float:
        return sum(weight * strengths.get(stem, 0.0) for stem, weight in self._weights.items())

    def _phrase(self, text: str) -> float:
        """Words of the longest piece of the question that the sentence repeats, stop words included; `PHRASE` is 1."""
        longest = 0
        before: dict[int, int] = {}  # place in the question of the last word read → words in a row that end there
        for word in words(text):
            before = {place: before.get(place - 1, 0) + 1 for place in self._places.get(word.surface, ())}
            longest = max(longest, *before.values()) if before else longest
        return longest / PHRASE


def _freshness(found: Found) -> dict[str | None, float]:
    """Date of a document → what it adds: `NEWEST` for the last, nothing for the first or without a date."""
    dates = sorted({evidence.chunk.date for evidence in found.evidence if evidence.chunk.date})
    return {date: NEWEST * place / max(1, len(dates) - 1) for place, date in enumerate(dates)}


def score_of(signals: Signals, worth: Mapping[str, float]) -> float:
    """The weighted sum of the signals."""
    return sum(weight * float(getattr(signals, name)) for name, weight in worth.items())


def _same(strengths: Strengths) -> Strengths:
    return {stem: strength for stem, strength in strengths.items() if strength >= SAME}


def _texts(chunk: Chunk) -> Iterator[str]:
    """Every text that bears on a chunk, as it is looked at."""
    yield _title(chunk)
    yield _introduction(chunk)
    yield from (sentence.text for sentence in chunk.sentences)


def _introduction(chunk: Chunk) -> str:
    return f"{chunk.lead_in} {chunk.introduction} {chunk.speaker or ''}"


def _title(chunk: Chunk) -> str:
    date = french_date(chunk.date) if chunk.date else ""
    return " ".join((chunk.title, *chunk.heading_path, chunk.kind, chunk.occasion or "", date))
