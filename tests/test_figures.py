"""Figures of two definitions, or of two publications, never meet in one ratio."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.fibre.store import open_fibre
from assistant.figures import Coverage, Definition, total
from assistant.settings import ROOT

FIGURE = open_fibre().department
MIXED = """
from assistant.figures import Connectable, Coverage, Eligible, total

def mixed(one: Coverage[Connectable], other: Coverage[Eligible]) -> None:
    total("80", [one, one])
    total("80", [other, other])
    total("80", [one, other])
"""


@pytest.mark.slow
def test_the_types_refuse_a_sum_of_two_definitions(tmp_path: Path) -> None:
    (tmp_path / "mixed.py").write_text(MIXED, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(tmp_path / "mixed.py")]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert [line.split(":")[1] for line in refused.stdout.splitlines() if ": error:" in line] == ["7"], refused.stdout


def test_a_sum_of_two_publications_is_refused() -> None:
    other = replace(FIGURE, publication=replace(FIGURE.publication, quarter="2026-T1"))
    with pytest.raises(ValueError, match="2 publications"):
        total("80", [FIGURE, other])


def test_a_sum_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 publications"):
        total("80", [])


def test_a_total_counts_what_its_parts_count() -> None:
    parts = [Coverage(code, 2, 3, FIGURE.publication, Definition.CONNECTABLE) for code in ("80001", "80002")]
    summed = total("80", parts)
    assert (summed.code, summed.covered, summed.premises, summed.definition) == ("80", 4, 6, Definition.CONNECTABLE)
    assert summed.percent == pytest.approx(66.667, abs=0.001)


def test_a_place_without_premises_has_no_share() -> None:
    assert replace(FIGURE, covered=0, premises=0).percent == 0
