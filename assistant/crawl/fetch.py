"""One address → its bytes, with a limit on everything: time, size, redirects, tries.

The connection goes to the network address that was judged, not to a name that could be resolved again to another one;
the certificate is still checked for the name. Redirects are followed by hand, each one judged.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from types import TracebackType
from typing import IO, Self
from urllib.parse import SplitResult, urldefrag, urljoin

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from assistant.crawl.formats import ANY, HTML, content_type, suffix_of
from assistant.crawl.guard import Address, judge_addresses, judge_url, port_of, refused
from assistant.crawl.inflate import ENCODINGS, Damaged, Inflater, TooLarge
from assistant.crawl.pace import Pace
from assistant.crawl.retry import AGAIN, TryAgain, asked_pause
from assistant.crawl.sources import Site
from assistant.models import FetchFailed, FetchGone
from assistant.wording import sentence

MOVED = {301, 302, 303, 307, 308}
GONE = {404, 410}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds for one request (name, connection, headers, body), bytes once decompressed, redirects, tries."""

    seconds: float = 60.0
    html: int = 5_000_000
    document: int = 30_000_000
    redirects: int = 5
    tries: int = 3
    first_pause: float = 1.0
    longest_pause: float = 60.0


@dataclass(frozen=True, slots=True)
class Known:
    """What an address answered before, to ask whether it changed. `url` is the one that answered."""

    url: str
    etag: str | None
    last_modified: str | None

    def headers(self) -> dict[str, str]:
        """The conditional headers."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value and value.isascii()}


@dataclass(frozen=True, slots=True)
class Download:
    """An answer. `body` is None when it did not change; `robots_tag` is the X-Robots-Tag header, or None."""

    url: str
    body: bytes | None
    suffix: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    robots_tag: str | None


@dataclass(frozen=True, slots=True)
class _Moved:
    location: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """`anything`: whatever its type. `into`: where the body is written, or None when it is kept."""

    anything: bool
    into: IO[bytes] | None


class Fetcher:
    """Asks for addresses, one after the other. Use as a context manager. Nothing is remembered but the counts."""

    def __init__(
        self, user_agent: str, limits: FetchLimits | None = None, pace: Pace | None = None,
        certificates: SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.limits = limits or FetchLimits()
        self.pace = pace or Pace()
        self.requests = 0
        self.received = 0  # bytes, once decompressed
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate", "Accept-Language": "fr"},
            verify=certificates or True,
            trust_env=False,
            timeout=self.limits.seconds,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            # A connection made for one name is not used for another that has the same network address.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def fetch(
        self, url: str, site: Site, judge: Callable[[str], None], known: Known | None = None, anything: bool = False,
        into: IO[bytes] | None = None,
    ) -> Download:  # fmt: skip
        """Ask for an address of the site. `judge` is called with each address before it is asked (robots.txt).

        With `into`, the body of whatever is answered is written there as it comes, and is not in the download.

        Raises:
            FetchRefused: a rule says no, to the address or to what it answers.
            FetchFailed, FetchGone: it does not answer, or says that there is nothing.
        """
        asked, seen = urldefrag(url).url, set[str]()
        for _ in range(self.limits.redirects + 1):
            parts = judge_url(asked, site)
            judge(asked)
            if asked in seen:
                raise refused(url, "redirect_loop")
            seen.add(asked)
            same = known if known and known.url == asked else None
            answer = self._patiently(asked, parts, site, same, _Wanted(anything or into is not None, into))
            if isinstance(answer, Download):
                return answer
            asked = _target(asked, answer.location)
        raise refused(url, "redirects")

    def _patiently(
        self, url: str, parts: SplitResult, site: Site, known: Known | None, wanted: _Wanted
    ) -> Download | _Moved:
        """Ask, and ask again what may be asked again."""

        def ask() -> Download | _Moved:
            self.pace.wait_turn(parts.hostname or "", site.delay_seconds)
            self.requests += 1
            return self._runner.run(self._in_time(url, parts, site, known, wanted))

        retrying = Retrying(
            retry=retry_if_exception_type(TryAgain),
            stop=stop_after_attempt(self.limits.tries),
            wait=self._pause,
            sleep=self.pace.sleep,
            reraise=True,
        )
        try:
            return retrying(ask)
        except TryAgain as error:
            raise failed(url, error.rule, error.status) from error

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause if isinstance(error, TryAgain) else 0.0
        growing = wait_exponential(multiplier=self.limits.first_pause)(state)
        return min(max(growing, asked), self.limits.longest_pause)

    async def _in_time(
        self, url: str, parts: SplitResult, site: Site, known: Known | None, wanted: _Wanted
    ) -> Download | _Moved:
        try:
            async with asyncio.timeout(self.limits.seconds):
                response = await self._connect(url, parts, site, known.headers() if known else {})
                try:
                    return await self._answer(url, response, wanted)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TryAgain("time") from error
        except httpx.InvalidURL as error:
            raise refused(url, "syntax") from error
        except (httpx.TransportError, OSError) as error:
            raise TryAgain("connection") from error

    async def _connect(self, url: str, parts: SplitResult, site: Site, headers: dict[str, str]) -> httpx.Response:
        """The head of the answer, from the first network address that takes the connection."""
        host, port = parts.hostname or "", port_of(parts)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        *others, last = judge_addresses(url, [str(info[4][0]) for info in found], site)
        named = {"Host": parts.netloc, **headers}
        for address in others:
            try:
                return await self._send(address, parts, port, named)
            except httpx.ConnectError:
                continue
        return await self._send(last, parts, port, named)

    async def _send(self, address: Address, parts: SplitResult, port: int, headers: dict[str, str]) -> httpx.Response:
        place = f"[{address}]" if address.version == 6 else str(address)
        target = parts._replace(netloc=f"{place}:{port}", path=parts.path or "/", fragment="").geturl()
        request = self._client.build_request(
            "GET", target, headers=headers, extensions={"sni_hostname": parts.hostname}
        )
        return await self._client.send(request, stream=True, follow_redirects=False)

    async def _answer(self, url: str, response: httpx.Response, wanted: _Wanted) -> Download | _Moved:
        status, headers = response.status_code, response.headers
        if status in MOVED and headers.get("location"):
            return _Moved(headers["location"])
        if status in AGAIN:
            raise TryAgain("status", status, asked_pause(headers.get("retry-after")))
        if status in GONE:
            raise FetchGone(url, str(status), sentence("crawl_failed.gone", status=status))
        if status not in (200, 304):
            raise failed(url, "status", status)
        kind, charset = content_type(headers.get("content-type", ""))
        suffix = ANY if wanted.anything else suffix_of(kind, url, headers.get("content-disposition", ""))
        download = Download(
            url, None, suffix or "", charset, headers.get("etag"), headers.get("last-modified"),
            headers.get("x-robots-tag"),
        )  # fmt: skip
        if status == 304:
            return download
        if suffix is None:
            raise refused(url, "type")
        return replace(download, body=await self._body(url, response, suffix, wanted.into))

    async def _body(self, url: str, response: httpx.Response, suffix: str, into: IO[bytes] | None) -> bytes:
        most = self.limits.html if suffix == HTML else self.limits.document
        encoding = response.headers.get("content-encoding", "").strip().lower()
        declared = response.headers.get("content-length", "")
        if encoding not in ENCODINGS:
            raise refused(url, "encoding")
        if declared.isdecimal() and int(declared) > most:
            raise refused(url, "size")
        if into:  # what an earlier try has left
            into.seek(0)
            into.truncate()
        inflater = Inflater(encoding, most, into)
        try:
            async for piece in response.aiter_raw():
                inflater.feed(piece)
            body = inflater.finish()
        except TooLarge as error:
            raise refused(url, "size") from error
        except Damaged as error:
            raise refused(url, "damaged") from error
        self.received += inflater.size
        return body


def _target(url: str, location: str) -> str:
    """Where a redirect leads; its fragment is not for servers."""
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError as error:
        raise refused(url, "syntax") from error


def failed(url: str, rule: str, status: int | None = None, reason: str = "") -> FetchFailed:
    """The failure of an address, with its French reason."""
    said = sentence(f"crawl_failed.{rule}", status=status, reason=reason)
    return FetchFailed(url, f"{rule} {status}" if status else rule, said)
