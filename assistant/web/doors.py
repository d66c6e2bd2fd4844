"""The routes that are served, and what a browser may do with each: everything else answers 404.

Gradio mounted in another application serves many routes that a chat does not need, and sends no security header
(measured, Gradio 6.31). So the routes are an allow-list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

JOIN = "/gradio_api/queue/join"
QUESTION = "/question"  # `c` of its address is the conversation that it goes on with
READ = "GET HEAD"  # whoever checks a link, or that the service lives, asks for the headers alone

# Names of files and identifiers: nothing that climbs out of a folder.
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"
_ID = r"[A-Za-z0-9_-]{1,64}"

_COMMON = "base-uri 'none'; form-action 'self'; object-src 'none'"


class Policy(StrEnum):
    """The Content-Security-Policy of a page, but for who may frame it.

    PAGE: no script at all, nothing inline; data and files have it too. CHAT: 'unsafe-inline' is what Gradio's page
    needs; it was measured to leave the chat working and to stop every outside fetch in a browser. ANSWER: as PAGE, but
    the bars of a chart have their width in an attribute. SCRIPTED: the widget's own script, and nothing inline. FILE:
    never a page; that of the chat has fifty, and each would carry half a kilobyte of policies.
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
    FILE = "default-src 'none'"


@dataclass(frozen=True, slots=True)
class Door:
    """A route that is served. `pattern` matches the whole path; `policy` is that of a refusal too.

    `works`: a request takes the processor for a while, or writes: so they are counted, and few are let in at once.
    """

    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    policy: Policy
    works: bool = False


def _door(methods: str, pattern: str, policy: Policy = Policy.PAGE, works: bool = False) -> Door:
    """A door that lets no script run unless its policy says so."""
    return Door(tuple(methods.split()), re.compile(pattern), policy, works)


DOORS = (
    _door("POST", "/api/(?:ask|answers|feedback)", works=True),
    _door(READ, "/api/search", works=True),
    _door(READ, f"/api/(?:suggestions|answers/{_ID})"),
    _door(READ, "/healthz|/openapi[.]json|/robots[.]txt"),
    # Pages without script.
    _door(READ, "/fibre(?:[.]csv)?", works=True),
    _door(READ, QUESTION, Policy.ANSWER, works=True),
    _door("POST", "/reponses|/avis", works=True),
    _door(READ, f"/reponses/{_ID}", Policy.ANSWER),
    _door(READ, "/(?:accessibilite|vie-privee)"),
    _door(READ, "/(?:page|answer|fibre|integration)[.]css"),
    # What stands beside a quotation.
    _door(READ, "/pieces/[0-9a-f]{64}/[1-9][0-9]{0,4}[.]webp"),
    # The widget, its frame, and the page that shows them to webmasters.
    _door(READ, "/(?:widget|integration)[.]js"),
    _door(READ, "/integration(?:/cadre)?", Policy.SCRIPTED),
    # The chat: its page and files, then the queue through which Gradio asks and hears the answer, in streams.
    _door(READ, "/", Policy.CHAT),
    _door(READ, "/config|/theme[.]css|/favicon[.]ico"),
    _door(READ, f"/assets/{_NAME}", Policy.FILE),
    _door(READ, rf"/static(?:/{_NAME})+"),
    _door("POST", JOIN, works=True),
    _door("GET", "/gradio_api/queue/data"),
    _door("POST", "/gradio_api/(?:cancel|reset)"),
    _door("GET", f"/gradio_api/heartbeat/{_NAME}"),
    _door(READ, "/gradio_api/(?:app_id|startup-events)"),
)


def door_of(path: str, method: str) -> Door | None:
    """The door of a request; when none takes its method, one that takes its path; None: nothing is served there."""
    found = [door for door in DOORS if door.pattern.fullmatch(path)]
    return next((door for door in found if method in door.methods), found[0] if found else None)


def methods_of(path: str) -> tuple[str, ...]:
    """Every method that is served at a path, once each."""
    return tuple(dict.fromkeys(method for door in DOORS if door.pattern.fullmatch(path) for method in door.methods))


def without_slash(path: str, method: str) -> str | None:
    """The path that is served, of one with a slash too many at its end; None when it is not that."""
    path = path.removesuffix("/") if path.endswith("/") else ""
    door = door_of(path, method)
    return path if door and method in door.methods else None


def security_headers(policy: Policy, sites: str) -> dict[str, str]:
    """The headers of a reply. `sites`: those that may show it in a frame, separated by spaces."""
    if policy is Policy.FILE:
        return {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'self' {sites}".strip(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }
