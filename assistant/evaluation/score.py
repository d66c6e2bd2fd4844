"""What became of each question, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from assistant.answering.pipeline import choose_quotations
from assistant.answering.question import Kind, understand
from assistant.answering.rank import RankedSentence
from assistant.evaluation.matching import chunk_holds, holds
from assistant.evaluation.questions import KnownQuestion
from assistant.models import GLOSSARY_KEY, Answer, AnswerKind, Found, Status, Writing

SHOWN = 3  # quotations and ranks that count as shown
KEPT_AWAY = frozenset({Status.NOT_FOUND, Status.OUT_OF_SCOPE, Status.REFUSED, Status.CLARIFY, Status.GREETING})
NO_KIND = "none"  # a question that expects no particular kind of answer
NOT_MARKS = frozenset({"chunk", "sentence", "score", "signals"})  # fields of a ranked sentence that are told apart


class Stage(StrEnum):
    """The stage that lost a question."""

    SEARCH = "search"  # the gold sentence is not in the evidence
    CHOICE = "choice"  # it is, but another sentence was preferred
    REFUSAL = "refusal"  # it was ranked high enough to be shown, and the pipeline did not answer
    ABSTENTION = "abstention"  # no document answers, and the pipeline did
    UNAVAILABLE = "unavailable"  # the pipeline could not work: says nothing of quality


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence as it was ranked: its score, and by name each of the marks that the ranking gave it."""

    document_key: str
    text: str
    score: float
    marks: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a question.

    `kinds`: what it asks for, `NO_KIND` alone when nothing in particular. `hit_at_1`: the first quotation holds the
    gold. `hit_at_3`: one of the first three does. `found_at`: the place, from 1, of the first chunk of the evidence
    that does. `rank`: the place, from 1, of the first sentence that does when the decision to answer is ignored. All
    false or None when no document answers.

    `answered_with`: what the answer is made of; figures of fibre claim nothing of the documents, nor does a definition
    of the glossary alone (`by_glossary`).

    `rule`: what refused, a rule or else the step that ended; None when it was answered. `confidence`: 0 to 1, that the
    first sentence is right; None when the ranking did not decide (the contact record answered, a rule refused before).
    `writing`: what a language model did, where one was asked.
    `preferred`: the ranked sentence that was quoted first, or would have been; `gold`: the one at `rank`.
    """

    question: KnownQuestion
    kinds: tuple[str, ...]
    status: Status
    answered_with: AnswerKind
    by_glossary: bool
    quotes: tuple[str, ...]
    related: tuple[str, ...]
    hit_at_1: bool
    hit_at_3: bool
    found_at: int | None
    rank: int | None
    rule: str | None
    confidence: float | None
    preferred: Marked | None
    gold: Marked | None
    milliseconds: float
    writing: Writing | None = None

    @property
    def quoted(self) -> bool:
        """The documents were said to answer."""
        return self.status is Status.ANSWERED and self.answered_with is AnswerKind.DOCUMENTS

    @property
    def kept_away(self) -> bool:
        """It ended, as it may, without the documents being said to answer."""
        return self.status in KEPT_AWAY or (self.status is Status.ANSWERED and (self.by_glossary or not self.quoted))

    @property
    def stage(self) -> Stage | None:
        """The first stage that lost the question, or None: it ended as it should."""
        if self.status is Status.UNAVAILABLE:
            return Stage.UNAVAILABLE
        if self.question.gold is None:
            return None if self.kept_away else Stage.ABSTENTION
        if self.hit_at_1:
            return None
        if self.found_at is None:
            return Stage.SEARCH
        if not self.quoted and self.rank is not None and self.rank <= SHOWN:
            return Stage.REFUSAL
        return Stage.CHOICE


def confidence(ranked: Sequence[RankedSentence]) -> float:
    """How sure the ranking is of its first sentence, 0 to 1: what the curves are drawn from, and the only place that
    says what it is.
    """
    return ranked[0].near if ranked else 0.0


def judge(
    question: KnownQuestion, answer: Answer, found: Found, ranked: Sequence[RankedSentence], milliseconds: float
) -> Judged:
    """Compare what the pipeline did, stage by stage, with what is known of the question."""
    gold = question.gold
    hits: list[bool] = []
    found_at = rank = None
    if gold is not None:
        if answer.status is Status.ANSWERED:
            hits = [holds(gold, quote.document_key, quote.text) for quote in answer.quotes]
        found_at = _first_place(chunk_holds(gold, one.chunk) for one in found.evidence)
        rank = _first_place(holds(gold, one.chunk.document_key, one.sentence.text) for one in ranked)
    decided_by_ranking = any(step.step == choose_quotations.__name__ for step in answer.trace)
    return Judged(
        question=question,
        kinds=_kinds(question),
        status=answer.status,
        answered_with=answer.kind,
        by_glossary=bool(answer.quotes) and all(quote.document_key == GLOSSARY_KEY for quote in answer.quotes),
        quotes=tuple(quote.text for quote in answer.quotes),
        related=tuple(quote.text for quote in answer.related),
        hit_at_1=any(hits[:1]),
        hit_at_3=any(hits[:SHOWN]),
        found_at=found_at,
        rank=rank,
        rule=_rule(answer),
        confidence=confidence(ranked) if decided_by_ranking else None,
        preferred=_preferred(answer, ranked) if decided_by_ranking else None,
        gold=_marked(ranked[rank - 1]) if rank else None,
        milliseconds=milliseconds,
        writing=answer.writing,
    )


def _kinds(question: KnownQuestion) -> tuple[str, ...]:
    asked = understand(question.text).kinds
    return tuple(kind.value for kind in Kind if kind in asked) or (NO_KIND,)


def _rule(answer: Answer) -> str | None:
    """The rule in the trace, or the step that ended without naming one."""
    if answer.status is Status.ANSWERED or not answer.trace:
        return None
    return next((step.detail for step in answer.trace if step.step == "rule"), answer.trace[-1].step)


def _preferred(answer: Answer, ranked: Sequence[RankedSentence]) -> Marked | None:
    first = answer.quotes[0] if answer.quotes else None
    quoted = (one for one in ranked if first and (one.chunk.document_key, one.sentence.span)
              == (first.document_key, first.span))  # fmt: skip
    chosen = next(quoted, ranked[0] if ranked else None)
    return _marked(chosen) if chosen else None


def _marked(ranked: RankedSentence) -> Marked:
    marks = {one.name: getattr(ranked, one.name) for one in fields(ranked) if one.name not in NOT_MARKS}
    marks = asdict(ranked.signals) | marks
    return Marked(ranked.chunk.document_key, ranked.sentence.text, ranked.score, marks)


def _first_place(outcomes: Iterable[bool]) -> int | None:
    return next((place for place, outcome in enumerate(outcomes, 1) if outcome), None)
