"""How rare a stem is in French at large."""

from __future__ import annotations

from math import inf, log

import pytest

from assistant.index.french import analyse, stem
from assistant.index.rarity import FILE, LONGEST_MENDED, MOST_MENDED, NUMBER, idf, is_unknown, mended


def test_a_rarer_word_weighs_more() -> None:
    assert idf(stem("service")) < idf(stem("fibre")) < idf("hallencourt")


def test_a_word_that_french_texts_do_not_hold_is_the_rarest() -> None:
    total = int(FILE.read_text(encoding="utf-8").splitlines()[0])
    assert idf("vironchaux") == pytest.approx(log(1 + total / 0.5))
    assert is_unknown("vironchaux")
    assert not is_unknown(stem("fibre"))


@pytest.mark.parametrize("number", ["2020", "3_5", "1e", "80090"])
def test_a_number_has_one_weight_and_is_never_unknown(number: str) -> None:
    assert idf(number) == NUMBER
    assert not is_unknown(number)


def test_weights_are_positive_and_finite() -> None:
    stems = [row.split("\t")[0] for row in FILE.read_text(encoding="utf-8").splitlines()[1:]]
    assert all(0 < idf(word) < inf for word in stems)


def test_the_table_is_whole_and_sorted_and_holds_each_stem_once() -> None:
    first, *rows = FILE.read_text(encoding="utf-8").splitlines()
    stems = [row.split("\t")[0] for row in rows]
    counts = [int(row.split("\t")[1]) for row in rows]
    assert stems == sorted(set(stems))
    assert 0 < min(counts) <= max(counts) <= int(first)
    assert len(stems) > 5_000


def test_the_table_speaks_the_language_of_the_analysis() -> None:
    """A stem of the table, when it is analysed again, is mostly itself: else question and table never meet."""
    common = analyse(
        "commune département école collectivité marché public travaux logement accès demande téléphone adresse"
    )
    assert len(common) == 12
    assert not [word for word in common if is_unknown(word)]


def test_the_first_unknown_words_are_mended_each_once_and_no_known_or_endless_one() -> None:
    strange = [f"zzq{chr(97 + number)}x" for number in range(26)]
    assert mended([stem("fibre"), "2020", *strange[:3], *strange[:3], "z" * (LONGEST_MENDED + 1)]) == strange[:3]
    assert mended(strange) == strange[:MOST_MENDED]
    assert mended([]) == []
