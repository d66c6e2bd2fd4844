"""Named moments at which a run may be cut short: after what was done there, everything must still be whole.

Tests listen, and end the process with SIGKILL at a moment of their choice; otherwise nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def reached(name: str) -> None:
    """Tell whoever listens that this moment has come."""
    if _listener:
        _listener(name)


def listen(listener: Callable[[str], None] | None) -> None:
    """Have `listener` told the name of each moment; None: nobody."""
    global _listener  # noqa: PLW0603  # one process, one listener, set by a test before anything runs
    _listener = listener
