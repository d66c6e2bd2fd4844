"""One address of the queue → what it gave, and the addresses that it leads to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from assistant.crawl.bodies import body_path, has_body, write_body
from assistant.crawl.canonical import canonical_key
from assistant.crawl.fetch import Download, Fetcher, Known
from assistant.crawl.fetched import Addresses
from assistant.crawl.formats import HTML
from assistant.crawl.links import NOT_TO_INDEX, header_directives, read_links, rule_of_address
from assistant.crawl.records import Address, Kept, Outcome, Target, Visit
from assistant.crawl.robots import Robots
from assistant.crawl.sitemap import read_sitemap
from assistant.crawl.sources import Role, Site
from assistant.crawl.visits import Visits, now
from assistant.documents.decode import decode
from assistant.fault_points import reached
from assistant.models import Access, DocumentRefused, FetchFailed, FetchGone, FetchRefused
from assistant.wording import sentence


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit that is done, and the targets it leads to."""

    visit: Visit
    leads_to: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What a body says: whether it may be indexed, and where it leads."""

    noindex: bool
    leads_to: tuple[Target, ...]


class Visitor:
    """Visits the addresses of one run. Writes bodies, and nothing in the database."""

    def __init__(self, folder: Path, fetcher: Fetcher, robots: Robots, addresses: Addresses, visits: Visits) -> None:
        self._folder = folder
        self._fetcher = fetcher
        self._robots = robots
        self._addresses = addresses
        self._visits = visits

    def visit(self, visit: Visit, site: Site) -> Visited:
        """Fetch it, keep its body, read its links. What it refuses is said in the visit.

        Raises:
            OSError: its body cannot be kept.
        """
        begun, requests, received = time.monotonic(), self._fetcher.requests, self._fetcher.received
        try:
            visited = self._taken(visit, site)
        except FetchRefused as error:
            visited = Visited(replace(visit, outcome=_outcome(error), rule=error.rule, reason=error.reason))
        cost = replace(
            visited.visit, at=now(), requests=self._fetcher.requests - requests,
            received=self._fetcher.received - received, seconds=time.monotonic() - begun,
        )  # fmt: skip
        return replace(visited, visit=cost)

    def _taken(self, visit: Visit, site: Site) -> Visited:
        target = visit.target
        before = self._addresses.get(target.key)
        download = self._fetcher.fetch(
            target.url, site, lambda url: self._robots.judge(url, site), self._known(before),
            anything=target.role is Role.SITEMAP,
        )  # fmt: skip
        reached("after_fetch")
        elsewhere = _elsewhere(target, download.url, site)
        if elsewhere:
            reason = sentence("crawl_refused.redirected", key=elsewhere.key)
            return Visited(_duplicate(visit, "redirected", reason, elsewhere.key), (elsewhere,))
        return self._read(visit, site, download, before)

    def _read(self, visit: Visit, site: Site, download: Download, before: Address | None) -> Visited:
        """Keep the body, unless it asks not to be indexed; follow its links, unless they were followed elsewhere."""
        target = visit.target
        kept, body = self._keep(download, before)
        read = _read(body, kept, target, site)
        if read.noindex and target.role is Role.DOCUMENT:
            reason = sentence("crawl_gone.noindex")
            return Visited(replace(visit, outcome=Outcome.GONE, rule="noindex", reason=reason), read.leads_to)
        if download.body is not None:
            write_body(self._folder, kept, download.body)
        twin = self._twin(kept, target)
        if twin:
            reason = sentence("crawl_refused.duplicate", key=twin)
            return Visited(replace(_duplicate(visit, "duplicate", reason, twin), kept=kept))
        return Visited(replace(visit, outcome=Outcome.TAKEN, kept=kept), read.leads_to)

    def _known(self, before: Address | None) -> Known | None:
        """What to ask about: nothing, when the body that it would spare is not there any more."""
        kept = before.kept if before else None
        if kept is None or not has_body(self._folder, kept):
            return None
        return Known(kept.url, kept.etag, kept.last_modified)

    def _keep(self, download: Download, before: Address | None) -> tuple[Kept, bytes]:
        if download.body is None:
            if before is None or before.kept is None:  # a server that says "not changed" to who did not ask
                raise FetchFailed(download.url, "status 304", sentence("crawl_failed.status", status=304))
            kept = replace(
                before.kept,
                etag=download.etag or before.kept.etag,
                last_modified=download.last_modified or before.kept.last_modified,
                robots_tag=download.robots_tag or before.kept.robots_tag,
            )
            return kept, body_path(self._folder, kept).read_bytes()
        digest = sha256(download.body).hexdigest()
        kept = Kept(
            digest, download.suffix, len(download.body), download.url, download.charset, download.etag,
            download.last_modified, download.robots_tag,
        )  # fmt: skip
        return kept, download.body

    def _twin(self, kept: Kept, target: Target) -> str | None:
        """The key that already has this content, in this run, or from before when this run did not see it yet."""
        if target.role is Role.SITEMAP:
            return None
        for key in self._addresses.alive_with(kept.digest, target.role, target.access):
            if key == target.key:
                return None
            seen = self._visits.get(key)
            if seen and seen.outcome is None:
                return key
        return self._visits.first_with(kept.digest, target.role, target.access, but=target.key)


def _duplicate(visit: Visit, rule: str, reason: str, of: str) -> Visit:
    return replace(visit, outcome=Outcome.DUPLICATE, rule=rule, reason=reason, duplicate_of=of)


def _outcome(error: FetchRefused) -> Outcome:
    if isinstance(error, FetchGone):
        return Outcome.GONE
    return Outcome.FAILED if isinstance(error, FetchFailed) else Outcome.REFUSED


def _elsewhere(target: Target, final_url: str, site: Site) -> Target | None:
    """Where a redirect leads, when that is an address in its own right: it is visited as such."""
    key = canonical_key(final_url, site)
    if key == target.key or target.role is Role.SITEMAP or target.start:
        return None
    rule = rule_of_address(final_url, site)
    if rule:
        return Target.by_rule(key, final_url, site, rule, target.depth)
    starts = {canonical_key(start, site): start for start in site.start}
    return start_target(starts[key], site) if key in starts else None


def start_target(url: str, site: Site) -> Target:
    """A start page: what its rule says of it, or a list when no rule takes it."""
    key, rule = canonical_key(url, site), rule_of_address(url, site)
    if rule:
        return replace(Target.by_rule(key, url, site, rule), start=True)
    return Target(key, site.name, url, Role.LIST, "", Access.PUBLIC, "start", start=True)


def _read(body: bytes, kept: Kept, target: Target, site: Site) -> _Read:
    if target.role is Role.SITEMAP:
        return _Read(False, tuple(_from_sitemap(body, kept.url, target, site)))
    if kept.suffix != HTML:
        return _Read(bool(header_directives(kept.robots_tag) & NOT_TO_INDEX), ())
    try:
        markup = decode(body, target.key, kept.charset, html=True)
    except DocumentRefused:  # whoever reads it for the index will say so
        return _Read(False, ())
    page = read_links(markup, kept.url, site, kept.robots_tag)
    targets = []
    for link in page.links:
        same_chain = target.role is Role.LIST and link.rule.signature == target.rule
        depth = target.depth if same_chain else target.depth + 1
        targets.append(Target.by_rule(canonical_key(link.url, site), link.url, site, link.rule, depth))
    return _Read(page.noindex, tuple(targets))


def _from_sitemap(body: bytes, url: str, target: Target, site: Site) -> Iterator[Target]:
    """Pages that a rule takes by their address, and sitemaps (nested twice at most: their depth counts it)."""
    found = read_sitemap(body, url)
    for address in found.pages:
        rule = rule_of_address(address, site)
        if rule:
            yield Target.by_rule(canonical_key(address, site), address, site, rule, 1)
    if target.depth < 2:
        for address in found.sitemaps:
            yield sitemap_target(address, site, target.depth + 1)


def sitemap_target(url: str, site: Site, depth: int = 0) -> Target:
    """A sitemap to read."""
    return Target(canonical_key(url, site), site.name, url, Role.SITEMAP, "", Access.PUBLIC, "sitemap", depth)
