"""Which sentence of the evidence answers: a transparent weighted sum, no training, about 10 ms.

What carries it: the share of the question's rare words that a sentence covers, counting at a discount those that stand
around it (the sentence before and after, the sentence that introduces its list, its passage, its title, its document),
then whether it holds what the kind of question expects (a number, a name, a date) and did not get from the question.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from assistant.answering.question import Kind, Question
from assistant.index.french import Word, fold, words
from assistant.index.rarity import idf
from assistant.models import Chunk, Evidence, Found, Sentence
from assistant.wording import french_date

# How much a word of the question counts where it stands. The passage is what was retrieved, the document its passages.
OWN, BEFORE, AFTER, LEAD_IN, PASSAGE, TITLE, DOCUMENT = 1.0, 0.8, 0.6, 0.8, 0.55, 0.7, 0.4

CONTEXT_WEIGHT = 1.0
OWN_WEIGHT = 0.35
TYPE_WEIGHT = 0.18  # added when the expected kind of answer is there, taken off when it is not
HEAD_WEIGHT = 0.15
SEARCH_WEIGHT = 0.10
LENGTH_PENALTY = 0.0002  # per character beyond COMFORTABLE
COMFORTABLE = 250  # characters that a reader takes in at a glance
OWN_NAME = 0.25  # share of its rarity that a word of the syndicate's own name keeps: it is on every page
ABBREVIATION = 5  # letters from which the beginning of a word stands for it: telecom, compta
SURE = 0.8  # strength from which two words are taken for the same
CLOSE = 0.5  # strength from which a word counts as met

_NUMBER_WORDS = (
    r"un millier|mille|cent(?:aine)?s?|cinquantaine|quarantaine|trentaine|vingtaine|quinzaine|douzaine|dizaine"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|vingt|trente|quarante|cinquante|soixante"
)
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_DATE = rf"\b(?:1er |\d{{1,2}} )?(?:{_MONTHS})\b|\b(?:19|20)\d\d\b|\btrimestre\b"
EXPECTED: dict[Kind, re.Pattern[str]] = {
    # Matched on the folded sentence. A date is not a number: dates are blanked out first.
    Kind.NUMBER: re.compile(rf"\d+(?:[ .,]\d+)*|\b(?:{_NUMBER_WORDS})\b"),
    Kind.MONEY: re.compile(r"\d[\d ,.]*(?:millions? d'|milliards? d')?\s*(?:euros?|€|m€|k€)|\bgratuit"),
    Kind.WHEN: re.compile(_DATE),
    Kind.DATE: re.compile(rf"\b(?:{_MONTHS})\b"),
    Kind.REASON: re.compile(
        r"\b(?:car|parce qu|en raison|a cause|imputable|du fait|grace a|dus? a|dues? a|suite a|afin de|pour que)\b"
    ),
}
NAMED: dict[Kind, re.Pattern[str]] = {
    # Matched on the sentence as written: capitals tell names.
    Kind.WHO: re.compile(
        r"\b(?:Monsieur|Madame|M\.|Mme)\s+[A-ZÀ-Þ]|\b[A-ZÀ-Þ][a-zà-ÿ]+(?:[- ][A-ZÀ-Þ][a-zà-ÿ]+)*\s+[A-ZÀ-Þ]{2,}\b"
        r"|(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][\w-]+"  # « qui » may be a company
    ),
    Kind.ORGANISATION: re.compile(
        r"(?<=[a-zà-ÿ,] )(?:[A-ZÀ-Þ][\w&’'-]+)(?: [A-ZÀ-Þ][\w&’'-]+)*|\b[A-ZÀ-Þ][A-ZÀ-Þ-]+\b|\b(?:soci[ée]t[ée]|cabinet)\b"
    ),
    Kind.WHERE: re.compile(r"\b(?:à|À|au|aux|en|sur|dans|de|d['’])\s*(?:la |le |l['’])?[A-ZÀ-Þ][a-zà-ÿ]+"),
}


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with its scores. `context`, `near` and `own` are shares of the question's rarity covered, 0 to 1: by
    the sentence and all that stands around it, by its passage and title, by the sentence alone.

    `missing` are the words of the question that nothing in the sentence or around it comes near, rarest first.
    `has_type` is None when the question expects no particular kind of answer.
    """

    chunk: Chunk
    sentence: Sentence
    score: float
    context: float
    near: float
    own: float
    has_type: bool | None
    missing: tuple[str, ...]


