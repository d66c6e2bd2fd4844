"""What the ingestion needs to know of the sites that were followed: which key an address has, what frame they share."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from assistant.crawl.canonical import canonical_key
from assistant.crawl.fetched import fetched_sources
from assistant.crawl.sources import Site, Sites, load_sites
from assistant.documents.frame import SiteFrame, learn_frame
from assistant.documents.read import read_page
from assistant.models import DocumentRefused, Page, SettingsError, Source
from assistant.wording import sentence

FILE = "sources.toml"
SAMPLE = 200  # pages of a site from which its frame is learned: always the same ones, so that it stays the same


def read_sites(corpus: Path) -> Sites | None:
    """The sites of the corpus's `sources.toml`; None when there is no such file: nothing is followed.

    Raises:
        SettingsError: it is badly written.
    """
    return load_sites(corpus / FILE) if (corpus / FILE).exists() else None


def site_and_key(url: str, sites: Sites | None) -> tuple[Site, str]:
    """The site that an address belongs to, and the key of what is there.

    Raises:
        SettingsError: it belongs to none.
    """
    site = sites.of_host(url) if sites else None
    if site is None:
        raise SettingsError(sentence("sources.no_site", url=url, file=FILE))
    return site, canonical_key(url, site)


class FetchedSites:
    """The sites of which documents were fetched."""

    def __init__(self, sites: Sites | None, data: Path) -> None:
        self._sites = sites.site if sites else ()
        self._data = data
        self._frames = {site.name: self._learn(site) for site in self._sites}

    def sources(self) -> Iterator[Source]:
        """What was fetched and is alive: pages first, then the files that they introduce."""
        return fetched_sources(self._data)

    def key_of(self, url: str) -> str | None:
        """The key of what is at an address; None when it belongs to no site."""
        site = self._site(url)
        return canonical_key(url, site) if site else None

    def frame(self, source: Source) -> SiteFrame | None:
        """The frame of the site that a source comes from; None for a file of the corpus."""
        if source.origin is None:
            return None
        site = self._site(source.origin.url)
        return self._frames[site.name] if site else SiteFrame()

    def _site(self, url: str) -> Site | None:
        host = urlsplit(url).hostname
        return next((site for site in self._sites if host in site.hosts), None)

    def _learn(self, site: Site) -> SiteFrame:
        """What repeats across the pages of a site."""
        sample = heapq.nsmallest(SAMPLE, self._pages(site), key=lambda source: sha256(source.name.encode()).digest())
        return learn_frame(page for source in sample if (page := _read(source)))

    def _pages(self, site: Site) -> Iterator[Source]:
        for source in self.sources():
            if source.origin and is_page(source) and self._site(source.origin.url) is site:
                yield source


def is_page(source: Source) -> bool:
    """Is it a page of a site, rather than a file that one may introduce?"""
    return source.origin is not None and source.path.suffix == ".html"


def _read(source: Source) -> Page | None:
    try:
        return read_page(source)
    except DocumentRefused:
        return None  # the ingestion will say why
