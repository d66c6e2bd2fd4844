"""The door to the Géoplateforme, the State's geocoder: where is this address?

What a resident typed leaves by this door alone, towards the one host of the setting, and stays in no log. httpx is used
below its client: `Client` writes each address that it asks for in the log, goes by the proxies of the machine and keeps
cookies; a transport makes one request and gives its answer.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Self

import httpx

from assistant.fibre.geocoded import NotGeocoded, addresses
from assistant.figures import AddressFound
from assistant.models import GeocoderUnavailable
from assistant.wording import sentence

logger = logging.getLogger(__name__)

MOST = 5  # addresses in a reply
BODY_BYTES = 200_000
AT_ONCE = 4  # requests under way; the others wait within their own time (the service takes 50 a second)
# What the service takes as a question: from 3 to 200 characters, the first a letter or a digit.
SHORTEST, LONGEST = 3, 200
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "somme-numerique-assistant"}

THREAD = "geocoder"
# httpx's own transport logs the headers of what it receives, and a redirect repeats the whole question.
TALKATIVE = ("httpcore.connection", "httpcore.http11", "httpcore.proxy")


class Geocoder:
    """Asks where an address is. Safe to share between threads; `close` it, or use it as a context manager.

    `address` is that of the service ("": nothing is ever asked), `timeout` in seconds counts everything from the name
    of the host to the last byte, however slowly they come. `proxy` is one to go through, or "": HTTPS_PROXY and the
    like are not looked at, so that an address never goes by a way that nobody chose for it.
    """

    def __init__(self, address: str, timeout: float = 3.0, proxy: str = "") -> None:
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._proxy = proxy or None
        self._lock = threading.Lock()
        self._line: _Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End what is under way. Asked again, it opens again."""
        with self._lock:
            line, self._line = self._line, None
        if line:
            line.close()

    def find(self, text: str, code: str | None = None) -> tuple[AddressFound, ...]:
        """The addresses that come nearest, best first; in the commune of INSEE code `code`, when it is given.

        No `type` is asked for: it takes one value, and a number that the BAN lacks is worth its street.

        Raises:
            GeocoderUnavailable: it does not answer in time and in its own form, or must not be asked.
        """
        if not self._address:
            raise _unavailable("off")
        question = asked(text)
        if len(question) < SHORTEST:
            return ()
        params: dict[str, str | int] = {"q": question, "limit": MOST, "autocomplete": 0}
        if code:
            params["citycode"] = code
        try:
            return addresses(self._get(params))
        except NotGeocoded:
            rule = "garbage"
        except _Failed as failed:
            rule = failed.rule
        except CancelledError:
            rule = "closed"
        except (OSError, httpx.InvalidURL):  # a setting, or SSL_CERT_FILE
            rule = "setting"
        logger.warning("no answer: %s", rule)
        raise _unavailable(rule)

    def _get(self, params: dict[str, str | int]) -> bytes:
        request = httpx.Request("GET", f"{self._address}/search", params=params, headers=HEADERS)
        with self._lock:  # what is asked before `close` is cancelled by it, never forgotten
            if self._line is None:
                self._line = _Line(self._proxy)
            body = self._line.ask(request, self._timeout)
        return body.result()


def asked(text: str) -> str:
    """A text as the service takes it: one line, of a length that it accepts, from its first letter or digit on."""
    line = " ".join(text.encode("utf-8", "ignore").decode().split())
    first = re.search(r"[^\W_]", line)
    return line[first.start() :][:LONGEST].rstrip() if first else ""


def _unavailable(rule: str) -> GeocoderUnavailable:
    return GeocoderUnavailable(rule, sentence("geocoder.unavailable"))


class _Failed(Exception):
    """A request that got no answer. The rule's name is all that is kept of it: other messages quote addresses."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class _Line:
    """A thread with an event loop: there alone can a request be cut short wherever it is, even resolving a name."""

    def __init__(self, proxy: str | None) -> None:
        for name in TALKATIVE:
            logging.getLogger(name).addFilter(_not_the_geocoder)
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
        # `trust_env` is not about proxies here: SSL_CERT_FILE names a network's own authority.
        self._transport = httpx.AsyncHTTPTransport(limits=limits, proxy=proxy, trust_env=True)
        self._opened = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(),), name=THREAD, daemon=True)
        self._thread.start()
        self._opened.wait()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._closing = asyncio.Event()
        self._opened.set()
        async with self._transport:
            await self._closing.wait()

    def close(self) -> None:
        """End the thread; what is under way is cancelled."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def ask(self, request: httpx.Request, seconds: float) -> Future[bytes]:
        """The body of the answer to come; its exception is a `_Failed`, or a CancelledError."""
        return asyncio.run_coroutine_threadsafe(self._ask(request, seconds), self._loop)

    async def _ask(self, request: httpx.Request, seconds: float) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                response = await self._transport.handle_async_request(request)
                try:
                    return await _body(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException):
            rule = "time"
        except (httpx.TransportError, OSError):
            rule = "connection"
        raise _Failed(rule)


async def _body(response: httpx.Response) -> bytes:
    """A redirect is an answer like another that is not the service's: nothing is asked elsewhere."""
    if response.status_code != httpx.codes.OK:
        raise _Failed("status")
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > BODY_BYTES:
            raise _Failed("size")
    return body


def _not_the_geocoder(_: logging.LogRecord) -> bool:
    return threading.current_thread().name != THREAD
