"""Conversations of the HTTP interface, as the server keeps them: under a signed id, six turns, thirty minutes.

Nothing that a client says was said before is believed: it gives back the id that it was given, and no more. Ids hold
for one run of the service; kept in memory alone, a conversation is gone with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from assistant.models import Access, Exchange
from assistant.web.conversation import FORGET_SECONDS, KEPT_TURNS

MOST = 3_000  # conversations, some 10 kB a turn; beyond it the one that was silent longest is forgotten
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Kept:
    exchanges: tuple[Exchange, ...]
    access: Access
    at: float


class Conversations:
    """Safe to share between threads. `clock` gives seconds, from whenever."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # the one that was silent longest first

    def said_in(self, identifier: str, access: Access = Access.PUBLIC) -> tuple[Exchange, ...]:
        """What was said in a conversation, the newest last; nothing when it is over, was never ours, or was another
        reader's: what the staff was told is not for the public.
        """
        if not self._is_ours(identifier):
            return ()
        with self._lock:
            self._forget()
            kept = self._kept.get(identifier)
        return kept.exchanges if kept and kept.access is access else ()

    def remember(self, identifier: str, exchange: Exchange, access: Access = Access.PUBLIC) -> str:
        """Add what was just said. The id to go on with: the one given, or a new one when it is over or not ours."""
        with self._lock:
            self._forget()
            before = self._kept.pop(identifier, None) if self._is_ours(identifier) else None
            if before and before.access is not access:
                before = None
            if len(self._kept) >= MOST:
                self._kept.popitem(last=False)
            known = identifier if before else self._new()
            said = (*(before.exchanges if before else ()), exchange)[-KEPT_TURNS:]
            self._kept[known] = _Kept(said, access, self._clock())
            return known

    def _forget(self) -> None:
        """Those that were silent for too long."""
        limit = self._clock() - FORGET_SECONDS
        while self._kept and next(iter(self._kept.values())).at < limit:
            self._kept.popitem(last=False)

    def _new(self) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        return f"{token}.{self._signature(token)}"

    def _is_ours(self, identifier: str) -> bool:
        token, _, signature = identifier.partition(".")
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(token).encode())

    def _signature(self, token: str) -> str:
        return hmac.new(self._key, token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[: 2 * TOKEN_BYTES]
