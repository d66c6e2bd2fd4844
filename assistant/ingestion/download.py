"""Addresses of open data → files. Https only, to hosts that publish them; the body goes to the disk as it comes.

It is the crawler's client: the network address that was judged is the one that answers, redirects are judged one by
one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from assistant.crawl.fetch import Fetcher, FetchLimits
from assistant.crawl.guard import refused
from assistant.crawl.sources import PRODUCT, FollowRule, Role, Site
from assistant.models import FetchRefused, FibreFileRefused
from assistant.wording import sentence

HOSTS = (
    "data.arcep.fr", "www.data.gouv.fr", "data.gouv.fr", "static.data.gouv.fr", "data.economie.gouv.fr",
    "adresse.data.gouv.fr",
)  # fmt: skip
OPEN_DATA = Site(
    name="open data", start=("https://data.arcep.fr/",), hosts=HOSTS, delay_seconds=0,
    follow=(FollowRule(url=".", role=Role.DOCUMENT, kind="data"),),
)  # fmt: skip
# Half an hour and 6 GB: the buildings of the whole country are 4.5 GB.
LIMITS = FetchLimits(seconds=1800, document=6_000_000_000)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file, and what was said of it. `url` is the address that answered, after redirects."""

    path: Path
    name: str
    url: str
    last_modified: str | None


class Downloader:
    """Downloads into a folder. Use as a context manager around `fetcher`, which the caller opens and closes."""

    def __init__(self, fetcher: Fetcher, folder: Path, site: Site = OPEN_DATA) -> None:
        self._fetcher = fetcher
        self._folder = folder
        self._site = site
        self._judge: Callable[[str], None] = _https_only if site is OPEN_DATA else lambda _: None
        self._count = 0

    def download(self, url: str) -> Downloaded:
        """One file.

        Raises:
            FibreFileRefused: the address may not be asked, or does not answer as it should.
        """
        self._count += 1
        path = self._folder / f"{self._count}"
        try:
            with path.open("wb") as file:
                answer = self._fetcher.fetch(url, self._site, self._judge, into=file)
        except FetchRefused as error:
            reason = (
                sentence("fibre_data.refused.host", hosts=", ".join(HOSTS)) if error.rule == "host" else error.reason
            )
            raise FibreFileRefused(url, reason) from error
        return Downloaded(path, name_of(url), answer.url, answer.last_modified)


def open_fetcher() -> Fetcher:
    """The client for open data."""
    return Fetcher(f"{PRODUCT}/1.0", LIMITS)


def name_of(url: str) -> str:
    """What people call the file of an address: the end of its path, with its host when that end is no file name."""
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name
    return name if "." in name else f"{parts.hostname} ({name})"


def _https_only(url: str) -> None:
    if urlsplit(url).scheme != "https":
        raise refused(url, "https")
