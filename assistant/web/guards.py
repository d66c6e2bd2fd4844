"""What stands between the network and the application: plain ASGI layers, so that streams go through untouched.

Gradio mounted in another application serves many routes that a chat does not need, and sends no security header
(measured, Gradio 6.31). So the routes are an allow-list, the bodies are small, and a message is text.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.logs import log_without_message
from assistant.web.api import refusal

logger = logging.getLogger(__name__)

BODY_BYTES = 16_384
JOIN = "/gradio_api/queue/join"


@dataclass(frozen=True, slots=True)
class Door:
    """A route that is served. `pattern` matches the whole path."""

    methods: tuple[str, ...]
    pattern: re.Pattern[str]


def _door(methods: str, pattern: str) -> Door:
    return Door(tuple(methods.split()), re.compile(pattern))


# Names of files and identifiers: nothing that climbs out of a folder.
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"

# Pages without script, their style sheets, the table for spreadsheets: a stricter policy.
_PAGES = re.compile("/fibre(?:[.]csv)?|/(?:page|answer|fibre)[.]css")

DOORS = (
    Door(("GET",), _PAGES),
    _door("POST", "/api/ask"),
    _door("GET", "/api/search"),
    _door("GET", "/healthz"),
    # The chat: its page and files, then the queue through which Gradio asks and hears the answer.
    _door("GET HEAD", "/"),
    _door("GET", "/config|/theme[.]css|/favicon[.]ico"),
    _door("GET", rf"/(?:assets|static)(?:/{_NAME})+"),
    _door("POST", JOIN),
    _door("GET", "/gradio_api/queue/data"),
    _door("POST", "/gradio_api/(?:cancel|reset)"),
    _door("GET", f"/gradio_api/heartbeat/{_NAME}"),
    _door("GET", "/gradio_api/(?:app_id|startup-events)"),
)


class SecurityHeaders:
    """Adds the headers of `security_headers` to every reply."""

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self.app = app
        self.headers = security_headers(frame_ancestors)
        self.page_headers = self.headers | {"Content-Security-Policy": page_policy(frame_ancestors)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers(scope["path"]))
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _headers(self, path: str) -> dict[str, str]:
        if path.startswith("/assets/"):  # fifty files a page, none of them a page: 25 kB of policies
            return {"X-Content-Type-Options": "nosniff"}
        return self.page_headers if _PAGES.fullmatch(path) else self.headers


def security_headers(frame_ancestors: str) -> dict[str, str]:
    """`frame_ancestors`: the sites that may show the chat in a frame, separated by spaces.

    'unsafe-inline' is what Gradio's page needs; this policy was measured to leave the chat working and to stop every
    outside fetch in a browser.
    """
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; media-src 'self'; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
        f"base-uri 'self'; form-action 'self'; frame-src 'none'; frame-ancestors 'self' {frame_ancestors}"
    )
    return {
        "Content-Security-Policy": policy.strip(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }


def page_policy(frame_ancestors: str) -> str:
    """The Content-Security-Policy of a page that has no script, and no style of its own."""
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors 'self' {frame_ancestors}"
    )
    return policy.strip()


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

        with contained(scope["path"]) as outcome:
            await self.app(scope, receive, watched_send)
        if outcome.failed and not started:
            await _refuse(500, scope, receive, send)


class AllowedRoutes:
    """Serves `DOORS` and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        doors = [door for door in DOORS if door.pattern.fullmatch(scope["path"])]
        if not doors:
            return await _refuse(404, scope, receive, send)
        if not any(scope["method"] in door.methods for door in doors):
            return await _refuse(405, scope, receive, send)
        return await self.app(scope, receive, send)


class SmallBodies:
    """Reads a body before anybody else does: at most `BODY_BYTES`; in the chat, nothing but text.

    A component's value can be forged into a reference to a file of the server, which Gradio follows in some cases.
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
                return await _refuse(413, scope, receive, send)
        if scope["path"] == JOIN and not is_plain(body):
            return await _refuse(400, scope, receive, send)
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        return await self.app(scope, replay, send)


def is_plain(body: bytes) -> bool:
    """Whether a body of `queue/join` gives the components text or nothing (the server keeps the rest itself)."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return False
    data = content.get("data") if isinstance(content, dict) else None
    return isinstance(data, list) and all(value is None or isinstance(value, str) for value in data)


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"detail": refusal(status)}, status)(scope, receive, send)
