"""The places that a question names, as people write them: « st kentin la motte », « letoile », « 80140 »."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.figures import Commune


class PlaceKind(StrEnum):
    """What was recognised."""

    COMMUNE = "commune"  # one commune of the Somme
    FORMER = "former"  # a former, delegated or associated commune: part of the commune given
    SEVERAL = "several"  # a family, a postal code, a doubt: one of the communes given, to be asked
    EPCI = "epci"
    DEPARTMENT = "department"
    ELSEWHERE = "elsewhere"  # a commune outside the Somme


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """A place found in a text, over the characters `[start, end)` of it.

    `communes`: the one meant, or those among which to ask, at most eight, the largest first. `name`: a former commune's
    own name, an EPCI's, or that of a commune elsewhere; else the commune's, or what was typed. `code`: the SIREN of an
    EPCI, the number of the département outside, else the commune's, or "". `homonym`: communes elsewhere have the
    same name, and nothing in the text says which one is meant. `sure` is false for a name that needed mending.
    """

    kind: PlaceKind
    start: int
    end: int
    communes: tuple[Commune, ...]
    name: str
    code: str = ""
    homonym: bool = False
    sure: bool = True
