"""Follow the sites: start pages → lists and sitemaps → documents → what is known of them, settled at the end.

A run writes each visit in its queue as soon as it is done: killed anywhere, the next one goes on from there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

from assistant.crawl.bodies import remove_others
from assistant.crawl.fetch import Fetcher
from assistant.crawl.fetched import Addresses, connect, database_errors, fetched_folder, only_one, transaction
from assistant.crawl.links import rule_of_address
from assistant.crawl.options import CrawlOptions
from assistant.crawl.records import Address, Outcome, Target, Visit
from assistant.crawl.report import CrawlReport, site_report
from assistant.crawl.robots import Robots
from assistant.crawl.settle import Settlement, settle
from assistant.crawl.single import visit_one
from assistant.crawl.sources import Role, Site, Sites
from assistant.crawl.visit import Visited, Visitor, sitemap_target, start_target
from assistant.crawl.visits import DONE, STOPPED, Visits, begin_run
from assistant.fault_points import reached
from assistant.models import SiteUnreachable, TooManyVanished
from assistant.wording import sentence

Progress = Callable[[int, int, str], None]  # visits done, visits known of, key of the last one


def crawl(
    sites: Sites, data: Path, options: CrawlOptions | None = None, progress: Progress = lambda *_: None
) -> CrawlReport:
    """Follow the sites, and keep what they have under `data`.

    Raises:
        SiteUnreachable: no start page answers. What was known stays as it was.
        TooManyVanished: over a fifth of the documents would leave, and nobody forced it. The same.
        FetchRefused: the one page asked for cannot be had.
        CrawlFailed: the disk is full, or another crawl is at work.
    """
    options = options or CrawlOptions()
    folder = fetched_folder(data)
    with database_errors(folder), only_one(folder), closing(connect(folder)) as connection:
        fetcher = Fetcher(sites.user_agent, options.fetching)
        with fetcher:
            if options.only is not None or options.url is not None:
                return visit_one(sites, folder, connection, fetcher, options)
            return _Crawl(sites, folder, connection, fetcher, options, progress).run()


class _Crawl:
    """One run, from its queue to its report."""

    def __init__(
        self, sites: Sites, folder: Path, connection: sqlite3.Connection, fetcher: Fetcher, options: CrawlOptions,
        progress: Progress,
    ) -> None:  # fmt: skip
        self._sites = sites
        self._folder = folder
        self._connection = connection
        self._options = options
        self._progress = progress
        self._addresses = Addresses(connection)
        self._robots = Robots(fetcher)
        with transaction(connection):
            self._visits = Visits(connection, begin_run(connection, sites.signature, options.force))
            if not self._visits.run.resumed:
                self._queue_known()
        self._visitor = Visitor(folder, fetcher, self._robots, self._addresses, self._visits)

    def run(self) -> CrawlReport:
        """Visit everything, then settle."""
        answering = [site for site in self._sites.site if self._starts_answer(site)]
        if not answering:
            raise SiteUnreachable(self._why_unreachable())
        for site in answering:
            self._queue_sitemaps(site)
            while visit := self._visits.next(site.name):
                self._visit(visit, site)
        return self._settled([site.name for site in answering])

    # ------------------------------------------------------------------------------------------- the queue

    def _queue_known(self) -> None:
        """Start pages, then what is known from before, under the rule that took it if that rule is still there."""
        for site in self._sites.site:
            for url in site.start:
                self._visits.add(start_target(url, site), linked=True)
        for address in list(self._addresses.all()):
            site_of_it = self._sites.named(address.target.site)
            target = _still_taken(address, site_of_it) if site_of_it else None
            if target:
                self._visits.add(target, linked=False)

    def _queue_sitemaps(self, site: Site) -> None:
        if not site.sitemap:
            return
        first = site.start[0]
        named = self._robots.sitemaps(first, site) or [urljoin(first, "/sitemap.xml")]
        with transaction(self._connection):
            for url in named:
                self._visits.add(sitemap_target(url, site), linked=True)

    def _queue(self, visited: Visited, site: Site) -> None:
        """Queue what a visit leads to. A list that leads to nothing new is the end of its chain."""
        here = visited.visit.target
        chain: list[Target] = []
        others: list[Target] = []
        for target in visited.leads_to:
            (chain if target.role is Role.LIST and target.rule == here.rule else others).append(target)
        new = [self._add(target, site) for target in others]
        if here.role is not Role.LIST or here.start or any(new):
            for target in chain:
                self._add(target, site)

    def _add(self, target: Target, site: Site) -> bool:
        """Whether it is an address that nothing in this run had led to."""
        if target.key in site.skip:
            return False
        known = self._visits.get(target.key)
        if known is None:
            queued = self._visits.queued
            rule = self._trap(target, site, queued)
            if rule and queued <= self._options.limits.addresses:
                self._visits.refuse(target, rule, sentence(f"crawl_refused.{rule}"))
            if rule:
                return False
        elif known.rule == "depth" and target.depth <= self._options.limits.depth:
            self._visits.reopen(target)
        return self._visits.add(target, linked=True)

    def _trap(self, target: Target, site: Site, queued: int) -> str | None:
        """The limit that a new address would pass."""
        limits = self._options.limits
        if queued >= limits.addresses:
            return "too_many"
        if target.depth > limits.depth:
            return "depth"
        if target.role is Role.LIST and self._visits.lists(site.name) >= limits.lists:
            return "too_many_lists"
        return None

    # -------------------------------------------------------------------------------------------- visiting

    def _starts_answer(self, site: Site) -> bool:
        for visit in self._visits.starts(site.name):
            if visit.outcome is None:
                self._visit(visit, site)
        return any(visit.outcome in (Outcome.TAKEN, Outcome.DUPLICATE) for visit in self._visits.starts(site.name))

    def _visit(self, visit: Visit, site: Site) -> None:
        """Visit, then write what it gave and what it leads to, together."""
        visited = self._visitor.visit(visit, site)
        with transaction(self._connection):
            self._visits.record(visited.visit)
            self._queue(visited, site)
        reached("queue_written")
        self._progress(self._visits.done, self._visits.queued, visit.target.key)

    def _why_unreachable(self) -> str:
        """One sentence with the first reason. The run is forgotten: the next one asks again."""
        first = next(visit for site in self._sites.site for visit in self._visits.starts(site.name))
        with transaction(self._connection):
            self._visits.end(DONE)
        return sentence("crawl.unreachable", url=first.target.url, reason=first.reason)

    # ------------------------------------------------------------------------------------------- the end

    def _settled(self, crawled: list[str]) -> CrawlReport:
        before = {address.target.key: address for address in self._addresses.all()}
        visits = list(self._visits.all())
        settlement = settle(before, visits, crawled, self._sites, self._visits.run.begun)
        if self._options.dry_run:
            return self._report(before, settlement, visits, crawled)
        if settlement.too_many and not self._options.force:
            with transaction(self._connection):
                self._visits.end(STOPPED)
            raise TooManyVanished(
                sentence(
                    "crawl.vanished",
                    vanished=len(settlement.vanished),
                    living=settlement.living_before,
                    first=", ".join(settlement.vanished[:3]),
                )
            )
        with transaction(self._connection):
            self._addresses.write([address for key, address in settlement.after.items() if before.get(key) != address])
            self._visits.end(DONE)
        reached("crawl_finished")
        remove_others(self._folder, self._addresses.body_names())
        return self._report(before, settlement, visits, crawled)

    def _report(
        self, before: dict[str, Address], settlement: Settlement, visits: list[Visit], crawled: list[str]
    ) -> CrawlReport:
        names = [site.name for site in self._sites.site]
        run = self._visits.run
        return CrawlReport(
            run.begun, run.resumed, len(crawled) == len(names),
            sum(address.is_alive for address in settlement.after.values()),
            tuple(site_report(name, visits, before, settlement.after, name in crawled) for name in names),
        )  # fmt: skip


def _still_taken(address: Address, site: Site) -> Target | None:
    """None: gone, not wanted any more, or only the page that links to it can say which rule takes it."""
    known = address.target
    if address.gone or known.start or known.role is not Role.DOCUMENT or known.key in site.skip:
        return None  # a list is followed as long as a page leads to it
    if known.rule in {rule.signature for rule in site.follow}:
        return known
    rule = rule_of_address(known.url, site)
    return Target.by_rule(known.key, known.url, site, rule, known.depth) if rule else None
