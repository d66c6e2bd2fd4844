"""Small charts for the chat: a commune beside the département, and its history.

HTML and CSS, not SVG: what sanitises a `gr.Markdown` (measured, Gradio 6.31) takes `viewBox`, `role` and `aria-*` away,
so that a drawing could neither fit its window nor be told. Here what is told is text, and the bars only repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.fibre_say import percent, quarter
from assistant.figures import Coverage, D, QuarterCount
from assistant.web.markup import escaped
from assistant.wording import french_number, sentence


def coverage_bar(coverage: Coverage[D], department: Coverage[D], name: str) -> str:
    """A commune's share above the département's, on one line of HTML.

    A figure of another publication is not drawn beside it: they do not count the same thing on the same day.
    """
    caption = sentence(
        "fibre_chart.bar_caption",
        source=coverage.publication.source,
        quarter=quarter(coverage.publication.quarter),
    )
    bars = _bar(name, coverage, "commune")
    if department.publication == coverage.publication and department.definition is coverage.definition:
        bars += _bar(sentence("fibre_chart.department"), department, "departement")
    return f'<figure class="barres"><figcaption>{escaped(caption)}</figcaption><ul>{bars}</ul></figure>'


def _bar(name: str, coverage: Coverage[D], kind: str) -> str:
    figure = sentence(
        "fibre_chart.figure",
        percent=percent(coverage),
        covered=french_number(coverage.covered),
        premises=french_number(coverage.premises),
    )
    return (
        f'<li class="{kind}"><span class="nom">{escaped(name)}</span> <span class="valeur">{escaped(figure)}</span>'
        f'<span class="piste"><span class="barre" style="width:{coverage.percent:.2f}%"></span></span></li>'
    )


def history_chart(history: Sequence[Coverage[D]]) -> str:
    """The share quarter after quarter, oldest first, on one line of HTML; "" when there are no two to compare.

    Only the quarters of the newest one's source are drawn: another one counts other premises.
    """
    quarters = [past for past in history if past.publication.source == history[-1].publication.source]
    if len(quarters) < 2:
        return ""
    first, last = quarters[0], quarters[-1]
    caption = sentence(
        "fibre_chart.history_caption",
        first=percent(first),
        first_quarter=quarter(first.publication.quarter),
        last=percent(last),
        last_quarter=quarter(last.publication.quarter),
        source=last.publication.source,
    )
    return (
        f'<figure class="historique"><figcaption>{escaped(caption)}</figcaption>'
        f"<ol>{''.join(_column(past) for past in quarters)}</ol></figure>"
    )


def count_chart(counts: Sequence[QuarterCount[D]]) -> str:
    """How many premises quarter after quarter, oldest first; "" when there are no two to compare.

    Columns are drawn against the largest: nobody says out of how many.
    """
    if len(counts) < 2:
        return ""
    first, last = counts[0], counts[-1]
    caption = sentence(
        "fibre_chart.counts_caption",
        first=french_number(first.covered),
        first_quarter=quarter(first.publication.quarter),
        last=french_number(last.covered),
        last_quarter=quarter(last.publication.quarter),
        source=last.publication.source,
    )
    most = max(count.covered for count in counts) or 1
    columns = "".join(
        _drawn(
            sentence(
                "fibre_chart.counts_point",
                quarter=quarter(count.publication.quarter),
                count=french_number(count.covered),
            ),
            100 * count.covered / most,
        )
        for count in counts
    )
    return f'<figure class="historique"><figcaption>{escaped(caption)}</figcaption><ol>{columns}</ol></figure>'


def _column(past: Coverage[D]) -> str:
    told = sentence("fibre_chart.history_point", quarter=quarter(past.publication.quarter), percent=percent(past))
    return _drawn(told, past.percent)


def _drawn(told: str, height: float) -> str:
    """A column, `height` percent of the highest there may be, and what it tells."""
    text = escaped(told)
    return (
        f'<li title="{text}"><span class="colonne" style="height:{height:.2f}%"></span>'
        f'<span class="invisible">{text}</span></li>'
    )
