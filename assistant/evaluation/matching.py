"""Does a passage hold the sentence that answers?

The matching rule
-----------------
A passage *holds* the gold sentence when

1. its document is the gold's document (same key), and
2. once both are folded, the passage contains the gold; or the gold contains the passage, and the passage has at least
   20 characters (14 in the contact record, where a telephone number is a whole answer).

Folded means: white space of any kind (also U+00A0 and U+202F) is one space, none at the ends; upper case is lower
case; typographic apostrophes are straight ones. Nothing else is forgiven: a quotation is letter for letter the
document's text, and so is the gold.

The rule looks both ways because a gold may be two sentences, or the half of one. Its price: a fragment of 20
characters of the gold passes although the answer may stand in the other half.
"""

from __future__ import annotations

from assistant.evaluation.questions import Gold
from assistant.models import CONTACT_KEY, Chunk

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ′`´", "'"))
SHORTEST_FRAGMENT = 20  # characters of the gold that a shorter quotation must have
SHORTEST_CONTACT = 14  # "03 22 22 27 27"


def fold(text: str) -> str:
    """The text as the matching rule compares it."""
    return " ".join(text.translate(APOSTROPHES).casefold().split())


def holds(gold: Gold, document_key: str, text: str) -> bool:
    """Does this passage hold the gold sentence? The rule is in this module's docstring."""
    if document_key != gold.document_key:
        return False
    wanted, passage = fold(gold.text), fold(text)
    if wanted in passage:
        return True
    shortest = SHORTEST_CONTACT if document_key == CONTACT_KEY else SHORTEST_FRAGMENT
    return len(passage) >= shortest and passage in wanted


def chunk_holds(gold: Gold, chunk: Chunk) -> bool:
    """Does the chunk, or a sentence of it that could be quoted, hold the gold sentence?"""
    texts = (chunk.text, *(sentence.text for sentence in chunk.sentences))
    return any(holds(gold, chunk.document_key, text) for text in texts)
