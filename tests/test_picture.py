"""The corpus at a glance: documents a year, by kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingestion.picture import corpus_lines, draw_corpus

COUNTS = (("", "note", 1), ("2016", "présentation", 6), ("2016", "séminaire", 2), ("2020", "communiqué", 4))


def test_a_line_a_year_says_how_many_of_each_kind_and_what_has_no_date_comes_last() -> None:
    first, second, last = corpus_lines(COUNTS)
    assert first.endswith("8 (présentation 6, séminaire 2)")
    assert second.endswith("4 (communiqué 4)")
    assert last.split()[:2] == ["sans", "date"]
    assert first.count("█") == 2 * second.count("█")


def test_nothing_indexed_is_no_line() -> None:
    assert corpus_lines(()) == []


@pytest.mark.parametrize("counts", [COUNTS, (), (("", "note", 3),)], ids=["some", "none", "undated"])
def test_the_picture_is_drawn(tmp_path: Path, counts: tuple[tuple[str, str, int], ...]) -> None:
    pytest.importorskip("matplotlib")
    draw_corpus(tmp_path / "a.png", counts)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
