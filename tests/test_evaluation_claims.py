"""The checking of sentences is measured on a file of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.evaluation.claims import ClaimsUnreadable, load_claims, score, table
from tests.conftest import EVALUATION

PASSAGE = {"text": "Le marché compte 12 lots.", "title": "Séminaire", "date": "2016-11-18", "speaker": None}


def line(identifier: str, sentence: str, kind: str) -> str:
    known = {"id": identifier, "passages": [PASSAGE], "sentence": sentence, "supported": kind == "true", "kind": kind}
    return json.dumps(known, ensure_ascii=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    lines = [
        line("c1", "Le marché compte douze lots [1].", "true"),
        line("c2", "Le marché compte une douzaine de lots colorés et charmants [1].", "true"),
        line("c3", "Le marché compte 13 lots [1].", "number"),
        line("c4", "Le marché de Covage compte 12 lots [1].", "name"),
        line("c5", "Le marché compte 12 lots [1].", "number"),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_false_are_counted_by_kind_and_the_true_by_rule(file: Path) -> None:
    report = score(file.name, load_claims(file))
    assert (report.false.withheld, report.false.count) == (2, 3)
    assert [(kind, share.withheld, share.count) for kind, share in report.false_by_kind] == [
        ("number", 1, 2),
        ("name", 1, 1),
    ]
    assert (report.true.withheld, report.true.count) == (1, 2)
    assert report.true_by_rule == (("number", 1),)
    assert (report.passed, report.refused) == (("c5",), ("c2",))


def test_the_command_prints_the_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--claims", str(file)]) == 0
    assert capsys.readouterr().out.strip() == table(score(file.name, load_claims(file)))


def test_a_set_without_true_sentences_has_no_share_of_them(file: Path) -> None:
    claims = [claim for claim in load_claims(file) if not claim.is_supported]
    report = score(file.name, claims)
    assert report.true.count == 0
    assert "0 sur 0" not in table(report)


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "vide"), ("{}", "1"), ('{"id": "c1", "passages": [], "sentence": 3}', "1")],
    ids=["empty", "no fields", "no text"],
)
def test_a_file_that_is_no_set_is_refused_by_its_line(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ClaimsUnreadable, match=told):
        load_claims(path)
    with pytest.raises(ClaimsUnreadable):
        load_claims(tmp_path / "absent.jsonl")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least_false", "most_true"),
    [("claims_unseen", 240, 12), ("claims_shortened", 1449, 82), ("claims_reworded", 209, 155)],
)
def test_what_the_check_withholds_of_each_set_gets_no_worse(name: str, least_false: int, most_true: int) -> None:
    """The figures of README."""
    report = score(name, load_claims(EVALUATION / f"{name}.jsonl"))
    assert report.false.withheld >= least_false
    assert report.true.withheld <= most_true
