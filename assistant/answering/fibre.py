"""A question on somebody's line → dated figures of the commune, what they do not say, and whom to ask.

The date at which the fibre will come is never told: no public source has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering import fibre_say
from assistant.answering.fibre_place import Asked
from assistant.answering.fibre_say import said
from assistant.answering.fibre_topics import Figures, PlaceUse, Topic, topic_named
from assistant.answering.period import is_stale
from assistant.answering.quote import to_quote
from assistant.fibre.gazetteer.places import PlaceKind, PlaceNamed
from assistant.fibre.store import FibreStore
from assistant.figures import (
    Awaited,
    Commune,
    Connectable,
    CopperClosure,
    Coverage,
    FibreTold,
    Reference,
)
from assistant.index.search import Index
from assistant.models import RECORD_KEYS, Access, Answer, AnswerKind, Exchange, Quote, Status
from assistant.wording import texts

MOST_QUOTES = 2  # sentences of documents shown beside the figures


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that is told of: « À Flixecourt (80420) », or "" when nothing is known of it; its figures where they are.

    `part_of` says which commune a former one is part of, before the figures; `remark` what else, after them.
    """

    where: str
    commune: Commune | None = None
    coverage: Coverage[Connectable] | None = None
    copper: CopperClosure | None = None
    part_of: str = ""
    remark: str = ""


def answer_fibre(asked: Asked, store: FibreStore, today: date | None = None) -> Answer:
    """The figures of the places and the advice of the topic; or which place is meant, when that is not known."""
    topic = asked.topic
    if topic.place is PlaceUse.IGNORED:
        return _answer(topic, [topic.text], FibreTold(topic.name))
    doubt = next((place for place in asked.places if place.kind is PlaceKind.SEVERAL), None)
    if doubt:
        return _which(topic, doubt)
    spots = [_spot(place, topic, store) for place in asked.places]
    if not spots and not topic.everywhere:
        return _where(topic)
    spots = spots or [Spot(said("department"), coverage=store.department)]
    links = ("national",) if any(place.kind is PlaceKind.ELSEWHERE for place in asked.places) else ()
    here = any(spot.where for spot in spots)  # the advice is for the Somme
    lines = [*_lines(topic, spots, today or date.today()), topic.text if here else ""]
    return _answer(topic, lines, _told(topic, spots, store), (*topic.links, *links))


def with_documents(answer: Answer, exchanges: Sequence[Exchange], index: Index, access: Access) -> Answer:
    """The answer, with the newest sentences of documents that name its communes: beside the figures, not among them.

    What was shown of a commune earlier in the conversation is not shown again.
    """
    shown = {commune for exchange in exchanges if exchange.fibre for commune in exchange.fibre.communes}
    communes = [commune for commune in (answer.fibre.communes if answer.fibre else ()) if commune not in shown]
    quotes = sorted(_naming(communes, index, access), key=lambda quote: quote.date or "", reverse=True)
    return replace(answer, related=tuple(quotes[:MOST_QUOTES]))


def declined(told: FibreTold) -> Answer:
    """The visitor keeps the address to themselves, or it is none of those found; what was told of the commune holds."""
    topic = topic_named(told.topic)
    words = texts("fibre")["address"]
    refused = words["declined"] if told.awaited is Awaited.CONSENT else words["unknown"]
    asks_where = not told.communes
    lines = (refused, f"{said('where')} {said('why_where')}" if asks_where else said("check"))
    kept = replace(told, awaited=Awaited.PLACE if asks_where else None, candidates=())
    status = Status.CLARIFY if asks_where else Status.ANSWERED
    links = _links(topic.links) if topic else ()
    return Answer(status, "\n".join(lines), kind=AnswerKind.FIBRE, fibre=kept, links=links)


def _naming(communes: Iterable[Commune], index: Index, access: Access) -> Iterator[Quote]:
    for commune in communes:
        name = re.compile(rf"(?<![\w-]){re.escape(commune.name)}(?![\w-])")
        for chunk in index.mentioning(commune.name, access):
            if chunk.document_key not in RECORD_KEYS:
                yield from (to_quote(chunk, one) for one in chunk.sentences if name.search(one.text))


# ------------------------------------------------------------------------------------------ asking where


def _which(topic: Topic, doubt: PlaceNamed) -> Answer:
    """Several communes may be meant: a button each."""
    choices = tuple(topic.ask.format(place=fibre_say.asked_at(commune)) for commune in doubt.communes)
    elsewhere = [said("or_elsewhere")] if doubt.homonym else []
    text = " ".join([said("several", name=doubt.name), said("which_of"), *elsewhere])
    told = FibreTold(topic.name, awaited=Awaited.PLACE)
    return Answer(Status.CLARIFY, text, suggestions=choices, kind=AnswerKind.FIBRE, fibre=told)


