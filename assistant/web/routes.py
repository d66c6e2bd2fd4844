"""Which requests go further: those of a door, in one form. Plain ASGI layers, like the guards that come after."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.doors import door_of, methods_of, without_slash
from assistant.web.refusals import refuse


class HeadersAlone:
    """Answers HEAD as GET, without the body: the routes behind know GET alone. The outermost layer, so that the headers
    are those of the whole reply.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        door = door_of(scope["path"], "HEAD")
        is_served = door is not None and "HEAD" in door.methods
        asked = {**scope, "method": "GET"} if is_served or without_slash(scope["path"], "HEAD") else scope
        return await self.app(asked, receive, send_without_body)


class AllowedRoutes:
    """Serves the doors and nothing else; an address with a slash too many leads to the one without it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        path, method = scope["path"], scope["method"]
        door = door_of(path, method)
        if door and method in door.methods:
            return await self.app(scope, receive, send)
        if door:
            return await refuse(405, scope, receive, send, allowed=methods_of(path))
        if served := without_slash(path, method):
            return await _to(served, scope["query_string"])(scope, receive, send)
        return await refuse(404, scope, receive, send)


def _to(path: str, query: bytes) -> RedirectResponse:
    """To a path of a door, so of this host, with the same query. A query may hold a question: nobody keeps it."""
    address = f"{path}?{query.decode('latin-1')}" if query else path
    return RedirectResponse(address, 308, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
