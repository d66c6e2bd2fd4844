"""What a language model did in an evaluation: how much of what it wrote was said, and how often quotations answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.write import Failure
from assistant.evaluation.score import Judged
from assistant.wording import french_number, sentence

NOT_ASKED = (Failure.RESTING, Failure.OVER_BUDGET)


@dataclass(frozen=True, slots=True)
class Written:
    """Over the questions that the model was asked: `said` and `withheld` count sentences, `failures` questions, by
    cause; `rules` are those that withheld.
    """

    asked: int
    written: int
    declined: int
    said: int
    withheld: int
    rules: Mapping[str, int]
    failures: Mapping[str, int]

    @property
    def supported(self) -> float | None:
        """The share of the sentences written that the passages say; None when none was written."""
        both = self.said + self.withheld
        return self.said / both if both else None


def sum_up_written(judged: Sequence[Judged]) -> Written:
    """What the model did for all these questions."""
    writings = [one.writing for one in judged if one.writing and one.writing.failure not in NOT_ASKED]
    rules = Counter(rule for writing in writings for rule in writing.withheld)
    failures = Counter(writing.failure for writing in writings if writing.failure)
    written = sum(writing.said > 0 for writing in writings)
    return Written(
        asked=len(writings),
        written=written,
        declined=len(writings) - written - failures.total(),
        said=sum(writing.said for writing in writings),
        withheld=rules.total(),
        rules=dict(rules.most_common()),
        failures=dict(failures.most_common()),
    )


def told(written: Written) -> str:
    """The same in French, on two lines."""
    supported = "–" if written.supported is None else f"{french_number(100 * written.supported, 1)} %"
    return sentence(
        "evaluation.written_by_model",
        asked=written.asked,
        written=written.written,
        declined=written.declined,
        fallbacks=sum(written.failures.values()),
        causes=_listed(written.failures),
        said=written.said,
        withheld=written.withheld,
        supported=supported,
        rules=_listed(written.rules),
    )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "–"
