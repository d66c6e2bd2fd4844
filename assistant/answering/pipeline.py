"""Question → Answer: the steps, in order. Each takes the turn on, or ends it.

a reply? → a greeting? → make a follow-up stand alone → refuse → somebody's line? → check the question → contact record?
→ meaning of a term? → search → several readings? → rank the sentences → choose the quotations → check them
→ let a model write, if there is one → Answer
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic, perf_counter

from assistant.answering.compose import Author, Composed, Say
from assistant.answering.define import definitions
from assistant.answering.fibre import declined
from assistant.answering.fibre_address import NOT_ASKED, Consent, reply_to
from assistant.answering.fibre_place import with_place
from assistant.answering.follow_up import FollowUp, stand_alone
from assistant.answering.line import answer_line
from assistant.answering.manners import greeting_of, insult_text
from assistant.answering.period import is_stale
from assistant.answering.prefer import prefer
from assistant.answering.question import Question, contact_fields_asked, refusal_of, spell_out, understand
from assistant.answering.quote import choose, related, standing_alone, to_quote, why_not
from assistant.answering.rank import RankedSentence, rank_sentences
from assistant.answering.readings import readings_of
from assistant.answering.rewrite import rewrite
from assistant.answering.say import not_found_text, quoted_text
from assistant.answering.write import Failure
from assistant.fibre.knowledge import Fibre
from assistant.index.french import analyse
from assistant.index.search import Index
from assistant.models import (
    Access,
    Answer,
    Chunk,
    Exchange,
    Found,
    Quote,
    Status,
    TraceStep,
    WriterName,
    Writing,
)
from assistant.wording import sentence, wording

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to answer with: the documents, the figures, and the language model, if any.

    `seconds`: how long an answer may take to be written.
    """

    index: Index
    fibre: Fibre
    author: Author | None = None
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known so far of one question; each step fills in its own part. `note` is its line in the trace.

    `exchanges` is what was said before, the newest last; `understood_as` what the question was made into, or "".
    `consent`: what the visitor allows to be done with an address. `answer` is the one in quotations. A language model,
    the `author`, has until `ends` (seconds of `monotonic`); `say` is given each sentence of its own that is ready.
    """

    question: Question
    access: Access
    index: Index
    fibre: Fibre
    exchanges: tuple[Exchange, ...] = ()
    consent: Consent = NOT_ASKED
    author: Author | None = None
    ends: float = 0
    say: Say = lambda _: None
    understood_as: str = ""
    found: Found | None = None
    ranked: tuple[RankedSentence, ...] = ()
    quotes: tuple[Quote, ...] = ()
    answer: Answer | None = None
    note: str = ""


Step = Callable[[Turn], Turn | Answer]


def take_up_reply(turn: Turn) -> Turn | Answer:
    """« oui », to « shall I look your address up? »: the question that it was asked about goes on."""
    told = turn.exchanges[-1].fibre if turn.exchanges else None
    consent = reply_to(told, turn.question.text) if told else None
    if told is None or consent is None:
        return turn
    if consent.refused:
        return declined(told)
    text = turn.exchanges[-1].question
    asked = understand(text, turn.index.terms(turn.access))
    return replace(turn, question=asked, consent=consent, exchanges=turn.exchanges[:-1], understood_as=text)


def greet(turn: Turn) -> Turn | Answer:
    """A greeting, thanks, « who are you »: answered in kind, when nothing else is said."""
    greeting = greeting_of(spell_out(turn.question.text))
    if greeting is None:
        return turn
    return Answer(Status.GREETING, greeting.text, suggestions=_examples() if greeting.shows_examples else ())


def resolve_follow_up(turn: Turn) -> Turn | Answer:
    """« et en 2020 ? »: from here on, the question is the one that it stands for."""
    terms = turn.index.terms(turn.access)
    for_place = with_place(turn.question, turn.exchanges, turn.fibre.gazetteer, terms)
    follow_up = for_place or stand_alone(turn.question, turn.exchanges, terms)
    if follow_up is None:
        return turn
    if turn.author and for_place is None and not refusal_of(turn.question) and turn.exchanges[-1].fibre is None:
        rewritten = rewrite(turn.question, turn.exchanges, turn.author, turn.ends, terms)
        follow_up = FollowUp(rewritten, "model") if rewritten else follow_up
    understood_as = follow_up.question.text
    note = f"{follow_up.rule}: {understood_as}"
    return replace(turn, question=follow_up.question, understood_as=understood_as, note=note)


def refuse(turn: Turn) -> Turn | Answer:
    """Some questions are refused by rule, whatever is known."""
    refusal = refusal_of(turn.question)
    return Answer(refusal.status, refusal.text) if refusal else turn


def tell_fibre(turn: Turn) -> Turn | Answer:
    """« j'ai la fibre à Rue ? »: the figures of public tables answer, and what a resident can do."""
    answer = answer_line(turn.question, turn.consent, turn.exchanges, turn.fibre, turn.index, turn.access)
    if answer is None:
        return turn
    return replace(answer, quotes=_checked(turn, answer.quotes), related=_checked(turn, answer.related))


