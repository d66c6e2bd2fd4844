"""What a crawl may be asked for, and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.crawl.fetch import FetchLimits


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """Traps: links from a start page, addresses in a run, list pages of a site."""

    depth: int = 8
    addresses: int = 20_000
    lists: int = 500


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """`only`: one key that is known, again. `url`: one page, now. `force`: settle even when too much vanished.

    `dry_run`: visit everything, say what would change, change nothing. The next run has nothing left to fetch.
    """

    force: bool = False
    dry_run: bool = False
    only: str | None = None
    url: str | None = None
    limits: CrawlLimits = field(default_factory=CrawlLimits)
    fetching: FetchLimits = field(default_factory=FetchLimits)
