"""Synonyms: read from a thesaurus in both directions, met for less than half, never what a refusal rests on."""

from __future__ import annotations

import pytest

from assistant.answering.reach import SYNONYM
from assistant.index.french import stem
from assistant.index.rarity import is_unknown
from assistant.index.synonyms import FILE, synonyms_of
from assistant.training.synonyms import mutual, read_thesaurus
from tests.test_rank import chunk, rank

THESAURUS = """UTF-8
retard|1
(Nom)|délai|ajournement|temps perdu
délai|2
(Nom)|retard (rare)|sursis
(Nom)|terme
ajournement|1
(Nom)|report
xyzzy|1
(Nom)|délai
"""


def test_a_pair_is_kept_when_each_word_is_given_for_the_other() -> None:
    assert dict(mutual(read_thesaurus(THESAURUS.splitlines()))) == {stem("delai"): [stem("retard")]}


@pytest.mark.parametrize(("one", "other"), [("retard", "delai"), ("habitant", "population"), ("chef", "directeur")])
def test_the_file_that_ships_knows_common_synonyms_in_either_order(one: str, other: str) -> None:
    assert stem(other) in synonyms_of(stem(one))
    assert stem(one) in synonyms_of(stem(other))
    assert stem("fibre") not in synonyms_of(stem(one))


def test_the_file_that_ships_names_its_licence_and_holds_only_words_of_french_texts() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert "LGPL" in " ".join(line for line in lines if line.startswith("#"))
    stems = {word for line in lines if not line.startswith("#") for word in line.split("\t")}
    assert len(stems) > 3000
    assert not any(is_unknown(word) for word in stems)


def test_a_synonym_helps_a_sentence_and_is_worth_less_than_half_of_the_word() -> None:
    question = "le retard des travaux"
    said, other = rank(question, chunk("Le délai des travaux."), chunk("La mairie des travaux."))
    assert said.sentence.text == "Le délai des travaux."
    assert said.own - other.own < 0.5 * rank(question, chunk("Le retard des travaux."))[0].own
    assert SYNONYM < 0.5


def test_a_synonym_alone_does_not_make_an_answer() -> None:
    best = rank("le retard des travaux", chunk("Le délai des travaux."))[0]
    assert best.context > best.near
    assert stem("retard") in best.far
