"""What a visitor reads of an answer, in words: the same for the chat, the widget and the pages without script.

Texts only, no HTML: whoever draws them escapes them, or never makes HTML of them. A link is one of the web, or "".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a passage; `marked` when it is what was quoted."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A passage of a document with its source, or a figure with its own.

    `number` counts the documents' from 1 in their list; figures have none. `day` is said, `iso_day` the same for
    machines; `note` says that it is inferred. `lines` is what stands between the head and the passage: place and
    speaker, or the figure and its source. `picture` is the path, on the assistant's host, of a picture of the page that
    the passage stands on; `picture_label` opens it, `picture_said` is said where it is not seen, `picture_size` is its
    width and height in pixels. Everything but the title and the label may be empty.
    """

    title: str
    link_label: str
    number: int | None = None
    kind: str = ""
    day: str = ""
    iso_day: str = ""
    note: str = ""
    lines: tuple[str, ...] = ()
    passage: tuple[Passage, ...] = ()
    link: str = ""
    picture: str = ""
    picture_label: str = ""
    picture_said: str = ""
    picture_size: tuple[int, int] = (0, 0)


class GroupName(StrEnum):
    """What the cards of a group are to the answer."""

    SOURCES = "sources"
    FIGURES = "figures"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under a heading: at least one."""

    name: GroupName
    heading: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ShownContact:
    """Whom to ask. Each field may be ""; `phone_link` is a `tel:` address."""

    heading: str
    name: str = ""
    address: str = ""
    phone: str = ""
    phone_link: str = ""
    site: str = ""
    site_label: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A page where to look further."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is read: `ending` is the name of how it ended, `understood` what a follow-up was made into,
    `writer` says that a language model wrote it, or that it was asked and quotations answer; else "".

    Kept answers are read back into it: a field that comes later has a default, here and above.
    """

    ending: str
    paragraphs: tuple[str, ...]
    understood: str = ""
    contact: ShownContact | None = None
    groups: tuple[Group, ...] = ()
    links_heading: str = ""
    links: tuple[Lookup, ...] = ()
    writer: str = ""
