"""The widget that other sites put in their pages, its frame, and the page that tells their webmasters how."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import math
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse

from assistant.models import Contact
from assistant.web.api import AtDesk
from assistant.web.page import HERE, KEPT_BY_BROWSERS, rendered
from assistant.web.show import show_contact
from assistant.wording import texts

FOLDER = HERE / "widget"
LANGUAGES = ("fr", "en")
PLACE = "const GIVEN = {};"  # the line of widget.js that is written when it is served
DIRECTIVES = ("script-src", "connect-src", "frame-src")  # what a page's policy must let the service do
LONGEST = 80  # characters of an option


@dataclass(frozen=True, slots=True)
class Options:
    """What a webmaster chooses, each the `data-` attribute of its name; "" is what the widget does by itself."""

    title: str = ""
    color: str = ""
    position: str = ""
    lang: str = ""
    commune: str = ""
    open: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """The attributes to write."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value}

    def query(self) -> str:
        """The same as the end of an address: "?lang=en", or ""."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""


def wanted(
    title: Annotated[str, Query()] = "",
    color: Annotated[str, Query()] = "",
    position: Annotated[str, Query()] = "",
    lang: Annotated[str, Query()] = "",
    commune: Annotated[str, Query()] = "",
    is_open: Annotated[str, Query(alias="open")] = "",
) -> Options:
    """A FastAPI dependency: the options that an address asks for; those that mean nothing are dropped."""
    return Options(
        title=" ".join(title.split())[:LONGEST],
        color=" ".join(color.split())[:LONGEST],
        position=position if position == "left" else "",
        lang=lang if lang == "en" else "",
        commune=" ".join(commune.split())[:LONGEST],
        open="true" if is_open == "true" else "",
    )


Wanted = Annotated[Options, Depends(wanted)]


def add_widget(app: FastAPI) -> None:
    """Add the script, its frame and the webmasters' page. `app.state` must hold `desk`."""

    @app.get("/widget.js", include_in_schema=False)
    def script(request: Request, desk: AtDesk) -> Response:
        body = widget_script(desk.contact(), bool(desk.model))
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        # Other sites' pages may ask that what they load says so itself.
        headers = {**KEPT_BY_BROWSERS, "ETag": tag, "Cross-Origin-Resource-Policy": "cross-origin"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="text/javascript", headers=headers)

    @app.get("/integration.js", include_in_schema=False)
    def copying() -> Response:
        body = (HERE / "integration.js").read_bytes()
        return Response(body, media_type="text/javascript", headers=KEPT_BY_BROWSERS)

    @app.get("/integration", include_in_schema=False)
    def integration(request: Request, options: Wanted, desk: AtDesk) -> HTMLResponse:
        sent = gzip.compress(widget_script(desk.contact(), bool(desk.model)))
        base = str(request.base_url).rstrip("/")
        return HTMLResponse(integration_page(base, options, math.ceil(len(sent) / 1000)))

    @app.get("/integration/cadre", include_in_schema=False)
    def frame(options: Wanted) -> HTMLResponse:
        return HTMLResponse(rendered("cadre", words=words(options.lang or "fr"), options=options))


def widget_script(contact: Contact | None, has_model: bool = False) -> bytes:
    """The script as it is sent: with its words, its style, and the phone number: on a bad day it must be there."""
    shown = show_contact(contact) if contact else None
    given = {
        "words": {language: spoken(language, has_model) for language in LANGUAGES},
        "style": _file("widget.css"),
        "phone": shown.phone if shown else "",
        "phone_link": shown.phone_link if shown else "",
    }
    return _file("widget.js").replace(PLACE, f"const GIVEN = {json.dumps(given, ensure_ascii=False)};").encode()


def spoken(language: str, has_model: bool) -> dict[str, str]:
    """The widget's words; what is told of who writes the answers, and of what is passed on, is what holds."""
    said = dict(words(language))
    for key in ("notice", "unrecorded"):
        by_model = said.pop(f"{key}_model")
        said[key] = by_model if has_model else said[key]
    return said


def integration_page(base: str, options: Options, kilobytes: int) -> str:
    """The webmasters' page, for the service at the address `base`, the options being tried, the script's weight."""
    said = words("integration")
    line = snippet(base, options)
    return rendered(
        "integration",
        words=said,
        skip_to="ligne",
        options=options,
        snippet=line,
        typo3=f"page.footerData.7860 = TEXT\npage.footerData.7860.value = {line}",
        typo3_csp=_typo3_policy(base),
        frame=frame_snippet(base, options),
        policy="\n".join(f"{directive} {base};" for directive in DIRECTIVES),
        weight=said["weight"].format(kilobytes=kilobytes),
    )


def _typo3_policy(base: str) -> str:
    """Mutations of TYPO3's own policy (changelog 12.3, feature 99499)."""
    lines = ["inheritDefault: true", "mutations:"]
    for directive in DIRECTIVES:
        lines += ["  - mode: extend", f"    directive: {directive}", f'    sources: ["{base}"]']
    return "\n".join(lines)


def snippet(base: str, options: Options) -> str:
    """The line that a webmaster pastes; where scripts do not run, it is a link to the plain page."""
    chosen = "".join(f' data-{name}="{html.escape(value)}"' for name, value in options.chosen.items())
    address = html.escape(base)
    link = f'<a href="{address}/question">{html.escape(words("integration")["plain_link"], quote=False)}</a>'
    return f'<script src="{address}/widget.js" defer{chosen}></script><noscript>{link}</noscript>'


def frame_snippet(base: str, options: Options) -> str:
    """The same as a frame, for sites that let no other site's script in."""
    address = html.escape(f"{base}/integration/cadre{options.query()}")
    title = html.escape(words(options.lang or "fr")["region"])
    return f'<iframe src="{address}" title="{title}" width="100%" height="640" loading="lazy"></iframe>'


def words(table: str) -> dict[str, Any]:
    """A table of `texts/widget.toml`: the words of a language, or those of the webmasters' page."""
    found: dict[str, Any] = texts("widget")[table]
    return found


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
