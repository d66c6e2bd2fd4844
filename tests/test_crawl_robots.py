"""robots.txt is obeyed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.crawl.fetch import Fetcher
from assistant.crawl.robots import Robots
from assistant.crawl.sources import Site, Sites
from assistant.models import FetchFailed, FetchRefused
from tests import local_site
from tests.local_site import Answer, moved, running, sources
from tests.test_crawl_fetch import Clock


@pytest.fixture(scope="module")
def server() -> Iterator[local_site.Site]:
    with running() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def robots(server: local_site.Site, clock: Clock) -> Iterator[Robots]:
    server.forget()
    with Fetcher("Essai", pace=clock.pace()) as fetcher:
        yield Robots(fetcher)


@pytest.fixture
def site(server: local_site.Site) -> Site:
    return Sites.model_validate(sources(server)).site[0]


def test_it_is_asked_once(server: local_site.Site, site: Site, robots: Robots) -> None:
    server.robots = Answer(b"User-agent: *\nDisallow: /prive/")
    robots.judge(f"{server.url}/", site)
    with pytest.raises(FetchRefused, match="robots"):
        robots.judge(f"{server.url}/prive/x", site)
    assert server.asked == ["/robots.txt"]


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: SommeNumeriqueAssistant\nAllow: /", "/", True),
        ("User-agent: sommenumeriqueassistant\nDisallow: /a", "/a/b", False),
        ("User-agent: autre\nDisallow: /", "/", True),
        ("\ufeffUser-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("pas un robots.txt\n<html>", "/", True),
    ],
)
def test_its_rules_are_read(
    server: local_site.Site, site: Site, robots: Robots, text: str, path: str, allowed: bool
) -> None:
    server.robots = Answer(text.encode())
    if allowed:
        robots.judge(server.url + path, site)
        return
    with pytest.raises(FetchRefused) as caught:
        robots.judge(server.url + path, site)
    assert caught.value.rule == "robots"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_one_may_be_read(server: local_site.Site, site: Site, robots: Robots, status: int) -> None:
    server.robots = Answer(b"", status)
    robots.judge(f"{server.url}/", site)
    assert server.asked == ["/robots.txt"]


@pytest.mark.parametrize(
    "answer",
    [Answer(b"", 500), Answer(b"", 429), Answer(b"", 503), moved("https://ailleurs.fr/robots.txt")],
    ids=["500", "429", "503", "elsewhere"],
)
def test_a_site_whose_rules_cannot_be_read_is_left_alone(
    server: local_site.Site, site: Site, robots: Robots, answer: Answer
) -> None:
    server.robots = answer
    for _ in range(2):
        with pytest.raises(FetchFailed) as caught:
            robots.judge(f"{server.url}/", site)
        assert caught.value.rule == "robots_unreachable"
    assert set(server.asked) == {"/robots.txt"}
    assert len(server.asked) <= 3


def test_its_pace_and_its_sitemaps_are_kept(server: local_site.Site, site: Site, robots: Robots, clock: Clock) -> None:
    server.robots = Answer(b"User-agent: *\nCrawl-delay: 9\nSitemap: /plan.xml\nSitemap: http://ailleurs.fr/s.xml")
    assert robots.sitemaps(f"{server.url}/", site) == [f"{server.url}/plan.xml", "http://ailleurs.fr/s.xml"]
    assert robots._fetcher.pace._delays == {"127.0.0.1": 9.0}
