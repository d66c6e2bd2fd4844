"""French dates → ISO 8601, and which of them is a page's own."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.documents.dates import date_of_text, dates_in
from assistant.documents.text import read_text
from assistant.models import Access, Page

TODAY = date(2024, 6, 15)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Séminaire du 18 Novembre 2016", ["2016-11-18"]),
        ("le vendredi 18 novembre 2016 à 9 h", ["2016-11-18"]),
        ("1er janvier 2017", ["2017-01-01"]),
        ("1ER JANVIER 2017", ["2017-01-01"]),
        ("1 er mars 2020", ["2020-03-01"]),
        ("le premier mars 2020", ["2020-03-01"]),
        ("18\u00a0novembre\u00a02016", ["2016-11-18"]),
        ("15 aout 2021", ["2021-08-15"]),
        ("3 fevrier 2019", ["2019-02-03"]),
        ("12 févr. 2018", ["2018-02-12"]),
        ("12 déc. 2018", ["2018-12-12"]),
        ("18/11/2016", ["2016-11-18"]),
        ("18-11-2016", ["2016-11-18"]),
        ("18.11.2016", ["2016-11-18"]),
        ("3/4/21", ["2021-04-03"]),
        ("le 18.11.16", ["2016-11-18"]),
        ("le 1.2.98", ["1998-02-01"]),
        ("2016-11-18", ["2016-11-18"]),
        ("novembre 2016", ["2016-11"]),
        ("la lettre d'AVRIL 2020", ["2020-04"]),
        ("10/2019", ["2019-10"]),
        ("en 2020", ["2020"]),
        ("fin 2019 et début 2020", ["2019", "2020"]),
        ("l'année 2018", ["2018"]),
        ("du 3 au 5 juin 2019", ["2019-06-03"]),
        ("du 30 mai au 2 juin 2019", ["2019-05-30"]),
        ("les 3 et 4 juin 2019", ["2019-06-03"]),
        ("du 3 mai 2018 au 4 juin 2019", ["2018-05-03", "2019-06-04"]),
        ("29 février 2020", ["2020-02-29"]),
        # No date:
        ("31 février 2016", []),
        ("29 février 2019", []),
        ("32 janvier 2016", []),
        ("99/99/2016", []),
        ("18/13/2016", []),
        ("du 35 au 40 juin 2019", []),
        ("Tél. : 03 22 22 27 27", []),
        ("Fax : 03.22.22.03.57", []),
        ("version 1.2.16", []),
        ("article 12.3.16", []),
        ("2016-2020", []),
        ("80090 Amiens", []),
        ("12 janvier 1815", []),
        ("il a mai 22 ans", []),
        ("marché 2018-11-2", []),
        ("2018/11/2019/4", []),
        ("1 780 781 connexions", []),
        ("le 18 novembre", []),
        ("", []),
    ],
)
def test_a_date_is_read_as_it_is_written_and_never_an_impossible_one(text: str, dates: list[str]) -> None:
    assert [written.iso for written in dates_in(text)] == dates


def test_a_date_knows_where_it_stands() -> None:
    text = "Le 3 mai 2018, puis en avril 2020."
    assert [text[w.span.start : w.span.end] for w in dates_in(text)] == ["3 mai 2018", "avril 2020"]


def _page(text: str, title: str = "Un titre") -> Page:
    return Page("k", title, "a", None, False, None, Access.PUBLIC, text, read_text(text, title), "k")


LONG = "\n\n".join(["Le réseau avance dans les communes de la Somme, dit le syndicat."] * 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Un titre\n\nSéminaire du 18 Novembre 2016 : bilan\n\nLe marché court au 1er janvier 2017.",
                     ("2016-11-18", False), id="in-a-heading"),
        pytest.param("Le 18 novembre 2016, le syndicat tenait son séminaire.", ("2016-11-18", False), id="first-lines"),
        pytest.param(f"{LONG}\n\nLe guide paru le 2 avril 2020 le complète.", ("2020-04", True), id="further-down"),
        pytest.param(f"{LONG}\n\nEn mars 2019. En avril 2020. En mai 2018.", ("2020-04", True), id="latest-month"),
        pytest.param(f"{LONG}\n\nLe 3 mars 2019, puis en avril 2031.", ("2019-03", True), id="not-after-today"),
        pytest.param("Paul DEUX, né le 3 mai 1996, a parlé le 4 juin 2018.", ("2018-06-04", False), id="a-birthday"),
        pytest.param("Née le 3 mai 1996.", (None, False), id="a-birthday-alone"),
        pytest.param("Depuis 2011, le syndicat avance.", (None, False), id="since-a-year"),
        pytest.param("Depuis novembre 2011, il avance.", (None, False), id="since-a-month"),
        pytest.param("Réponse avant le 3 mai 2018.", (None, False), id="a-deadline"),
        pytest.param("À partir du 1er janvier 2017, le marché change.", (None, False), id="when-it-will-begin"),
        pytest.param("La loi du 7 août 2015 le prévoit.", (None, False), id="a-law"),
        pytest.param("La loi n° 2015-991 du 7 août 2015.", (None, False), id="a-law-with-its-number"),
        pytest.param("Le 18 novembre 2094, on verra.", (None, False), id="out-of-range-after"),
        pytest.param("Le 14 juillet 1990, déjà.", (None, False), id="before-the-web"),
        pytest.param("En 2020, le syndicat avance.", (None, False), id="a-year-alone"),
        pytest.param("Le réseau avance.", (None, False), id="none"),
    ],
)  # fmt: skip
def test_the_best_date_of_a_text_wins(text: str, found: tuple[str | None, bool]) -> None:
    assert date_of_text(_page(text), TODAY) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Comité du 12 juin 2023", ("2023-06-12", False)),
        ("La lettre de novembre 2022", ("2022-11", True)),
        ("Bilan", ("2021-03-03", False)),
    ],
)
def test_the_title_comes_before_the_text(title: str, found: tuple[str, bool]) -> None:
    text = "Le 3 mars 2021, le comité s'est réuni." if title == "Bilan" else f"{LONG}\n\nLe 3 mars 2021."
    assert date_of_text(_page(text, title), TODAY) == found


def test_a_day_of_today_is_past_and_one_of_tomorrow_is_not() -> None:
    assert date_of_text(_page("Le 15 juin 2024, séance."), TODAY) == ("2024-06-15", False)
    assert date_of_text(_page("Le 16 juin 2024, séance."), TODAY) == (None, False)
