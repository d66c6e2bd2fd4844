"""What changed since the last report of the same questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.evaluation.figures import Figures
from assistant.evaluation.score import Judged
from assistant.wording import french_number, sentence, wording

PLAIN = ("characters", "milliseconds_p50", "milliseconds_p95", "by_figures")  # figures that are no shares


class _Questions(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    digest: str


class Before(BaseModel):
    """What is read again of a report: its figures, and the stage that lost each question, by id; None: not lost."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    measured_at: str
    questions: _Questions
    figures: dict[str, float | None]
    states: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is in both reports, before and now; None: no question counted for it."""

    figure: str
    before: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """The difference with a report. `elsewhere`: questions that another stage loses now. All are ids."""

    since: str
    figures: tuple[Moved, ...]
    now_right: tuple[str, ...]
    now_lost: tuple[str, ...]
    elsewhere: tuple[str, ...]


def last_report(folders: Iterable[Path], digest: str) -> Before | None:
    """The newest report of the questions with this digest in some folders; what is no such report is passed over."""
    paths = {path.resolve() for folder in folders for path in folder.glob("*.json")}
    reports = [report for path in sorted(paths) if (report := _read(path)) and report.questions.digest == digest]
    return max(reports, key=lambda report: report.measured_at, default=None)


def _read(path: Path) -> Before | None:
    try:
        return Before.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):  # another file, or a report of an older program
        return None


def compare(before: Before, figures: Figures, judged: Iterable[Judged]) -> Change:
    """The change from a report to what was just measured on the same questions."""
    now = {one.question.id: one.stage for one in judged}
    pairs = {id_: (before.states.get(id_), stage) for id_, stage in now.items()}
    return Change(
        before.measured_at,
        tuple(Moved(n, before.figures[n], value) for n, value in asdict(figures).items() if n in before.figures),
        tuple(id_ for id_, (old, new) in pairs.items() if old and not new),
        tuple(id_ for id_, (old, new) in pairs.items() if new and not old),
        tuple(id_ for id_, (old, new) in pairs.items() if old and new and old != new),
    )


def changes(change: Change | None, judged: Iterable[Judged]) -> str:
    """The change, in French, for a terminal: a line a figure, then the questions that changed state."""
    if change is None:
        return sentence("evaluation.compare.none")
    named = wording("evaluation.figures")
    lines = [sentence("evaluation.compare.title", since=change.since)]
    lines += [f"  {named[moved.figure]:<46}{_difference(moved)}" for moved in change.figures if moved.figure in named]
    by_id = {one.question.id: one for one in judged}
    for key, ids in (("now_right", change.now_right), ("now_lost", change.now_lost), ("elsewhere", change.elsewhere)):
        if ids:
            lines.append(sentence(f"evaluation.compare.{key}", count=len(ids)))
            lines.extend(f"  {_asked(by_id[id_])}" for id_ in ids)
    if not (change.now_right or change.now_lost or change.elsewhere):
        lines.append(sentence("evaluation.compare.same"))
    return "\n".join(lines)


def _asked(one: Judged) -> str:
    stage = f"  ({sentence(f'evaluation.stages.{one.stage}')})" if one.stage else ""
    return f"{one.question.id}  « {one.question.text} »{stage}"


def _difference(moved: Moved) -> str:
    before, now = _value(moved.figure, moved.before), _value(moved.figure, moved.now)
    if moved.before is None or moved.now is None:
        return f"{before:>10} → {now:>10}"
    difference = (moved.now - moved.before) * (1 if moved.figure in PLAIN else 100)
    shown = french_number(difference, 1)
    sign = "" if shown.startswith("-") or not difference else "+"
    return f"{before:>10} → {now:>10}   {'=' if shown in ('0,0', '-0,0') else sign + shown}"


def _value(figure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return french_number(value) if figure in PLAIN else f"{french_number(100 * value, 1)} %"
