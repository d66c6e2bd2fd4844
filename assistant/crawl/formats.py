"""Content types → suffixes: what is taken from a site, and how large it may be."""

from __future__ import annotations

from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

OPEN = "application/vnd.oasis.opendocument."
OFFICE = "application/vnd.openxmlformats-officedocument."
SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    f"{OFFICE}presentationml.presentation": ".pptx",
    f"{OFFICE}presentationml.slideshow": ".pptx",
    f"{OFFICE}wordprocessingml.document": ".docx",
    f"{OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{OPEN}text": ".odt",
    f"{OPEN}presentation": ".odp",
    f"{OPEN}spreadsheet": ".ods",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
HTML = ".html"
ANY = ".any"  # robots.txt and sitemaps: whatever their server calls them
# What servers say of files whose type they do not know: the name of the file then decides.
UNSAID = {"", "application/octet-stream", "binary/octet-stream", "application/force-download", "application/download"}
BY_NAME = set(SUFFIXES.values()) - {HTML}


def content_type(header: str) -> tuple[str, str | None]:
    """The type, lower-case, and the charset that an HTTP header names, or None."""
    message = Message()
    message["content-type"] = header
    charset = message.get_content_charset()
    return message.get_content_type() if header.strip() else "", charset or None


def suffix_of(kind: str, url: str, disposition: str) -> str | None:
    """The suffix of what a server sends, or None when it is nothing that we read."""
    if kind not in UNSAID:
        return SUFFIXES.get(kind)
    message = Message()
    message["content-disposition"] = disposition or "attachment"
    for name in (message.get_filename(), unquote(urlsplit(url).path)):
        suffix = PurePosixPath(name or "").suffix.lower()
        if suffix in BY_NAME:
            return suffix
    return None
