"""The questions that went most wrong and why: what decided, where the right sentence stood, what was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten

from assistant.evaluation.score import Judged, Marked
from assistant.models import Status
from assistant.wording import french_number, sentence

QUOTED = 160  # characters of a passage shown on the terminal; the JSON report holds it all


def worst_first(lost: Sequence[Judged]) -> tuple[Judged, ...]:
    """Lost questions, the worst first: no answer for a fault of ours, then wrong answers, first those that no document
    answers, then refusals; in each, the surest first.
    """
    return tuple(sorted(lost, key=lambda one: (_harm(one), -(one.confidence or 0.0), one.question.id)))


def _harm(one: Judged) -> int:
    if one.status is Status.UNAVAILABLE:
        return 0
    if one.status is Status.ANSWERED:
        return 1 if one.question.gold is None else 2
    return 3


def reasons(lost: Sequence[Judged], most: int) -> str:
    """The `most` worst of some lost questions, in French, a few lines each."""
    shown = worst_first(lost)[:most]
    if not shown:
        return ""
    title = sentence("evaluation.worst.title", shown=len(shown), count=len(lost))
    return "\n".join((title, *(line for one in shown for line in _told(one))))


def _told(one: Judged) -> list[str]:
    kinds = ", ".join(sentence(f"evaluation.kind.{kind}") for kind in one.kinds)
    lines = [f"{one.question.id}  {sentence(f'evaluation.stages.{one.stage}')}  « {one.question.text} »  [{kinds}]"]
    lines += [f"      {number}. {_short(text)}" for number, text in enumerate(one.quotes, 1)]
    if not one.quotes:
        rule = sentence("evaluation.worst.rule", rule=one.rule) if one.rule else ""
        lines.append("      " + sentence(f"evaluation.status.{one.status}") + rule)
    if one.confidence is not None:
        lines.append("      " + sentence("evaluation.worst.confidence", confidence=french_number(one.confidence, 2)))
    if one.preferred:
        text = "" if one.preferred.text in one.quotes else f"« {_short(one.preferred.text)} » "
        lines.append("      " + sentence("evaluation.worst.preferred", text=text, marks=_marks(one.preferred)))
    return lines + _gold(one)


def _gold(one: Judged) -> list[str]:
    """Where the right sentence stood, and its marks unless it was the preferred one."""
    if one.question.gold is None:
        return []
    if one.gold is None or one.rank is None:
        where = sentence("evaluation.worst.not_ranked" if one.found_at else "evaluation.worst.not_found")
        return [f"      {where} « {_short(one.question.gold.text)} »"]
    behind = french_number(one.preferred.score - one.gold.score, 2) if one.preferred else "–"
    where = sentence("evaluation.worst.gold", rank=one.rank, behind=behind, passage=one.found_at or "–")
    marks = [] if one.rank == 1 else ["      " + sentence("evaluation.worst.its_marks", marks=_marks(one.gold))]
    return [f"      {where} « {_short(one.question.gold.text)} »", *marks]


def _short(text: str) -> str:
    return shorten(text, QUOTED, placeholder=" […]")


def _marks(marked: Marked) -> str:
    return ", ".join((f"score {_value(marked.score)}", *(f"{name} {_value(m)}" for name, m in marked.marks.items())))


def _value(mark: object) -> str:
    if isinstance(mark, bool):
        return sentence("evaluation.worst.yes" if mark else "evaluation.worst.no")
    if isinstance(mark, (int, float)):
        return french_number(mark, 2)
    if isinstance(mark, Mapping):
        return " ".join(f"{name} {_value(value)}" for name, value in mark.items()) or "–"
    if isinstance(mark, (tuple, list, set, frozenset)):
        return " ".join(map(str, mark)) or "–"
    return "–" if mark is None else str(mark)
