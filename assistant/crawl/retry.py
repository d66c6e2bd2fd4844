"""What may be asked again, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

AGAIN = {429, 500, 502, 503, 504}


class TryAgain(Exception):
    """The address may answer better later: `pause` is what it asks for, in seconds."""

    def __init__(self, rule: str, status: int | None = None, pause: float = 0.0) -> None:
        super().__init__(rule)
        self.rule = rule
        self.status = status
        self.pause = pause


def asked_pause(retry_after: str | None) -> float:
    """Seconds that a Retry-After header asks for (a number, or a date: RFC 9110, 10.2.3); 0 when it says nothing."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
