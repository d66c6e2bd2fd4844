"""The nouns of the project, and its exceptions as a tree.

Everything that crosses a module border is one of these frozen dataclasses. They are listed in the order in which a
document, then a question, meets them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from assistant.figures import FibreTold, Reference


class Access(StrEnum):
    """Who may read a document; also who is asking. The folder of the corpus gives it."""

    PUBLIC = "public"
    STAFF = "staff"

    @property
    def readable(self) -> tuple[Access, ...]:
        """The levels that a reader of this level may see."""
        return (Access.PUBLIC,) if self is Access.PUBLIC else (Access.PUBLIC, Access.STAFF)


# ---------------------------------------------------------------------------------------------- documents in


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document that was fetched comes from. `charset` is the one of the HTTP header, or None.

    `key` is the same whatever the host, the order of parameters or the escaping ("tt_news=194"); `url` is the address
    as it was found, `cHash` included: the one that opens the page.
    """

    key: str
    url: str
    kind: str
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A document found but not read yet: a file of the corpus, or what was fetched from a site.

    `path` is absolute; its suffix says the format. `name` is what people call it: relative to the corpus, or the key
    of a fetched document. `digest` is the SHA-256 of its bytes, when that is known without reading them.
    """

    path: Path
    name: str
    access: Access
    origin: Origin | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters `[start, end)` of a page's text."""

    start: int
    end: int

    def folded(self, text: str) -> str:
        """The text over the span, runs of white space as one space: what a quotation shows."""
        return " ".join(text[self.start : self.end].split())


