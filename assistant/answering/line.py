"""« j'ai la fibre à Rue ? »: a question on somebody's line, from what it asks to its whole answer.

Topic and place → an address? → figures and advice → the state of its building → what documents say of the commune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.define import definitions_of
from assistant.answering.fibre import answer_fibre, with_documents
from assistant.answering.fibre_address import Consent, at_commune, locate, state_terms, with_address
from assistant.answering.fibre_place import asked_of
from assistant.answering.question import Question
from assistant.fibre.knowledge import Fibre
from assistant.index.search import Index
from assistant.models import Access, Answer, Exchange


def answer_line(
    question: Question, consent: Consent, exchanges: Sequence[Exchange], fibre: Fibre, index: Index, access: Access
) -> Answer | None:
    """The answer, its quotations still to be checked; None when nobody's line is asked about."""
    asked = asked_of(question, fibre.gazetteer)
    if asked is None:
        return None
    located = locate(asked, question.text, fibre, consent)
    if located is None:
        return with_documents(answer_fibre(asked, fibre.store), exchanges, index, access)
    answer = with_address(answer_fibre(at_commune(asked, located, fibre), fibre.store), located, fibre)
    explained = tuple(quote for term in state_terms(answer) for quote in definitions_of(term, index, access))
    return with_documents(replace(answer, quotes=explained), exchanges, index, access)
