"""One file → one Page. The door for formats: a reader by suffix, one line each."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from assistant.documents.decode import decode
from assistant.documents.front_matter import FrontMatter, is_iso_date, split_front_matter
from assistant.documents.html import read_html
from assistant.documents.markdown import read_markdown
from assistant.documents.speakers import speaker_of_title
from assistant.documents.text import read_text
from assistant.models import Block, BlockKind, DocumentRefused, Page, Source
from assistant.wording import sentence

MAXIMUM_BYTES = 5_000_000
FORMATS = (".md", ".txt", ".html", ".htm")
DATE_IN_NAME = re.compile(r"\A\d{4}(?:-\d\d(?:-\d\d)?)?(?!\d)")


def read_page(source: Source) -> Page:
    """The document as it stands in its file, the site's frame included.

    Raises:
        DocumentRefused: unknown format, unreadable, empty, too large, or a head that is not valid.
    """
    suffix = source.path.suffix.lower()
    if suffix not in FORMATS:
        raise DocumentRefused(source.name, sentence("refused_file.format", formats=", ".join(FORMATS)))
    head, body = split_front_matter(decode(_bytes(source), source.name), source.name)
    title, text, blocks = _read(source.name, body, head.title)
    title = head.title or title or _first_heading(text, blocks) or PurePosixPath(source.name).stem
    if not text.strip():
        raise DocumentRefused(source.name, sentence("refused_file.empty"))
    date, inferred = _date(source, head)
    return Page(
        key=head.canonical_key or _key(source),
        title=title,
        kind=head.kind,
        date=date,
        date_is_inferred=inferred,
        url=str(head.source_url) if head.source_url else None,
        access=source.access,
        text=text,
        blocks=blocks,
        source_name=source.name,
        speaker=head.speaker or speaker_of_title(title),
    )


def _bytes(source: Source) -> bytes:
    try:
        if source.path.stat().st_size > MAXIMUM_BYTES:
            raise DocumentRefused(source.name, sentence("refused_file.too_large", megabytes=MAXIMUM_BYTES // 1_000_000))
        return source.path.read_bytes()
    except OSError as error:
        raise DocumentRefused(source.name, sentence("refused_file.unreadable")) from error


def _read(name: str, body: str, title: str | None) -> tuple[str | None, str, tuple[Block, ...]]:
    """(title found in the file or None, text, blocks) by the reader of the format."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".txt":
        return None, body, read_text(body, title)
    try:
        return (None, *read_markdown(body)) if suffix == ".md" else read_html(body)
    except RecursionError as error:
        raise DocumentRefused(name, sentence("refused_file.nested")) from error


def _first_heading(text: str, blocks: tuple[Block, ...]) -> str | None:
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            return " ".join(text[block.span.start : block.span.end].split())
    return None


def _date(source: Source, head: FrontMatter) -> tuple[str | None, bool]:
    """The declared date, else the one the file's name begins with, which is an inference."""
    if head.date:
        return head.date, head.date_is_inferred
    in_name = DATE_IN_NAME.match(source.path.name)
    return (in_name.group(), True) if in_name and is_iso_date(in_name.group()) else (None, False)


def _key(source: Source) -> str:
    """A key for a file that declares none: its name, made safe, and a mark that keeps two names apart."""
    plain = unicodedata.normalize("NFKD", source.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{slug}-{hashlib.sha256(source.name.encode()).hexdigest()[:6]}"
