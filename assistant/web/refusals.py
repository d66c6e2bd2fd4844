"""What is said when a request is not served: a French sentence, in JSON for programs, in a page for people."""

from __future__ import annotations

from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from assistant.web.page import rendered
from assistant.wording import wording


def refusal(status: int, busy: bool = False) -> str:
    """The sentence of an HTTP status. `busy`: of a 503 that many visitors at once are the cause of."""
    statuses = wording("api.status")
    return str(statuses["busy"] if busy else statuses.get(str(status), statuses["other"]))


def short_page(said: str, title: str) -> str:
    """A page that says one sentence."""
    words = wording("refused_page") | {"title": said, "page_title": title}
    return rendered("refused", words=words, skip_to="contenu")


def refused(status: int, accept: str, seconds: int = 0, said: str = "") -> Response:
    """The reply of a refusal, for what an `Accept` header wants. `seconds`: when to come back, or 0.

    `said` is its sentence, when it is not that of the status.
    """
    headers = {"Retry-After": str(seconds)} if seconds else {}
    said = said or refusal(status, busy=status == 503 and seconds > 0)
    if "text/html" in accept:
        return HTMLResponse(short_page(said, said), status, headers)
    return JSONResponse({"detail": said}, status, headers)


async def refuse(
    status: int, scope: Scope, receive: Receive, send: Send, seconds: int = 0, allowed: tuple[str, ...] = ()
) -> None:
    """Reply the same to a request that goes no further. `allowed`: the methods of a 405."""
    reply = refused(status, Headers(scope=scope).get("accept", ""), seconds)
    if allowed:
        reply.headers["Allow"] = ", ".join(allowed)
    await reply(scope, receive, send)
