"""The source of the chat's page: Gradio's own, put right before it leaves.

Gradio's page is empty until its fifty files have come, says that it is in English, and carries the names and pictures
of Gradio. So a beginning of ours stands in it: a title, what the visitor talks to, and a form that needs no script.
Whoever comes over a poor line can read and ask at once; `chat.js` takes it away when the chat is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.chat_assets import encoded
from assistant.web.encodings import accepted_by, best_encoding
from assistant.web.page import as_html, rendered
from assistant.wording import wording

HERE = Path(__file__).resolve().parent
STYLES = ("chat.css", "answer.css")
SCRIPTS = ("chat.js", "chat_export.js", "chat_lost.js")
# What the page fetches first, as a browser saw it (`python -m tests.benchmarks.chat_files`). The names change with each
# version of Gradio; those that are not there are not announced, and the page is only slower.
FIRST_FILES = HERE / "chat_files.txt"

# Gradio writes into its page the address that was asked, and anybody can say anything there: host, proxy, query. So it
# is always asked for the same one, in whose place the page has what the browser knows: compressed once, for everybody.
HOST = "assistant.invalid"
ENCODINGS = 4

# Gradio's name and picture for social networks, an application's manifest that is not served, and a script that lets
# another page resize a frame.
_NOT_OURS = re.compile(
    r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*|<link rel="manifest"[^>]*>\s*|'
    r"<script>(?:(?!</script>).)*iframeResizer[.]contentWindow(?:(?!</script>).)*</script>\s*",
    re.DOTALL,
)
# A style sheet that holds back what is shown until it has come.
_STYLE_SHEET = re.compile(r'<link rel="stylesheet" crossorigin href="([^"]*)">')


class ChatSource:
    """Gives the page of the application behind it as `rewrite` makes it, compressed; the rest goes through."""

    def __init__(self, app: ASGIApp, rewrite: Callable[[str], str]) -> None:
        self.app = app

        @lru_cache(ENCODINGS)
        def made(page: bytes, encoding: str) -> bytes:
            return encoded(rewrite(page.decode()).encode(), encoding)

        self.made = made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        encoding = best_encoding(accepted_by(scope))
        asked = {**scope, "scheme": "http", "query_string": b"", "headers": [(b"host", HOST.encode())]}
        start: Message = {}
        body = b""

        async def whole(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return None
            if message["type"] != "http.response.body":
                return await send(message)
            body += message.get("body", b"")
            if not message.get("more_body", False):
                page = await run_in_threadpool(self.made, body, encoding) if start["status"] == 200 else body
                await send(_with_headers(start, page, encoding if start["status"] == 200 else ""))
                await send({"type": "http.response.body", "body": page})
            return None

        return await self.app(asked, receive, whole)


def _with_headers(start: Message, page: bytes, encoding: str) -> Message:
    headers = MutableHeaders(scope=start)
    headers["content-length"] = str(len(page))
    headers["cache-control"] = "no-cache"  # the page names files of this version
    headers.add_vary_header("Accept-Encoding")
    if encoding:
        headers["content-encoding"] = encoding
    return start


def ours(page: str, beginning: str, head: str) -> str:
    """Gradio's `page` in French, without what is not ours: `head` is added to its head, `beginning` begins its body."""
    page = _NOT_OURS.sub("", page).replace(f'"http://{HOST}"', "location.origin")
    page = re.sub(r'<html\s+lang="en"', '<html lang="fr"', page, count=1)
    page = _STYLE_SHEET.sub(_waiting_for_no_style, page, count=1)
    page = page.replace("</head>", f"{head}</head>", 1)
    return re.sub(r"<body[^>]*>", lambda body: body.group() + beginning, page, count=1)


def _waiting_for_no_style(link: re.Match[str]) -> str:
    """The same style sheet, which the beginning of the page does not wait for."""
    address = link[1]
    return (
        f'<link rel="preload" as="style" crossorigin href="{address}"><link rel="stylesheet" crossorigin '
        f'media="print" onload="this.media=\'all\'" href="{address}">'
    )


def beginning(notice: str, footer: str) -> str:
    """What stands in the page before the chat is there, and in its place where scripts do not run. Given HTML."""
    styles = "".join((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "chat_beginning.css"))
    return rendered(
        "chat_beginning",
        words=wording("chat"),
        start=wording("chat_start"),
        notice=as_html(notice),
        footer=as_html(footer),
        styles=as_html(styles),
    )


@cache
def head() -> str:
    """Title, the look of the chat, and the scripts of the page after the sentences that they show.

    Gradio is not given the style sheets: within `@media` it rewrites selectors, and breaks lists of them.
    """
    styles = "\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)
    start = rendered("chat_head", words=wording("chat"), start=wording("chat_start"))
    return f'{start}<style id="allure">{styles}</style>{_script()}'


def announced(names: list[str]) -> str:
    """Links by which the browser fetches Gradio's files at once, rather than each when the one before names it."""
    kinds = {".js": 'rel="modulepreload"', ".css": 'rel="preload" as="style"'}
    return "".join(f'<link {kinds[Path(name).suffix]} crossorigin href="./assets/{name}">' for name in names)


def first_files(folder: Path) -> list[str]:
    """The names in `FIRST_FILES` of files that this version of Gradio has in its `folder`."""
    names = FIRST_FILES.read_text(encoding="utf-8").split()
    return [name for name in names if (folder / name).is_file()]


def _script() -> str:
    texts = json.dumps(wording("chat_script")).replace("<", "\\u003c")
    scripts = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return f'<script>(() => {{\n"use strict";\nconst texts = {texts};\n{scripts}}})();</script>'
