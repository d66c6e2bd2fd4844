"""Each reader of open data on its own: what CSV, DBF, names of streets and of quarters may look like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.fibre.loading.contours import simplified
from assistant.fibre.loading.csv_files import read_csv
from assistant.fibre.loading.dbf import is_dbf, read_dbf
from assistant.fibre.loading.files import open_table
from assistant.fibre.loading.recipes import BadCell, count, day, insee
from assistant.fibre.loading.recognise import RECIPES, recognise
from assistant.fibre.loading.table import Table, table_of_rows
from assistant.fibre.quarters import day_in, is_day, last_day, quarter_in, quarter_of
from assistant.fibre.streets import folded_repetition, folded_street
from assistant.models import FibreFileRefused
from tests.made_open_data import dbf, zipped


def rows(table: Table, *wanted: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for columns in table.batches(wanted or table.columns):
        found += zip(*columns, strict=True)
    return found


CSV: dict[str, bytes] = {
    "semicolons": b"a;b\n1;x\n2;y\n",
    "commas": b"a,b\n1,x\n2,y\n",
    "tabs": b"a\tb\n1\tx\n2\ty\n",
    "bars": b"a|b\n1|x\n2|y\n",
    "windows": b"a;b\r\n1;x\r\n2;y\r\n",
    "no end of line": b"a;b\n1;x\n2;y",
    "empty lines": b"a;b\n\n1;x\n\n2;y\n\n",
    "byte order mark": b"\xef\xbb\xbfa;b\n1;x\n2;y\n",
    "capitals and spaces in the header": b" A ;B\n1;x\n2;y\n",
    "quotes": b'"a";"b"\n"1";"x"\n"2";"y"\n',
}


@pytest.mark.parametrize("case", CSV)
def test_a_csv_is_read_however_it_was_written(case: str) -> None:
    table = read_csv(iter([CSV[case]]), "x")
    assert table.columns == ("a", "b")
    assert rows(table) == [("1", "x"), ("2", "y")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_csv_is_read_whichever_way_it_comes_in_pieces(size: int, encoding: str) -> None:
    data = "nom;rue\nAlbert;rue\nL'Étoile;\"rue ; de l'œuvre\"\nFœuil;\n".encode(encoding)
    parts = (data[at : at + size] for at in range(0, len(data), size))
    assert rows(read_csv(parts, "x"), "rue", "nom") == [
        ("rue", "Albert"), ("rue ; de l'œuvre", "L'Étoile"), ("", "Fœuil"),
    ]  # fmt: skip


def test_a_row_that_is_too_short_or_too_long_is_told() -> None:
    for row in ("1", "1;2;3"):
        with pytest.raises(FibreFileRefused, match=f"« {row} » n'a pas autant de cases"):
            rows(read_csv(iter([f"a;b\n1;2\n{row}\n".encode()]), "x"))


def test_what_reading_the_file_says_is_what_is_told() -> None:
    def parts() -> object:
        yield b"a;b\n1;2\n"
        raise FibreFileRefused("x", "le disque a brûlé")

    with pytest.raises(FibreFileRefused, match="brûlé"):
        rows(read_csv(parts(), "x"))  # type: ignore[arg-type]  # an iterator, told as less


def test_a_dbf_is_read_as_latin_1_whatever_its_cpg_says(tmp_path: Path) -> None:
    data = dbf(
        [("80016", "Crécy", 6303), ("80130", "L'Étoile", 212)], [("INSEE", "C", 5), ("Nom", "C", 12), ("n", "N", 9)]
    )
    assert is_dbf(data)
    path = tmp_path / "x.zip"
    path.write_bytes(zipped("Commune.dbf", data))  # with a .cpg that says UTF-8
    with open_table(path, "x.zip", set()) as table:
        assert table.inside == "Commune.dbf"
        assert rows(table) == [("80016", "Crécy", "6303"), ("80130", "L'Étoile", "212")]


def test_records_that_were_deleted_are_left_out() -> None:
    data = bytearray(dbf([("a",), ("b",), ("c",)], [("x", "C", 1)]))
    at = data.index(b" b")
    data[at] = ord("*")
    assert rows(read_dbf(bytes(data), "x")) == [("a",), ("c",)]


@pytest.mark.parametrize("data", [b"", b"\x03", b"\x03\x7e\x0d\x01" + bytes(40), b"code;nom\n" * 10, bytes(100)])
def test_what_is_no_dbf_is_not_taken_for_one(data: bytes) -> None:
    assert not is_dbf(data)


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        ("2026T2_Commune.zip", "2026-T2"), ("2026t2-obs-hd-thd-deploiement-vf.xlsx", "2026-T2"), ("T4 2017", "2017-T4"),
        ("2025 T1", "2025-T1"), ("base_imb_80_2026_T3.csv.gz", "2026-T3"), ("2026-T2", "2026-T2"),
        ("/2025t4/last/2026t1/x.csv", "2026-T1"), ("base_imb_80.csv.gz", None), ("2026", None), ("T5 2026", None),
        ("12026t2", None), ("2026t25", None), ("lot4 2017", None), ("", None),
    ],
)  # fmt: skip
def test_a_quarter_is_read_in_names(text: str, quarter: str | None) -> None:
    assert quarter_in(text) == quarter


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fermeture-2025-10-20.csv", "2025-10-20"), ("20251020_cuivre.csv", "2025-10-20"), ("2025-02-30", None),
        ("2025-10-20T08:00:00Z", "2025-10-20"), ("adresses-80.csv.gz", None), ("120251020", None),
    ],
)  # fmt: skip
def test_a_day_is_read_in_names(text: str, told: str | None) -> None:
    assert day_in(text) == told


def test_quarters_and_their_last_days_go_both_ways() -> None:
    days = [f"2026-{end}" for end in ("03-31", "06-30", "09-30", "12-31")]
    assert [last_day(quarter_of(day)) for day in days] == days
    assert [quarter_of(f"2026-{month:02}-01") for month in (1, 3, 4, 10)] == [
        "2026-T1",
        "2026-T1",
        "2026-T2",
        "2026-T4",
    ]
    assert [is_day(text) for text in ("2026-02-28", "2026-02-29", "20260228", "")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Rue de l'Église", "r. de l’eglise"), ("Avenue du Général Leclerc", "av du gal Leclerc"),
        ("Boulevard Saint-Quentin", "bd st quentin"), ("Place du Maréchal Foch", "PL MAL FOCH"),
        ("Impasse des Lilas", "imp. lilas"), ("Chemin du Bas", "che du bas"), ("Rue du Sacré-Cœur", "rue sacre coeur"),
        ("Rue Sainte-Anne", "rue ste anne"), ("Route d'Amiens", "rte d amiens"), ("Allée des Tilleuls", "all tilleuls"),
    ],
)  # fmt: skip
def test_streets_meet_however_they_are_written(written: str, same: str) -> None:
    assert folded_street(written) == folded_street(same) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rue de l'Église", "Place de l'Église"), ("Rue du Bas", "Rue du Haut"), ("Rue du 8 Mai", "Rue du 11 Novembre")],
)
def test_streets_that_are_not_the_same_do_not_meet(one: str, other: str) -> None:
    assert folded_street(one) != folded_street(other)


def test_repetitions_meet_however_they_are_written() -> None:
    assert [folded_repetition(text) for text in ("bis", "B", " BIS ", "t", "", "a")] == [
        "bis",
        "bis",
        "bis",
        "ter",
        "",
        "a",
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("80016", "80016"), ("1004", "01004"), ("8012", "08012"), ("2A004", "2A004")]
)
def test_codes_are_given_back_their_zero(text: str, code: str) -> None:
    assert insee(text) == code


@pytest.mark.parametrize("text", ["Amiens", "800160", "80 016", "XX016", "-8012"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        insee(text)


@pytest.mark.parametrize(("text", "number"), [("6303", 6303), ("6303.000", 6303), ("6\u202f303", 6303), ("0", 0)])
def test_counts_are_read_however_they_are_written(text: str, number: int) -> None:
    assert count("nbr", text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "nan", "inf", "1e400", "n.d.", "***"])
def test_what_counts_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        count("nbr", text)


def test_days_are_read_in_both_orders() -> None:
    assert day("x", "2027-01-31") == day("x", "31/01/2027") == day("x", "2027-01-31T00:00:00+00:00") == "2027-01-31"
    with pytest.raises(BadCell):
        day("x", "31/02/2027")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.kind)
def test_each_file_is_known_by_its_columns_in_any_order(recipe: object) -> None:
    columns: Sequence[str] = recipe.columns  # type: ignore[attr-defined]
    shuffled = ("autre", *reversed(columns))
    assert recognise(table_of_rows(shuffled, []), "x") is recipe


def test_a_file_by_commune_that_has_both_halves_is_the_one_with_technologies() -> None:
    columns = ("code_insee", "nom_com", "code_dep", "code_reg", "nbr", "type", "elig_ftth", "elig_cu", "date")
    assert recognise(table_of_rows(columns, []), "x").kind == "technologies"


def test_outlines_keep_their_shape_with_fewer_points() -> None:
    side = [at / 1000 for at in range(101)]
    ring = (
        [(x, 0.0) for x in side]
        + [(0.1, y) for y in side]
        + [(0.1 - x, 0.1) for x in side]
        + [(0.0, 0.1 - y) for y in side]
    )
    assert simplified(ring) == [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1), (0.0, 0.0)]
    assert simplified([(0.0, 0.0)] * 10) == [(0.0, 0.0)]
