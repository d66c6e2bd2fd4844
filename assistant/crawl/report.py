"""What a run did, as data: per site and in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.crawl.records import Address, Outcome, Visit
from assistant.crawl.sources import Role
from assistant.models import Access


@dataclass(frozen=True, slots=True)
class Noted:
    """An address that something is to be said of. `rule` is a name for programs, `reason` is French."""

    key: str
    url: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a run did on a site. Keys of documents; bytes are counted once decompressed; `missed` are not gone yet."""

    site: str
    requests: int = 0
    received_bytes: int = 0
    seconds: float = 0.0
    lists: int = 0
    unchanged: int = 0
    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[Noted, ...] = ()
    missed: tuple[Noted, ...] = ()
    duplicates: tuple[Noted, ...] = ()
    refused: tuple[Noted, ...] = ()
    failed: tuple[Noted, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """A run. `resumed`: it went on with one that was cut short, whose visits are counted here too.

    `complete`: every site answered, and nothing was left unvisited. `living` documents can be quoted after it.
    `only`: the key of the one page that was asked for, another than its address's when that leads elsewhere.
    """

    begun: str
    resumed: bool
    complete: bool
    living: int
    sites: tuple[SiteReport, ...]
    only: str | None = None

    @property
    def requests(self) -> int:
        """Requests sent, robots.txt, redirects and second tries included."""
        return sum(site.requests for site in self.sites)

    @property
    def received_bytes(self) -> int:
        """Bytes received, decompressed."""
        return sum(site.received_bytes for site in self.sites)

    @property
    def changes(self) -> bool:
        """Whether the documents are not what they were."""
        return any(site.created or site.changed or site.gone for site in self.sites)


def site_report(
    site: str, visits: Iterable[Visit], before: Mapping[str, Address], after: Mapping[str, Address], complete: bool
) -> SiteReport:
    """What the visits of a site did to what was known."""
    mine = [visit for visit in visits if visit.target.site == site]
    keys = dict.fromkeys(
        [visit.target.key for visit in mine]
        + [key for key, address in (*before.items(), *after.items()) if address.target.site == site]
    )
    pairs = [(key, before.get(key), after.get(key)) for key in keys]
    return SiteReport(
        site,
        requests=sum(visit.requests for visit in mine),
        received_bytes=sum(visit.received for visit in mine),
        seconds=round(sum(visit.seconds for visit in mine), 3),
        lists=sum(visit.target.role is Role.LIST and visit.outcome is Outcome.TAKEN for visit in mine),
        unchanged=sum(_unchanged(old, new) for _, old, new in pairs),
        created=tuple(key for key, old, new in pairs if _alive(new) and not _alive(old)),
        changed=tuple(key for key, old, new in pairs if _alive(old) and _alive(new) and not _unchanged(old, new)),
        gone=tuple(_noted(new, new.gone or "") for _, old, new in pairs if _alive(old) and new and new.gone),
        missed=tuple(
            _noted(new, new.trouble) for _, old, new in pairs if _alive(new) and new and new.trouble and new != old
        ),
        duplicates=_of((visit for visit in mine if visit.target.role is Role.DOCUMENT), Outcome.DUPLICATE),
        refused=_of(mine, Outcome.REFUSED),
        failed=_of(mine, Outcome.FAILED) + _broken_links(mine, before),
        complete=complete,
    )


def _alive(address: Address | None) -> bool:
    return address is not None and address.is_alive


def _unchanged(old: Address | None, new: Address | None) -> bool:
    if old is None or new is None or not (old.is_alive and new.is_alive and old.kept and new.kept):
        return False
    return _identity(old) == _identity(new)


def _identity(address: Address) -> tuple[str | None, str, Access]:
    return (address.kept.digest if address.kept else None, address.target.kind, address.target.access)


def _noted(address: Address, reason: str) -> Noted:
    return Noted(address.target.key, address.target.url, "", reason)


def _of(visits: Iterable[Visit], outcome: Outcome) -> tuple[Noted, ...]:
    return tuple(
        Noted(visit.target.key, visit.target.url, visit.rule, visit.reason)
        for visit in visits
        if visit.outcome is outcome
    )


def _broken_links(visits: Iterable[Visit], before: Mapping[str, Address]) -> tuple[Noted, ...]:
    """Links to nothing, that never led to anything we know of: somebody may want to mend them."""
    return tuple(
        Noted(visit.target.key, visit.target.url, visit.rule, visit.reason)
        for visit in visits
        if visit.outcome is Outcome.GONE and visit.target.role is not Role.SITEMAP and visit.target.key not in before
    )
