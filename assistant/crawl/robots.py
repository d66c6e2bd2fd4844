"""robots.txt, with Protego: one per scheme, host and port, asked once a run (RFC 9309)."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from protego import Protego

from assistant.crawl.fetch import Fetcher, failed
from assistant.crawl.guard import refused
from assistant.crawl.links import absolute
from assistant.crawl.sources import PRODUCT, Site
from assistant.models import FetchFailed, FetchGone, FetchRefused

ALLOWED_WITHOUT = range(400, 429)  # RFC 9309, 2.3.1.3: no file, or not for us: everything may be asked

LARGEST = 500_000  # bytes that are read (RFC 9309, 2.5)


class Robots:
    """Judges addresses by the robots.txt of their server."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[tuple[str, str], Protego | str] = {}  # or why there are none

    def judge(self, url: str, site: Site) -> None:
        """Let the address through.

        Raises:
            FetchRefused: the server does not want it asked.
            FetchFailed: its robots.txt does not answer: nothing is asked of that server this time.
        """
        rules = self._of(url, site)
        if isinstance(rules, str):
            raise failed(url, "robots_unreachable", reason=rules)
        if not rules.can_fetch(url, PRODUCT):
            raise refused(url, "robots")

    def sitemaps(self, url: str, site: Site) -> list[str]:
        """The sitemaps that the server's robots.txt names."""
        rules = self._of(url, site)
        return (
            [a for a in (absolute(url, address) for address in rules.sitemaps) if a]
            if isinstance(rules, Protego)
            else []
        )

    def _of(self, url: str, site: Site) -> Protego | str:
        parts = urlsplit(url)
        origin = (parts.scheme, parts.netloc)
        if origin not in self._rules:
            self._rules[origin] = self._ask(parts, site)
        return self._rules[origin]

    def _ask(self, parts: SplitResult, site: Site) -> Protego | str:
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        try:
            body = self._fetcher.fetch(address, site, judge=lambda _: None, anything=True).body or b""
        except FetchGone:
            body = b""
        except FetchFailed as error:
            status = error.rule.removeprefix("status ")
            if not (status.isdecimal() and int(status) in ALLOWED_WITHOUT):
                return error.reason
            body = b""
        except FetchRefused as error:  # it leads elsewhere, or is no file that we take: what it forbids is not known
            return error.reason
        rules = Protego.parse(body[:LARGEST].decode("utf-8", errors="replace").removeprefix("\ufeff"))
        delay = rules.crawl_delay(PRODUCT)
        if delay:
            self._fetcher.pace.slow_down(parts.hostname or "", delay)
        return rules
