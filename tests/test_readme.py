"""The README says what is true."""

from __future__ import annotations

import re
import subprocess

import pytest

from assistant.cli import _parser
from assistant.models import Answer, Status
from assistant.settings import ROOT, Settings

README = (ROOT / "README.md").read_text("utf-8")


def test_both_commands_are_on_the_first_screen_and_in_the_makefile() -> None:
    first_screen = "\n".join(README.splitlines()[:15])
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("run", "test"):
        assert f"make {target}" in first_screen
        assert re.search(rf"^{target}:", makefile, re.M)


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    told = set(re.findall(r"`(ASSISTANT_[A-Z_]+)`", README))
    assert told == {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`python -m assistant (\w+)", README))))
def test_every_command_shown_exists(command: str) -> None:
    assert command in _parser().format_help()


def test_every_status_and_field_of_an_answer_is_told() -> None:
    for word in (*Status, *Answer.__dataclass_fields__):
        assert f"`{word}`" in README


def test_every_linked_file_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_module_of_the_flows_is_named() -> None:
    for part in ("documents", "index", "fibre", "answering", "web", "evaluation"):
        for path in (ROOT / "assistant" / part).rglob("[a-z]*.py"):
            assert re.search(rf"\b{path.stem}\b", README), path


def test_nothing_tracked_names_a_private_path_or_host() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    forbidden = re.compile(r"/work/|/root/\.|\b(?:10|192\.168)\.\d+\.\d+\.\d+:\d")
    for name in tracked:
        if name.endswith((".py", ".md", ".toml", ".txt", "Makefile", "run")) and name != "tests/test_readme.py":
            assert not forbidden.search((ROOT / name).read_text("utf-8", errors="replace")), name


def test_the_documents_are_those_of_the_syndicate() -> None:
    assert len(list((ROOT / "corpus" / "public").glob("*.txt"))) == 2
