"""Which of Gradio's files the chat's page fetches first, as a browser asks for them.

After an update of Gradio: `python -m tests.benchmarks.chat_files http://127.0.0.1:7860/ > assistant/web/chat_files.txt`
(a test in the browser says when the list is no longer right).
"""

from __future__ import annotations

import sys
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.test_web_browser import CHROMIUM

QUIET_MS = 2000


def files_of(page: Page, address: str) -> list[str]:
    """The names of the scripts and style sheets of Gradio that the page at `address` asks for, in order."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(address)
    page.wait_for_selector("#question textarea")
    page.wait_for_timeout(QUIET_MS)
    paths = [PurePosixPath(path) for path in dict.fromkeys(asked)]
    return [path.name for path in paths if path.parent.name == "assets" and path.suffix in (".js", ".css")]


def main() -> None:
    """Print the names, one a line."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        print("\n".join(files_of(browser.new_page(), sys.argv[1])))
        browser.close()


if __name__ == "__main__":
    main()
