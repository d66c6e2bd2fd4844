"""A set of questions whose answers are known: one JSON object a line."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.models import AssistantError
from assistant.wording import sentence


class QuestionsUnreadable(AssistantError):
    """The file of questions cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The sentence that answers, and the key of the document it stands in."""

    document_key: str
    text: str


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question, and the sentence that answers it: None when no document does."""

    id: str
    text: str
    group: str
    style: str
    gold: Gold | None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of a file. `digest` is the SHA-256 of its bytes: another digest, another set."""

    name: str
    digest: str
    questions: tuple[KnownQuestion, ...]


class _Line(BaseModel):
    """A line of the file. `note` is for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_min_length=1)

    id: str
    question: str
    group: str
    style: str
    answerable: bool
    document: str | None
    quote: str | None
    note: str = Field("", min_length=0)

    @model_validator(mode="after")
    def _gold_goes_with_answerable(self) -> Self:
        if (self.document is not None, self.quote is not None) != (self.answerable, self.answerable):
            raise ValueError(self.id)
        return self

    def known(self) -> KnownQuestion:
        gold = Gold(self.document, self.quote) if self.document is not None and self.quote is not None else None
        return KnownQuestion(self.id, self.question, self.group, self.style, gold)


def load_questions(path: Path) -> QuestionSet:
    """Read a set of questions.

    Raises:
        QuestionsUnreadable: the file is missing, empty, has a line that is not a question, or the same id twice.
    """
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsUnreadable(sentence("evaluation.errors.file", path=path)) from error
    questions = tuple(_question(line, number, path) for number, line in enumerate(lines, 1) if line.strip())
    if not questions:
        raise QuestionsUnreadable(sentence("evaluation.errors.empty", path=path))
    twice = [name for name, count in Counter(question.id for question in questions).items() if count > 1]
    if twice:
        raise QuestionsUnreadable(sentence("evaluation.errors.twice", path=path, id=twice[0]))
    return QuestionSet(path.name, hashlib.sha256(content).hexdigest(), questions)


def _question(line: str, number: int, path: Path) -> KnownQuestion:
    try:
        return _Line.model_validate_json(line).known()
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "document, quote"
        raise QuestionsUnreadable(sentence("evaluation.errors.line", path=path, number=number, field=field)) from error
