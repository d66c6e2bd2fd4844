"""A follow-up made to stand alone by a language model, from what was said before; the rules serve where it fails.

Only a question that the rules find to lean on another one, of the documents, is sent: not what stands alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from assistant.answering.compose import Author
from assistant.answering.prompt import conversation_of, rewrite_request, seen
from assistant.answering.question import LONGEST, Question, understand
from assistant.index.french import fold, words
from assistant.index.terms import Terms
from assistant.models import Exchange

SECONDS = 2.5  # of those that the whole answer may take
LONGEST_ASKED = 20  # words: a longer question says what it is about


def rewrite(
    question: Question, exchanges: Sequence[Exchange], author: Author, ends: float, terms: Terms | None = None
) -> Question | None:
    """The question that stands for it, or None: it stands alone, the model wrote none, or one that asks for what
    nobody spoke of.
    """
    if not exchanges or len(words(question.plain)) > LONGEST_ASKED:
        return None
    line = author.line(rewrite_request(question.text, exchanges), min(ends, time.monotonic() + SECONDS))
    text = seen(line or "").strip("«»\"'*_ ")
    if len(text) > LONGEST or not any(c.isalnum() for c in text) or _same(text, question.text):
        return None
    known = _stems(" ".join((question.plain, *conversation_of(exchanges))))
    return understand(text, terms) if _stems(text) <= known else None


def _same(text: str, other: str) -> bool:
    return [word.surface for word in words(fold(text))] == [word.surface for word in words(fold(other))]


def _stems(text: str) -> set[str]:
    return {word.stem for word in words(text) if not word.is_stop}
