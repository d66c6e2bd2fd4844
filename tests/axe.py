"""What axe-core finds in a page: every rule that is on, « best practices » among them, and the size of targets."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

OPTIONS = "{ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] }"
FEWEST_PASSED = 15  # a page that axe does not see passes everything
# What stands over something else (the box that stays at the bottom): axe does not tell that it is opaque.
OVERLAPS = {"bgOverlap", "elmPartiallyObscured", "elmPartiallyObscuring", "partiallyObscured"}


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
    broken = [(rule["id"], node) for rule in found["violations"] for node in rule["nodes"]]
    unsure = [
        (rule["id"], node) for rule in found["incomplete"] for node in rule["nodes"] if not _reasons(node) & OVERLAPS
    ]
    return [f"{rule}: {' '.join(map(str, node['target']))} {_reasons(node) or ''}" for rule, node in broken + unsure]


def _reasons(node: dict[str, Any]) -> set[str]:
    """Why axe could not judge an element."""
    return {
        (check.get("data") or {}).get("messageKey") or ""
        for check in node["any"]
        if isinstance(check.get("data"), dict)
    }
