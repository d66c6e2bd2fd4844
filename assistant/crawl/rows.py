"""Records ⇄ rows of the database of what was fetched."""

from __future__ import annotations

import sqlite3

from assistant.crawl.records import Address, Kept, Outcome, Target, Visit
from assistant.crawl.sources import Role
from assistant.models import Access

SCHEMA_VERSION = 1
TARGET = """
    key TEXT NOT NULL, site TEXT NOT NULL, url TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
    access TEXT NOT NULL, taken_by TEXT NOT NULL, depth INTEGER NOT NULL, start INTEGER NOT NULL
"""
KEPT = """
    digest TEXT, suffix TEXT, size INTEGER, final_url TEXT, charset TEXT, etag TEXT, last_modified TEXT,
    robots_tag TEXT
"""
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, begun TEXT NOT NULL, sites TEXT NOT NULL, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS visits (
    position INTEGER PRIMARY KEY, run INTEGER NOT NULL, {TARGET}, linked INTEGER NOT NULL, outcome TEXT,
    rule TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', duplicate_of TEXT, {KEPT},
    at TEXT NOT NULL DEFAULT '', requests INTEGER NOT NULL DEFAULT 0,
    received INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
    UNIQUE (run, key)
);
CREATE INDEX IF NOT EXISTS visits_to_do ON visits (run, outcome, site, role, position);
CREATE INDEX IF NOT EXISTS visits_by_content ON visits (run, digest);
CREATE TABLE IF NOT EXISTS addresses (
    {TARGET}, {KEPT}, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, changed_on TEXT NOT NULL,
    duplicate_of TEXT, gone TEXT, trouble TEXT, missed_runs INTEGER NOT NULL, PRIMARY KEY (key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS addresses_by_content ON addresses (digest);
PRAGMA user_version = {SCHEMA_VERSION};
"""
ALIVE = "role = 'document' AND digest IS NOT NULL AND gone IS NULL AND duplicate_of IS NULL"
NOTHING_KEPT = (None,) * 8


def target_row(target: Target) -> tuple[object, ...]:
    """The columns of TARGET."""
    return (
        target.key, target.site, target.url, target.role, target.kind, target.access, target.rule, target.depth,
        target.start,
    )  # fmt: skip


def kept_row(kept: Kept | None) -> tuple[object, ...]:
    """The columns of KEPT."""
    if kept is None:
        return NOTHING_KEPT
    return (
        kept.digest, kept.suffix, kept.size, kept.url, kept.charset, kept.etag, kept.last_modified, kept.robots_tag
    )  # fmt: skip


def address_row(address: Address) -> tuple[object, ...]:
    """All the columns of `addresses`."""
    return (
        *target_row(address.target), *kept_row(address.kept), address.first_seen, address.last_seen,
        address.changed_on, address.duplicate_of, address.gone, address.trouble, address.missed_runs,
    )  # fmt: skip


def address_of(row: sqlite3.Row) -> Address:
    """A row of `addresses`."""
    return Address(
        _target(row), _kept(row), row["first_seen"], row["last_seen"], row["changed_on"], row["duplicate_of"],
        row["gone"], row["trouble"], row["missed_runs"],
    )  # fmt: skip


def visit_of(row: sqlite3.Row) -> Visit:
    """A row of `visits`."""
    return Visit(
        row["position"], _target(row), bool(row["linked"]), Outcome(row["outcome"]) if row["outcome"] else None,
        row["rule"], row["reason"], row["duplicate_of"], _kept(row), row["at"], row["requests"], row["received"],
        row["seconds"],
    )  # fmt: skip


def _target(row: sqlite3.Row) -> Target:
    return Target(
        row["key"], row["site"], row["url"], Role(row["role"]), row["kind"], Access(row["access"]), row["taken_by"],
        row["depth"], bool(row["start"]),
    )  # fmt: skip


def _kept(row: sqlite3.Row) -> Kept | None:
    if row["digest"] is None:
        return None
    return Kept(
        row["digest"], row["suffix"], row["size"], row["final_url"], row["charset"], row["etag"],
        row["last_modified"], row["robots_tag"],
    )  # fmt: skip
