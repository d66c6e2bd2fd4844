"""How much a page asks of a poor line, as Chromium counts it: bytes, requests, time until a visitor can type.

`python -m tests.benchmarks.page_weight http://127.0.0.1:7860/ "#amorce-question" "#demander"` (the address, and what
has to be on the page: seconds for each); a line of 512 kbit/s with 100 ms of latency, an empty cache, then a full one.
`--each` also lists the requests, heaviest first.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, CDPSession, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
BYTES_PER_SECOND = 512_000 / 8
LATENCY_MS = 100
QUIET_SECONDS = 3.0  # what still comes after the page is usable


@dataclass
class Wire:
    """What came over the line: bytes (headers and bodies, compressed) and address of each request that was made."""

    addresses: dict[str, str] = field(default_factory=dict)
    finished: dict[str, int] = field(default_factory=dict)
    from_cache: set[str] = field(default_factory=set)

    @property
    def fetched(self) -> list[tuple[int, str]]:
        """Bytes and address of what was not in the cache, heaviest first."""
        ids = self.addresses.keys() - self.from_cache
        return sorted(((self.finished.get(one, 0), self.addresses[one]) for one in ids), reverse=True)


def listen(session: CDPSession) -> Wire:
    """Count what the page asks for from now on."""
    wire = Wire()

    def sent(event: dict[str, Any]) -> None:
        if urlsplit(event["request"]["url"]).scheme in ("http", "https"):
            wire.addresses[event["requestId"]] = event["request"]["url"]

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.requestServedFromCache", lambda event: wire.from_cache.add(event["requestId"]))
    session.on(
        "Network.responseReceived",
        lambda event: wire.from_cache.add(event["requestId"]) if event["response"].get("fromDiskCache") else None,
    )
    session.on(
        "Network.loadingFinished",
        lambda event: wire.finished.__setitem__(event["requestId"], int(event["encodedDataLength"])),
    )
    session.send("Network.enable")
    return wire


# Notes when each selector first finds something, in milliseconds after the navigation began.
CLOCK = """selectors => {
  window.seen = {};
  const look = () => {
    for (const one of selectors) {
      if (!(one in window.seen) && document.querySelector(one)) window.seen[one] = performance.now();
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}"""


def visit(context: BrowserContext, address: str, parts: Sequence[str]) -> tuple[Wire, dict[str, float]]:
    """Open the page in a new tab, over a slow line; what it fetched, and the milliseconds until each part was there."""
    page = context.new_page()
    page.add_init_script(f"({CLOCK})({json.dumps(list(parts))})")
    session = context.new_cdp_session(page)
    wire = listen(session)
    line = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND, "latency": LATENCY_MS}
    session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    page.goto(address, wait_until="commit", timeout=60_000)
    page.wait_for_function("count => Object.keys(window.seen).length === count", arg=len(parts), timeout=60_000)
    page.wait_for_timeout(QUIET_SECONDS * 1000)
    seen = page.evaluate("window.seen")
    page.close()
    return wire, seen


def main() -> None:
    """Measure one page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("part", nargs="+")
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="fr-FR")
        for name in ("empty cache", "full cache"):
            wire, seen = visit(context, options.address, options.part)
            total = sum(size for size, _ in wire.fetched)
            times = ", ".join(f"{part} after {milliseconds / 1000:.2f} s" for part, milliseconds in seen.items())
            print(f"{name}: {total / 1000:.1f} kB, {len(wire.fetched)} requests; {times}")
            if options.each:
                for size, one in wire.fetched:
                    print(f"  {size:8d}  {urlsplit(one).path}")
        browser.close()


if __name__ == "__main__":
    main()
