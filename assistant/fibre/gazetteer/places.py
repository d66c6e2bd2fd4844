"""The places that a question names, as people write them: « st kentin la motte », « letoile », « 80140 »."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.gazetteer.areas import Area, Areas
from assistant.fibre.gazetteer.elsewhere import Elsewhere, departments, named
from assistant.fibre.gazetteer.names import NameTable
from assistant.fibre.gazetteer.qualifiers import Qualifier, qualifiers_in
from assistant.fibre.gazetteer.readings import Reader
from assistant.fibre.gazetteer.windows import Beside, Reading
from assistant.fibre.gazetteer.words import Word, words
from assistant.figures import Commune

LONGEST = 1000  # characters read
MOST_WORDS = 250  # words read of them: in French they are 200
REMEMBERED = 64  # texts: an answer reads the same one several times


class PlaceKind(StrEnum):
    """What was recognised."""

    COMMUNE = "commune"  # one commune of the Somme
    FORMER = "former"  # a former, delegated or associated commune: part of the commune given
    SEVERAL = "several"  # a family, a postal code, a doubt: one of the communes given, to be asked
    EPCI = "epci"
    DEPARTMENT = "department"
    ELSEWHERE = "elsewhere"  # a commune or a département outside the Somme


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """A place found in a text, over the characters `[start, end)` of it.

    `communes`: the one meant, or those among which to ask, at most eight, the largest first. `name`: a former commune's
    own name, an EPCI's, or that of a commune elsewhere; else the commune's, or what was typed. `code`: the SIREN of an
    EPCI, the number of the département outside ("" when several have communes of that name), else the commune's, or "".
    `homonym`: communes elsewhere have the same name, and nothing in the text says which one is meant. `sure` is false
    for a name that needed mending.
    """

    kind: PlaceKind
    start: int
    end: int
    communes: tuple[Commune, ...]
    name: str
    code: str = ""
    homonym: bool = False
    sure: bool = True


class _Span(Protocol):
    """Words `[start, end)` of a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Gazetteer:
    """Recognises the places of a text. Built once, read-only: safe to share between threads.

    `sizes`: premises by INSEE code, to offer the largest communes first; else they keep the order they came in.
    """

    def __init__(self, communes: Sequence[Commune], sizes: Mapping[str, int] | None = None) -> None:
        self._table = NameTable(communes, sizes or {})
        self._reader = Reader(self._table)
        self._areas = Areas(communes)
        self._read = lru_cache(REMEMBERED)(self._places)
        self._by_postcode: dict[str, list[Commune]] = {}
        for commune in communes:
            for postcode in commune.postcodes:
                self._by_postcode.setdefault(postcode, []).append(commune)

    def places(self, text: str, alone: bool = False) -> tuple[PlaceNamed, ...]:
        """The places that a text names, in its order, each once. `text` is read as it was typed.

        `alone`: a place is expected, as in the answer to « de quelle commune ? »: a bare « ham » may be one.
        """
        return self._read(text[:LONGEST], alone)

    def _places(self, typed: str, alone: bool) -> tuple[PlaceNamed, ...]:
        split = words(typed)[:MOST_WORDS]
        areas = self._areas.named_in(split)
        qualifiers = [q for q in qualifiers_in(split, alone) if not any(_overlap(q, area) for area in areas)]
        beside = Beside(frozenset(q.end for q in qualifiers if q.postcode), frozenset(q.start for q in qualifiers))
        chosen = [
            reading
            for reading in _best(self._reader.readings(split, beside, alone))
            if not any(_overlap(reading.window, area) for area in areas)
        ]
        qualifiers = [q for q in qualifiers if not any(_overlap(q, reading.window) for reading in chosen)]
        found = [_epci(area, split) for area in areas]
        for reading in chosen:
            telling = [q for q in qualifiers if _beside(q, reading) or (q.postcode and len(chosen) == 1)]
            found.append(self._place(reading, telling, typed))
            qualifiers = [q for q in qualifiers if q not in telling]
        found += [self._qualifier_place(qualifier, split) for qualifier in qualifiers if qualifier.stands]
        return _once(sorted(found, key=lambda place: place.start))

    def _place(self, reading: Reading, beside: Sequence[Qualifier], typed: str) -> PlaceNamed:
        """What a name stands for, in the light of the codes and départements beside it."""
        window = reading.window
        start, end = window.text[window.start].start, window.text[window.end - 1].end
        numbers = {qualifier.department for qualifier in beside}
        coded = {c: None for q in beside if q.postcode for c in self._by_postcode.get(q.postcode, ())}
        elsewhere = reading.elsewhere or (named(window.key) if reading.cost == 0 else None)
        if elsewhere and not coded and (not reading.names or _is_meant(elsewhere, numbers)):
            meant = [n for n in elsewhere.departments if n in numbers] or elsewhere.departments
            return PlaceNamed(PlaceKind.ELSEWHERE, start, end, (), elsewhere.name, meant[0] if len(meant) == 1 else "")
        communes = _settled(reading, tuple(coded))
        homonym = elsewhere is not None and DEPARTMENT not in numbers
        sure = reading.cost == 0
        if len(communes) > 1:
            asked = self._table.largest(communes)
            return PlaceNamed(PlaceKind.SEVERAL, start, end, asked, typed[start:end], "", homonym, sure)
        former = next((name.former for name in reading.names if name.communes == communes), "")
        kind = PlaceKind.FORMER if former else PlaceKind.COMMUNE
        return PlaceNamed(kind, start, end, communes, former or communes[0].name, communes[0].code, homonym, sure)

    def _qualifier_place(self, qualifier: Qualifier, text: Sequence[Word]) -> PlaceNamed:
        """A postal code or a département that stands by itself."""
        start, end = text[qualifier.start].start, text[qualifier.end - 1].end
        if qualifier.department != DEPARTMENT:
            return PlaceNamed(PlaceKind.ELSEWHERE, start, end, (), qualifier.name, qualifier.department)
        communes = self._table.largest(self._by_postcode.get(qualifier.postcode, ()))
        if not communes:
            return PlaceNamed(PlaceKind.DEPARTMENT, start, end, (), departments()[DEPARTMENT][1], DEPARTMENT)
        if len(communes) == 1:
            return PlaceNamed(PlaceKind.COMMUNE, start, end, communes, communes[0].name, communes[0].code)
        return PlaceNamed(PlaceKind.SEVERAL, start, end, communes, qualifier.postcode)


