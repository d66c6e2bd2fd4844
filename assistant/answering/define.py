"""« c koi le FttH », « que signifie AMO » → the glossary's sentence, and the one by which a document spells it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from assistant.answering.question import Kind, Question
from assistant.answering.quote import to_quote
from assistant.index.french import fold, words
from assistant.index.search import Index
from assistant.index.terms import Expression, Form, form_of
from assistant.models import GLOSSARY_KEY, Access, Quote, Term
from assistant.wording import sentence, texts

MOST_TERMS = 3


def terms_asked(question: Question) -> tuple[Expression, ...]:
    """The terms whose meaning is asked for; none when the question is about anything else."""
    if Kind.DEFINITION not in question.kinds or len(question.expressions) > MOST_TERMS:
        return ()
    explained = {stem for expression in question.expressions for stem in expression.stems}
    others = (word for word in question.content if word.stem not in explained)
    asking = _asking() | _around_states() if _are_states(question.expressions) else _asking()
    return question.expressions if all(word.surface in asking for word in others) else ()


def _are_states(expressions: Sequence[Expression]) -> bool:
    """« mon adresse est raccordable sur demande »: what somebody read on a map, and nothing else."""
    states = {form_of(state) for state in texts("question")["definition"]["states"]}
    return bool(expressions) and all(expression.form in states for expression in expressions)


def state_asked(question: Question) -> Form | None:
    """« sur la carte c'est marqué « cible », ça veut dire quoi ? »: the term of a state that was read on a map."""
    asking = texts("question")["definition"]
    folded = fold(question.plain)
    if not (re.search(asking["state_asked"], folded) and re.search(asking["state_cue"], folded)):
        return None
    named = (term for short, term in asking["short_states"].items() if re.search(rf"\b{short}\b", folded))
    term = next(named, None)
    return form_of(term) if term else None


def definitions(question: Question, index: Index, access: Access) -> tuple[Quote, ...]:
    """What can be quoted of the terms asked: of each, the glossary first, then the newest document."""
    forms = [asked.form for asked in terms_asked(question)]
    if not forms and (state := state_asked(question)):
        forms = [state]
    return tuple(quote for form in forms for quote in _of(form, index, access))


def definitions_of(term: str, index: Index, access: Access) -> tuple[Quote, ...]:
    """What can be quoted of a term that is named."""
    return tuple(_of(form_of(term), index, access))


def _of(form: Form, index: Index, access: Access) -> Iterator[Quote]:
    """An acronym that is spelt out is no definition of what it stands for: it answers only whoever asks for it."""
    term = index.terms(access).entry(form)
    if term and (term.is_defined or (term.acronym and form_of(term.acronym) == form)):
        yield from from_glossary(term)
    spelt_out = index.spelling_out(form, access)
    if spelt_out:
        yield to_quote(*spelt_out)


def from_glossary(term: Term) -> Iterator[Quote]:
    """What the glossary says of a term, as a quotation."""
    if term.said:
        yield Quote(
            text=term.said.text,
            span=term.said.span,
            context=term.said.text,
            document_key=GLOSSARY_KEY,
            title=term.source_title or sentence("glossary.title"),
            kind=sentence("glossary.kind"),
            date=term.source_date,
            date_is_inferred=False,
            heading_path=(term.forms[0] if term.is_defined else term.acronym or "",),
            speaker=None,
            url=term.source_url,
            deep_link=term.source_url,
        )


@cache
def _around_states() -> frozenset[str]:
    """Words around the state of a building."""
    return frozenset(word.surface for word in words(texts("question")["definition"]["around_states"]))


@cache
def _asking() -> frozenset[str]:
    """Words that ask for a meaning."""
    return frozenset(word.surface for word in words(texts("question")["definition"]["words"]))
