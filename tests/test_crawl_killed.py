"""A crawl killed anywhere, or without room to write: what was known stays, and the next run finds the same things."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.crawl.bodies import FOLDER, UNFINISHED
from assistant.crawl.crawl import crawl
from assistant.crawl.fetch import FetchLimits
from assistant.crawl.fetched import fetched_folder, fetched_sources
from assistant.crawl.options import CrawlOptions
from assistant.crawl.sources import Sites
from assistant.settings import ROOT
from tests import local_site
from tests.local_site import Answer, page, running, sources

pytestmark = pytest.mark.slow

OPTIONS = CrawlOptions(fetching=FetchLimits(seconds=5, first_pause=0))
PROGRAM = """
import json, os, resource, signal, sys
from pathlib import Path
from assistant import fault_points
from assistant.crawl.crawl import crawl
from assistant.crawl.sources import Sites
from assistant.models import CrawlFailed

sites, data, point, count, room = sys.argv[1:]
left = int(count)

def listener(name):
    global left
    if name == point:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

fault_points.listen(listener)
if int(room):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
try:
    crawl(Sites.model_validate_json(sites), Path(data))
except CrawlFailed as error:
    print(error)
    sys.exit(3)
"""


@pytest.fixture
def web() -> Iterator[local_site.Site]:
    with running() as opened:
        yield opened


def in_a_process(
    web: local_site.Site, data: Path, point: str = "", count: int = 0, room: int = 0
) -> subprocess.CompletedProcess[str]:
    """Crawl in a process of its own, killed the `count`-th time it is at the point, its files at most `room` long."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(sources(web)), str(data), point, str(count), str(room)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def known(data: Path) -> dict[str, str | None]:
    """What a reader sees: each document's digest, its body being there, whole."""
    found: dict[str, str | None] = {}
    for source in fetched_sources(data):
        assert source.digest is not None
        assert source.path.name.startswith(source.digest)
        assert source.path.stat().st_size > 0
        found[source.name] = source.digest
    return found


def change(web: local_site.Site) -> None:
    """A page corrected, a page gone, a page more."""
    web.pages["tt_news=209"] = page("<h1>Corrigée</h1>")
    web.pages["tt_news=180"] = Answer(b"", 410)
    web.numbers.insert(0, 240)


POINTS = [
    ("after_fetch", 1), ("after_fetch", 6), ("after_fetch", 15), ("body_written", 1), ("body_written", 2),
    ("queue_written", 1), ("queue_written", 9), ("queue_written", 18), ("crawl_finished", 1),
]  # fmt: skip


@pytest.mark.parametrize(("point", "count"), POINTS)
def test_a_run_killed_anywhere_converges(web: local_site.Site, tmp_path: Path, point: str, count: int) -> None:
    sites = Sites.model_validate(sources(web))
    crawl(sites, tmp_path / "killed", OPTIONS)
    old = known(tmp_path / "killed")
    change(web)
    crawl(sites, tmp_path / "whole", OPTIONS)
    new = known(tmp_path / "whole")
    web.forget()
    assert in_a_process(web, tmp_path / "killed", point, count).returncode == -signal.SIGKILL
    assert known(tmp_path / "killed") == (new if point == "crawl_finished" else old)
    asked = list(web.asked)
    web.forget()
    report = crawl(sites, tmp_path / "killed", OPTIONS)
    assert report.resumed == (point != "crawl_finished")
    assert known(tmp_path / "killed") == new
    assert known(tmp_path / "killed") != old
    bodies = [path.name for path in (fetched_folder(tmp_path / "killed") / FOLDER).glob("*/*")]
    assert not [name for name in bodies if name.endswith(UNFINISHED)]
    assert set(new.values()) <= {name.split(".")[0] for name in bodies}
    if report.resumed:  # the one that was under way is asked again, and no other
        assert len((set(asked) & set(web.asked)) - {"/robots.txt"}) <= 1


@pytest.mark.parametrize("room", [1, 3_000, 20_000, 60_000])
def test_a_run_without_room_says_so_and_the_next_one_converges(web: local_site.Site, tmp_path: Path, room: int) -> None:
    crawl(Sites.model_validate(sources(web)), tmp_path / "whole", OPTIONS)
    ended = in_a_process(web, tmp_path / "full", room=room)
    assert ended.returncode == 3, ended.stderr
    assert "ne peut pas être écrit" in ended.stdout
    assert known(tmp_path / "full") == {}
    assert in_a_process(web, tmp_path / "full").returncode == 0
    assert known(tmp_path / "full") == known(tmp_path / "whole")
