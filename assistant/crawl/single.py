"""One page, now: a key that is known, or an address that the rules take."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from assistant.crawl.canonical import canonical_key
from assistant.crawl.fetch import Fetcher
from assistant.crawl.fetched import Addresses, transaction
from assistant.crawl.guard import judge_url, refused
from assistant.crawl.links import rule_of_address
from assistant.crawl.options import CrawlOptions
from assistant.crawl.records import Outcome, Target, Visit
from assistant.crawl.report import CrawlReport, site_report
from assistant.crawl.robots import Robots
from assistant.crawl.settle import after_visit
from assistant.crawl.sources import Role, Site, Sites
from assistant.crawl.visit import Visitor
from assistant.crawl.visits import DONE, SINGLE, Visits, new_run
from assistant.models import FetchRefused
from assistant.wording import sentence


def visit_one(
    sites: Sites, folder: Path, connection: sqlite3.Connection, fetcher: Fetcher, options: CrawlOptions
) -> CrawlReport:
    """Fetch one page and settle it at once. A run that was cut short keeps its queue.

    Raises:
        FetchRefused: nobody knows that key, or no rule takes that address; or the page cannot be had.
    """
    addresses = Addresses(connection)
    if options.only is not None:
        target, site = _known(options.only, sites, addresses)
    else:
        target, site = _taken(options.url or "", sites, addresses)
    with transaction(connection):
        visits = Visits(connection, new_run(connection, sites.signature, SINGLE))
    visitor = Visitor(folder, fetcher, Robots(fetcher), addresses, visits)
    visited = visitor.visit(Visit(0, target, linked=True), site)
    if visited.visit.rule == "redirected":
        visited = visitor.visit(Visit(0, visited.leads_to[0], linked=True), site)
    visit = visited.visit
    before = addresses.get(visit.target.key)
    missing = visit.outcome in (Outcome.FAILED, Outcome.REFUSED)
    after = before if missing else after_visit(visit, before, visit.at)
    with transaction(connection):
        if after and not options.dry_run:
            addresses.write([after])
        visits.end(DONE)
    if missing or after is None:
        raise FetchRefused(visit.target.url, visit.rule, visit.reason)
    was = {after.target.key: before} if before else {}
    report = site_report(site.name, [visit], was, {after.target.key: after}, complete=True)
    living = sum(address.is_alive for address in addresses.all())
    only = after.duplicate_of or after.target.key
    return CrawlReport(visits.run.begun, resumed=False, complete=False, living=living, sites=(report,), only=only)


def _known(key: str, sites: Sites, addresses: Addresses) -> tuple[Target, Site]:
    address = addresses.get(key)
    site = sites.named(address.target.site) if address else None
    if address is None or site is None:
        raise FetchRefused(key, "unknown_key", sentence("crawl_refused.unknown_key"))
    if key in site.skip:
        raise refused(key, "skip")
    return replace(address.target, start=False), site


def _taken(url: str, sites: Sites, addresses: Addresses) -> tuple[Target, Site]:
    site = sites.of_host(url)
    if site is None:
        raise refused(url, "host")
    judge_url(url, site)
    key = canonical_key(url, site)
    known, rule = addresses.get(key), rule_of_address(url, site)
    if key in site.skip:
        raise refused(url, "skip")
    if known and known.target.role is not Role.DOCUMENT:
        raise refused(url, "list")
    if known and known.target.rule in {rule.signature for rule in site.follow}:
        return replace(known.target, url=url, start=False), site
    if rule is None or rule.role is not Role.DOCUMENT:
        raise refused(url, "no_rule")
    return Target.by_rule(key, url, site, rule), site
