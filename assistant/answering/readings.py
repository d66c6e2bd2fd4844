"""« la fibre »: a noun and nothing asked of it. What the documents' own headings and titles offer in its place."""

from __future__ import annotations

from assistant.answering.phrases import take_apart
from assistant.answering.question import Question
from assistant.index.french import analyse, fold
from assistant.models import Found

MOST_WORDS = 2  # content words of a bare noun: « la fibre », « marché télécom »
FEWEST, MOST = 2, 4  # headings offered: a single one is no choice


def readings_of(question: Question, found: Found) -> tuple[str, ...]:
    """The headings and titles, best first, that hold the words of a bare noun; none when there is no choice."""
    if not is_bare_noun(question):
        return ()
    asked = {word.stem for word in question.content}
    offered: dict[str, str] = {}
    for evidence in found.evidence:
        for heading in (*reversed(evidence.chunk.heading_path), evidence.chunk.title):
            held = set(analyse(heading))
            if asked < held:  # a heading that says no more than the question would be offered again and again
                offered.setdefault(fold(heading), heading)
    return tuple(offered.values())[:MOST] if len(offered) >= FEWEST else ()


def is_bare_noun(question: Question) -> bool:
    """One or two nouns with at most a determiner: no verb, no question word, no kind of answer asked for."""
    if question.kinds or not 1 <= len(question.content) <= MOST_WORDS:
        return False
    asked = take_apart(question)
    first = asked.tokens[0]
    return (first.is_content or first.is_a("determiners")) and all(
        token.is_content or token.is_a("determiners", "joiners") for token in asked.tokens
    )
