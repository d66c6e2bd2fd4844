"""An address → the state of its building. It leaves for the public geocoder when the visitor agrees, never before.

Without buildings loaded, an address says no more than its commune: nobody is asked, unless the commune is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.fibre_place import COMMUNES, Asked
from assistant.answering.fibre_say import quarter
from assistant.answering.fibre_topics import Figures
from assistant.fibre.address import AddressTyped, address_in
from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.gazetteer.places import PlaceKind, PlaceNamed
from assistant.fibre.knowledge import Fibre
from assistant.figures import Address, AddressFound, AddressKind, Awaited, Building, Commune, FibreTold
from assistant.index.french import fold
from assistant.models import Answer, GeocoderUnavailable, Status
from assistant.wording import french_number, texts

MOST_CHOICES = 3  # addresses among which to ask


@dataclass(frozen=True, slots=True)
class Consent:
    """What the visitor allowed: to look their address up, and which of those found is theirs.

    `candidates`: those found earlier, of which they have not said which one.
    """

    given: bool = False
    refused: bool = False
    confirmed: AddressFound | None = None
    candidates: tuple[AddressFound, ...] = ()


NOT_ASKED = Consent()


@dataclass(frozen=True, slots=True)
class Located:
    """An address looked up. `found` is None when it was not, for the reason that `remark` says; `candidates` are those
    that the visitor has to choose from.
    """

    found: AddressFound | None = None
    remark: str = ""
    awaited: Awaited | None = None
    candidates: tuple[AddressFound, ...] = ()


def reply_to(told: FibreTold, text: str) -> Consent | None:
    """What a reply to « shall I look your address up? » means; None when that was not asked, or it is no reply."""
    if told.awaited not in (Awaited.CONSENT, Awaited.CONFIRMATION):
        return None
    words, reply = _texts(), _folded(text)
    if reply in (_folded(words["no"]), _folded(words["not_these"])) or re.fullmatch(words["is_no"], reply):
        return Consent(refused=True)
    chosen = _chosen(reply, told.candidates)
    if chosen:
        return Consent(given=True, confirmed=chosen)
    if reply != _folded(words["yes"]) and not re.fullmatch(words["is_yes"], reply):
        return None
    only = told.candidates[0] if len(told.candidates) == 1 else None
    return Consent(given=True, confirmed=only, candidates=told.candidates)


def _chosen(reply: str, candidates: Sequence[AddressFound]) -> AddressFound | None:
    """The candidate that a button or a person names: its label as it stands, or « la deuxième »."""
    words = texts("fibre")["address"]
    for one, ordinals in zip(candidates, words["ordinals"], strict=False):
        label = _folded(one.label)
        if reply in (label, _folded(words["this_one"].format(label=one.label)), f"oui {label}"):
            return one
        if reply.removeprefix("la ").removeprefix("le ") in ordinals.split():
            return one
    return None


def _folded(text: str) -> str:
    return " ".join(fold(text).strip(" ?!.,").split())


def locate(asked: Asked, text: str, fibre: Fibre, consent: Consent) -> Located | None:
    """The address that a question names; None when it names none, or nothing could be said of it."""
    typed = address_in(text) if asked.topic.figures is Figures.COVERAGE else None
    communes = [place.communes[0] for place in asked.places if place.kind in COMMUNES]
    commune = communes[0] if len(communes) == 1 else None
    if typed is None or any(map(_is_unsettled, asked.places)):
        return None
    if len(communes) > 1 or (commune and not fibre.store.has_buildings):
        return None
    if consent.confirmed:
        return Located(consent.confirmed)
    if consent.candidates:
        return _to_choose(consent.candidates, "which")
    return _known(typed, commune, fibre) or _geocoded(text, typed, asked, fibre, consent)


def _is_unsettled(place: PlaceNamed) -> bool:
    """Outside the Somme, or one commune of several: asked first, unless a postal code tells the geocoder enough."""
    return place.kind is PlaceKind.ELSEWHERE or (place.kind is PlaceKind.SEVERAL and not place.name.isdigit())


def at_commune(asked: Asked, located: Located, fibre: Fibre) -> Asked:
    """The question, asked of the commune that the address turned out to be in."""
    found = located.found
    if found is None or any(place.kind in COMMUNES for place in asked.places):
        return asked
    commune = fibre.store.commune(found.code)
    if commune is None:  # a merger since the table was made: the address is told, and no figure
        return asked
    return replace(asked, places=(PlaceNamed(PlaceKind.COMMUNE, 0, 0, (commune,), commune.name, commune.code),))


def with_address(answer: Answer, located: Located, fibre: Fibre) -> Answer:
    """The answer of the commune, after what is known of the address, or what has to be asked about it."""
    if answer.fibre is None:
        return answer
    if located.found:
        buildings = buildings_at(located.found, fibre)
        told = replace(answer.fibre, address=located.found, buildings=buildings)
        return replace(answer, answer=f"{_said_of(located.found, buildings, fibre)}\n{answer.answer}", fibre=told)
    told = replace(answer.fibre, awaited=located.awaited or answer.fibre.awaited, candidates=located.candidates)
    if located.awaited is None:
        return replace(answer, answer=f"{located.remark}\n{answer.answer}", fibre=told)
    first = answer.answer if answer.status is Status.ANSWERED else ""
    text = "\n".join(part for part in (first, located.remark) if part)
    return replace(answer, answer=text, fibre=told, suggestions=_buttons(located), status=Status.CLARIFY)


def buildings_at(found: AddressFound, fibre: Fibre) -> tuple[Building, ...]:
    """The buildings that carry the address; else the nearest one, whose `distance` is not nought."""
    exact = fibre.store.buildings_of(found.identifier, found.code)
    return exact or fibre.store.nearest_buildings(found.x, found.y, most=1)


def state_terms(answer: Answer) -> tuple[str, ...]:
    """The terms of the glossary that explain the states of the buildings told of."""
    known = texts("fibre")["states"]
    buildings = answer.fibre.buildings if answer.fibre else ()
    return tuple(dict.fromkeys(str(known[building.state.value]["term"]) for building in buildings))


# ------------------------------------------------------------------------------------------ looking up


def _known(typed: AddressTyped, commune: Commune | None, fibre: Fibre) -> Located | None:
    """The address in the BAN that was loaded here: nobody else is asked."""
    if commune is None or typed.number is None:
        return None
    found = fibre.store.find_address(commune.code, typed.number, typed.repetition, typed.street)
    return Located(_as_found(found[0], commune)) if len(found) == 1 else None


def _as_found(address: Address, commune: Commune) -> AddressFound:
    """An address of the BAN, written as it was asked for: there is nothing to confirm."""
    return AddressFound(
        address.identifier, address.label, 1.0, AddressKind.HOUSENUMBER, address.code, commune.name, address.postcode,
        address.lon, address.lat, address.x, address.y,
    )  # fmt: skip


def _geocoded(text: str, typed: AddressTyped, asked: Asked, fibre: Fibre, consent: Consent) -> Located | None:
    """The address as the geocoder knows it: asked once the visitor agrees, confirmed when it is not sure."""
    if fibre.geocoder is None:
        return None
    if not consent.given:
        return Located(remark=_texts()["offer"], awaited=Awaited.CONSENT)
    try:
        code = next((place.code for place in asked.places if place.kind in COMMUNES), None)
        found = fibre.geocoder.find(_line(text, typed, asked.places), code)
    except GeocoderUnavailable:
        return Located(remark=_texts()["unavailable"])
    found = tuple(one for one in found if one.kind is not AddressKind.MUNICIPALITY and one.code.startswith(DEPARTMENT))
    if not found:
        return Located(remark=_texts()["unknown"])
    missed_number = typed.number is not None and found[0].kind is not AddressKind.HOUSENUMBER
    if code and found[0].sure and not missed_number:
        return Located(found[0])
    return _to_choose(found[:MOST_CHOICES], "confirm")


def _to_choose(candidates: tuple[AddressFound, ...], key: str) -> Located:
    return Located(remark=_texts()[key], awaited=Awaited.CONFIRMATION, candidates=candidates)


def _line(text: str, typed: AddressTyped, places: Sequence[PlaceNamed]) -> str:
    """The address on one line, and nothing else of the question: « 3 bis av. du gl leclerc, 80000 Amiens »."""
    end = min([typed.end, *(place.start for place in places if typed.start < place.start < typed.end)])
    towns = [
        f"{place.communes[0].postcodes[0]} {place.communes[0].name}" if place.kind in COMMUNES else place.name
        for place in places
    ]
    return ", ".join([text[typed.start : end].strip(" ,"), *towns])


def _buttons(located: Located) -> tuple[str, ...]:
    words = _texts()
    if located.awaited is Awaited.CONSENT:
        return (words["yes"], words["no"])
    return (*(words["this_one"].format(label=one.label) for one in located.candidates), words["not_these"])


# ------------------------------------------------------------------------------------------ saying


def _said_of(found: AddressFound, buildings: Sequence[Building], fibre: Fibre) -> str:
    """What is known of the buildings of an address; "" of no building when none was loaded."""
    words = _texts()
    if not buildings:
        return words["no_building"].format(label=found.label) if fibre.store.has_buildings else found.label
    first = buildings[0]
    about = {
        "label": found.label,
        "state": _state(buildings),
        "source": first.publication.source,
        "quarter": quarter(first.publication.quarter),
        "metres": french_number(first.distance),
    }
    lines = [words["found_near" if first.distance else "found"].format(**about)]
    operators = sorted({name for building in buildings for name in building.operators})
    if operators and not first.distance:
        lines.append(words["operators"].format(names=", ".join(operators)))
    return " ".join([*lines, words["not_an_offer"]])


def _state(buildings: Sequence[Building]) -> str:
    known = texts("fibre")["states"]
    states = tuple(dict.fromkeys(str(known[building.state.value]["said"]) for building in buildings))
    return states[0] if len(states) == 1 else _texts()["several"].format(states=", ".join(states))


def _texts() -> dict[str, str]:
    words: dict[str, str] = texts("fibre")["address"]
    return words
