"""The visits of a run, and what was known before → what is known after: who is alive, who left, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.crawl.records import Address, Outcome, Visit
from assistant.crawl.sources import Role, Sites
from assistant.models import Access
from assistant.wording import sentence

MISSED_RUNS = 3  # runs in which a document may be missed before it leaves
MOST_VANISHED = 0.2  # share of the living documents above which the site may be at fault


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is known after a run, by key, and the keys of the documents whose content left with it."""

    after: Mapping[str, Address]
    vanished: tuple[str, ...]
    living_before: int

    @property
    def too_many(self) -> bool:
        """Whether so much vanished that somebody has to look."""
        return len(self.vanished) > MOST_VANISHED * self.living_before


def settle(
    before: Mapping[str, Address], visits: Iterable[Visit], crawled: Sequence[str], sites: Sites, at: str
) -> Settlement:
    """`crawled` are the names of the sites whose run is complete: the others' addresses stay as they were."""
    after = dict(before)
    order: dict[str, int] = {}
    for visit in visits:
        key = visit.target.key
        if visit.outcome is None or visit.target.site not in crawled:
            continue
        order[key] = visit.position
        known = before.get(key)
        state = after_visit(visit, known, at)
        if state:
            after[key] = state
    for key, address in before.items():
        if key not in order:
            after[key] = _not_visited(address, crawled, sites)
    _tell_duplicates(after, before, order)
    living = {address.kept.digest for address in after.values() if address.is_alive and address.kept}
    vanished = tuple(
        key
        for key, address in before.items()
        if address.is_alive and not after[key].is_alive and address.kept and address.kept.digest not in living
    )
    return Settlement(after, vanished, sum(address.is_alive for address in before.values()))


def after_visit(visit: Visit, known: Address | None, at: str) -> Address | None:
    """What is known of one address after its visit; None when there is nothing to remember."""
    if visit.outcome in (Outcome.TAKEN, Outcome.DUPLICATE):
        return _seen(visit, known, at)
    if known is None:
        return None
    if visit.outcome is Outcome.GONE:
        return _left(replace(known, target=visit.target), visit.reason)
    return _missed(replace(known, target=replace(visit.target, url=known.target.url)), visit.reason)


def _seen(visit: Visit, known: Address | None, at: str) -> Address:
    """Seen, or seen again: whatever went wrong before is forgotten."""
    kept = visit.kept
    same = known and known.kept and kept and known.kept.digest == kept.digest
    return Address(
        visit.target, kept, known.first_seen if known else at, at, known.changed_on if known and same else at,
        visit.duplicate_of,
    )  # fmt: skip


def _missed(address: Address, reason: str) -> Address:
    if address.gone:
        return address
    runs = address.missed_runs + 1
    missed = replace(address, missed_runs=runs, trouble=reason)
    return missed if runs < MISSED_RUNS else _left(missed, sentence("crawl_gone.missed", runs=runs, reason=reason))


def _left(address: Address, reason: str) -> Address:
    """Its body is not needed any more; its history is."""
    return replace(address, gone=reason, kept=None, duplicate_of=None, trouble=None)


def _not_visited(address: Address, crawled: Sequence[str], sites: Sites) -> Address:
    site = sites.named(address.target.site)
    if address.gone:
        return address
    if site is None:
        return _left(address, sentence("crawl_gone.site_removed"))
    if address.target.key in site.skip:
        return _left(address, sentence("crawl_gone.skipped"))
    return _missed(address, sentence("crawl_gone.unlinked")) if site.name in crawled else address


def _tell_duplicates(after: dict[str, Address], before: Mapping[str, Address], order: Mapping[str, int]) -> None:
    """Of the addresses that have the same content one is the document: the one that was, else the first one found.

    What the public may read and what staff may are told apart: neither takes the place of the other.
    """
    owners: dict[tuple[str, Role, Access], str] = {}
    for key in sorted(after, key=_by_right(before, order)):
        address = after[key]
        if address.kept is None or address.gone or address.target.role is Role.SITEMAP:
            continue
        owner = owners.setdefault((address.kept.digest, address.target.role, address.target.access), key)
        after[key] = replace(address, duplicate_of=None if owner == key else owner)


def _by_right(before: Mapping[str, Address], order: Mapping[str, int]) -> Callable[[str], tuple[bool, float, str]]:
    def right(key: str) -> tuple[bool, float, str]:
        known = before.get(key)
        owned = known is not None and known.kept is not None and known.duplicate_of is None and known.gone is None
        return (not owned, order.get(key, float("inf")), key)

    return right
