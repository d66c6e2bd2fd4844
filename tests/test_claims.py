"""What a claim says, read: numbers, dates, names, negations; and which claims a passage does not say, by which rule."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.check import check
from assistant.answering.claims.dates import known_periods, periods_in
from assistant.answering.claims.names import addresses_in, names_in
from assistant.answering.claims.numbers import numbers_in
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.polarity import denied
from assistant.index.french import fold


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 780 781 connexions", [1_780_781]),
        ("1.780.781 et 1780781", [1_780_781, 1_780_781]),
        ("12,5 % puis 96.1 %", [12.5, 96.1]),
        ("12 M€ ou 12 millions d'euros", [12_000_000, 12_000_000]),
        ("1,8 million", [1_800_000]),
        ("mille deux cents", [1_200]),
        ("un million deux cent mille", [1_200_000]),
        ("deux cent quarante-trois", [243]),
        ("quatre-vingt-dix-sept, soixante et onze, vingt et un", [97, 71, 21]),
        ("deux mille seize", [2016]),
        ("une centaine, une quinzaine", [100, 15]),
        ("la moitié", [50]),
        ("le premier lot, le 2e lot", [1, 2]),
        ("une commune, un lot", []),
        ("entre 3 et 4 ans", [3, 4]),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers_in(fold(text))] == values


@pytest.mark.parametrize(
    ("said", "known", "is_supported"),
    [
        ("1 790", "1790", True),
        ("1 790", "1 791", False),
        ("près de 1 800", "1 790", True),
        ("environ 1 800", "1 500", False),
        ("plus de 1 700", "1 790", True),
        ("plus de 1 800", "1 790", False),
        ("moins de 1 800", "1 790", True),
        ("une centaine", "104", True),
        ("97 %", "97", False),
        ("la moitié", "50 %", True),
        ("douze", "12", True),
    ],
)
def test_numbers_are_compared_as_numbers(said: str, known: str, is_supported: bool) -> None:
    (one,), (other,) = numbers_in(fold(said)), numbers_in(fold(known))
    assert one.is_supported_by(other) is is_supported


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("le 18 novembre 2016", date(2016, 11, 18), date(2016, 11, 18)),
        ("le 1er mai 2018", date(2018, 5, 1), date(2018, 5, 1)),
        ("18/11/2016", date(2016, 11, 18), date(2016, 11, 18)),
        ("2016-11-18", date(2016, 11, 18), date(2016, 11, 18)),
        ("en novembre 2016", date(2016, 11, 1), date(2016, 11, 30)),
        ("fin 2016", date(2016, 9, 1), date(2016, 12, 31)),
        ("au 2e trimestre 2026", date(2026, 4, 1), date(2026, 6, 30)),
        ("en 2016", date(2016, 1, 1), date(2016, 12, 31)),
    ],
)
def test_dates_are_periods(text: str, first: date, last: date) -> None:
    (period,) = periods_in(fold(text))
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("text", ["2016 habitants", "12016", "31 avril 2016 euros", "20 000"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert not [period for period in periods_in(fold(text)) if period.first.day == period.last.day]


@pytest.mark.parametrize(
    ("said", "text", "dated", "is_supported"),
    [
        ("fin 2016", "Rien.", "2016-11-18", True),
        ("en 2016", "Rien.", "2016-11", True),
        ("le 18 novembre 2016", "Rien.", "2016-11", False),
        ("le 18 novembre 2016", "Le 18 novembre, …", "2016", True),
        ("en mars", "le 3 mars 2020", None, True),
        ("en avril", "le 3 mars 2020", None, False),
        ("en 2017", "le 3 mars 2020", "2016", False),
    ],
)
def test_a_date_is_said_as_precisely_as_it_is_known_or_less(
    said: str, text: str, dated: str | None, is_supported: bool
) -> None:
    (period,) = periods_in(fold(said))
    assert any(period.holds(known) for known in known_periods(fold(text), dated)) is is_supported


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Philippe Varlet préside le syndicat", [("philippe", "varlet")]),
        ("Le syndicat et Covage, avec l'ENT d'Amiens", [("covage",), ("ent",), ("amiens",)]),
        ("La fibre arrive", []),
        ("Covage gère le réseau", [("covage",)]),
    ],
)
def test_names_are_words_with_a_capital_that_go_together(text: str, names: list[tuple[str, ...]]) -> None:
    assert [name.surfaces for name in names_in(text)] == names


def test_addresses_are_taken_as_they_are_written() -> None:
    text = "Voir https://a.example/b, www.c.example, moi@d.example ou le 03 22 22 27 27."
    assert addresses_in(text) == ("https://a.example/b", "www.c.example", "moi@d.example", "03 22 22 27 27")


def test_a_negation_denies_the_words_that_follow_it() -> None:
    assert "obligatoir" in denied(fold("Le raccordement n'est pas obligatoire"))
    assert "obligatoir" not in denied(fold("Le raccordement n'est obligatoire que pour les écoles"))
    assert "obligatoir" in denied(fold("sans raccordement obligatoire"))


PASSAGE = Passage(
    "Le réseau compte 1 780 781 connexions. Philippe VARLET, Président de Somme Numérique, a ouvert le séminaire. "
    "Le marché de 12 lots a été attribué à Covage en mars. Le raccordement n'est pas obligatoire.",
    "Séminaire",
    "2016-11-18",
    "Philippe Varlet",
)
OTHER = Passage("La commune d'Albert a ouvert 300 prises en 2018.", "Albert", "2018-05-01")


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("En novembre 2016, le réseau comptait 1780781 connexions [1].", ""),
        ("Philippe Varlet préside Somme Numérique [1].", ""),
        ("Le marché de douze lots a été attribué à Covage [1].", ""),
        ("Le marché de douze lots a été attribué à Covage. [1]", ""),
        ("Le raccordement n'est pas obligatoire [1], et Albert a ouvert 300 prises [2].", ""),
        ("Le réseau comptait 1 780 781 connexions.", "uncited"),
        ("Le réseau comptait 1 780 781 connexions [3].", "unknown_citation"),
        ("Le réseau comptait 1 780 781 connexions [0].", "unknown_citation"),
        ("Fin 2016, le réseau comptait 1 780 782 connexions [1].", "number"),
        ("Le marché a été attribué en avril [1].", "date"),
        ("Le marché de douze lots a été attribué à Orange [1].", "name"),
        ("Le marché n'a pas été attribué à Covage [1].", "negation"),
        ("Le raccordement est obligatoire [1].", "negation"),
        ("Covage a ouvert le séminaire [1].", "misplaced_name"),
        ("Voyez https://ailleurs.example [1].", "address"),
        ("Les agriculteurs recevront une prime du ministère [1].", "words"),
        ("Albert a ouvert 300 prises en 2018 [1].", "date"),
    ],
)
def test_a_sentence_is_said_only_when_what_it_cites_says_it(sentence: str, rule: str) -> None:
    verdict = check(sentence, [PASSAGE, OTHER])
    assert verdict.rule == rule
    assert verdict.is_supported is (rule == "")
