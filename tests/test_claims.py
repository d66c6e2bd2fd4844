"""What a claim says is read: numbers, dates, names, denials, what words mean the same or the contrary."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.claims.addresses import address_missing, addresses_in, without_addresses
from assistant.answering.claims.dates import known_periods, periods_in
from assistant.answering.claims.letters import cleaned, folded, strange_in
from assistant.answering.claims.matching import KIN, alike
from assistant.answering.claims.names import name_rows, names_in
from assistant.answering.claims.numbers import numbers_in
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Reading
from assistant.index.french import fold


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 780 781 connexions", [1_780_781]),
        ("1.780.781 et 1780781", [1_780_781, 1_780_781]),
        ("1,780781 million", [1_780_781]),
        ("12,5 % puis 96.1 %", [12.5, 96.1]),
        ("12 M€ ou 12 millions d'euros", [12_000_000, 12_000_000]),
        ("1,8 million", [1_800_000]),
        ("mille deux cents", [1_200]),
        ("un million deux cent mille", [1_200_000]),
        ("deux cent quarante-trois", [243]),
        ("quatre-vingt-dix-sept, soixante et onze, vingt et un", [97, 71, 21]),
        ("une centaine, une quinzaine", [100, 15]),
        ("la moitié", [50]),
        ("le premier lot, le 2e lot, les sixièmes", [1, 2, 6]),
        ("une commune, un lot", []),
        ("un mois, un an", [1, 1]),
        ("entre 3 et 4 ans", [3, 4]),
        ("8h30, 8 h 30, 11 heures", [8.5, 8.5, 11]),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers_in(fold(text))] == pytest.approx(values)


@pytest.mark.parametrize(
    ("said", "known", "is_supported"),
    [
        ("1 790", "1790", True),
        ("1 790", "1 791", False),
        ("1 780 781", "1780781", True),
        ("près de 1 800", "1 790", False),
        ("près de 1 800", "environ 1 800", True),
        ("plus de 1 790", "1 790", False),
        ("plus de 1 790", "plus de 1790", True),
        ("moins de 1 800", "plus de 1 800", False),
        ("une centaine", "104", False),
        ("97 %", "97", False),
        ("22 %", "environ 22 %", False),
        ("environ 22 %", "environ 22 %", True),
        ("la moitié", "50 %", True),
        ("douze", "12", True),
        ("le deuxième", "deux", False),
        ("un an", "12 mois", True),
        ("deux semaines", "14 jours", True),
        ("trois heures", "3 jours", False),
        ("50 heures par semaine", "50 heures par mois", False),
        ("50 heures par mois", "50 heures", False),
        ("48 heures par semaine", "48 heures/semaine", True),
        ("12 euros", "12 €", True),
    ],
)
def test_numbers_are_compared_as_numbers_of_something(said: str, known: str, is_supported: bool) -> None:
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
        ("au dernier trimestre 2019", date(2019, 10, 1), date(2019, 12, 31)),
        ("en 2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("en 1192", date(1192, 1, 1), date(1192, 12, 31)),
        ("les années 1950", date(1950, 1, 1), date(1959, 12, 31)),
        ("au milieu des années 50", date(1953, 1, 1), date(1957, 12, 31)),
        ("au XIIIe siècle", date(1201, 1, 1), date(1300, 12, 31)),
        ("au 19e siècle", date(1801, 1, 1), date(1900, 12, 31)),
    ],
)
def test_dates_are_periods(text: str, first: date, last: date) -> None:
    (period,) = periods_in(fold(text))
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("text", ["2016 habitants", "12016", "1500 raccordements", "20 000"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert periods_in(fold(text)) == ()


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
        ("au milieu des années 1950", "en 1956", None, True),
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
        ("Philippe Varlet préside le syndicat", [["philippe", "varlet"]]),
        ("Le syndicat et Covage, avec l'ENT d'Amiens", [["covage"], ["ent"], ["amiens"]]),
        ("La fibre arrive", []),
        ("Battu à Milan", [["milan"]]),
        ("Covage gère le réseau", [["covage"]]),
    ],
)
def test_names_are_words_with_a_capital_that_follow_one_another(text: str, names: list[list[str]]) -> None:
    assert [[token.surface for token in row] for row in name_rows(Reading(text))] == names


def test_addresses_are_taken_as_they_are_written() -> None:
    text = "Voir https://a.example/b, www.c.example, d.example, moi@e.example ou le 03 22 22 27 27."
    assert addresses_in(text) == (
        "https://a.example/b", "www.c.example", "d.example", "moi@e.example", "03 22 22 27 27"
    )  # fmt: skip


def test_the_words_of_an_address_are_not_words_of_the_passage() -> None:
    text = "Voir [le guide](https://a.example/maintien-de-salaire), page 4."
    assert without_addresses(text).split() == ["Voir", "[le", "guide](", "),", "page", "4."]
    assert "salaire" not in Passage(text).surfaces


@pytest.mark.parametrize("said", ["03 22 22 27 27", "03.22.22.27.27", "0322222727"])
def test_a_telephone_number_is_the_same_in_other_groups(said: str) -> None:
    assert not address_missing(f"Appelez le {said}.", "Tél. : 03 22 22 27 27")
    assert address_missing(f"Appelez le {said}.", "Tél. : 03 22 22 27 28")


def denied(text: str) -> set[str]:
    return {token.surface for token in Reading(text).tokens if token.is_denied}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Le raccordement n'est pas obligatoire", {"obligatoire"}),
        ("Le raccordement n'est obligatoire que pour les écoles", set()),
        ("sans raccordement", {"raccordement"}),
        ("La prime n'est pas seulement versée aux agents", set()),
        ("non seulement versée", set()),
        ("Il ne peut pas refuser le report", {"refuser", "report"} - {"report"}),
        ("Il empêche les voisins de passer", {"voisins"}),
        ("La maire ne perd pas ses jours et garde ses droits", {"perd", "jours"} - {"jours"}),
    ],
)
def test_a_negation_denies_the_words_that_follow_it(text: str, words: set[str]) -> None:
    assert words <= denied(text)
    assert words or not denied(text)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("construit", "construction", KIN, 1.0),
        ("pris", "prendre", KIN, KIN),
        ("écoles", "école", KIN, 1.0),
        ("affichent", "affiche", KIN, 1.0),
        ("étudier", "étudie", KIN, 1.0),
        ("prennent", "prend", KIN, KIN),
        ("agent", "âge", 0.0, 0.0),
        ("embaucher", "recruter", 0.0, 0.0),
        ("internet", "interdit", 0.0, 0.0),
        ("fibre", "prime", 0.0, 0.0),
    ],
)
def test_words_are_alike_by_form_or_by_family(one: str, other: str, least: float, most: float) -> None:
    (first,), (second,) = Reading(one).tokens, Reading(other).tokens
    assert least <= alike(first, second) <= most


def test_places_in_a_text_stay_what_they_are_once_it_is_folded() -> None:
    text = cleaned("L’École « Œuvre »… coûte\u00a012\u202f500 €\u200b")
    assert len(folded(text)) == len(text)
    assert text == "L'École « OEuvre »... coûte 12 500 €"


@pytest.mark.parametrize(
    "text", ["l\u200bots", "lots\U000e0041", "l\u043ets", "<b>lots</b>", "![lots](x)", "lots&nbsp;", "\uff2cots"]
)
def test_what_is_not_seen_markup_and_letters_of_other_alphabets_are_strange(text: str) -> None:
    assert strange_in(text, "lots")
    assert not strange_in("Les lots « d'été », n° 2 : 12 €…", "lots")


def test_an_initial_does_not_end_a_sentence_and_a_number_of_a_king_does() -> None:
    passage = Passage("Annoncé par Thomas S. Monson. Il suit Louis XI. Puis vient Charles.\nFin")
    assert len(passage.rows) == 4


def test_a_name_is_known_by_its_acronym_and_the_other_way_round() -> None:
    (name,) = names_in(Reading("avec l'ENT"))
    assert name.surface == "ent"
    assert [one.surface for one in names_in(Reading("Un Espace Numérique de Travail"))] == [
        "espace", "numerique", "travail",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("leur 16 e anniversaire", "leur 16e anniversaire"),
        ("la 1 re sanction et le 2 eme cas", "la 1re sanction et le 2eme cas"),
        ("le covid19", "le covid-19"),
        ("100Mbit/s, la 2ème 5G à 20h30", "100 Mbit/s, la 2ème 5G à 20h30"),
        ("12 euros et 3 e-mails", "12 euros et 3 e-mails"),
    ],
)
def test_ordinals_and_numbers_in_names_are_read_alike_however_they_are_spaced(text: str, usual: str) -> None:
    assert cleaned(text) == usual