class PlaceKind(StrEnum):
    """What a document is numbered by."""

    PAGE = "page"
    SLIDE = "slide"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in a document that is numbered: its page or slide, the first being 1."""

    kind: PlaceKind
    number: int


class BlockKind(StrEnum):
    """What a reader of files recognises in a text."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list item. `level` is 1 to 6 for headings, the depth of an item, 0 otherwise."""

    kind: BlockKind
    span: Span
    level: int = 0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece left out of the document (the site's frame, a page to be scanned), with the rule that says so."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a page: the characters that show it, and the absolute address it leads to."""

    span: Span
    url: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a page says of a file that it links to: « Voir la présentation de Jérôme DEPRES ici ».

    `sentence` is the one that holds the link, `speaker` who speaks in the file, as the page writes it, `role` what the
    page says that person is. The page's title, kind and date come with it: the seminar at which the file was shown.
    """

    document_key: str
    title: str
    kind: str
    date: str | None
    date_is_inferred: bool
    sentence: str
    speaker: str | None = None
    role: str | None = None


TO_SCAN = "to_scan"  # the rule of a page without text: somebody has to recognise its letters
CUT_ROWS = "cut_rows"  # the rule of the rows of a table beyond the most that are read
TO_TELL = (TO_SCAN, CUT_ROWS)  # what a run reports of a document that is not read whole
CONTACT_KEY = "contact"  # key of the contact record among the documents; no file may take it
GLOSSARY_KEY = "glossary"  # key of the glossary among the documents; no file may take it
RECORD_KEYS = (CONTACT_KEY, GLOSSARY_KEY)  # what can be quoted like a document, and is not counted among them


@dataclass(frozen=True, slots=True)
class Contact:
    """The syndicate's contact record, read once from the frame of its pages. Each field is verbatim, or empty.

    `document_key` is the key under which the record is indexed, so that it can be quoted like any document.
    """

    name: str
    address: str
    phone: str
    fax: str
    url: str
    document_key: str = CONTACT_KEY


@dataclass(frozen=True, slots=True)
class Page:
    """A document as read: its text, letter for letter, and the blocks recognised in it.

    `date` is ISO 8601, as precise as it is known: "2016-11-18", "2020-04", "2020" or None. `speaker` is who speaks
    throughout, when the title or the front matter says so. `links` are those of its text; `introduction` is what the
    page that links to this document says of it.
    """

    key: str
    title: str
    kind: str
    date: str | None
    date_is_inferred: bool
    url: str | None
    access: Access
    text: str
    blocks: tuple[Block, ...]
    source_name: str
    speaker: str | None = None
    dropped: tuple[Dropped, ...] = ()
    links: tuple[Link, ...] = ()
    introduction: Introduction | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph or a list under its headings. `lead_in` is the sentence that introduces a list."""

    heading_path: tuple[str, ...]
    span: Span
    lead_in: Span | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that is quoted. `text` is the page's text over `span`, white space folded."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the trade, as the glossary that staff edit tells it.

    `forms` are the ways to say it, its name first, its acronym and its expansion among them; `narrower` the forms of
    what it takes in besides (« très haut débit » takes in the fibre). `said` is what can be quoted of it in the
    glossary's own document, or None: its definition, or that its `acronym` stands for its `expansion` when
    `is_defined` is false. The source is that of the definition, `source_date` the day on which it was read there.
    """

    forms: tuple[str, ...]
    acronym: str | None = None
    expansion: str | None = None
    narrower: tuple[str, ...] = ()
    said: Sentence | None = None
    is_defined: bool = False
    source_title: str | None = None
    source_url: str | None = None
    source_date: str | None = None


@dataclass(frozen=True, slots=True)
class Acronym:
    """An acronym that a sentence of a document spells out: « Espace Numérique de Travail (ENT) », letter for letter.

    `sentence` is its span in the document, `chunk` the digest of the passage that it stands in.
    """

    short: str
    expansion: str
    sentence: Span
    chunk: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is searched: a few sentences on one topic, which know where they come from.

    `text` is the page's text over `span`, white space folded. `before` and `after` are the neighbouring sentences of
    the same page, `lead_in` the sentence that introduces the list it belongs to, `introduction` the sentence that
    introduces the whole document elsewhere: context for ranking, or "". `role` is what the speaker is, `occasion` the
    kind of event at which the document was shown ("séminaire").
    `digest` identifies what is embedded; two chunks with the same digest have the same vector.
    """

    document_key: str
    ordinal: int
    title: str
    kind: str
    date: str | None
    date_is_inferred: bool
    url: str | None
    access: Access
    heading_path: tuple[str, ...]
    speaker: str | None
    text: str
    span: Span
    sentences: tuple[Sentence, ...]
    lead_in: str
    before: str
    after: str
    digest: str
    place: Place | None = None
    role: str | None = None
    occasion: str | None = None
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that is not indexed, and the French reason."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} : {self.reason}"


@dataclass(frozen=True)
class Document:
    """A page cut up, ready to be indexed.

    `introductions` is what it says of the files that it links to, by address; `contact` is the text of the contact
    record that its frame held, or None; `acronyms` are those that it spells out.
    """

    page: Page
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]
    introductions: tuple[tuple[str, Introduction], ...] = ()
    contact: str | None = None
    acronyms: tuple[Acronym, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Identifies all that the index keeps of the document."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


# ---------------------------------------------------------------------------------------------- answers out


@dataclass(frozen=True, slots=True)
class Evidence:
    """A chunk found for a question. `words` and `vectors` are the normalised scores that `score` adds up.

    When a reranker has ordered the best ones, `reranker` is its mark, and `score` the one of the place that it gave.
    """

    chunk: Chunk
    score: float
    words: float
    vectors: float
    reranker: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A chunk that a search met and left out, and which rule left it out."""

    chunk: Chunk
    score: float
    rule: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search returns: best first; the rejected are kept beside the accepted."""

    evidence: tuple[Evidence, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a document, letter for letter, and everything needed to find it again.

    `context` is the passage it stands in; `place` its page or slide, in documents that have any; `occasion` the kind of
    event at which the document was shown, and `role` what the speaker was. `deep_link` opens the
    document there: at the sentence, in browsers that know text fragments, or at the page of a PDF; `url` opens it.
    """

    text: str
    span: Span
    context: str
    document_key: str
    title: str
    kind: str
    date: str | None
    date_is_inferred: bool
    heading_path: tuple[str, ...]
    speaker: str | None
    url: str | None
    deep_link: str | None
    place: Place | None = None
    role: str | None = None
    occasion: str | None = None


class Status(StrEnum):
    """How a question ended. Each has its sentence in `texts/fr.toml`."""

    ANSWERED = "answered"
    GREETING = "greeting"
    CLARIFY = "clarify"
    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class AnswerKind(StrEnum):
    """What an answer is made of."""

    DOCUMENTS = "documents"
    FIBRE = "fibre"  # figures of public tables, and what to do about one's line


class WriterName(StrEnum):
    """Whose words an answer is in."""

    RULES = "rules"  # sentences of ours: a greeting, figures, that nothing was found
    QUOTATIONS = "quotations"
    QUOTATIONS_INSTEAD = "quotations_instead"  # a language model was asked, and what it wrote is not used
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language model did for an answer: for the staff and for measures, never for a visitor.

    `said` counts the sentences that were said; `withheld` are the rules that refused the others. `failure` is why
    quotations answer instead, or "".
    """

    said: int
    withheld: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """What one step of the pipeline saw and decided, and how long it took."""

    step: str
    detail: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer; `POST /api/ask` is this object as JSON.

    `answer` is French and complete by itself. `related` are the nearest passages when nothing answers: shown as such,
    never as the answer; beside figures of a commune, what documents say of it. `understood_as` is the question that was
    answered, when it is not the one that was typed but was made of it and of what was said before; else "". `fibre` is
    what was told of fibre or copper, `links` are pages where the visitor can look further. `trace` is for staff and the
    command line; it is emptied before a visitor sees the object.
    """

    status: Status
    answer: str
    quotes: tuple[Quote, ...] = ()
    related: tuple[Quote, ...] = ()
    contact: Contact | None = None
    suggestions: tuple[str, ...] = ()
    understood_as: str = ""
    kind: AnswerKind = AnswerKind.DOCUMENTS
    fibre: FibreTold | None = None
    links: tuple[Reference, ...] = ()
    writer: WriterName = WriterName.RULES
    writing: Writing | None = None
    trace: tuple[TraceStep, ...] = field(default=())

    @property
    def for_visitor(self) -> Answer:
        """The same without what is for the staff."""
        return replace(self, writing=None, trace=())


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was asked before in the same conversation, and what was quoted to it.

    `question` stands alone: it is `Answer.understood_as` where there was one, else what was typed. To be made of what
    the server itself keeps or has signed, never of what a browser says was said.
    """

    question: str
    quotes: tuple[Quote, ...] = ()
    fibre: FibreTold | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in the list of what is indexed."""

    key: str
    title: str
    kind: str
    date: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """Which index an answer was made with, and when that was built (ISO 8601)."""

    version: str
    built_at: str


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is indexed, since when, with which embedder, as a reader of `access` can see it.

    `documents` leaves the contact record and the glossary out; the dates are those of the oldest and newest document,
    or None. `terms` counts those of the glossary, `acronyms` those that the documents spell out.
    `vectors` is empty when search goes by words alone, `reranker` when nothing reorders what it finds;
    `by_year_and_kind` counts documents: (year, kind, number), the year "" for those without a date.
    """

    version: str
    built_at: str
    access: Access
    documents: int
    chunks: int
    first_date: str | None
    last_date: str | None
    embedder: str
    vectors: str
    refused: tuple[str, ...]
    by_year_and_kind: tuple[tuple[str, str, int], ...]
    terms: int = 0
    acronyms: int = 0
    reranker: str = ""


# ---------------------------------------------------------------------------------------------- exceptions


class AssistantError(Exception):
    """Root of our errors. The message is a French sentence for the person at the command line.

    A visitor never sees it: the pipeline turns it into the sentence of `Status.UNAVAILABLE`.
    """


class SettingsError(AssistantError):
    """A setting has a value that cannot be used."""


class DocumentRefused(AssistantError):
    """A document cannot be read; the others still can.

    `lasting`: the same bytes will be refused again. A reader that ran out of time may have been on a busy machine.
    """

    def __init__(self, name: str, reason: str, lasting: bool = True) -> None:
        super().__init__(f"{name} : {reason}")
        self.name = name
        self.reason = reason
        self.lasting = lasting

    def __reduce__(self) -> tuple[type[DocumentRefused], tuple[str, str, bool]]:
        """How it goes from one process to another: an exception is made again from its message alone otherwise."""
        return type(self), (self.name, self.reason, self.lasting)


class FibreFileRefused(AssistantError):
    """A file of open data is not taken: the message says which, why and what to do. What was loaded before stays."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} : {reason}")
        self.name = name
        self.reason = reason


class QuestionRefused(AssistantError):
    """A question that cannot be asked (empty, too long). The message may be shown to the visitor."""


class EmbedderMissing(AssistantError):
    """The configured embedding model is not on this machine."""


class RerankerUnusable(AssistantError):
    """The configured reranker is not on this machine, is damaged, or is no model that marks pairs."""


class IndexUnavailable(AssistantError):
    """No index is published, or it cannot be read with the present settings."""


class BuildFailed(AssistantError):
    """A new index did not pass its checks, or could not be written. The published one is untouched."""


class CorpusUnreadable(AssistantError):
    """A folder of the corpus cannot be read. What it holds stays in the index."""


class UnknownDocument(AssistantError):
    """Somebody named a document that is neither in the corpus nor in the index."""


class FetchRefused(AssistantError):
    """An address is not fetched, or what it answers is not taken: `rule` is the name of the rule that says so."""

    def __init__(self, url: str, rule: str, reason: str) -> None:
        super().__init__(f"{url} : {reason}")
        self.url = url
        self.rule = rule
        self.reason = reason


class FetchFailed(FetchRefused):
    """An address did not answer as it should: time, network, an error of the server. It may another day."""


class FetchGone(FetchRefused):
    """An address says that there is nothing there any more (404, 410)."""


class SiteUnreachable(AssistantError):
    """No start page of any site answers. Nothing that was fetched before is touched."""


class TooManyVanished(AssistantError):
    """So many documents would leave at once that it looks like an accident; nothing was changed."""


class CrawlFailed(AssistantError):
    """What was fetched cannot be written, or another crawl is at work. The next run goes on from there."""


class GeocoderUnavailable(AssistantError):
    """The geocoder did not say where an address is: `rule` is the name of what went wrong, and holds no address."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
