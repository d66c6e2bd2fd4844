"""The figures that quality must not fall under, pinned with the digest of the questions they were measured on.

Idea: adbar/trafilatura `tests/eval_gate.py`. Milliseconds have no floor: they belong to a machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.evaluation.figures import Figures
from assistant.models import AssistantError
from assistant.wording import sentence

HIGH_IS_GOOD = (
    "hit_at_1", "hit_at_3", "right_shown", "kept_away", "found", "found_in_five", "ranked_first", "ranked_three",
)  # fmt: skip
LOW_IS_GOOD = ("false_refusals", "characters")  # their floor is a ceiling
GATED = (*HIGH_IS_GOOD, *LOW_IS_GOOD)
CHARACTERS_STEP = 50  # the ceiling is rounded up to it: a better choice of sentence may be a little longer


class FloorsUnreadable(AssistantError):
    """The file of floors is there and cannot be used."""


@dataclass(frozen=True, slots=True)
class Floors:
    """Pinned figures by name (of `GATED`), and the digest of the questions they hold for."""

    digest: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Breach:
    """A figure on the wrong side of its floor."""

    figure: str
    measured: float | None
    floor: float


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str
    figures: dict[str, float]

    @field_validator("figures")
    @classmethod
    def _known_figures(cls, figures: dict[str, float]) -> dict[str, float]:
        if not set(figures) <= set(GATED):
            raise ValueError(sorted(figures))
        return figures


def read_floors(path: Path) -> Floors | None:
    """The pinned floors, or None when nothing was ever pinned there.

    Raises:
        FloorsUnreadable: the file is there and is not a file of floors.
    """
    if not path.exists():
        return None
    try:
        file = _File.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise FloorsUnreadable(sentence("evaluation.errors.floors", path=path)) from error
    return Floors(file.digest, file.figures)


def write_floors(path: Path, floors: Floors) -> None:
    """Replace the file: one figure a line, so that a change of a floor is a line of a diff."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figures = {name: floors.figures[name] for name in GATED if name in floors.figures}
    text = json.dumps({"digest": floors.digest, "figures": figures}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def breaches(floors: Floors, figures: Figures) -> tuple[Breach, ...]:
    """The figures under their floor; a figure that could not be measured any more is one."""
    found = []
    for name, floor in floors.figures.items():
        measured = _measured(figures, name)
        if measured is None or _better(name, floor, measured):
            found.append(Breach(name, measured, floor))
    return tuple(found)


def pin(digest: str, figures: Figures) -> Floors:
    """Floors at what was just measured, whatever they were."""
    pinned = {name: _rounded(name, value) for name in GATED if (value := _measured(figures, name)) is not None}
    return Floors(digest, pinned)


def raise_to(floors: Floors, figures: Figures) -> Floors:
    """Each floor at the better of what it was and what was just measured: none is ever lowered."""
    raised = dict(floors.figures)
    for name, value in pin(floors.digest, figures).figures.items():
        if name not in raised or _better(name, value, raised[name]):
            raised[name] = value
    return Floors(floors.digest, raised)


def _measured(figures: Figures, name: str) -> float | None:
    value = getattr(figures, name)
    return None if value is None else float(value)


def _better(name: str, one: float, other: float) -> bool:
    return one < other if name in LOW_IS_GOOD else one > other


def _rounded(name: str, value: float) -> float:
    """Rounded to the lenient side, so that the same measure passes its own floor."""
    if name == "characters":
        return float(math.ceil(value / CHARACTERS_STEP) * CHARACTERS_STEP)
    scaled = value * 10_000
    return (math.ceil(scaled - 1e-6) if name in LOW_IS_GOOD else math.floor(scaled + 1e-6)) / 10_000