def check_question(turn: Turn) -> Turn | Answer:
    """Ask for more when nothing is asked. An insult is left out of a question, and asks nothing."""
    if not turn.question.content and not contact_fields_asked(turn.question):
        if turn.question.insults:
            return Answer(Status.REFUSED, insult_text())
        return Answer(Status.CLARIFY, sentence("status.clarify"), suggestions=_examples())
    return replace(turn, note=" ".join(word.stem for word in turn.question.content))


def quote_contact(turn: Turn) -> Turn | Answer:
    """An address or a number is asked for and nothing else: the contact record answers."""
    contact = turn.index.contact()
    fields = contact_fields_asked(turn.question) if contact else ()
    wanted = [value for field in fields if (value := getattr(contact, field))]
    if not wanted or contact is None:
        return turn
    chunks = turn.index.document_chunks(contact.document_key, turn.access)
    quotes = tuple(to_quote(c, s) for value in wanted for c in chunks for s in c.sentences if s.text == value)
    checked = _checked(turn, quotes)
    return _quoted(checked) if checked else turn


def define_terms(turn: Turn) -> Turn | Answer:
    """What a term means is asked for and nothing else: the glossary answers, or the document that spells it out."""
    quotes = _checked(turn, definitions(turn.question, turn.index, turn.access))
    return _quoted(quotes) if quotes else turn


def search_documents(turn: Turn) -> Turn | Answer:
    """Find the passages that bear on the question."""
    found = turn.index.search(turn.question.plain, turn.access)
    note = f"{len(found.evidence)} + {len(found.rejected)}"
    if found.evidence and found.evidence[0].reranker is not None:
        note += ", reranked"
    return replace(turn, found=found, note=note)


def offer_readings(turn: Turn) -> Turn | Answer:
    """« la fibre »: a bare noun, of which the documents treat in several places: ask which one is meant."""
    readings = readings_of(turn.question, turn.found or Found((), ()))
    if not readings:
        return turn
    return Answer(
        Status.CLARIFY, sentence("talk.readings", topic=turn.question.plain.strip(" ?!.")), suggestions=readings
    )


def rank_candidates(turn: Turn) -> Turn | Answer:
    """Rank the sentences of the evidence; end here when the documents hold none of the question's words."""
    contact = turn.index.contact()
    found = turn.found or Found((), ())
    ranked = rank_sentences(turn.question, found, analyse(contact.name) if contact else ())
    if not ranked or ranked[0].context == 0:
        return Answer(Status.OUT_OF_SCOPE, sentence("status.out_of_scope"))
    ranked = prefer(turn.question, ranked, turn.index.reranker)
    return replace(turn, ranked=ranked, note=f"{ranked[0].score:.2f} {ranked[0].sentence.text[:60]}")


def choose_quotations(turn: Turn) -> Turn | Answer:
    """Quote what answers, or say that nothing does and show what comes near."""
    rule = why_not(turn.question, turn.ranked[0])
    if rule:
        near = tuple(to_quote(r.chunk, r.sentence) for r in related(turn.ranked))
        near = _checked(turn, near)
        text = not_found_text(turn.index.status(turn.access), bool(near))
        answer = Answer(Status.NOT_FOUND, text, related=near, trace=(TraceStep("rule", rule, 0.0),))
        goes_on = near and turn.author is not None and turn.author.may_answer_after(rule)
        return replace(turn, answer=answer, note=rule) if goes_on else answer
    quotes = tuple(to_quote(r.chunk, standing_alone(r)) for r in choose(turn.question, turn.ranked))
    return replace(turn, quotes=quotes, note=str(len(quotes)))


def check_quotations(turn: Turn) -> Turn | Answer:
    """Only what stands in the document, letter for letter, is said."""
    if turn.answer:  # that the documents do not say
        return turn
    quotes = _checked(turn, turn.quotes)
    if not quotes:
        return Answer(Status.NOT_FOUND, not_found_text(turn.index.status(turn.access), near=False))
    return replace(turn, answer=replace(_quoted(quotes), answer=_with_caution(turn, quoted_text(quotes), quotes)))


