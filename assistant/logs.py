"""Logging an exception without its message: where it happened is enough to mend it, and a message may quote a question."""

from __future__ import annotations

import logging
import traceback


def log_without_message(log: logging.Logger, place: str, error: BaseException) -> None:
    """Log the type of the exception and the lines it went through."""
    log.error("%s: %s\n%s", place, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
