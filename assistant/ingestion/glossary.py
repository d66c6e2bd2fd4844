"""`corpus/glossary.toml`: the words of the trade, the other ways to say them, and what they mean, with its source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.index.terms import form_of
from assistant.models import GLOSSARY_KEY, Access, Document, Page, Sentence, SettingsError, Span, Term
from assistant.wording import sentence

FILE = "glossary.toml"
LONGEST = 500  # characters of a definition: one or two sentences
BETWEEN = "\n\n"  # what can be quoted of two terms, in the glossary's document


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class _Source(_Table):
    """Where a definition was read, and on which day."""

    title: str = Field(min_length=3, max_length=200)
    url: str = Field(pattern=r"^https?://[^\s/]+\.[^\s]+$")
    date: date


class _Entry(_Table):
    """A term. `terms` are the ways to say it, its name first; `includes` the names of narrower terms."""

    terms: tuple[str, ...] = ()
    acronym: str | None = Field(None, min_length=2, max_length=20)
    expansion: str | None = Field(None, min_length=3, max_length=120)
    definition: str | None = Field(None, min_length=10, max_length=LONGEST)
    source: _Source | None = None
    includes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.forms:
            raise ValueError(sentence("glossary.no_term"))
        if (self.acronym is None) != (self.expansion is None):
            raise ValueError(sentence("glossary.acronym_alone"))
        if (self.definition is None) != (self.source is None):
            raise ValueError(sentence("glossary.definition_alone"))
        for text in self.forms:
            if not form_of(text):
                raise ValueError(sentence("glossary.empty_term", term=text))
        return self

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.terms, *filter(None, (self.acronym, self.expansion)))))

    @property
    def line(self) -> str:
        """What can be quoted of the term, or ""."""
        name = self.forms[0][0].upper() + self.forms[0][1:]
        if self.definition is None:
            told = sentence("glossary.stands_for", acronym=self.acronym, expansion=self.expansion)
            return told if self.acronym else ""
        if self.acronym:
            name = sentence("glossary.spelt", acronym=self.acronym, expansion=self.expansion)
        return sentence("glossary.means", name=name, definition=self.definition)


class _File(_Table):
    entry: tuple[_Entry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        owners: dict[tuple[str, ...], _Entry] = {}
        for entry in self.entry:
            for text in entry.forms:
                owner = owners.setdefault(form_of(text), entry)
                if owner is not entry:
                    raise ValueError(sentence("glossary.twice", term=text, name=entry.forms[0], other=owner.forms[0]))
        for entry in self.entry:
            for name in entry.includes:
                if owners.get(form_of(name), entry) is entry:
                    raise ValueError(sentence("glossary.unknown_term", term=name, name=entry.forms[0]))
        return self

    def named(self, name: str) -> _Entry:
        """The entry that has this form."""
        return next(entry for entry in self.entry if form_of(name) in map(form_of, entry.forms))


def read_glossary(corpus: Path) -> tuple[Term, ...]:
    """The terms of the corpus's `glossary.toml`; none when there is no such file.

    Raises:
        SettingsError: it is badly written; the message names the entry.
    """
    path = corpus / FILE
    if not path.exists():
        return ()
    data: dict[str, Any] = {}
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return tuple(_terms(_File.model_validate(data)))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(sentence("glossary.unreadable", file=path)) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = sentence("glossary.line", line=line[1]) if line else sentence("glossary.end")
        raise SettingsError(sentence("glossary.syntax", file=FILE, where=where)) from error
    except ValidationError as error:
        raise SettingsError(_first_mistake(data, error)) from error


def glossary_document(terms: tuple[Term, ...]) -> Document:
    """What can be quoted of the glossary, as a public document. It has no passage: no search meets it."""
    text = BETWEEN.join(term.said.text for term in terms if term.said)
    page = Page(
        key=GLOSSARY_KEY,
        title=sentence("glossary.title"),
        kind=sentence("glossary.kind"),
        date=None,
        date_is_inferred=False,
        url=None,
        access=Access.PUBLIC,
        text=text,
        blocks=(),
        source_name=FILE,
    )
    return Document(page, (), ())


def _terms(file: _File) -> Iterator[Term]:
    start = 0
    for entry in file.entry:
        line = " ".join(entry.line.split())
        said = Sentence(line, Span(start, start + len(line))) if line else None
        start += len(line) + len(BETWEEN) if line else 0
        yield Term(
            forms=entry.forms,
            acronym=entry.acronym,
            expansion=entry.expansion,
            narrower=tuple(form for name in entry.includes for form in file.named(name).forms),
            said=said,
            is_defined=entry.definition is not None,
            source_title=entry.source.title if entry.source else None,
            source_url=entry.source.url if entry.source else None,
            source_date=entry.source.date.isoformat() if entry.source else None,
        )


def _first_mistake(data: dict[str, Any], error: ValidationError) -> str:
    """ "Dans glossary.toml, entrée 3 (« fibre »), source, url : …": the person who edits the file finds the line."""
    first = error.errors()[0]
    table, number, *fields = (*first["loc"], None, None)[: max(2, len(first["loc"]))]
    place = ", ".join(str(field) for field in fields if isinstance(field, str))
    if isinstance(number, int):
        name = sentence("glossary.entry", number=number + 1, name=_name(data["entry"][number]))
        place = f"{name}, {place}" if place else name
    elif not place:
        place = str(table or "entry")
    problem = {
        "missing": sentence("sources.missing"),
        "extra_forbidden": sentence("sources.unknown"),
    }.get(first["type"])
    if first["type"] == "value_error":
        problem = str(first["ctx"]["error"])
    elif first["type"] == "string_too_long":
        problem = sentence("glossary.too_long", most=first["ctx"]["max_length"])
    problem = problem or sentence("sources.value", value=str(first["input"])[:80])
    return sentence("sources.mistake", file=FILE, place=place, problem=problem)


def _name(entry: object) -> str:
    """What somebody calls an entry that may have anything in it."""
    if not isinstance(entry, dict):
        return "?"
    terms = entry.get("terms")
    return str(terms[0] if isinstance(terms, list) and terms else entry.get("acronym", "?"))