def write_answer(turn: Turn) -> Turn | Answer:
    """The answer in the words of a language model, where there is one and it keeps to the passages; else quotations."""
    if turn.author is None or turn.answer is None:
        return turn.answer or turn
    is_refused = turn.answer.status is Status.NOT_FOUND
    # What would be taken back for « not found » is not shown meanwhile.
    say = _silently if is_refused else turn.say
    composed = turn.author.compose(turn.question.text, _passages(turn), turn.ends, say)
    if _checked(turn, composed.quotes) != composed.quotes:  # a fault of ours, which is logged
        composed = replace(composed, sentences=(), failure=Failure.UNSUPPORTED)
    writing = Writing(len(composed.sentences), composed.withheld, str(composed.failure or ""))
    answer = _found_none(turn, turn.answer, composed) if is_refused else _written(turn, turn.answer, composed)
    return replace(answer, writing=writing)


STEPS: tuple[Step, ...] = (
    take_up_reply,
    greet,
    resolve_follow_up,
    refuse,
    tell_fibre,
    check_question,
    quote_contact,
    define_terms,
    search_documents,
    offer_readings,
    rank_candidates,
    choose_quotations,
    check_quotations,
    write_answer,
)


def answer_question(
    text: object,
    access: Access,
    means: Means,
    exchanges: Sequence[Exchange] = (),
    may_geocode: bool = False,
    say: Say = lambda _: None,
) -> Answer:
    """Run the steps until one gives the answer; complete it with the contact record and the trace.

    `exchanges`: what was said before in the same conversation, the newest last. `may_geocode`: the visitor agrees that
    an address in the question is sent to the public geocoder. `say` is given the sentences of a language model, as
    each is ready: the answer that comes at the end may take them back.

    Raises:
        QuestionRefused: what was typed is not a question that can be asked.
    """
    ends, index = monotonic() + means.seconds, means.index
    question = understand(text, index.terms(access))
    turn = Turn(question, access, index, means.fibre, tuple(exchanges), Consent(may_geocode), means.author, ends, say)
    trace: list[TraceStep] = []
    for step in STEPS:
        started = perf_counter()
        outcome = step(turn)
        note = outcome.status.value if isinstance(outcome, Answer) else outcome.note
        trace.append(TraceStep(step.__name__, note, round((perf_counter() - started) * 1000, 2)))
        if isinstance(outcome, Answer):
            trace.extend(outcome.trace)
            return replace(outcome, contact=index.contact(), understood_as=turn.understood_as, trace=tuple(trace))
        turn = replace(outcome, note="")
    raise AssertionError("the last step always answers")


def _quoted(quotes: tuple[Quote, ...]) -> Answer:
    return Answer(Status.ANSWERED, quoted_text(quotes), quotes=quotes, writer=WriterName.QUOTATIONS)


def _passages(turn: Turn) -> list[Chunk]:
    """What the model reads: the passages that would be quoted, then the others that were found, best first."""
    quoted = {(quote.document_key, quote.context) for quote in turn.quotes}
    chunks = [evidence.chunk for evidence in turn.found.evidence] if turn.found else []
    return sorted(chunks, key=lambda chunk: (chunk.document_key, chunk.text) not in quoted)


def _written(turn: Turn, quoted: Answer, composed: Composed) -> Answer:
    """What the model wrote, or the quotations instead; that nothing was found, when it reads nothing that answers."""
    if composed.declined:
        text = not_found_text(turn.index.status(turn.access), near=True)
        return Answer(Status.NOT_FOUND, text, related=quoted.quotes)
    if composed.failure:
        return replace(quoted, writer=WriterName.QUOTATIONS_INSTEAD)
    text = _with_caution(turn, " ".join(composed.sentences), composed.quotes)
    return Answer(Status.ANSWERED, text, quotes=composed.quotes, writer=WriterName.MODEL)


def _found_none(turn: Turn, refused: Answer, composed: Composed) -> Answer:
    """What the model wrote where the rules found no answer, if no sentence of it had to be withheld; else that."""
    written = _written(turn, refused, composed)
    is_sure = written.writer is WriterName.MODEL and not composed.withheld
    return written if is_sure else refused


def _silently(_: str) -> None:
    """Says nothing."""


def _examples() -> tuple[str, ...]:
    return tuple(wording("examples.questions"))


def _with_caution(turn: Turn, text: str, quotes: tuple[Quote, ...]) -> str:
    """The present was asked for, and the newest document that answers is old: say so."""
    if not turn.question.present or not all(is_stale(quote.date, date.today()) for quote in quotes):
        return text
    return f"{text}\n{sentence('answer.may_have_changed')}"


def _checked(turn: Turn, quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """The quotations that their documents hold where they say, white space folded; another one is a fault of ours."""
    kept = []
    for quote in quotes:
        text = turn.index.document_text(quote.document_key, turn.access)
        if text is not None and quote.span.folded(text) == quote.text:
            kept.append(quote)
        else:
            log.error("a quotation of %s does not stand in its document: dropped", quote.document_key)
    return tuple(kept)
