"""What was told of fibre, as HTML: figures apart from the documents, with their sources, and where to look further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answering.fibre_say import percent, quarter
from assistant.figures import Commune, CopperClosure, FibreTold, Publication
from assistant.models import Answer
from assistant.web.charts import count_chart, coverage_bar, history_chart
from assistant.web.markup import anchor, escaped, line
from assistant.wording import french_date, french_number, sentence


def fibre_block(answer: Answer, before: Sequence[FibreTold | None] = ()) -> str:
    """The figures, and the pages to look at; "" when the answer told nothing of fibre.

    Figures that were told `before`, in the same conversation, are left out.
    """
    if answer.fibre is None:
        return ""
    told = _without(answer.fibre, [earlier for earlier in before if earlier])
    cards = (*_coverage(told), *_eligible(told), *_copper(told))
    figures = "".join(f"<li>{card}</li>" for card in cards)
    links = "".join(f"<li>{anchor(link.url, link.label)}</li>" for link in answer.links)
    return (_section("chiffres", "chat.figures_heading", f'<ul class="cartes">{figures}</ul>') if figures else "") + (
        _section("liens", "chat.links_heading", f"<ul>{links}</ul>") if links else ""
    )


def _without(told: FibreTold, before: Sequence[FibreTold]) -> FibreTold:
    return replace(
        told,
        coverage=tuple(one for one in told.coverage if not any(one in earlier.coverage for earlier in before)),
        eligible=tuple(one for one in told.eligible if not any(one in earlier.eligible for earlier in before)),
        copper=tuple(one for one in told.copper if not any(one in earlier.copper for earlier in before)),
    )


def _coverage(told: FibreTold) -> Iterator[str]:
    """A card a figure: its place, the bar, its source."""
    names = {commune.code: commune for commune in told.communes}
    for figure in told.coverage:
        commune = names.get(figure.code)
        if commune is None:  # an area: its sentence tells all
            continue
        published = figure.publication
        source = sentence("chat.figure_source", source=published.source, when=quarter(published.quarter))
        bar = coverage_bar(figure, told.department or figure, commune.name)
        past = history_chart(told.history) or count_chart(told.counts)
        yield _card(commune, bar + past, f"{source} ({published.licence})", _look_up(published))


def _eligible(told: FibreTold) -> Iterator[str]:
    """A card a figure of Ma connexion internet, apart: it is no part of the bar above."""
    names = {commune.code: commune for commune in told.communes}
    for figure in told.eligible:
        published = figure.publication
        numbers = {"covered": french_number(figure.covered), "premises": french_number(figure.premises)}
        text = sentence("chat.eligible", percent=percent(figure), **numbers)
        source = sentence("chat.figure_source", source=published.source, when=quarter(published.quarter))
        body = line("mesure", text)
        yield _card(names.get(figure.code), body, f"{source} ({published.licence})", _look_up(published))


def _look_up(published: Publication) -> str:
    return anchor(published.url, sentence("chat.open_figures"))


def _copper(told: FibreTold) -> Iterator[str]:
    """A card a file: copper has a date, and no bar."""
    names = {commune.code: commune for commune in told.communes}
    for closure in told.copper:
        link = anchor(closure.url, sentence("chat.open_file"))
        yield _card(names.get(closure.code), _closing(closure), _read(closure), link)


def _closing(closure: CopperClosure) -> str:
    day = french_date(closure.closes_on) if closure.closes_on else sentence("chat.copper_undated")
    return line("fermeture", sentence("chat.copper_closes", day=day))


def _read(closure: CopperClosure) -> str:
    return sentence("chat.figure_source", source=closure.source, when=french_date(closure.told_on))


def _card(commune: Commune | None, body: str, source: str, link: str) -> str:
    title = (
        f'<p class="titre"><strong>{escaped(commune.name)}</strong> '
        f'<span class="code">{escaped(sentence("chat.insee", code=commune.code))}</span></p>'
        if commune
        else ""
    )
    return f'<div class="carte">{title}{body}{line("origine", source)}<p>{link}</p></div>'


def _section(name: str, heading: str, body: str) -> str:
    return f'<section class="{name}"><h3>{escaped(sentence(heading))}</h3>{body}</section>'
