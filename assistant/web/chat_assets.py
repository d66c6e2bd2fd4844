"""Gradio's files as they leave: compressed well and once, kept by browsers.

Gradio compresses each of them again at each request, and lightly; their names carry a digest of what is in them. They
are no pages: of the headers of safety, the one that says not to guess their type is enough.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from pathlib import Path

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.encodings import accepted_by, best_encoding

FOLDER = "/assets/"
TYPES = {".js": "text/javascript", ".css": "text/css"}
# A year, the most that browsers keep: a file that changes has another name.
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class Assets:
    """Serves the files of `folder` under `/assets/`; the rest goes through."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.files = {path.name: path for path in folder.iterdir() if path.is_file()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        path = self.files.get(scope["path"].removeprefix(FOLDER)) if scope["type"] == "http" else None
        if path is None or not scope["path"].startswith(FOLDER) or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        # The others are compressed already.
        encoding = best_encoding(accepted_by(scope)) if path.suffix in TYPES else ""
        content = await run_in_threadpool(file_encoded, path, encoding)
        headers = FOR_EVER | ({"Content-Encoding": encoding} if encoding else {})
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path)[0]
        return await Response(content, headers=headers, media_type=kind)(scope, receive, send)


def encoded(content: bytes, encoding: str, quality: int = 9) -> bytes:
    """A text in this encoding: "br", "gzip" or "" for as it is. `quality` is that of Brotli, 0 to 11."""
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality))
    return gzip.compress(content, 9, mtime=0) if encoding == "gzip" else content


@cache
def file_encoded(path: Path, encoding: str) -> bytes:
    """A file in this encoding; kept, there are only as many as Gradio has files."""
    return encoded(path.read_bytes(), encoding, quality=11)
