"""Logging an exception without its message, which may quote a question: where it happened is enough to mend it."""

from __future__ import annotations

import logging
import traceback


def log_without_message(log: logging.Logger, place: str, error: BaseException) -> None:
    """Log the type of the exception and the lines it went through."""
    log.error("%s: %s\n%s", place, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
