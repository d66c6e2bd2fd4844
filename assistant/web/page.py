"""Pages without script: one layout (`templates/base.html`), one style sheet, French typography."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.web.markup import tied
from assistant.wording import wording

HERE = Path(__file__).resolve().parent
STYLES = ("page", "answer", "fibre", "integration")
# A style sheet changes with a release; an hour later every visitor has the new one.
KEPT_BY_BROWSERS = {"Cache-Control": "max-age=3600"}


def rendered(template: str, **values: object) -> str:
    """The template of this name, filled. What is not Markup is escaped."""
    return _templates().get_template(f"{template}.html").render(values)


def as_html(written: str) -> Markup:
    """HTML that this project has written, every text in it escaped: a page takes it as it is."""
    return Markup(written)  # noqa: S704  # the one place where this is said


def add_styles(app: FastAPI) -> None:
    """Serve the style sheets: `/page.css`, and those of what stands in a page."""
    for name in STYLES:
        app.add_api_route(f"/{name}.css", _style(name), include_in_schema=False)


def _style(name: str) -> Callable[[], Response]:
    return lambda: Response((HERE / f"{name}.css").read_bytes(), media_type="text/css", headers=KEPT_BY_BROWSERS)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        finalize=_tied,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["layout"] = wording("page")
    return found


def _tied(value: object) -> object:
    """A text whose punctuation does not begin a line; what is HTML already stays as it is."""
    return tied(value) if type(value) is str else value