def _best(found: Sequence[Reading]) -> list[Reading]:
    """Those worth most, none over the words of another, in the order of the text."""
    chosen: list[Reading] = []
    for reading in sorted(found, key=lambda reading: reading.worth, reverse=True):
        if not any(_overlap(reading.window, other.window) for other in chosen):
            chosen.append(reading)
    return sorted(chosen, key=lambda reading: reading.window.start)


def _overlap(one: _Span, other: _Span) -> bool:
    return one.start < other.end and other.start < one.end


def _beside(qualifier: Qualifier, reading: Reading) -> bool:
    """« Albert (80) », « 80300 Albert », « dans la Somme, à Albert »."""
    window = reading.window
    between = [word.text for word in window.text[qualifier.end : window.start]]
    before = qualifier.end <= window.start and (between == ["a"] or (not between and bool(qualifier.postcode)))
    return before or qualifier.start == window.end


def _is_meant(elsewhere: Elsewhere, numbers: Collection[str]) -> bool:
    """Whether the départements that stand beside a name say that it is not ours."""
    return DEPARTMENT not in numbers and not set(elsewhere.departments).isdisjoint(numbers)


def _settled(reading: Reading, coded: Sequence[Commune]) -> tuple[Commune, ...]:
    """The communes that a name may be, a postal code having its say; its own ones where the name is far from sure."""
    communes = tuple(dict.fromkeys(commune for name in reading.names for commune in name.communes))
    both = tuple(commune for commune in communes if commune in coded)
    if both or (communes and reading.cost == 0):
        return both or communes
    return tuple(coded) or communes


def _epci(area: Area, text: Sequence[Word]) -> PlaceNamed:
    return PlaceNamed(PlaceKind.EPCI, text[area.start].start, text[area.end - 1].end, (), area.name, area.code)


def _once(found: Sequence[PlaceNamed]) -> tuple[PlaceNamed, ...]:
    """Without the places that were named before."""
    seen = {(place.kind, place.communes, place.name, place.code): place for place in reversed(found)}
    return tuple(place for place in found if seen[(place.kind, place.communes, place.name, place.code)] is place)
