"""One file → one Page. The door for formats: a reader by suffix, one line each."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from assistant.documents.decode import decode
from assistant.documents.find import SIDECAR
from assistant.documents.front_matter import FrontMatter, is_iso_date, read_sidecar, split_front_matter
from assistant.documents.html import read_html
from assistant.documents.kinds import kind_of_file
from assistant.documents.markdown import read_markdown
from assistant.documents.reading import Reading, clean
from assistant.documents.sandbox import DOCUMENT_READERS, read_document, read_large_html
from assistant.documents.speakers import speaker_of_title
from assistant.documents.text import read_text
from assistant.models import Block, BlockKind, DocumentRefused, Introduction, Page, Source
from assistant.wording import sentence

MAXIMUM_BYTES = 5_000_000
LARGE_HTML = 300_000  # characters; read apart above, with limits of time and memory
MAXIMUM_DOCUMENT_BYTES = 30_000_000
# (text, the title that its head declares or None, its address or None) → Reading. The formats that are a program's own
# are in DOCUMENT_READERS.
TEXT_READERS: dict[str, Callable[[str, str | None, str | None], Reading]] = {
    ".md": lambda body, title, url: Reading(None, *read_markdown(body)),
    ".txt": lambda body, title, url: Reading(None, body, read_text(body, title)),
    ".html": lambda body, title, url: read_html(body, url),
    ".htm": lambda body, title, url: read_html(body, url),
}
HTML = frozenset((".html", ".htm"))
FORMATS = (*TEXT_READERS, *DOCUMENT_READERS)
DATE_IN_NAME = re.compile(r"\A\d{4}(?:-\d\d(?:-\d\d)?)?(?!\d)")


def read_page(source: Source, introduction: Introduction | None = None) -> Page:
    """The document as it stands in its file, the site's frame included.

    What was fetched is what its origin says; a fetched page of HTML has the date that it declares, or none: what is not
    frame may tell it (`strip_frame`). A file takes its date and its speaker from the page that introduces it.

    Raises:
        DocumentRefused: unknown format, unreadable, empty, too large, or a head that is not valid.
    """
    suffix = source.path.suffix.lower()
    described = PurePosixPath(source.name.removesuffix(SIDECAR))
    if suffix == SIDECAR and described.suffix.lower() in DOCUMENT_READERS:
        raise DocumentRefused(source.name, sentence("refused_file.orphan", document=described.name))
    if suffix not in FORMATS:
        raise DocumentRefused(source.name, sentence("refused_file.format", formats=", ".join(FORMATS)))
    head, reading = _document(source, suffix) if suffix in DOCUMENT_READERS else _text(source, suffix)
    text, blocks, origin = reading.text, reading.blocks, source.origin
    if not text.strip():
        raise DocumentRefused(source.name, sentence("refused_file.empty"))
    introduction = None if suffix in HTML else introduction
    kind = _kind(source, head, introduction)
    title = head.title or reading.title or _first_heading(text, blocks) or _named(source, kind, introduction)
    date, inferred = _date(source, head, reading, introduction)
    return Page(
        key=origin.key if origin else head.canonical_key or _key(source),
        title=title,
        kind=kind,
        date=date,
        date_is_inferred=inferred,
        url=_url(source, head),
        access=source.access,
        text=text,
        blocks=blocks,
        source_name=source.name,
        speaker=head.speaker or (introduction and introduction.speaker) or speaker_of_title(title),
        dropped=reading.dropped,
        links=reading.links,
        introduction=introduction,
    )


def _text(source: Source, suffix: str) -> tuple[FrontMatter, Reading]:
    charset = source.origin.charset if source.origin else None
    text = clean(decode(_bytes(source.path, source.name, MAXIMUM_BYTES), source.name, charset, suffix in HTML))
    # The head is ours: what was fetched has none, whatever it begins with.
    head, body = (FrontMatter(), text) if source.origin else split_front_matter(text, source.name)
    if suffix in HTML and len(body) > LARGE_HTML:
        return head, read_large_html(body, _url(source, head), source.name)
    try:
        return head, TEXT_READERS[suffix](body, head.title, _url(source, head))
    except RecursionError as error:
        raise DocumentRefused(source.name, sentence("refused_file.nested")) from error


def _url(source: Source, head: FrontMatter) -> str | None:
    if source.origin:
        return source.origin.url
    return str(head.source_url) if head.source_url else None


def _document(source: Source, suffix: str) -> tuple[FrontMatter, Reading]:
    """A document whose format has no room for a head: it is in the file beside it, if there is one."""
    beside = source.path.with_name(source.path.name + SIDECAR)
    head = FrontMatter()
    if source.origin is None and beside.exists():
        name = source.name + SIDECAR
        head = read_sidecar(clean(decode(_bytes(beside, name, MAXIMUM_BYTES), name)), name)
    data = _bytes(source.path, source.name, MAXIMUM_DOCUMENT_BYTES)
    if not data:
        raise DocumentRefused(source.name, sentence("refused_file.empty"))
    return head, read_document(data, suffix, source.name)


def _bytes(path: Path, name: str, most: int) -> bytes:
    try:
        if not path.is_file():  # a pipe, a dead link
            raise DocumentRefused(name, sentence("refused_file.unreadable"))
        if path.stat().st_size > most:
            raise DocumentRefused(name, sentence("refused_file.too_large", megabytes=most // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        raise DocumentRefused(name, sentence("refused_file.unreadable")) from error


def _first_heading(text: str, blocks: tuple[Block, ...]) -> str | None:
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            return block.span.folded(text)
    return None


def _kind(source: Source, head: FrontMatter, introduction: Introduction | None) -> str:
    """What the sentence that introduces a file calls it, else what its address or its head says."""
    return (introduction and kind_of_file(introduction)) or (source.origin.kind if source.origin else head.kind)


def _named(source: Source, kind: str, introduction: Introduction | None) -> str:
    """What a document without a title is called: by what it is and who speaks in it, else by its name."""
    if introduction and introduction.speaker:
        return sentence("document.title_by_speaker", kind=kind.capitalize(), speaker=introduction.speaker)
    path = unquote(urlsplit(source.origin.url).path) if source.origin else source.name
    return " ".join(clean(PurePosixPath(path).stem).split()) or source.name


def _date(
    source: Source, head: FrontMatter, reading: Reading, introduction: Introduction | None
) -> tuple[str | None, bool]:
    """The date of the head, of the page that introduces the file, of the document; else, an inference, of its name."""
    if head.date:
        return head.date, head.date_is_inferred
    if introduction and introduction.date:
        return introduction.date, introduction.date_is_inferred
    if reading.date or source.origin:
        return reading.date, False
    in_name = DATE_IN_NAME.match(source.path.name)
    return (in_name.group(), True) if in_name and is_iso_date(in_name.group()) else (None, False)


def _key(source: Source) -> str:
    """A key for a file that declares none: its name, made safe, and a mark that keeps two names apart."""
    plain = unicodedata.normalize("NFKD", source.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{slug}-{hashlib.sha256(source.name.encode()).hexdigest()[:6]}"
