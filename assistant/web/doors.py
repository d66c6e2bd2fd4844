"""The routes that are served, and what a browser may do with each: everything else answers 404.

Gradio mounted in another application serves many routes that a chat does not need, and sends no security header
(measured, Gradio 6.31). So the routes are an allow-list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

JOIN = "/gradio_api/queue/join"

# Names of files and identifiers: nothing that climbs out of a folder.
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"
_ID = r"[A-Za-z0-9_-]{1,64}"

_COMMON = "base-uri 'none'; form-action 'self'; object-src 'none'"


class Policy(StrEnum):
    """The Content-Security-Policy of a page, but for who may frame it.

    CHAT: 'unsafe-inline' is what Gradio's page needs; it was measured to leave the chat working and to stop every
    outside fetch in a browser. PAGE: no script at all, nothing inline. ANSWER: the same, but the bars of a chart have
    their width in an attribute. SCRIPTED: the widget's own script, and nothing inline.
    """

    CHAT = (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; media-src 'self'; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-src 'none'"
    )
    PAGE = f"default-src 'none'; style-src 'self'; img-src 'self'; {_COMMON}"
    ANSWER = f"default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; {_COMMON}"
    SCRIPTED = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
        f"frame-src 'self'; {_COMMON}"
    )


@dataclass(frozen=True, slots=True)
class Door:
    """A route that is served. `pattern` matches the whole path.

    `works`: a request takes the processor for a while, or writes: so they are counted, and few are let in at once.
    """

    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    policy: Policy = Policy.CHAT
    works: bool = False


def _door(methods: str, pattern: str, policy: Policy = Policy.CHAT, works: bool = False) -> Door:
    return Door(tuple(methods.split()), re.compile(pattern), policy, works)


DOORS = (
    _door("POST", "/api/(?:ask|answers|feedback)", works=True),
    _door("GET", "/api/search", works=True),
    _door("GET", f"/api/(?:suggestions|answers/{_ID})"),
    _door("GET", "/healthz|/openapi[.]json|/robots[.]txt"),
    # Pages without script.
    _door("GET", "/fibre(?:[.]csv)?", Policy.PAGE, works=True),
    _door("GET", "/question", Policy.ANSWER, works=True),
    _door("POST", "/reponses|/avis", Policy.PAGE, works=True),
    _door("GET", f"/reponses/{_ID}", Policy.ANSWER),
    _door("GET", "/(?:accessibilite|vie-privee)", Policy.PAGE),
    _door("GET", "/(?:page|answer|fibre|integration)[.]css", Policy.PAGE),
    # The widget, its frame, and the page that shows them to webmasters.
    _door("GET", "/(?:widget|integration)[.]js"),
    _door("GET", "/integration(?:/cadre)?", Policy.SCRIPTED),
    # The chat: its page and files, then the queue through which Gradio asks and hears the answer.
    _door("GET HEAD", "/"),
    _door("GET", "/config|/theme[.]css|/favicon[.]ico"),
    _door("GET", rf"/(?:assets|static)(?:/{_NAME})+"),
    _door("POST", JOIN, works=True),
    _door("GET", "/gradio_api/queue/data"),
    _door("POST", "/gradio_api/(?:cancel|reset)"),
    _door("GET", f"/gradio_api/heartbeat/{_NAME}"),
    _door("GET", "/gradio_api/(?:app_id|startup-events)"),
)


def door_of(path: str, method: str) -> Door | None:
    """The door of a request; when none takes its method, one that takes its path; None: nothing is served there."""
    found = [door for door in DOORS if door.pattern.fullmatch(path)]
    return next((door for door in found if method in door.methods), found[0] if found else None)


def security_headers(policy: Policy, sites: str) -> dict[str, str]:
    """The headers of a reply. `sites`: those that may show it in a frame, separated by spaces."""
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'self' {sites}".strip(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }
