"""Is it a question on somebody's line, and where? The topic, and the places named now, or spoken of before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.fibre_say import asked_at, asked_in, said
from assistant.answering.fibre_topics import Topic, speaks_of_line, topic_named, topic_of
from assistant.answering.follow_up import FollowUp
from assistant.answering.question import Question, understand
from assistant.fibre.address import address_in
from assistant.fibre.gazetteer.places import Gazetteer, PlaceKind, PlaceNamed
from assistant.figures import FibreTold
from assistant.index.french import fold
from assistant.index.terms import Terms
from assistant.models import Exchange
from assistant.wording import texts

MOST_PLACES = 4  # told of in one answer
AREAS = (PlaceKind.EPCI, PlaceKind.DEPARTMENT)
COMMUNES = (PlaceKind.COMMUNE, PlaceKind.FORMER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on somebody's line: its topic, and the places that it names."""

    topic: Topic
    places: tuple[PlaceNamed, ...]


def asked_of(question: Question, gazetteer: Gazetteer) -> Asked | None:
    """The topic and the places of a question; None when it is no question on somebody's line."""
    seen = gazetteer.places(question.text, alone=speaks_of_line(question.plain))
    named = [place for place in seen if _is_meant(question.text, place)]
    communes = [place for place in named if place.kind not in AREAS]
    areas = " ".join(question.text[place.start : place.end] for place in named if place.kind in AREAS)
    # « 12 rue des Lilas, la fibre ? » names a place too: its commune is asked for, or looked up.
    address = address_in(question.text) if speaks_of_line(question.plain) else None
    topic = topic_of(_without(communes, question), bool(communes or address), areas)
    return Asked(topic, tuple((communes or named)[:MOST_PLACES])) if topic else None


def with_place(
    question: Question, exchanges: Sequence[Exchange], gazetteer: Gazetteer, terms: Terms | None = None
) -> FollowUp | None:
    """A question made whole by the place, or the topic, that was spoken of before; None when it needs neither."""
    text = _for_place(question.text, exchanges, gazetteer) or _of_same_place(question, exchanges, gazetteer)
    return FollowUp(understand(text, terms), "place") if text else None


def _for_place(text: str, exchanges: Sequence[Exchange], gazetteer: Gazetteer) -> str | None:
    """« et à Amiens ? », « flixecourt »: the last question on fibre, put for the place that is named.

    None when more than a place is said. At the beginning of a conversation, a commune alone asks for its fibre.
    """
    asked = [topic for told in _told(exchanges) if (topic := topic_named(told.topic)) and topic.ask]
    places = gazetteer.places(text, alone=bool(exchanges) and exchanges[-1].fibre is not None)
    if not places or not _is_all(text, places):
        return None
    if not exchanges and not all(place.kind in COMMUNES and place.sure for place in places):
        return None
    topic = asked[0] if asked else topic_named("availability")
    return topic.ask.format(place=_named(text, places)) if topic else None


def _of_same_place(question: Question, exchanges: Sequence[Exchange], gazetteer: Gazetteer) -> str | None:
    """« et le cuivre ? »: asked of the communes last spoken of, while the conversation is about fibre."""
    goes_on = bool(exchanges) and exchanges[-1].fibre is not None
    if not goes_on or not speaks_of_line(question.plain) or gazetteer.places(question.text):
        return None
    communes = next((told.communes for told in _told(exchanges) if told.communes), ())
    topic = topic_of(question, has_place=True)
    if topic is None or not topic.ask or (not communes and topic_of(question, has_place=False)):
        return None
    return " ".join(topic.ask.format(place=said("and").join(map(asked_at, communes))).split())


def _named(text: str, places: Sequence[PlaceNamed]) -> str:
    return said("and").join(asked_in(place, text[place.start : place.end]) for place in places)


def _told(exchanges: Sequence[Exchange]) -> Iterator[FibreTold]:
    """What was told of fibre, the newest first."""
    return (exchange.fibre for exchange in reversed(exchanges) if exchange.fibre)


def _is_meant(text: str, place: PlaceNamed) -> bool:
    """Not « pas **Amiens**, Corbie », nor « je m'appelle **Albert** »."""
    before = fold(text[: place.start])
    return not re.search(f"{texts('fibre')['words']['not_meant']}$", before)


def _without(places: Sequence[PlaceNamed], question: Question) -> Question:
    """The question, the names of its communes left out: « Marché-Allouarde » is no « marché »."""
    rest = _rest(question.text, places)
    return understand(rest) if places and any(character.isalnum() for character in rest) else question


def _is_all(text: str, places: Sequence[PlaceNamed]) -> bool:
    """Is nothing said but places, and the small words around them?"""
    around = set(texts("fibre")["words"]["around"].split())
    return all(word in around for word in re.findall(r"[a-z0-9]+", fold(_rest(text, places))))


def _rest(text: str, places: Sequence[PlaceNamed]) -> str:
    """A text, with spaces in the place of the names of places."""
    named = {at for place in places for at in range(place.start, place.end)}
    return "".join(" " if at in named else character for at, character in enumerate(text))
