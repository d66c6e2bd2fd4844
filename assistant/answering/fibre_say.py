"""Figures of communes → French sentences. Every number comes from a table, with its source and its quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from assistant.fibre.gazetteer.places import PlaceKind, PlaceNamed
from assistant.figures import Commune, Connectable, CopperClosure, Coverage, D
from assistant.wording import french_date, french_number, texts


def said(key: str, /, **values: object) -> str:
    """A sentence of `[say]`, its placeholders filled; the names of sites among them."""
    links = {name: urlsplit(link["url"]).netloc for name, link in texts("fibre")["links"].items()}
    return str(texts("fibre")["say"][key]).format(**(links | values))


def coverage_text(where: str, figure: Coverage[Connectable]) -> str:
    """« À Rue (80120), 1 967 locaux sur 2 218 sont raccordables (88,7 %), Arcep, Cartefibre, 2e trimestre 2026 »."""
    return said(
        "coverage",
        place=where,
        covered=french_number(figure.covered),
        premises=french_number(figure.premises),
        percent=percent(figure),
        source=figure.publication.source,
        quarter=quarter(figure.publication.quarter),
    )


def percent(figure: Coverage[D]) -> str:
    """ "97,7"; "100" and "0" are said only of what is so, however near."""
    if figure.covered in (0, figure.premises):
        return french_number(figure.percent)
    return french_number(min(max(figure.percent, 0.1), 99.9), 1)


def quarter(code: str) -> str:
    """ "2026-T2" → « 2e trimestre 2026 »."""
    year, number = code.split("-T")
    rank = said("first") if number == "1" else said("other", number=number)
    return said("quarter", rank=rank, year=year)


def copper_text(where: str, closure: CopperClosure | None, today: date) -> str:
    """When copper closes, by which file, of which day."""
    if closure is None:
        return said("copper_unknown", place=where)
    told = {"source": closure.source, "told_on": french_date(closure.told_on)}
    if closure.closes_on is None:
        return said("copper_undated", place=where, **told)
    dated = said("copper_dated", place=where, date=french_date(closure.closes_on), **told)
    return f"{dated} {said('copper_over')}" if date.fromisoformat(closure.closes_on) < today else dated


def at(commune: Commune) -> str:
    """« À Flixecourt (80420) », « Au Crotoy (80550) », « À Amiens (80000, 80080, 80090) »."""
    return f"{at_name(commune.name)} ({', '.join(commune.postcodes)})"


def at_name(name: str) -> str:
    """« À Rue », « Au Crotoy »."""
    return _contracted(name, "a") or f"{_articles()['to']}{name}"


def of_name(name: str) -> str:
    """« d'Amiens », « du Crotoy », « de Rue »."""
    articles = _articles()
    elided = name[0].lower() in articles["vowels"].lower()
    return _contracted(name, "de") or f"{articles['of_vowel' if elided else 'of']}{name}"


def asked_at(commune: Commune) -> str:
    """How a commune is named in a question, and read again: « à Villers-Bocage (80260) », « au Crotoy (80550) »."""
    return _inside(f"{at_name(commune.name)} ({commune.postcodes[0]})")


def asked_in(place: PlaceNamed, typed: str) -> str:
    """How a place is named in a question: « à Rue (80120) », « dans la Somme », « à Lœuilly ». `typed`: its words."""
    if place.kind is PlaceKind.COMMUNE:
        return asked_at(place.communes[0])
    if place.kind is PlaceKind.DEPARTMENT:
        return _inside(said("department"))
    if place.kind is PlaceKind.EPCI:
        return _inside(said("epci_alone", name=epci_name(place.name)))
    return _inside(at_name(typed if place.kind is PlaceKind.SEVERAL else place.name))


def in_epci(name: str, communes: Sequence[Commune]) -> str:
    """« Dans la communauté de communes du Vimeu (25 communes de la Somme) »."""
    return said("epci", name=epci_name(name), count=len(communes))


def epci_name(name: str) -> str:
    """« CC du Vimeu » → « communauté de communes du Vimeu »."""
    return next((f"{full}{name[len(short) :]}" for short, full in _articles()["epci"] if name.startswith(short)), name)


def _inside(phrase: str) -> str:
    """A phrase that began a sentence, inside one."""
    return phrase[:1].lower() + phrase[1:]


def _contracted(name: str, before: str) -> str | None:
    pairs = _articles()[before]
    return next(
        (f"{contracted}{name[len(article) :]}" for article, contracted in pairs if name.startswith(article)), None
    )


def _articles() -> dict[str, Any]:
    articles: dict[str, Any] = texts("fibre")["articles"]
    return articles
