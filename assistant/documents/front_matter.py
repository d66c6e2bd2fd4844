"""What the head of a file says of it, between two lines of `---`; or, for a PDF or a deck, a `.yaml` beside it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, HttpUrl, ValidationError

from assistant.documents.reading import clean
from assistant.models import DocumentRefused
from assistant.wording import sentence

ISO_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
OPENING = re.compile(r"\A---[ \t]*\n")
HEAD = re.compile(r"\A---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.S)
FIELDS = "title, kind, date, date_is_inferred, source_url, canonical_key, speaker"


class _Loader(yaml.SafeLoader):
    """YAML but its dates, which stay the text that was written: YAML fails on 2016-02-31 with an error of its own."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # as declared by yaml
        first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _iso_date(value: object) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD, a day that a calendar has; anything else is a ValueError."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not is_iso_date(text):
        raise ValueError(text)
    return text


def _line(value: str) -> str:
    """On one line, without what hides words: YAML can write it in letters, « \\u202E »."""
    return " ".join(clean(value).split())


_Line = Annotated[str, AfterValidator(_line)]


class FrontMatter(BaseModel):
    """The fields a file may declare; all have a sensible absence. An unknown field is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Line | None = None
    kind: _Line = "document"
    date: Annotated[str | None, BeforeValidator(_iso_date)] = None
    date_is_inferred: bool = False
    source_url: HttpUrl | None = None
    canonical_key: _Line | None = None
    speaker: _Line | None = None


def is_iso_date(text: str) -> bool:
    """Is it YYYY, YYYY-MM or YYYY-MM-DD, and in the calendar?"""
    if not ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text if text.count("-") == 2 else "2000-01-01")
    except ValueError:
        return False
    return True


def split_front_matter(text: str, name: str) -> tuple[FrontMatter, str]:
    """The declared fields, and the rest of the file.

    Raises:
        DocumentRefused: the head is not valid; the reason names the field.
    """
    if not OPENING.match(text):
        return FrontMatter(), text
    head = HEAD.match(text)
    if head is None:
        raise DocumentRefused(name, sentence("refused_file.front_matter_syntax"))
    return _fields(head.group(1) or "", name), text[head.end() :]


def read_sidecar(text: str, name: str) -> FrontMatter:
    """The fields of a file that stands beside a document and says what the head of a text would.

    Raises:
        DocumentRefused: it is not valid; the reason names the field.
    """
    head, rest = split_front_matter(text, name)
    return head if OPENING.match(text) else _fields(rest, name)


def _fields(text: str, name: str) -> FrontMatter:
    try:
        fields = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
        if not isinstance(fields or {}, dict):
            raise DocumentRefused(name, sentence("refused_file.front_matter_syntax"))
        return FrontMatter.model_validate(fields or {})
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentRefused(name, sentence("refused_file.front_matter_syntax")) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            reason = sentence("refused_file.front_matter_unknown", field=field, fields=FIELDS)
        else:
            reason = sentence("refused_file.front_matter_value", field=field, value=str(first["input"])[:80])
        raise DocumentRefused(name, reason) from error
