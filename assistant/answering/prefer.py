"""Which of the sentences that answer is the best: a reranker's opinion, when there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.question import Question
from assistant.answering.quote import standing_alone, why_not
from assistant.answering.rank import RankedSentence
from assistant.index.embed import passage_text
from assistant.index.rerank import Reranker

PREFERRED = 12  # sentences, the best ranked, among which a reranker chooses


def prefer(
    question: Question, ranked: Sequence[RankedSentence], reranker: Reranker | None
) -> tuple[RankedSentence, ...]:
    """The same sentences; those of the best that may be quoted, in the order of the reranker, each with the score of
    its new place.

    Only among sentences that answer by our rules, and only when the first one does: no refusal is made or unmade here.
    """
    if reranker is None or not ranked or why_not(question, ranked[0]):
        return tuple(ranked)
    places = [place for place, one in enumerate(ranked[:PREFERRED]) if why_not(question, one) is None]
    order = reranker.order(question.plain, [_told(ranked[place]) for place in places])
    moved = list(ranked)
    for place, preferred in zip(places, order, strict=False):  # no order when the reranker fails
        moved[place] = replace(ranked[places[preferred.place]], score=ranked[place].score)
    return tuple(moved)


def _told(one: RankedSentence) -> str:
    """What would be shown, under its titles: a sentence alone does not say what it is about."""
    return passage_text(one.chunk.title, one.chunk.heading_path, one.chunk.lead_in, standing_alone(one).text)