def rank_sentences(question: Question, found: Found, own_name: Iterable[str] = ()) -> tuple[RankedSentence, ...]:
    """Every sentence of the evidence, best first. `own_name` are stems that every page holds."""
    if not found.evidence or not question.content:
        return ()
    own_name = frozenset(own_name)
    weights = _weights(question, own_name)
    reach = _Reach(question, found.evidence, own_name)
    best = found.evidence[0].score
    ranked = []
    for evidence in found.evidence:
        for position in range(len(evidence.chunk.sentences)):
            ranked.append(_score(question, weights, reach, evidence, position, best))
    # Equal scores: reading order, so that the same question always gets the same answer.
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.chunk.document_key, r.sentence.span.start)))


def _weights(question: Question, own_name: frozenset[str]) -> dict[str, float]:
    rarity = {word.stem: idf(word.stem) * (OWN_NAME if word.stem in own_name else 1) for word in question.content}
    total = sum(rarity.values())
    return {stem: value / total for stem, value in rarity.items()}


class _Reach:
    """How near each word of the question comes to each text met, computed once per distinct word."""

    def __init__(self, question: Question, evidence: Sequence[Evidence], own_name: frozenset[str]) -> None:
        self.own_name = own_name
        self._content = question.content
        passages = [_passage(e.chunk) for e in evidence]
        collection = {word.stem for passage in passages for word in words(passage)}
        self._known = {word.stem for word in question.content} & collection
        self._strengths: dict[str, dict[str, float]] = {}
        gathered: dict[str, dict[str, float]] = defaultdict(dict)
        for e, passage in zip(evidence, passages, strict=True):
            _merge(gathered[e.chunk.document_key], self.of(passage))
        self.documents = dict(gathered)

    def of(self, text: str) -> dict[str, float]:
        """Stem of the question → strength of its best match among the words of a text; absent when there is none."""
        strengths: dict[str, float] = {}
        for word in words(text):
            if not word.is_stop:
                _merge(strengths, self._word(word))
        return strengths

    def _word(self, word: Word) -> dict[str, float]:
        if word.surface not in self._strengths:
            matches = {asked.stem: self._strength(asked, word) for asked in self._content}
            self._strengths[word.surface] = {stem: strength for stem, strength in matches.items() if strength}
        return self._strengths[word.surface]

    def _strength(self, asked: Word, word: Word) -> float:
        """1 for the same stem; less for a likely misspelling or a word of the same family; else 0."""
        if asked.stem == word.stem:
            return 1.0
        if not (asked.surface.isalpha() and word.surface.isalpha()):
            return 0.0
        short, long = sorted((len(asked.surface), len(word.surface)))
        if short < 4:
            return 0.0
        if long - short <= 2:
            strength = self._misspelling(asked, word)
            if strength:
                return strength
        shared = _common_prefix(asked.surface, word.surface)
        if shared == len(asked.surface) >= ABBREVIATION:
            return 0.65
        if shared >= 4 and shared >= 0.6 * short and shared >= 0.4 * long and shared >= short - 3:
            return 0.65 if shared >= 0.8 * short else 0.5
        return 0.0

    def _misspelling(self, asked: Word, word: Word) -> float:
        """A word that the documents do not hold is likely a misspelling; a word that they do hold seldom is."""
        length = len(asked.surface)
        allowed = 1 if length < 8 else 2
        distance = OSA.distance(asked.surface, word.surface, score_cutoff=allowed)
        if asked.stem in self._known:
            return 0.6 if distance == 1 and length >= 6 else 0.0
        if distance > allowed and len(asked.stem) >= 4:
            distance = OSA.distance(asked.stem, word.stem, score_cutoff=1)
            allowed = 1
        return 0.0 if distance > allowed else 0.9 if distance == 1 else 0.8


