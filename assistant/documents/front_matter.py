"""What the head of a file says of it, between two lines of `---`."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import frontmatter
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, HttpUrl, ValidationError

from assistant.models import DocumentRefused
from assistant.wording import sentence

ISO_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
MARKER = re.compile(r"\A---[ \t]*\n")
FIELDS = "title, kind, date, date_is_inferred, source_url, canonical_key, speaker"


def _iso_date(value: object) -> str | None:
    """YAML reads 2016-11-18 as a date and 2020 as a number: both become text again.

    A day that no calendar has (2016-02-31) is a ValueError, as is anything that is not YYYY, YYYY-MM or YYYY-MM-DD.
    """
    if value is None:
        return None
    text = str(value)
    if not ISO_DATE.fullmatch(text):
        raise ValueError(text)
    if text.count("-") == 2:
        date.fromisoformat(text)
    return text


class FrontMatter(BaseModel):
    """The fields a file may declare; all have a sensible absence. An unknown field is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: str | None = None
    kind: str = "document"
    date: Annotated[str | None, BeforeValidator(_iso_date)] = None
    date_is_inferred: bool = False
    source_url: HttpUrl | None = None
    canonical_key: str | None = None
    speaker: str | None = None


def split_front_matter(text: str, name: str) -> tuple[FrontMatter, str]:
    """The declared fields, and the rest of the file.

    Raises:
        DocumentRefused: the head is not valid; the reason names the field.
    """
    if not MARKER.match(text):
        return FrontMatter(), text
    try:
        fields, body = frontmatter.parse(text)
        return FrontMatter.model_validate(fields), body
    except yaml.YAMLError as error:
        raise DocumentRefused(name, sentence("refused_file.front_matter_syntax")) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            reason = sentence("refused_file.front_matter_unknown", field=field, fields=FIELDS)
        else:
            reason = sentence("refused_file.front_matter_value", field=field, value=str(first["input"])[:80])
        raise DocumentRefused(name, reason) from error
