"""What each page weighs and how soon it is of use: `python -m tests.benchmarks.web_weight`, a table for the README.

A new visitor each time, in Chromium: bytes as they came over the line (headers too), requests, milliseconds until one
can read or type, then the same on a line of 512 kbit/s with 100 ms of delay; hosts that were asked, cookies, and what
the page keeps in the browser. The service has a process of its own; of another site's page, only what the widget adds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, sync_playwright

from assistant.wording import texts
from tests.benchmarks.service import running_service
from tests.test_web_browser import CHROMIUM, FLAGS, SEMINAR
from tests.test_web_widget_browser import host_page, somebody_elses

LINE = {"offline": False, "latency": 100, "downloadThroughput": 64_000, "uploadThroughput": 64_000}  # bytes a second
QUIET = 1_000  # milliseconds, for what still comes once a page is of use
WIDGET_BOX = "#box"
CHAT_BOX = "#question textarea"
WIDGET = texts("widget")["fr"]
# What a page can keep in a browser, cookies apart.
STORED = """async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
  + ("caches" in window ? (await caches.keys()).length : 0)"""


@dataclass(frozen=True, slots=True)
class Step:
    """What a visitor does, and what they then wait for."""

    name: str
    act: Callable[[Page], object]
    awaited: Callable[[Page], Locator]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step took."""

    size: int
    requests: int
    seconds: float
    hosts: frozenset[str]
    cookies: int
    stored: int


@dataclass
class Wire:
    """What came: bytes by request, of the requests to the service; and every host that was asked."""

    service: str
    sizes: dict[str, int] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def listen(self, session: CDPSession) -> None:
        """Count from now on."""
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.requestServedFromCache", self._kept)
        session.on("Network.responseReceived", self._begins)
        session.on("Network.dataReceived", self._goes_on)
        session.on("Network.loadingFinished", self._ends)
        session.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if address.startswith(("http:", "https:")):
            self.hosts.add(urlsplit(address).netloc)
        if address.startswith(self.service):
            self.sizes[event["requestId"]] = 0

    def _kept(self, event: dict[str, Any]) -> None:
        self.sizes.pop(event["requestId"], None)

    def _begins(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._kept(event)
        elif event["requestId"] in self.sizes:
            self.sizes[event["requestId"]] = int(event["response"]["encodedDataLength"])

    def _goes_on(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.sizes:  # a stream that the page leaves once it has its answer has no end
            self.sizes[event["requestId"]] += int(event["encodedDataLength"])

    def _ends(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.sizes:
            self.sizes[event["requestId"]] = int(event["encodedDataLength"])


def journeys(service: str, foreign: str, kept: str) -> Iterator[tuple[Step, ...]]:
    """Each begins with an empty cache."""

    def opened(path: str) -> Callable[[Page], object]:
        return lambda page: page.goto(path if path.startswith("http") else service + path, wait_until="commit")

    def asked(where: str) -> Callable[[Page], object]:
        def act(page: Page) -> None:
            page.locator(where).fill(SEMINAR)
            page.locator(where).press("Enter")

        return act

    reply: Callable[[Page], Locator] = lambda page: page.locator(".reply").first  # noqa: E731
    # Its source holds a box, before Gradio comes.
    yield (
        Step("the chat: one can type", opened("/"), lambda page: page.locator(f"#amorce-question, {CHAT_BOX}").first),
    )
    yield (
        Step("the chat: Gradio is there", opened("/"), lambda page: page.locator(CHAT_BOX)),
        Step("… an answer", asked(CHAT_BOX), lambda page: page.locator("#tour-1 .texte")),
    )
    yield (
        Step("`/question`", opened("/question"), lambda page: page.locator("#q")),
        Step("… an answer", opened(f"/question?q={quote(SEMINAR)}"), lambda page: page.locator("#reponse .texte")),
    )
    yield (Step("`/reponses/…`", opened(kept), lambda page: page.locator("#reponse .texte")),)
    yield (Step("`/fibre`", opened("/fibre"), lambda page: page.locator("#tableau tfoot")),)
    yield (Step("`/integration`", opened("/integration"), lambda page: page.locator("pre code").first),)
    yield (
        Step("`/integration/cadre`", opened("/integration/cadre"), lambda page: page.get_by_label(WIDGET["label"])),
        Step("… an answer", asked(WIDGET_BOX), reply),
    )
    yield (
        Step("another site, widget closed", opened(foreign), button),
        Step("… opened", lambda page: button(page).click(), lambda page: page.locator(".example").first),
        Step("… an answer", asked(WIDGET_BOX), reply),
    )


def button(page: Page) -> Locator:
    """The widget's."""
    return page.get_by_role("button", name=WIDGET["title"], exact=True)


def visit(context: BrowserContext, service: str, journey: Sequence[Step], slow: bool) -> list[Taken]:
    """What each step took."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    wire = Wire(service)
    wire.listen(session)
    if slow:
        session.send("Network.emulateNetworkConditions", LINE)
    found = []
    for step in journey:
        wire.sizes.clear()
        started = time.perf_counter()
        step.act(page)
        step.awaited(page).wait_for(timeout=60_000)
        seconds = time.perf_counter() - started
        page.wait_for_timeout(QUIET)
        hosts = frozenset(wire.hosts)
        taken = sum(wire.sizes.values()), len(wire.sizes), seconds, hosts, len(context.cookies())
        found.append(Taken(*taken, int(page.evaluate(STORED))))
    return found


def rows(browser: Browser, service: str, journey: Sequence[Step], site: str, times: int) -> Iterator[str]:
    """The lines of the table that a journey gives."""

    def visits(slow: bool) -> list[list[Taken]]:
        found = []
        for _ in range(times):
            context = browser.new_context(locale="fr-FR")
            found.append(visit(context, service, journey, slow))
            context.close()
        return list(map(list, zip(*found, strict=True)))

    for step, fast, slow in zip(journey, visits(False), visits(True), strict=True):
        one = fast[-1]
        hosts = one.hosts - {urlsplit(site).netloc}
        usable, usable_slow = (median(taken.seconds for taken in found) for found in (fast, slow))
        yield (
            f"| {step.name} | {one.size / 1000:.1f} | {one.requests} | {1000 * usable:.0f} ms | {usable_slow:.1f} s "
            f"| {'ours alone' if hosts == {urlsplit(service).netloc} else ', '.join(sorted(hosts))} "
            f"| {one.cookies} | {one.stored} |"
        )


def kept_answer(service: str) -> str:
    """The path of an answer under its permanent link."""
    with httpx.Client(base_url=service, timeout=60, trust_env=False) as client:
        given = client.post("/api/ask", json={"question": SEMINAR}).json()
        return str(client.post("/api/answers", json={"id": given["id"]}).json()["url"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="visits of each page; the times are their median")
    times = parser.parse_args().times
    print("| page | kB | requests | of use after | at 512 kbit/s | hosts | cookies | stored |\n" + "|---" * 8 + "|")
    with (
        somebody_elses() as site,
        running_service(sites=site.address, questions_per_minute="10000") as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        service = running.address
        foreign = site.show(host_page(service))
        for journey in journeys(service, foreign, kept_answer(service)):
            for row in rows(browser, service, journey, site.address, times):
                print(row, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