def _where(topic: Topic) -> Answer:
    """No place is known: say what holds everywhere, and ask for it."""
    everywhere = said("copper_everywhere") if topic.figures is Figures.COPPER else topic.text
    status = Status.ANSWERED if topic.place is PlaceUse.USED else Status.CLARIFY
    told = FibreTold(topic.name, awaited=Awaited.PLACE)
    return _answer(topic, [everywhere, f"{said('where')} {said('why_where')}"], told, status=status)


# ------------------------------------------------------------------------------------------ figures


def _spot(place: PlaceNamed, topic: Topic, store: FibreStore) -> Spot:
    """What is known of a place that a question names."""
    if place.kind is PlaceKind.ELSEWHERE:
        return Spot("", remark=_elsewhere(place, topic))
    if place.kind is PlaceKind.DEPARTMENT:
        return Spot(said("department"), coverage=store.department)
    if place.kind is PlaceKind.EPCI:
        members = [commune for commune in store.communes if commune.epci_code == place.code]
        return Spot(fibre_say.in_epci(place.name, members), coverage=store.epci_coverage(place.code))
    commune = place.communes[0]
    former = said("former", name=place.name, of_name=fibre_say.of_name(commune.name))
    return Spot(
        fibre_say.at(commune),
        commune,
        store.coverage(commune.code),
        store.copper(commune.code),
        part_of=former if place.kind is PlaceKind.FORMER else "",
        remark=said("homonym") if place.homonym and place.kind is PlaceKind.COMMUNE else "",
    )


def _elsewhere(place: PlaceNamed, topic: Topic) -> str:
    """That nothing is known here of a place outside the Somme; its département is said when only one has that name."""
    has_code = bool(place.code) and not place.name.isdigit()
    name = f"{place.name} ({place.code})" if has_code else place.name
    return said("elsewhere_copper" if topic.figures is Figures.COPPER else "elsewhere", name=name)


def _told(topic: Topic, spots: Sequence[Spot], store: FibreStore) -> FibreTold:
    communes = tuple(dict.fromkeys(spot.commune for spot in spots if spot.commune))
    if topic.figures is Figures.COPPER:
        copper = tuple(spot.copper for spot in spots if spot.copper)
        return FibreTold(topic.name, communes, copper=copper, awaited=None if communes else Awaited.PLACE)
    coverage = tuple(spot.coverage for spot in spots if spot.coverage)
    alone = communes[0].code if len(communes) == 1 else ""
    return FibreTold(
        topic.name,
        communes,
        coverage,
        department=store.department if communes and coverage else None,
        eligible=tuple(figure for commune in communes if (figure := store.eligible(commune.code))),
        history=store.history(alone),
        counts=store.count_history(alone),
    )


def _lines(topic: Topic, spots: Sequence[Spot], today: date) -> Iterator[str]:
    """What was understood, the figures, and what they do not say."""
    for spot in spots:
        if spot.part_of:
            yield spot.part_of
        if spot.where:
            yield _figure(topic, spot, today)
        if spot.remark:
            yield spot.remark
    if any(spot.where for spot in spots):
        yield _what_it_is_not(topic, [spot for spot in spots if spot.where], today)


def _figure(topic: Topic, spot: Spot, today: date) -> str:
    if topic.figures is Figures.COPPER:
        return fibre_say.copper_text(spot.where, spot.copper, today) if spot.commune else said("copper_everywhere")
    return (
        fibre_say.coverage_text(spot.where, spot.coverage) if spot.coverage else said("not_counted", place=spot.where)
    )


def _what_it_is_not(topic: Topic, spots: Sequence[Spot], today: date) -> str:
    """That a file is old, that a figure of many says nothing of one; where to look, unless the topic says it itself."""
    if topic.figures is Figures.COPPER:
        told_on = [spot.copper.told_on for spot in spots if spot.copper]
        if not told_on:
            return said("where")
        stale = [said("copper_stale")] if is_stale(min(told_on), today) else []
        return " ".join([*stale, said("copper_may_change")])
    of = "of_area" if any(spot.commune is None for spot in spots) else "of_communes" if len(spots) > 1 else "of_commune"
    return said(of) if topic.text else f"{said(of)} {said('check')}"


# ------------------------------------------------------------------------------------------ the answer


def _answer(
    topic: Topic,
    lines: Iterable[str],
    told: FibreTold,
    links: Sequence[str] | None = None,
    status: Status = Status.ANSWERED,
) -> Answer:
    text = "\n".join(line for line in lines if line)
    return Answer(status, text, kind=AnswerKind.FIBRE, fibre=told, links=_links(links or topic.links))


def _links(names: Iterable[str]) -> tuple[Reference, ...]:
    known = texts("fibre")["links"]
    return tuple(Reference(known[name]["label"], known[name]["url"]) for name in names)
