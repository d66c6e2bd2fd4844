"""Which compression a visitor reads: what an `Accept-Encoding` header means."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.web.encodings import Zipped, accepted_by, best_encoding


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("zstd, deflate", ""),
        ("", ""),
        ("br;q=0, gzip", "gzip"),
        ("br ; q=0.000, gzip;q=0.1", "gzip"),
        ("br;q=0,gzip;q=0", ""),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0.8, gzip;q=0.8", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("*;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("identity;q=1, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=1", "gzip"),
        ("identity, gzip", "gzip"),  # as good: the smaller one
        ("identity;q=0", ""),
        ("identity;q=0, gzip", "gzip"),
        ("br;q=2, gzip;q=x", ""),
        ("br;v=1, gzip", "gzip"),
        (",,;q=1", ""),
    ],
)
def test_the_best_encoding_is_the_one_that_the_header_prefers(accepted: str, best: str) -> None:
    assert best_encoding(accepted) == best


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ([("accept-encoding", "gzip")], "gzip"),
        ([("accept-encoding", "gzip;q=0")], None),
        ([("accept-encoding", "identity, gzip;q=0.5")], None),
    ],
)
def test_a_page_is_compressed_for_who_reads_it_so(headers: list[tuple[str, str]], named: str | None) -> None:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(accepted_by(request.scope) + "a" * 5_000)

    app = Starlette(routes=[Route("/", page)], middleware=[Middleware(Zipped, minimum_size=1_000)])
    with TestClient(app) as client:
        del client.headers["accept-encoding"]
        reply = client.get("/", headers=headers)
    assert reply.headers.get("content-encoding") == named
    assert reply.text.endswith("a" * 5_000)
