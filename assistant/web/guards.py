"""What stands between the network and the application: plain ASGI layers, so that streams go through untouched.

The doors are in `doors`, the limits in `limits`. A body is read here before anybody else reads it: it is small, and in
the chat a message is text.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.logs import log_without_message
from assistant.web.doors import JOIN, QUESTION, Policy, door_of, security_headers
from assistant.web.limits import OUTAGE, TRY_AGAIN, Busy, Turnstile, Visitors
from assistant.web.refusals import refuse

logger = logging.getLogger(__name__)

BODY_BYTES = 16_384


class SecurityHeaders:
    """Adds to every reply the headers of its door, and to one that says « later » when that is, if nobody has yet.

    `sites`: those that may show a page of ours in a frame.
    """

    def __init__(self, app: ASGIApp, sites: str) -> None:
        self.app = app
        self.headers = {policy: security_headers(policy, sites) for policy in Policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                door = door_of(scope["path"], scope["method"])
                for name, value in self.headers[door.policy if door else Policy.PAGE].items():
                    headers.setdefault(name, value)  # a page may be stricter
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
                if message["status"] in (429, 503):  # Gradio's queue says nothing of it, nor does an outage
                    headers.setdefault("Retry-After", str(TRY_AGAIN if scope["path"] == JOIN else OUTAGE))
            await send(message)

        await self.app(scope, receive, send_with_headers)


@dataclass(slots=True)
class Outcome:
    """Whether a block run under `contained` failed."""

    failed: bool = False


@contextmanager
def contained(place: str) -> Iterator[Outcome]:
    """The edge of the web part: an exception that nobody expected is logged, and goes no further."""
    outcome = Outcome()
    try:
        yield outcome
    except Exception as error:
        log_without_message(logger, place, error)
        outcome.failed = True


class LastResort:
    """Turns an exception that nobody expected into a French sentence and a log line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        with contained(_place(scope["path"])) as outcome:
            await self.app(scope, receive, watched_send)
        if outcome.failed and not started:
            await refuse(500, scope, receive, send)


class SmallBodies:
    """Reads a body before anybody else does: at most `BODY_BYTES`; in the chat, nothing but text.

    A component's value can be forged into a reference to a file of the server, which Gradio follows in some cases.
    `scope["conversation"]` is set to what the body says that it is, for the limits.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > BODY_BYTES:
                return await refuse(413, scope, receive, send)
        content = _read(body)
        if scope["path"] == JOIN and not (is_plain(content) and _is_session(content.get("session_hash"))):
            return await refuse(400, scope, receive, send)
        scope["conversation"] = _conversation(content)
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        return await self.app(scope, replay, send)


def _read(body: bytes) -> dict[str, object]:
    """A body of JSON that is an object; else nothing: whoever wants more of it will say what is wrong."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def is_plain(content: dict[str, object]) -> bool:
    """Whether a body of `queue/join` gives the components text or nothing (the server keeps the rest itself)."""
    data = content.get("data")
    return isinstance(data, list) and all(value is None or isinstance(value, str) for value in data)


def _is_session(name: object) -> bool:
    """Whether it looks like Gradio's own: it keeps them, however long."""
    return isinstance(name, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name))


def _conversation(content: dict[str, object]) -> str:
    """The conversation that a body goes on with: ours, or Gradio's session."""
    named = content.get("conversation") or content.get("session_hash")
    return named if isinstance(named, str) else ""


def _named_in_address(scope: Scope) -> str:
    """The conversation that the address of a plain page goes on with."""
    return QueryParams(scope["query_string"]).get("c", "") if scope["path"] == QUESTION else ""


class Limited:
    """Counts what is asked by address and by conversation, and lets few requests work at once."""

    def __init__(self, app: ASGIApp, visitors: Visitors, turnstile: Turnstile) -> None:
        self.app = app
        self.visitors = visitors
        self.turnstile = turnstile

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        door = door_of(scope["path"], scope["method"]) if scope["type"] == "http" else None
        if door is None or not door.works:
            return await self.app(scope, receive, send)
        address = scope["client"][0] if scope.get("client") else ""
        wait = self.visitors.seconds_to_wait(address, scope.get("conversation") or _named_in_address(scope))
        if wait:
            return await refuse(429, scope, receive, send, wait)
        try:
            async with self.turnstile.place():
                await self.app(scope, receive, send)
        except Busy:
            await refuse(503, scope, receive, send, TRY_AGAIN)
        return None


def _place(path: str) -> str:
    """The path as a log may show it: an id in it opens an answer."""
    return re.sub(r"(?<=/reponses/).*|(?<=/answers/).*", "…", path)
