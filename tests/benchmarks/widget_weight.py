"""What the widget weighs in somebody else's page. `python -m tests.benchmarks.widget_weight`.

A new visitor, in Chromium, on a line of 512 kbit/s with 100 ms of delay: bytes as they came, and milliseconds from the
request of the page until one can press the button, then until an answer is read. The first answer costs one request
more, in which the browser asks whether the site may ask.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.settings import load_settings
from ingest import ingest
from tests.test_web_browser import CHROMIUM, FLAGS, SEMINAR
from tests.test_web_widget_browser import ask, host_page, launcher, somebody_elses
from tests.web_visitor import PRESIDENT, built, served

TIMES = 5
LINE = {"offline": False, "latency": 100, "downloadThroughput": 64_000, "uploadThroughput": 64_000}  # bytes a second


def visit(page: Page, address: str, service: str) -> list[tuple[str, int, int, float]]:
    """What each step asked of the service: its name, requests, bytes, milliseconds."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    ours: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith(service):
            ours[event["requestId"]] = 0

    def arrived(event: dict[str, Any]) -> None:
        if event["requestId"] in ours:
            ours[event["requestId"]] += event["encodedDataLength"]

    line.on("Network.requestWillBeSent", sent)
    line.on("Network.dataReceived", arrived)

    def measured(name: str, *acts: Any) -> tuple[str, int, int, float]:
        before, bytes_before, start = len(ours), sum(ours.values()), perf_counter()
        for act in acts:
            act()
        milliseconds = 1000 * (perf_counter() - start)
        page.wait_for_timeout(300)
        return name, len(ours) - before, sum(ours.values()) - bytes_before, milliseconds

    button, examples, reply = launcher(page), page.locator(".example").first, page.locator(".reply")
    return [
        measured("first view", lambda: page.goto(address, wait_until="commit"), lambda: expect(button).to_be_visible()),
        measured("opening", button.click, lambda: expect(examples).to_be_visible()),
        measured("an answer", lambda: ask(page, SEMINAR), lambda: expect(reply).to_have_count(1)),
        measured("another", lambda: ask(page, PRESIDENT), lambda: expect(reply).to_have_count(2)),
    ]


def main() -> None:
    """Print requests, bytes and the median time of each step."""
    with tempfile.TemporaryDirectory() as folder, somebody_elses() as site, sync_playwright() as playwright:
        settings = load_settings().model_copy(update={"data": Path(folder), "sites": site.address})
        ingest(settings)
        assistant = Assistant(settings)
        assistant.warm_up()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        with served(built(settings, assistant)) as service:
            address = site.show(host_page(service))
            visits = [visit(browser.new_context().new_page(), address, service) for _ in range(TIMES)]
        browser.close()
        assistant.close()
    for steps in zip(*visits, strict=True):
        name, requests, size, _ = steps[-1]
        median = sorted(step[3] for step in steps)[TIMES // 2]
        print(f"{name}: {requests} requests, {size} bytes, {median:.0f} ms (median of {TIMES})")


if __name__ == "__main__":
    main()
