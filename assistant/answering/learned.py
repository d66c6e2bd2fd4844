"""The weights that public questions gave, and what they were measured to do (see `assistant.training.ranker`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("ranker.json")


class TrainedOn(BaseModel):
    """What trained the weights: the file's name, its SHA-256, and how many questions of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    sha256: str
    questions: int


class Learned(BaseModel):
    """The file. `weights` are by name of a signal of `answering.rank`; `figures` were measured when it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trained_on: TrainedOn
    figures: Mapping[str, float]
    weights: Mapping[str, float]


@cache
def learned() -> Learned:
    """The weights that ship with the code."""
    return Learned.model_validate_json(FILE.read_bytes())
