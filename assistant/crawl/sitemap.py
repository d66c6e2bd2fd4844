"""A sitemap or an index of sitemaps → addresses (sitemaps.org protocol)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from lxml import etree

from assistant.crawl.inflate import Damaged, Inflater, TooLarge
from assistant.crawl.links import absolute

LONGEST = 50_000  # addresses in one file, by the protocol
LARGEST = 30_000_000  # bytes, once decompressed
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Addresses of pages, and of other sitemaps."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def read_sitemap(data: bytes, url: str) -> Sitemap:
    """The addresses of a sitemap; what follows a mistake in it is not read. Never raises: a sitemap is only a hint."""
    try:
        found = list(islice(_addresses(_unpacked(data), url), LONGEST))
    except (TooLarge, Damaged):
        found = []
    return Sitemap(
        tuple(address for parent, address in found if parent == "url"),
        tuple(address for parent, address in found if parent == "sitemap"),
    )


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(GZIP):
        return data
    inflater = Inflater("gzip", LARGEST)
    inflater.feed(data)
    return inflater.finish()


def _addresses(data: bytes, url: str) -> Iterator[tuple[str, str]]:
    """Pairs (name of the element around, address)."""
    events = etree.iterparse(
        BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in events:
            parent = element.getparent()
            if etree.QName(element).localname == "loc" and parent is not None:
                address = absolute(url, element.text or "")
                if address and (element.text or "").strip():
                    yield etree.QName(parent).localname, address
            if etree.QName(element).localname in ("url", "sitemap"):
                element.clear()
    except (etree.XMLSyntaxError, ValueError):
        return
