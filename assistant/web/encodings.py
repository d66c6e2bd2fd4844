"""Which compression a visitor reads, as an `Accept-Encoding` header says it. Source: RFC 9110, 12.4.2 and 12.5.3."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

_WEIGHT = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def accepted_by(scope: Scope) -> str:
    """The `Accept-Encoding` of a request; several are one list."""
    return ",".join(Headers(scope=scope).getlist("accept-encoding"))


def best_encoding(accepted: str, known: tuple[str, ...] = ("br", "gzip")) -> str:
    """The one among `known`, the best first, that a header prefers, or "": as it is.

    What is not named weighs what `*` does. Uncompressed is always possible, and is the last choice unless it is named;
    where even that is refused and we know nothing else, it is sent all the same.
    """
    weights = _weights(accepted)
    best = max(known, key=lambda name: weights.get(name, weights.get("*", 0.0)))
    weight = weights.get(best, weights.get("*", 0.0))
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def _weights(accepted: str) -> dict[str, float]:
    """The weight of each coding that is named, from 0, never, to 1. One that is badly written is none."""
    found = {}
    for one in accepted.lower().split(","):
        name, _, parameters = one.partition(";")
        weight = _WEIGHT.fullmatch(parameters)
        value = float(weight[1]) if weight else 0.0 if parameters.strip() else 1.0
        found[name.strip().removeprefix("x-")] = value  # x-gzip is gzip
    return found


class Zipped(GZipMiddleware):
    """Starlette's, which takes « gzip;q=0 » for a yes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and not best_encoding(accepted_by(scope), ("gzip",)):
            return await self.app(scope, receive, send)
        return await super().__call__(scope, receive, send)
