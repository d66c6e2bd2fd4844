"""What axe-core finds in a page: every rule that is on, « best practices » among them, and the size of targets."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

OPTIONS = "{ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] }"
FEWEST_PASSED = 15  # a page that axe does not see passes everything


@cache
def _script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """The rules that the page breaks, each with its first elements; also the ones that axe could not judge.

    Raises:
        AssertionError: axe saw next to nothing.
    """
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(_script())
    found = page.evaluate(f"axe.run(document, {OPTIONS})")
    assert len(found["passes"]) >= FEWEST_PASSED
    return [
        f"{rule['id']}: {', '.join(' '.join(map(str, node['target'])) for node in rule['nodes'][:3])}"
        for rule in [*found["violations"], *found["incomplete"]]
    ]