def _score(
    question: Question, weights: dict[str, float], reach: _Reach, evidence: Evidence, position: int, best: float
) -> RankedSentence:
    chunk = evidence.chunk
    sentence = chunk.sentences[position]
    own = reach.of(sentence.text)
    before = chunk.sentences[position - 1].text if position else chunk.before
    after = chunk.sentences[position + 1].text if position + 1 < len(chunk.sentences) else chunk.after
    around = (
        (own, OWN),
        (reach.of(before), BEFORE),
        (reach.of(after), AFTER),
        (reach.of(" ".join((chunk.lead_in, chunk.speaker or ""))), LEAD_IN),
        (reach.of(chunk.text), PASSAGE),
        (reach.of(_title(chunk)), TITLE),
        (reach.documents[chunk.document_key], DOCUMENT),
    )
    close = {stem: max(place.get(stem, 0.0) * worth for place, worth in around[:-1]) for stem in weights}
    nearest = {stem: max(place.get(stem, 0.0) * worth for place, worth in around) for stem in weights}
    context = sum(weight * nearest[stem] for stem, weight in weights.items())
    near = sum(weight * close[stem] for stem, weight in weights.items())
    covered = sum(weight * own.get(stem, 0.0) for stem, weight in weights.items())
    has_type = _has_type(question, sentence.text, reach.own_name)
    score = (
        CONTEXT_WEIGHT * context
        + OWN_WEIGHT * covered
        + (0.0 if has_type is None else TYPE_WEIGHT if has_type else -TYPE_WEIGHT)
        + (HEAD_WEIGHT if _head_is_counted(question, sentence.text, reach) else 0.0)
        + SEARCH_WEIGHT * evidence.score / best
        - LENGTH_PENALTY * max(0, len(sentence.text) - COMFORTABLE)
    )
    missing = sorted((s for s in weights if nearest[s] < CLOSE * DOCUMENT), key=lambda s: -weights[s])
    return RankedSentence(chunk, sentence, score, context, near, covered, has_type, tuple(missing))


def _has_type(question: Question, text: str, own_name: frozenset[str]) -> bool | None:
    """Does the sentence hold an answer of an expected kind, that is not in the question nor the syndicate's own name?"""
    asked = [kind for kind in question.kinds if kind in EXPECTED or kind in NAMED]
    if not asked:
        return None
    told = {word.stem for word in words(question.plain)} | own_name
    folded = fold(text)
    for kind in asked:
        source = folded if kind in EXPECTED else text
        if kind is Kind.NUMBER:
            source = re.sub(_DATE, " ", source)
        pattern = EXPECTED.get(kind) or NAMED[kind]
        for match in pattern.finditer(source):
            answer = {word.stem for word in words(match.group()) if not word.is_stop}
            if answer - told or (not answer and match.group()):
                return True
    return False


def _head_is_counted(question: Question, text: str, reach: _Reach) -> bool:
    """« 22 437 parents » for « combien de parents », « société CLEVER » for « quelle société »."""
    if question.head is None:
        return False
    near = words(text)
    for position, word in enumerate(near):
        if reach.of(word.surface).get(question.head, 0.0) < SURE:
            continue
        if Kind.ORGANISATION in question.kinds:
            return True
        before = " ".join(w.surface for w in near[max(0, position - 3) : position])
        if Kind.NUMBER in question.kinds and EXPECTED[Kind.NUMBER].search(before):
            return True
    return False


def _passage(chunk: Chunk) -> str:
    return " ".join((_title(chunk), chunk.lead_in, chunk.text))


def _title(chunk: Chunk) -> str:
    date = french_date(chunk.date) if chunk.date else ""
    return " ".join((chunk.title, *chunk.heading_path, chunk.kind, date))


def _merge(into: dict[str, float], strengths: dict[str, float]) -> None:
    for stem, strength in strengths.items():
        if strength > into.get(stem, 0.0):
            into[stem] = strength


def _common_prefix(first: str, second: str) -> int:
    shared = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        shared += 1
    return shared
