"""What was told of fibre, as cards: each figure apart, with its own source, its own definition and its own link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.fibre_say import percent, quarter
from assistant.figures import Commune, CopperClosure, FibreTold, Publication
from assistant.web.charts import count_chart, coverage_bar, history_chart
from assistant.web.markup import one_line, web_address
from assistant.web.shown import Card
from assistant.wording import french_date, french_number, sentence


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a card, whose lines are the figure and its source; `chart` is it drawn, as HTML, or ""."""

    card: Card
    chart: str = ""


def figures(told: FibreTold | None, before: Sequence[FibreTold | None] = ()) -> tuple[Figure, ...]:
    """The figures that were told, without those already told `before`, in the same conversation."""
    if told is None:
        return ()
    new = _without(told, [earlier for earlier in before if earlier])
    return (*_coverage(new), *_eligible(new), *_copper(new))


def _without(told: FibreTold, before: Sequence[FibreTold]) -> FibreTold:
    return replace(
        told,
        coverage=tuple(one for one in told.coverage if not any(one in earlier.coverage for earlier in before)),
        eligible=tuple(one for one in told.eligible if not any(one in earlier.eligible for earlier in before)),
        copper=tuple(one for one in told.copper if not any(one in earlier.copper for earlier in before)),
    )


def _coverage(told: FibreTold) -> Iterator[Figure]:
    """A card a figure: its place, the bar, its source."""
    names = {commune.code: commune for commune in told.communes}
    for figure in told.coverage:
        commune = names.get(figure.code)
        if commune is None:  # an area: its sentence tells all
            continue
        bar = coverage_bar(figure, told.department or figure, commune.name)
        past = history_chart(told.history) or count_chart(told.counts)
        numbers = {"covered": french_number(figure.covered), "premises": french_number(figure.premises)}
        text = sentence("chat.connectable", percent=percent(figure), **numbers)
        yield Figure(_published(commune, text, figure.publication), bar + past)


def _eligible(told: FibreTold) -> Iterator[Figure]:
    """A card a figure of Ma connexion internet, apart: it is no part of the bar above."""
    names = {commune.code: commune for commune in told.communes}
    for figure in told.eligible:
        numbers = {"covered": french_number(figure.covered), "premises": french_number(figure.premises)}
        text = sentence("chat.eligible", percent=percent(figure), **numbers)
        yield Figure(_published(names.get(figure.code), text, figure.publication))


def _published(commune: Commune | None, text: str, published: Publication) -> Card:
    source = sentence("chat.figure_source", source=published.source, when=quarter(published.quarter))
    return _card(commune, text, f"{source} ({published.licence})", published.url, "chat.open_figures")


def _copper(told: FibreTold) -> Iterator[Figure]:
    """A card a file: copper has a date, and no bar."""
    names = {commune.code: commune for commune in told.communes}
    for closure in told.copper:
        source = sentence("chat.figure_source", source=closure.source, when=french_date(closure.told_on))
        yield Figure(_card(names.get(closure.code), _closing(closure), source, closure.url, "chat.open_file"))


def _closing(closure: CopperClosure) -> str:
    day = french_date(closure.closes_on) if closure.closes_on else sentence("chat.copper_undated")
    return sentence("chat.copper_closes", day=day)


def _card(commune: Commune | None, text: str, source: str, url: str, link: str) -> Card:
    return Card(
        title=one_line(commune.name) if commune else "",
        kind=sentence("chat.insee", code=commune.code) if commune else "",
        lines=(one_line(text), one_line(source)),
        link=web_address(url),
        link_label=sentence(link),
    )
