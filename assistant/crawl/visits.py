"""The queue of a run: every address it has to visit, and what each visit gave. It outlives the process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant.crawl.records import Outcome, Target, Visit
from assistant.crawl.rows import kept_row, target_row, visit_of
from assistant.crawl.sources import Role
from assistant.models import Access

RESUMED_WITHIN = timedelta(days=1)  # an older run has seen another site
RUNNING, STOPPED, DONE = "running", "stopped", "done"
SINGLE = "single"  # one page asked for by hand, beside any run


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Run:
    """A run. `resumed`: it was begun by a process that did not finish it."""

    id: int
    begun: str
    resumed: bool


def begin_run(connection: sqlite3.Connection, sites: str, force: bool) -> Run:
    """Go on with the run that was cut short, under the same settings; else begin one. To be called in a transaction.

    One that was stopped because too much vanished is gone on with by whoever forces it.
    """
    oldest = (datetime.now(UTC) - RESUMED_WITHIN).isoformat(timespec="seconds")
    states = (RUNNING, STOPPED if force else RUNNING)
    row = connection.execute(
        "SELECT id, begun FROM runs WHERE state IN (?, ?) AND sites = ? AND begun >= ? ORDER BY id DESC LIMIT 1",
        (*states, sites, oldest),
    ).fetchone()
    kept = row["id"] if row else -1
    connection.execute("DELETE FROM visits WHERE run != ?", (kept,))
    connection.execute("DELETE FROM runs WHERE id != ? AND state != ?", (kept, DONE))
    if row:
        return Run(row["id"], row["begun"], resumed=True)
    return new_run(connection, sites, RUNNING)


def new_run(connection: sqlite3.Connection, sites: str, state: str) -> Run:
    """A run that nobody began. To be called in a transaction."""
    begun = now()
    number = connection.execute(
        "INSERT INTO runs (begun, sites, state) VALUES (?, ?, ?)", (begun, sites, state)
    ).lastrowid
    return Run(number or 0, begun, resumed=False)


class Visits:
    """The queue of one run, `done` of its `queued` addresses being visited. To be written in a transaction."""

    def __init__(self, connection: sqlite3.Connection, run: Run) -> None:
        self._connection = connection
        self.run = run
        self.done, self.queued = connection.execute(
            "SELECT count(outcome), count(*) FROM visits WHERE run = ?", (run.id,)
        ).fetchone()

    def add(self, target: Target, linked: bool) -> bool:
        """Queue a target, or learn more of one that is there: whether a page links to it for the first time.

        Of two rules that take it the stricter access wins ('staff' sorts after 'public'). The address as a page of
        today writes it is the one to ask: checksums change.
        """
        known = self._connection.execute(
            "SELECT position, linked, outcome FROM visits WHERE run = ? AND key = ?", (self.run.id, target.key)
        ).fetchone()
        if known is None:
            marks = ", ".join("?" * 11)
            self._connection.execute(
                "INSERT INTO visits (run, key, site, url, role, kind, access, taken_by, depth, start, linked)"
                f" VALUES ({marks})",
                (self.run.id, *target_row(target), linked),
            )
            self.queued += 1
            return True
        first = linked and not known["linked"]
        self._connection.execute(
            "UPDATE visits SET linked = max(linked, ?), depth = min(depth, ?), access = max(access, ?)"
            " WHERE position = ?",
            (linked, target.depth, target.access, known["position"]),
        )
        if first and known["outcome"] is None:
            self._connection.execute(
                "UPDATE visits SET url = ?, role = ?, kind = ?, taken_by = ? WHERE position = ? AND start = 0",
                (target.url, target.role, target.kind, target.rule, known["position"]),
            )
        return first

    def refuse(self, target: Target, rule: str, reason: str) -> None:
        """Say that an address is not visited, if the queue does not know it."""
        if self.add(target, linked=False):
            self._connection.execute(
                "UPDATE visits SET outcome = ?, rule = ?, reason = ? WHERE run = ? AND key = ?",
                (Outcome.REFUSED, rule, reason, self.run.id, target.key),
            )
            self.done += 1

    def record(self, visit: Visit) -> None:
        """What a visit gave."""
        self.done += 1
        self._connection.execute(
            "UPDATE visits SET outcome = ?, rule = ?, reason = ?, duplicate_of = ?, digest = ?, suffix = ?, size = ?,"
            " final_url = ?, charset = ?, etag = ?, last_modified = ?, robots_tag = ?, at = ?, requests = ?,"
            " received = ?, seconds = ? WHERE position = ?",
            (visit.outcome, visit.rule, visit.reason, visit.duplicate_of, *kept_row(visit.kept), visit.at,
             visit.requests, visit.received, visit.seconds, visit.position),
        )  # fmt: skip

    def next(self, site: str) -> Visit | None:
        """The first address of the site not visited yet: lists first, they know the documents' addresses of today."""
        for role in (Role.LIST, Role.SITEMAP, Role.DOCUMENT):
            row = self._connection.execute(
                "SELECT * FROM visits WHERE run = ? AND site = ? AND role = ? AND outcome IS NULL"
                " ORDER BY position LIMIT 1",
                (self.run.id, site, role),
            ).fetchone()
            if row:
                return visit_of(row)
        return None

    def starts(self, site: str) -> list[Visit]:
        """The start pages of the site, visited or not."""
        rows = self._connection.execute(
            "SELECT * FROM visits WHERE run = ? AND site = ? AND start ORDER BY position", (self.run.id, site)
        )
        return [visit_of(row) for row in rows]

    def all(self) -> Iterator[Visit]:
        """Every visit, in the order of the queue."""
        return map(
            visit_of,
            self._connection.execute("SELECT * FROM visits WHERE run = ? ORDER BY position", (self.run.id,)),
        )

    def get(self, key: str) -> Visit | None:
        """The visit of a key."""
        row = self._connection.execute("SELECT * FROM visits WHERE run = ? AND key = ?", (self.run.id, key)).fetchone()
        return visit_of(row) if row else None

    def first_with(self, digest: str, role: Role, access: Access, but: str) -> str | None:
        """The key first found with this content for these readers in this run, other than `but`."""
        row = self._connection.execute(
            "SELECT key FROM visits WHERE run = ? AND digest = ? AND role = ? AND access = ? AND outcome = ?"
            " AND key != ? ORDER BY position LIMIT 1",
            (self.run.id, digest, role, access, Outcome.TAKEN, but),
        ).fetchone()
        return row["key"] if row else None

    def lists(self, site: str) -> int:
        """How many list pages of the site are in the queue."""
        row = self._connection.execute(
            "SELECT count(*) FROM visits WHERE run = ? AND site = ? AND role = ?", (self.run.id, site, Role.LIST)
        ).fetchone()
        return int(row[0])

    def reopen(self, target: Target) -> None:
        """Have an address visited after all: it was too deep the other way round."""
        self._connection.execute(
            "UPDATE visits SET outcome = NULL, rule = '', reason = '' WHERE run = ? AND key = ? AND rule = 'depth'",
            (self.run.id, target.key),
        )
        self.done -= 1

    def end(self, state: str) -> None:
        """Close the run. A stopped one keeps its visits, for whoever forces it through."""
        self._connection.execute("UPDATE runs SET state = ? WHERE id = ?", (state, self.run.id))
        if state == DONE:
            self._connection.execute("DELETE FROM visits WHERE run = ?", (self.run.id,))
