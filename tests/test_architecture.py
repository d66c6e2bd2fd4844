"""The shape of the code, kept by reading its imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.settings import ROOT

FILES = sorted([ROOT / "ingest.py", *(ROOT / "assistant").rglob("*.py")])
# Each part may import the ones listed, itself and the foundations. Everything points downward.
FOUNDATIONS = {"models", "figures", "settings", "wording", "logs", "fault_points", "versions"}
MAY_IMPORT = {
    "ingest": {"crawl", "documents", "fibre", "index", "ingestion"},
    "ingestion": {"crawl", "documents", "fibre", "index"},  # open data is fetched by the crawler's guarded client
    "crawl": {"documents"},
    "documents": set(),
    "index": set(),
    "fibre": set(),
    "answering": {"fibre", "index"},
    "web": {"answering", "fibre", "index"},
    "evaluation": {"answering", "index"},
    "cli": {"answering", "evaluation", "fibre", "index", "ingestion", "web"},
    "training": {"answering", "documents", "fibre", "index"},
    "__main__": {"cli"},
    "models": set(),
    "figures": set(),
    "logs": set(),
    "fault_points": set(),
    "wording": set(),
    "settings": set(),
    "versions": set(),
    "__init__": set(),
}
TRAINERS = {f"assistant/training/{step}.py" for step in ("vocabulary", "distil", "pairs", "static")}
ONE_DOOR = {
    "chromadb": {"assistant/index/store.py"},
    "langchain_chroma": {"assistant/index/store.py"},
    "langchain": {"assistant/answering/write.py"},
    "sentence_transformers": {"assistant/index/embed.py", *TRAINERS, "assistant/training/compare.py"},
    "transformers": {"assistant/index/embed.py", "assistant/training/vocabulary.py", "assistant/training/pairs.py"},
    "tokenizers": {"assistant/training/vocabulary.py", "assistant/training/static.py"},
    "datasets": {"assistant/training/pairs.py"},
    "scipy": {"assistant/training/hard.py", "assistant/training/ranker.py"},
    "gradio": {"assistant/web/chat.py"},
    "jinja2": {"assistant/web/page.py"},
    "brotli": {"assistant/web/chat_assets.py"},
    "bs4": {"assistant/crawl/links.py"},
    "lxml": {
        "assistant/crawl/sitemap.py",
        "assistant/documents/hidden_cells.py",
        "assistant/documents/html.py",
        "assistant/documents/odf.py",
        "assistant/documents/slide_colours.py",
        "assistant/documents/slide_drawings.py",
    },
    # One reads documents, to be quoted; the other writes pages.
    "markdown_it": {"assistant/documents/markdown.py", "assistant/web/statements.py"},
    "markupsafe": {"assistant/web/page.py"},
    "pypdf": {"assistant/documents/pdf.py"},
    "pypdfium2": {"assistant/documents/pdf.py", "assistant/documents/pictures.py"},
    "pptx": {"assistant/documents/slides.py"},
    "docx": {"assistant/documents/office.py"},
    "odfdo": {"assistant/documents/odf.py"},
    # As text to be quoted, and as figures: the two may not know each other.
    "python_calamine": {"assistant/documents/tables.py", "assistant/fibre/loading/workbook.py"},
    "pyarrow": {"assistant/fibre/loading/csv_files.py"},
    "yaml": {"assistant/documents/front_matter.py"},
    "Stemmer": {"assistant/index/french.py"},
    "tqdm": {"ingest.py"},
    # Two doors: one fetches pages of the sites that are followed, with their guards, robots and retries; the other asks
    # one public service, must answer within seconds, and must leave no trace of what it asked.
    "httpx": {"assistant/crawl/fetch.py", "assistant/fibre/geocoder.py"},
    "tenacity": {"assistant/crawl/fetch.py"},
    "protego": {"assistant/crawl/robots.py"},
    "soupsieve": {"assistant/crawl/sources.py"},
    "matplotlib": {"assistant/evaluation/pictures.py", "assistant/ingestion/picture.py"},
}
HEAVY = {
    "chromadb", "langchain_chroma", "sentence_transformers", "gradio", "matplotlib", "torch", "transformers",
    "pypdf", "pypdfium2", "pptx", "docx", "odfdo", "python_calamine", "pyarrow", "datasets",
    "langchain",
}  # fmt: skip


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def part(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.stem if len(relative.parts) == 1 else Path(relative.parts[1]).stem


def imports(path: Path, everywhere: bool = True) -> Iterator[str]:
    """The modules that a file imports; those at its top level only, unless `everywhere`."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_point_downward(path: Path) -> None:
    allowed = MAY_IMPORT[part(path)] | FOUNDATIONS | {part(path)}
    ours = {module.split(".")[1] for module in imports(path) if module.startswith("assistant.")}
    assert ours <= allowed, f"{name(path)} imports {ours - allowed}"


@pytest.mark.parametrize("library", ONE_DOOR)
def test_each_library_has_one_door(library: str) -> None:
    users = {name(path) for path in FILES if any(m.split(".")[0] == library for m in imports(path))}
    assert users == ONE_DOOR[library]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(path, everywhere=False)} & HEAVY


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_environment_is_read_in_settings_alone(path: Path) -> None:
    source = path.read_text("utf-8")
    assert name(path) == "assistant/settings.py" or not ("environ" in source or "getenv" in source)


def test_broad_catches_stand_at_the_edges_alone() -> None:
    """The pipeline's, for a sentence in place of an answer; the HTTP server's, for a sentence in place of a page."""
    broad = [
        name(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in node.body)
    ]
    assert broad == ["assistant/answering/assistant.py", "assistant/web/guards.py"]
