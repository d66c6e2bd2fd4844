"""A geocoder on loopback, which says what a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]


def feature(**changes: object) -> dict[str, Any]:
    properties = {
        "label": "12 Rue du Secret 80420 Flixecourt", "score": 0.96, "housenumber": "12", "id": "80318_0340_00012",
        "banId": "x", "name": "12 Rue du Secret", "postcode": "80420", "citycode": "80318", "x": 634022.4,
        "y": 6988911.2, "city": "Flixecourt", "context": "80, Somme, Hauts-de-France", "type": "housenumber",
    }  # fmt: skip
    geometry = changes.pop("geometry", {"type": "Point", "coordinates": [2.082, 50.013]})
    kept = {key: value for key, value in (properties | changes).items() if value is not None}
    return {"type": "Feature", "geometry": geometry, "properties": kept}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def says(body: bytes, status: int = 200, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


class Service:
    """A geocoder on loopback that does what `reply` says, and remembers what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.reply: Reply = says(collection(feature()))
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.stop = threading.Event()

    def drips(self, head: bytes, piece: bytes) -> None:
        """Answer `head`, then `piece` again and again, each well within any time between two bytes."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(head)
            while not self.stop.wait(0.05):
                handler.wfile.write(piece)
                handler.wfile.flush()

        self.reply = reply


@contextmanager
def running() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            opened.asked.append(self.path)
            opened.headers.append(dict(self.headers))
            with suppress(OSError):
                opened.reply(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    opened = Service(f"http://127.0.0.1:{server.server_address[1]}/geocodage")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield opened
    finally:
        opened.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
