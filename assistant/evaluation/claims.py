"""How well sentences are checked, on a set of sentences of which people have said whether their passages say them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answering.check import Verdict, check
from assistant.answering.claims.passage import Passage
from assistant.evaluation.calibration import wilson
from assistant.models import AssistantError
from assistant.wording import french_number, sentence

NAME_WIDTH = 30


class ClaimsUnreadable(AssistantError):
    """The file of sentences cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """A sentence that cites its passages as « [1] », and whether they say it; `kind` is what was made false in it."""

    id: str
    text: str
    passages: tuple[Passage, ...]
    is_supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Share:
    """So many sentences withheld, of so many."""

    withheld: int
    count: int

    def __str__(self) -> str:
        if not self.count:
            return sentence("evaluation.claims.none")
        low, high = wilson(self.withheld / self.count, self.count)
        figures = (french_number(100 * value, 1) for value in (self.withheld / self.count, low, high))
        return sentence("evaluation.claims.share", withheld=self.withheld, count=self.count, **_named(figures))


@dataclass(frozen=True, slots=True)
class ClaimsReport:
    """What is withheld of the false sentences, in all and by kind; of the true ones, in all and by rule."""

    name: str
    false: Share
    false_by_kind: tuple[tuple[str, Share], ...]
    true: Share
    true_by_rule: tuple[tuple[str, int], ...]
    passed: tuple[str, ...]
    refused: tuple[str, ...]


class _KnownPassage(BaseModel):
    """A passage of a line."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: str
    title: str | None
    date: str | None
    speaker: str | None
    context: str = ""


class _Line(BaseModel):
    """A line of the file. `note` is for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str
    passages: list[_KnownPassage]
    sentence: str
    supported: bool
    kind: str
    note: str = ""

    def known(self) -> KnownClaim:
        passages = tuple(Passage(o.text, o.title or "", o.date, o.speaker, o.context) for o in self.passages)
        return KnownClaim(self.id, self.sentence, passages, self.supported, self.kind)


def measured(path: Path) -> str:
    """Check every sentence of a file, and say in French what was withheld.

    Raises:
        ClaimsUnreadable: the file is missing, empty, or has a line that is no sentence with its passages.
    """
    return table(score(path.name, load_claims(path)))


def load_claims(path: Path) -> tuple[KnownClaim, ...]:
    """Read a set of sentences, one JSON object a line.

    Raises:
        ClaimsUnreadable: the file is missing, empty, or has a line that is no sentence with its passages.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimsUnreadable(sentence("evaluation.errors.file", path=path)) from error
    claims = tuple(_claim(line, number, path) for number, line in enumerate(lines, 1) if line.strip())
    if not claims:
        raise ClaimsUnreadable(sentence("evaluation.errors.empty", path=path))
    return claims


def _claim(line: str, number: int, path: Path) -> KnownClaim:
    try:
        return _Line.model_validate_json(line).known()
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ClaimsUnreadable(sentence("evaluation.errors.line", path=path, number=number, field=field)) from error


def score(name: str, claims: Sequence[KnownClaim]) -> ClaimsReport:
    """Check each sentence against its passages. Kinds and rules come most frequent first."""
    judged = [(claim, check(claim.text, claim.passages)) for claim in claims]
    false = [(claim, verdict) for claim, verdict in judged if not claim.is_supported]
    true = [(claim, verdict) for claim, verdict in judged if claim.is_supported]
    kinds = Counter(claim.kind for claim, _ in false)
    return ClaimsReport(
        name,
        _share(verdict for _, verdict in false),
        tuple((kind, _share(v for claim, v in false if claim.kind == kind)) for kind, _ in kinds.most_common()),
        _share(verdict for _, verdict in true),
        tuple(Counter(verdict.rule for _, verdict in true if verdict.rule).most_common()),
        tuple(claim.id for claim, verdict in false if verdict.is_supported),
        tuple(claim.id for claim, verdict in true if not verdict.is_supported),
    )


def _share(verdicts: Iterable[Verdict]) -> Share:
    found = [verdict.is_supported for verdict in verdicts]
    return Share(found.count(False), len(found))


def table(report: ClaimsReport) -> str:
    """The figures, in French, for a terminal."""
    return "\n".join(
        (
            sentence("evaluation.claims.title", file=report.name, count=report.false.count + report.true.count),
            "",
            _row(sentence("evaluation.claims.false"), str(report.false)),
            *(_row(f"  {kind}", str(share)) for kind, share in report.false_by_kind),
            _row(sentence("evaluation.claims.true"), str(report.true)),
            *(_row(f"  {rule}", str(count)) for rule, count in report.true_by_rule),
            "",
            sentence("evaluation.claims.passed", ids=", ".join(report.passed) or "–"),
            sentence("evaluation.claims.refused", ids=", ".join(report.refused) or "–"),
        )
    )


def _row(name: str, value: str) -> str:
    return f"{name:<{NAME_WIDTH}}{value}"


def _named(figures: Iterable[str]) -> dict[str, str]:
    return dict(zip(("share", "low", "high"), figures, strict=True))
