"""What the ingestion needs to know of the sites that were followed: which key an address has, what frame they share."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from assistant.crawl.canonical import canonical_key
from assistant.crawl.fetched import fetched_folder, fetched_sources
from assistant.crawl.links import rule_of_address
from assistant.crawl.sources import Site, Sites, load_sites
from assistant.documents.frame import SiteFrame, learn_frame
from assistant.documents.read import read_page
from assistant.models import Access, DocumentRefused, Page, SettingsError, Source
from assistant.wording import sentence

FILE = "sources.toml"
SAMPLE = 200  # pages of a site from which its frame is learned: always the same ones, so that it stays the same


def read_sites(corpus: Path) -> Sites | None:
    """The sites of the corpus's `sources.toml`; None when there is no such file: nothing is followed.

    Raises:
        SettingsError: it is badly written.
    """
    return load_sites(corpus / FILE) if (corpus / FILE).exists() else None


class FetchedSites:
    """The sites of which documents were fetched.

    Raises:
        SettingsError: documents were, and nothing says any more which of them may be shown, and to whom.
    """

    def __init__(self, sites: Sites | None, data: Path) -> None:
        if sites is None and any(True for _ in fetched_sources(data)):
            raise SettingsError(sentence("ingest.sources_lost", file=FILE, folder=fetched_folder(data)))
        self._sites = sites.site if sites else ()
        self._data = data
        self._frames = {site.name: self._learn(site) for site in self._sites}

    def sources(self) -> Iterator[Source]:
        """What was fetched, is alive and still wanted: pages first, then the files that they introduce.

        What `sources.toml` says today counts, though the site was visited under other rules: a site or a page that is
        not wanted any more is left out, and of two accesses the stricter one is given.
        """
        for source in fetched_sources(self._data):
            site = self._site(source.origin.url) if source.origin else None
            if site is None or source.origin is None or source.origin.key in site.skip:
                continue
            rule = rule_of_address(source.origin.url, site)
            yield replace(source, access=Access.STAFF) if rule and rule.access is Access.STAFF else source

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
