"""Every sentence of ours is in the texts file, and every sentence there is used."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from assistant.models import Status
from assistant.settings import ROOT
from assistant.wording import TEXTS, french_date, french_number, sentence, texts
from tests.test_architecture import FILES


def leaves(table: dict[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def strings_in_code() -> set[str]:
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.add("".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values))
    return found


def test_every_key_used_exists() -> None:
    known = set(leaves(texts()))
    tables = {key.split(".")[0] for key in known}
    asked = {s for s in strings_in_code() if re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", s) and s.split(".")[0] in tables}
    asked = {s for s in asked if not s.endswith((".css", ".js", ".toml", ".sqlite"))}  # files, not keys
    missing = {key for key in asked if key not in known and not any(k.startswith(f"{key}.") for k in known)}
    assert not missing


def test_every_sentence_is_used() -> None:
    used = strings_in_code()
    patterns = [re.compile(re.escape(s).replace(r"\*", ".+")) for s in used if "." in s and " " not in s]
    unused = {
        key for key in leaves(texts()) if not any(p.fullmatch(key) or key.startswith(p.pattern) for p in patterns)
    }
    unused = {key for key in unused if not any(key.startswith(f"{s}.") for s in used)}
    assert not unused


def test_every_status_has_its_sentence() -> None:
    assert set(texts()["status"]) >= {status.value for status in Status}


@pytest.mark.parametrize(
    ("iso", "french"),
    [
        ("2016-11-18", "18 novembre 2016"),
        ("2017-01-01", "1er janvier 2017"),
        ("2020-04", "avril 2020"),
        ("1999", "1999"),
    ],
)
def test_dates_are_said_in_french(iso: str, french: str) -> None:
    assert french_date(iso) == french


def test_numbers_are_written_in_french() -> None:
    assert french_number(1780781) == "1\u202f780\u202f781"
    assert french_number(97.65, 1) in ("97,7", "97,6")


def test_a_placeholder_may_have_any_name() -> None:
    assert "clé « x »" in sentence("refused_file.same_key", key="x", first="y")


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.toml")), ids=lambda p: p.name)
def test_the_texts_are_valid_toml_and_french_typography(path: object) -> None:
    text = (TEXTS / str(path)).read_text("utf-8")
    tomllib.loads(text)
    assert '"  ' not in text


def test_no_french_sentence_stands_in_the_code() -> None:
    accented = re.compile(r"[éèêàçùôîû]")
    allowed = re.compile(
        r"assistant/(documents/(acronyms|dates|frame|introductions|layout|reading|speakers|sentences|chunk)|answering/expected|index/french|figures|wording)"
    )
    for path in FILES:
        if allowed.match(path.relative_to(ROOT).as_posix()):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert not accented.search(node.value), f"{path.name}: {node.value[:60]}"
