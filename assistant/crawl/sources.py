"""`corpus/sources.toml`: which sites to follow, and which of their links."""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlsplit

import soupsieve
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from assistant.models import Access, SettingsError
from assistant.wording import sentence

PRODUCT = "SommeNumeriqueAssistant"  # the name that a robots.txt can address


class Role(StrEnum):
    """What an address is for: its links (a list, a sitemap), or its text as well (a document)."""

    LIST = "list"
    DOCUMENT = "document"
    SITEMAP = "sitemap"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FollowRule(_Table):
    """Links to take: those whose address matches `url`, and that match the selector `css` in their page."""

    url: str | None = None
    css: str | None = None
    role: Role
    kind: str = Field("page", min_length=1)
    access: Access = Access.PUBLIC

    @field_validator("url")
    @classmethod
    def _expression(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(sentence("sources.expression", position=(error.pos or 0) + 1)) from error
        return value

    @field_validator("css")
    @classmethod
    def _selector(cls, value: str) -> str:
        try:
            soupsieve.compile(value)
        except soupsieve.SelectorSyntaxError as error:
            raise ValueError(sentence("sources.selector")) from error
        return value

    @field_validator("role")
    @classmethod
    def _followed(cls, value: Role) -> Role:
        if value is Role.SITEMAP:
            raise ValueError("sitemap")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> FollowRule:
        if self.url is None and self.css is None:
            raise ValueError("url, css")
        return self

    @property
    def signature(self) -> str:
        """The same for the same rule, wherever it stands in the file."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def takes(self, readable_url: str) -> bool:
        """Whether the address, percent-decoded, is one of this rule's, as far as the address alone can say."""
        return self.url is None or re.search(self.url, readable_url) is not None


class Site(_Table):
    """A site to follow. `hosts`: names of the same site, the first being its own.

    `intranet` holds "host" or "host:port" entries that may have private addresses and, with a port, that port.
    `prefix` starts the keys of its pages: two sites cannot have the same.
    """

    name: str = Field(min_length=1)
    start: tuple[str, ...] = Field(min_length=1)
    hosts: tuple[str, ...] = Field(min_length=1)
    intranet: tuple[str, ...] = ()
    delay_seconds: float = Field(1.0, ge=0, le=3600)
    key_parameter: str | None = None
    prefix: str = ""
    sitemap: bool = True
    skip: tuple[str, ...] = ()
    follow: tuple[FollowRule, ...] = Field(min_length=1)

    @field_validator("hosts", "intranet")
    @classmethod
    def _lower(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        shape = r"[\w.-]+" if info.field_name == "hosts" else r"[\w.-]+(:\d+)?"
        for value in values:
            if not re.fullmatch(shape, value, re.ASCII):
                raise ValueError(value)
        return tuple(value.lower() for value in values)

    @model_validator(mode="after")
    def _starts_at_home(self) -> Site:
        for url in self.start:
            if urlsplit(url).scheme not in ("http", "https") or urlsplit(url).hostname not in self.hosts:
                raise ValueError(sentence("sources.start", url=url))
        return self


class Sites(_Table):
    """The whole file. `contact`, an address to write to, is told to every site visited."""

    contact: str = Field(pattern=r"^[!-~]{3,200}$")
    site: tuple[Site, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _told_apart(self) -> Sites:
        for values in ([site.name for site in self.site], [site.prefix for site in self.site]):
            if len(set(values)) < len(values):
                raise ValueError("name, prefix")
        return self

    @property
    def user_agent(self) -> str:
        """What the program says it is, and whom to write to."""
        return f"{PRODUCT}/1.0 (+{self.contact})"

    @property
    def signature(self) -> str:
        """The same for the same settings: a run begun under others is not gone on with."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def named(self, name: str) -> Site | None:
        """The site of that name, if it is still there."""
        return next((site for site in self.site if site.name == name), None)

    def of_host(self, url: str) -> Site | None:
        """The site that an address belongs to."""
        try:
            host = urlsplit(url).hostname
        except ValueError:
            return None
        return next((site for site in self.site if host in site.hosts), None)


def load_sites(path: Path) -> Sites:
    """Read the file.

    Raises:
        SettingsError: it is missing or badly written; the message names the field.
    """
    try:
        return Sites.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(sentence("sources.unreadable", file=path)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(sentence("sources.syntax", file=path, where=_where(error))) from error
    except ValidationError as error:
        raise SettingsError(_first_mistake(path, error)) from error


def _where(error: tomllib.TOMLDecodeError) -> str:
    """Where the parser stopped, which it only says in English."""
    at = re.search(r"at line (\d+), column (\d+)", str(error))
    return sentence("sources.where", line=at[1], column=at[2]) if at else sentence("sources.where_end")


def _first_mistake(path: Path, error: ValidationError) -> str:
    """ "Dans sources.toml, site 1, follow 2, url : …": the person who edits the file finds the line."""
    first = error.errors()[0]
    place = ", ".join(
        f"{part} {following + 1}" if isinstance(following, int) else str(part)
        for part, following in zip_longest(first["loc"], first["loc"][1:])
        if not isinstance(part, int)
    )
    if first["type"] == "missing":
        problem = sentence("sources.missing")
    elif first["type"] == "extra_forbidden":
        problem = sentence("sources.unknown")
    elif first["type"] == "value_error":
        problem = sentence("sources.refused", problem=str(first["ctx"]["error"]))
    elif first["type"] == "enum":
        allowed = ", ".join(sorted(set(re.findall(r"'(\w+)'", first["ctx"]["expected"])) - {Role.SITEMAP.value}))
        problem = sentence("sources.one_of", value=str(first["input"])[:80], allowed=allowed)
    else:
        problem = sentence("sources.value", value=str(first["input"])[:80])
    return sentence("sources.mistake", file=path.name, place=place or path.name, problem=problem)
