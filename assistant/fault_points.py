"""Named points that a test can listen to, to kill the process there. In production nobody listens."""

from __future__ import annotations

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def reached(name: str) -> None:
    """Tell the listener, if there is one, that the program is at this point."""
    if _listener is not None:
        _listener(name)


def listen(listener: Callable[[str], None] | None) -> None:
    """Have `listener` called with the name of each point reached; None: nobody."""
    global _listener  # noqa: PLW0603  # one process, one listener, set by a test before anything runs
    _listener = listener
