"""The files of the corpus: which are documents, in which order, under which access."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.documents.find import find_sources
from assistant.models import Access, CorpusUnreadable
from assistant.settings import ROOT


def _touch(corpus: Path, *names: str) -> None:
    for name in names:
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Bonjour.", encoding="utf-8")


def _names(corpus: Path) -> list[str]:
    return [source.name for source in find_sources(corpus)]


def test_the_folder_is_the_access_level(tmp_path: Path) -> None:
    _touch(tmp_path, "public/a.txt", "staff/b.txt", "staff/deep/er/c.md")
    found = {source.name: source.access for source in find_sources(tmp_path)}
    assert found == {
        "public/a.txt": Access.PUBLIC,
        "staff/b.txt": Access.STAFF,
        "staff/deep/er/c.md": Access.STAFF,
    }


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("public/README.md", id="readme"),
        pytest.param("public/2024/ReadMe.MD", id="readme-in-any-case-and-depth"),
        pytest.param("public/.DS_Store", id="hidden-file"),
        pytest.param("public/.git/notes.txt", id="in-a-hidden-folder"),
        pytest.param("notes.txt", id="beside-the-access-folders"),
        pytest.param("private/a.txt", id="in-a-folder-that-is-no-access-level"),
        pytest.param("Staff/a.txt", id="in-a-folder-whose-case-is-wrong"),
    ],
)
def test_what_is_not_a_document_is_passed_over(tmp_path: Path, name: str) -> None:
    _touch(tmp_path, "public/a.txt", name)
    assert _names(tmp_path) == ["public/a.txt"]


def test_files_of_any_format_are_found_so_that_unknown_ones_are_refused_by_name(tmp_path: Path) -> None:
    _touch(tmp_path, "public/a.pdf", "public/b", "public/c.html")
    assert _names(tmp_path) == ["public/a.pdf", "public/b", "public/c.html"]


def test_the_order_is_stable_public_first(tmp_path: Path) -> None:
    _touch(tmp_path, "staff/a.txt", "public/z.txt", "public/b/a.txt", "public/a.txt")
    assert _names(tmp_path) == ["public/a.txt", "public/b/a.txt", "public/z.txt", "staff/a.txt"]


def test_paths_are_those_of_the_files(tmp_path: Path) -> None:
    _touch(tmp_path, "public/sous dossier/été.txt")
    (source,) = find_sources(tmp_path)
    assert source.path.read_text(encoding="utf-8") == "Bonjour."
    assert source.name == "public/sous dossier/été.txt"


@pytest.mark.parametrize("folder", ["nowhere", "empty", "a-file"])
def test_a_corpus_without_folders_holds_nothing(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file").write_text("x", encoding="utf-8")
    assert _names(tmp_path / folder) == []


def test_a_link_to_a_file_is_followed_and_a_dead_one_is_not_lost(tmp_path: Path) -> None:
    _touch(tmp_path, "elsewhere/a.txt", "public/0.txt")
    (tmp_path / "public" / "link.txt").symlink_to(tmp_path / "elsewhere" / "a.txt")
    (tmp_path / "public" / "dead.txt").symlink_to(tmp_path / "elsewhere" / "gone.txt")
    assert _names(tmp_path) == ["public/0.txt", "public/dead.txt", "public/link.txt"]


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    _touch(tmp_path, "elsewhere/a.txt", "public/0.txt")
    (tmp_path / "public" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert _names(tmp_path) == ["public/0.txt", "public/link/a.txt"]


def test_the_shipped_corpus_is_its_two_pages() -> None:
    assert _names(ROOT / "corpus") == [
        "public/2016-11-18_seminaire-amenagement-numerique.txt",
        "public/2020-04_communique-coronavirus.txt",
    ]


def test_a_folder_that_cannot_be_read_stops_the_run_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "public" / "2020").mkdir(parents=True)
    scandir = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("2020"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CorpusUnreadable, match="2020"):
        list(find_sources(tmp_path))
