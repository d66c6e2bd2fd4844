"""What is remembered of an address, during a run (a visit) and from run to run (an address)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.crawl.sources import FollowRule, Role, Site
from assistant.models import Access


class Outcome(StrEnum):
    """How a visit ended."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    GONE = "gone"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Target:
    """An address to visit and what the rule that takes it says of it. `rule` is that rule's signature."""

    key: str
    site: str
    url: str
    role: Role
    kind: str
    access: Access
    rule: str
    depth: int = 0
    start: bool = False

    @classmethod
    def by_rule(cls, key: str, url: str, site: Site, rule: FollowRule, depth: int = 0) -> Target:
        """The target that a rule makes of an address."""
        return cls(key, site.name, url, rule.role, rule.kind, rule.access, rule.signature, depth)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an answer. `digest` is the SHA-256 of the body, `url` the address that answered in the end."""

    digest: str
    suffix: str
    size: int
    url: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    robots_tag: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """An address in the queue of a run. `outcome` is None until it is visited.

    `rule` and `reason` (French) say why it was not taken; `duplicate_of` is the key that has the same content.
    `requests`, `received` (bytes) and `seconds` are what the visit cost.
    """

    position: int
    target: Target
    linked: bool
    outcome: Outcome | None = None
    rule: str = ""
    reason: str = ""
    duplicate_of: str | None = None
    kept: Kept | None = None
    at: str = ""
    requests: int = 0
    received: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of an address from run to run. Times are ISO 8601, UTC.

    `gone` says why it left, `trouble` what went wrong the last time; both are French or None.
    """

    target: Target
    kept: Kept | None
    first_seen: str
    last_seen: str
    changed_on: str
    duplicate_of: str | None = None
    gone: str | None = None
    trouble: str | None = None
    missed_runs: int = 0

    @property
    def is_alive(self) -> bool:
        """Whether it is a document that may be quoted."""
        return (
            self.target.role is Role.DOCUMENT
            and self.kept is not None
            and self.gone is None
            and self.duplicate_of is None
        )
