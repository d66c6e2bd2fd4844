"""Files of open data → figures that are answered with; what a file must be to be taken."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from assistant import fault_points
from assistant.fibre import store as fibre_store
from assistant.fibre.loading.load import Given, Loaded, Outcome, load
from assistant.fibre.outlines import Rings, read_outlines
from assistant.fibre.projections import from_lambert_93, web_mercator
from assistant.fibre.published import PublishedFile
from assistant.fibre.store import FibreStore, open_fibre
from assistant.figures import BuildingState, DatasetKind
from assistant.models import BuildFailed
from assistant.versions import building, current_version, fibre_versions
from tests import made_open_data as made
from tests.made_open_data import ALBERT, AMIENS, BOVELLES, TABLE, write

Loader = Callable[..., Outcome]
OPERATORS = "code;code_interop;nom\nBOUY;BOUY;Bouygues Telecom\nFRTE;FRTE;Orange\n"


@pytest.fixture
def take(tmp_path: Path) -> Loader:
    """Write a file and load it: take("commune.csv", content)."""

    def take(name: str, content: str | bytes, *, force: bool = False, encoding: str = "utf-8", **told: str) -> Outcome:
        path = write(tmp_path / name, content, encoding)
        return load(tmp_path / "data", [Given(path, name, **told)], force)

    return take


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], FibreStore]]:
    stores: list[FibreStore] = []

    def opened() -> FibreStore:
        stores.append(open_fibre(tmp_path / "data"))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def only(outcome: Outcome) -> Loaded:
    assert not outcome.refused, outcome.refused
    (loaded,) = outcome.loaded
    return loaded


def refusal(outcome: Outcome) -> str:
    assert not outcome.loaded
    assert outcome.version is None
    (refused,) = outcome.refused
    return str(refused)


# ---------------------------------------------------------------------------------------------- what is answered with


def test_without_any_file_the_shipped_table_answers(tmp_path: Path) -> None:
    store = open_fibre(tmp_path / "data")
    assert (store.version, store.datasets(), store.has_buildings) == ("", (), False)
    assert store.coverage(AMIENS) == TABLE.coverage[AMIENS]
    assert (store.history(AMIENS), store.count_history(AMIENS)) == ((), ())
    assert store.contours() == {}
    assert store.find_address(AMIENS, 12, None, "rue de l'église") == ()
    store.close()


def test_eligible_premises_are_known_when_both_files_of_a_day_are(
    take: Loader, opened: Callable[[], FibreStore]
) -> None:
    first = only(take("a.csv", made.premises_csv()))
    assert (first.kind, first.day, first.rows, first.waiting) == (DatasetKind.PREMISES, "2026-06-30", 771, True)
    assert opened().eligible(ALBERT) is None
    second = only(take("b.csv", made.technologies_csv()))
    assert (second.kind, second.waiting) == (DatasetKind.TECHNOLOGIES, False)
    eligible = opened().eligible(ALBERT)
    assert eligible is not None
    assert (eligible.covered, eligible.premises) == (6302, 6303)
    assert eligible.publication.quarter == "2026-T2"
    assert "Ma connexion internet" in eligible.publication.source
    assert opened().coverage(ALBERT) == TABLE.coverage[ALBERT]  # the other definition has not moved
    assert not any(dataset.waiting for dataset in opened().datasets())


def test_a_newer_half_waits_and_the_older_pair_goes_on_answering(
    take: Loader, opened: Callable[[], FibreStore]
) -> None:
    take("a.csv", made.premises_csv())
    take("b.csv", made.technologies_csv())
    assert only(take("c.csv", made.premises_csv("2026-09-30"))).waiting
    kept = opened().eligible(BOVELLES)
    assert kept is not None
    assert (kept.publication.quarter, kept.covered) == ("2026-T2", 211)
    assert not only(take("d.csv", made.technologies_csv("2026-09-30", less=0))).waiting
    newer = opened().eligible(BOVELLES)
    assert newer is not None
    assert (newer.publication.quarter, newer.covered) == ("2026-T3", 212)


def test_a_newer_layer_of_the_observatoire_is_answered_with(take: Loader, opened: Callable[[], FibreStore]) -> None:
    loaded = only(take("x.zip", made.zipped("2026T3_Commune.dbf", made.layer_dbf(lambda n: n * 0.99))))
    assert (loaded.kind, loaded.day, loaded.before) == (DatasetKind.LAYER, "2026-09-30", 347_952)
    amiens = opened().coverage(AMIENS)
    assert amiens is not None
    assert amiens.covered == round(TABLE.coverage[AMIENS].covered * 0.99)
    assert amiens.publication.quarter == "2026-T3"
    assert [figure.publication.quarter for figure in opened().history(AMIENS)] == ["2026-T3"]
    assert opened().department.publication.quarter == "2026-T3"


def test_an_older_layer_is_refused_then_forced_into_the_history_alone(
    take: Loader, opened: Callable[[], FibreStore]
) -> None:
    older = made.layer_dbf(lambda n: n * 0.8)
    assert "plus ancien que les données en place (2026-T2)" in refusal(take("2025t4.dbf", older))
    only(take("2025t4.dbf", older, force=True))
    assert opened().coverage(AMIENS) == TABLE.coverage[AMIENS]
    only(take("2026t2.dbf", made.layer_dbf()))
    quarters = [figure.publication.quarter for figure in opened().history(AMIENS)]
    assert quarters == ["2025-T4", "2026-T2"]
    assert [dataset.day for dataset in opened().datasets()] == ["2026-06-30"]


def test_the_workbook_is_a_history_without_ratio(take: Loader, opened: Callable[[], FibreStore]) -> None:
    loaded = only(take("x.xlsx", made.workbook()))
    assert (loaded.kind, loaded.day, loaded.rows) == (DatasetKind.HISTORY, "2018-06-30", 3 * 771)
    counts = opened().count_history(ALBERT)
    assert [count.publication.quarter for count in counts] == ["2017-T4", "2018-T1", "2018-T2"]
    assert counts[2].covered == TABLE.coverage[ALBERT].covered // 10 * 3
    assert not hasattr(counts[0], "percent")


def test_a_workbook_that_counts_several_things_is_read_for_one(take: Loader) -> None:
    assert (
        only(take("x.xlsx", made.workbook(kinds=("Locaux raccordables", "Locaux", "Locaux programmés")))).rows == 2313
    )


@pytest.mark.parametrize("header", [0, 4, 11])
def test_the_header_of_the_workbook_is_found_wherever_it_is(take: Loader, header: int) -> None:
    assert only(take("x.xlsx", made.workbook(header=header))).rows == 3 * 771


def test_copper_of_the_file_is_told_with_its_day(take: Loader, opened: Callable[[], FibreStore]) -> None:
    content = made.copper_csv({AMIENS: "31/10/2029", ALBERT: "2028-01-31", BOVELLES: "d'ici 2030"})
    content += f"{ALBERT},Albert,2027-06-30,,2\n{ALBERT},Albert,,,2\n"
    only(take("x.csv", content, day="2026-11-01"))
    store = opened()
    told = {code: store.copper(code) for code in (AMIENS, ALBERT, BOVELLES)}
    assert {code: each.closes_on for code, each in told.items() if each} == {
        AMIENS: "2029-10-31", ALBERT: "2027-06-30", BOVELLES: None,
    }  # fmt: skip
    assert all(each and each.told_on == "2026-11-01" for each in told.values())


def test_copper_older_than_what_the_program_came_with_is_refused(take: Loader) -> None:
    assert "plus ancien" in refusal(take("x.csv", made.copper_csv(), day="2025-01-15"))
    only(take("x.csv", made.copper_csv(), day="2025-10-20"))


def test_a_quarter_is_no_day(take: Loader) -> None:
    assert "--date" in refusal(take("2026t3.csv", made.copper_csv(), quarter="2026-T3"))


def test_what_a_name_says_goes_before_what_is_said_of_all_files(take: Loader) -> None:
    assert only(take("2026T3_Commune.dbf", made.layer_dbf(), quarter="2026-T4")).day == "2026-09-30"
    assert only(take("cuivre-2026-11-01.csv", made.copper_csv(), day="2026-12-01")).day == "2026-11-01"


def test_codes_that_lost_their_zero_are_of_other_departements(take: Loader, opened: Callable[[], FibreStore]) -> None:
    assert only(take("x.csv", made.copper_csv(), day="2026-11-01")).rows == 771
    assert opened().copper("08012") is opened().copper("80012") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_are_read_in_either_encoding(take: Loader, opened: Callable[[], FibreStore], encoding: str) -> None:
    only(take("x.csv.gz", made.addresses_csv(), encoding=encoding, day="2026-11-01"))
    (address,) = opened().find_address(AMIENS, 1, None, "rue de l'eglise")
    assert address.street == "Rue de l'Église"


# ---------------------------------------------------------------------------------------------- addresses, buildings


@pytest.fixture
def addressed(take: Loader, opened: Callable[[], FibreStore]) -> FibreStore:
    only(take("adresses-80.csv.gz", made.addresses_csv(), day="2026-11-01"))
    return opened()


@pytest.mark.parametrize(
    ("number", "repetition", "street", "found"),
    [
        (12, None, "Rue de l'Église", ["80021_0010_00012"]),
        (12, "B", "rue de leglise", ["80021_0010_00012_bis"]),
        (12, "bis", "r. de l eglise", ["80021_0010_00012_bis"]),
        (3, None, "av. du gal leclerc", ["80021_0010_00003"]),
        (3, None, "avenue leclerc", ["80021_0010_00003"]),
        (3, None, "avenue du general leclrec", ["80021_0010_00003"]),
        (None, None, "avenue du general leclerc", ["80021_0010_00003"]),
        (7, None, "avenue du general leclerc", []),
        (3, None, "place gambetta", []),
    ],
)
def test_an_address_is_found_as_people_write_it(
    addressed: FibreStore, number: int | None, repetition: str | None, street: str, found: list[str]
) -> None:
    assert [each.identifier for each in addressed.find_address(AMIENS, number, repetition, street)] == found


def test_an_address_says_where_it_is(addressed: FibreStore) -> None:
    (address,) = addressed.find_address(AMIENS, 12, "bis", "rue de l'église")
    assert (address.label, address.number) == ("12 bis Rue de l'Église, 80000 Amiens", "12 bis")
    assert (round(address.x), round(address.y)) == (256_035, 6_427_248)
    assert address.code == AMIENS


@pytest.fixture
def built(take: Loader, opened: Callable[[], FibreStore]) -> FibreStore:
    only(take("operateur.csv", OPERATORS))
    assert only(take("a.csv.gz", made.buildings_csv(), quarter="2026-T2")).waiting
    assert not only(take("b.csv.gz", made.eligibility_csv(), quarter="2026-T2")).waiting
    return opened()


def test_a_building_is_found_by_its_address_with_its_state(built: FibreStore) -> None:
    assert built.has_buildings
    codes = list(TABLE.communes)
    (eligible,) = built.buildings_of(f"{codes[1]}_0010_00012_bis", codes[1])
    (without,) = built.buildings_of(f"{codes[3]}_0010_00012_bis", codes[3])
    assert (eligible.state, eligible.operators) == (BuildingState.ELIGIBLE, ("Bouygues Telecom", "Orange"))
    assert (without.state, without.operators) == (BuildingState.NOT_ELIGIBLE, ())
    assert eligible.label == "12 bis Rue de l'Église"
    assert eligible.publication.quarter == "2026-T2"
    assert built.buildings_of(f"{codes[1]}_0010_00012_bis", codes[2]) == ()


def test_the_nearest_buildings_come_first_within_metres_of_ground(built: FibreStore) -> None:
    x, y = made.place(250)
    near = built.nearest_buildings(x + 1, y, most=2)
    assert [building.identifier for building in near] == ["250", "251"]
    assert [building.distance for building in near] == [0.6, 12.2]  # 1 and 19 m of EPSG:3857 at this latitude
    assert len(built.nearest_buildings(x, y, most=100, within=25.9)) == 13  # two steps of 12.9 m, and the diagonals
    assert built.nearest_buildings(x + 50_000, y) == ()


def test_buildings_wait_for_the_eligibility_of_their_quarter(
    take: Loader, built: FibreStore, opened: Callable[[], FibreStore]
) -> None:
    codes = list(TABLE.communes)
    renamed = made.buildings_csv().replace("\n", "\nnew")[: -len("new")]
    assert only(take("c.csv.gz", renamed, quarter="2026-T3")).waiting
    (kept,) = opened().buildings_of(f"{codes[1]}_0010_00012_bis", codes[1])
    assert (kept.identifier, kept.publication.quarter) == ("1", "2026-T2")
    told = refusal(take("d.csv.gz", made.eligibility_csv(), quarter="2026-T3"))
    assert "0 en commun sur 514" in told or "en commun" in told
    header, *rows = made.eligibility_csv().splitlines()
    eligibility = made.lines(header, [f"new{row}" for row in rows])
    assert not only(take("d.csv.gz", eligibility, quarter="2026-T3")).waiting
    (newer,) = opened().buildings_of(f"{codes[1]}_0010_00012_bis", codes[1])
    assert (newer.identifier, newer.publication.quarter) == ("new1", "2026-T3")
    assert newer.operators == ("Bouygues Telecom", "Orange")


STATES = {
    "laid, cabinet open": (("deploye", "deploye", "2020-01-01"), BuildingState.CONNECTABLE),
    "laid, short codes": (("DEPL", "DEPL", ""), BuildingState.CONNECTABLE),
    "laid, cabinet opens after the quarter": (("DEPL", "DEPL", "2026-07-01"), BuildingState.UNDER_WAY),
    "laid, cabinet not laid": (("deploye", "en cours de deploiement", ""), BuildingState.UNDER_WAY),
    "on demand": (("raccordable demande", "deploye", ""), BuildingState.ON_DEMAND),
    "on demand, short code": (("RACD", "DEPL", "15/03/2024"), BuildingState.ON_DEMAND),
    "on demand, cabinet not laid": (("RACD", "CIBL", ""), BuildingState.UNDER_WAY),
    "under way": (("en cours de deploiement", "deploye", ""), BuildingState.UNDER_WAY),
    "signed": (("signe", "deploye", ""), BuildingState.SIGNED),
    "target": (("cible", "cible", ""), BuildingState.TARGET),
    "given up": (("abandonne", "deploye", ""), BuildingState.ABANDONED),
}


def test_the_states_of_the_observatoire_go_before_eligibility(
    take: Loader, built: FibreStore, opened: Callable[[], FibreStore]
) -> None:
    codes = list(TABLE.communes)
    given = dict(zip(codes, [told for told, _ in STATES.values()], strict=False))
    loaded = only(take("2026T2-Immeuble.csv", made.states_csv(given)))
    assert (loaded.kind, loaded.rows) == (DatasetKind.STATES, 771)
    for code, (case, (_, state)) in zip(codes, STATES.items(), strict=False):
        (found,) = opened().buildings_of(f"{code}_0010_00012_bis", code)
        assert found.state is state, case
        assert "observatoire" in found.publication.source
        assert found.operators == ()  # those of another source


def test_the_observatoire_alone_has_buildings_near_a_point(take: Loader, opened: Callable[[], FibreStore]) -> None:
    only(take("2026T2-Immeuble.csv", made.states_csv()))
    store = opened()
    assert store.has_buildings
    assert store.buildings_of("80021_0010_00012_bis", AMIENS) == ()
    x, y = web_mercator(*from_lambert_93(650_000, 6_977_000))
    found = store.nearest_buildings(x, y)
    assert [building.identifier for building in found] == [f"IMB/{code}/X/0001" for code in list(TABLE.communes)[:3]]
    assert [building.distance for building in found] == pytest.approx(
        [0, 20, 40], abs=0.2
    )  # metres on the ground, as Lambert-93 has them
    assert found[0].state is BuildingState.CONNECTABLE


def test_a_few_buildings_may_be_nowhere(take: Loader, opened: Callable[[], FibreStore]) -> None:
    only(take("2026T2-Immeuble.csv", made.states_csv().replace("650000,6977000", "0,0")))
    x, y = web_mercator(*from_lambert_93(650_000, 6_977_000))
    assert opened().nearest_buildings(x, y, within=5) == ()


def test_many_threads_look_up_at_once(built: FibreStore) -> None:
    codes = list(TABLE.communes)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda code: built.buildings_of(f"{code}_0010_00012_bis", code), codes))
    assert [building.code for (building,) in found] == codes


def test_contours_are_kept_with_fewer_points(take: Loader, opened: Callable[[], FibreStore]) -> None:
    for key in ("code", "codgeo", "code_insee", "INSEE_COM"):
        only(take("x.geojson", made.geojson(key)))
    contours = opened().contours()
    assert len(contours) == 771
    assert contours["80001"] == (((1.5, 49.9), (1.51, 49.9), (1.51, 49.91), (1.5, 49.91), (1.5, 49.9)),)


# ---------------------------------------------------------------------------------------------- refusals

COUNTS = made.premises_csv()
PACKED = gzip.compress(made.buildings_csv().encode())
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "vide"),
    "header alone": (made.PREMISES + "\n", "vide"),
    "unknown columns": ("code;nom;fibre\n80021;Amiens;oui\n", "colonnes"),
    "web page": ("<!DOCTYPE html><html><body>Maintenance</body></html>", "page web"),
    "error of an interface": ('{"error_code": "NotFound", "message": "x"}', "GeoJSON"),
    "geojson without codes": (made.geojson("name"), "code INSEE"),
    "geojson cut": (made.geojson()[:5000], "tronqué"),
    "csv cut in a row": (COUNTS[: COUNTS.index("80130") + 20], "tronqué"),
    "csv cut in its date": (COUNTS[: COUNTS.index("80130") + 36], "colonne date"),
    "csv that ends early": (COUNTS[: COUNTS.index("80130")], "que"),
    "a row too long": (COUNTS.replace(";all;", ";all;;", 1), "n'a pas autant de cases"),
    "gzip cut": (PACKED[: len(PACKED) // 2], "tronqué"),
    "gzip damaged": (PACKED[:200] + b"\xff" * 50 + PACKED[250:], "abîmé"),
    "zip cut": (made.zipped("x.dbf", made.layer_dbf())[:-100], "tronqué"),
    "zip with nothing to read": (made.zipped("x.shp", b"x"), "archive"),
    "dbf shorter than it says": (made.layer_dbf()[:-500], "tronqué"),
    "workbook without communes": (made.workbook(codes=False), "aucune feuille"),
    "workbook without quarters": (made.workbook(quarters=("2017", "2018")), "aucune feuille"),
    "other département": (COUNTS.replace(";80;32;", ";62;32;").replace("\n80", "\n62"), "aucune ligne ne concerne"),
    "too few communes": ("\n".join(COUNTS.splitlines()[:700]), "699 communes de la Somme sur 771"),
    "negative": (COUNTS.replace(";6303;", ";-6303;"), "-6303"),
    "not a number": (COUNTS.replace(";6303;", ";n.d.;"), "n.d."),
    "half a house": (COUNTS.replace(";6303;", ";6302.5;"), "6302.5"),
    "infinite": (COUNTS.replace(";6303;", ";inf;"), "inf"),
    "no date": (COUNTS.replace("80016;Albert;80;32;6303;all;2026-06-30", "80016;Albert;80;32;6303;all;"), "date"),
    "two dates": (COUNTS.replace("6303;all;2026-06-30", "6303;all;2026-03-31"), "plusieurs dates"),
    "a commune twice": (COUNTS + "80016;Albert;80;32;6303;all;2026-06-30\n", "« 80016 » y est deux fois"),
    "no quarter told": (made.buildings_csv(), "--quarter 2026-T2"),
    "no day told": (made.copper_csv(), "--date 2025-10-20"),
    "covered beyond premises": (made.layer_dbf(lambda n: n + 2000), "c'est impossible"),
    "half of what there was": (made.layer_dbf(lambda n: n / 2), "tombe de"),
    "neither utf-8 nor cp1252": (COUNTS.encode().replace(b"Albert", b"Albert\x81\xff"), "cp1252"),
    "binary": (bytes(range(1, 256)) * 20, "cp1252"),
    "a line without end": (made.PREMISES + "\n" + "x" * 3_000_000, "n'en finit pas"),
    "archive of an archive": (made.zipped("x.zip", b"x"), "archive"),
    "a state nobody knows": (made.states_csv({ALBERT: ("zzz", "deploye", "")}), "zzz"),
    "buildings elsewhere": (made.states_csv().replace(",69770", ",64770"), "sont dans la Somme"),
    "buildings without place": (made.buildings_csv().replace("256000.0", "ici", 1), "imb_x"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_right_is_refused_with_its_name_and_reason(take: Loader, case: str, tmp_path: Path) -> None:
    content, reason = REFUSED[case]
    name = "2026T3.dbf" if isinstance(content, bytes) and content[:1] == b"\x03" else "x"
    told = refusal(take(name, content, **({"quarter": "2026-T2"} if "state" in case or "building" in case else {})))
    assert told.startswith(f"{name} : ")
    assert reason in told
    assert current_version(fibre_versions(tmp_path / "data")) is None
    assert not [path for path in fibre_versions(tmp_path / "data").iterdir() if path.is_dir()]


def test_a_file_refused_leaves_what_was_loaded(take: Loader, opened: Callable[[], FibreStore]) -> None:
    take("a.csv", made.premises_csv())
    take("b.csv", made.technologies_csv())
    before = opened().version
    fallen = made.technologies_csv("2026-09-30", less=100_000)
    assert take("d.csv", made.premises_csv("2026-09-30")).version
    assert "tombe de" in refusal(take("c.csv", fallen))
    kept = opened().eligible(ALBERT)
    assert kept is not None
    assert (kept.covered, kept.premises, kept.publication.quarter) == (6302, 6303, "2026-T2")
    assert opened().version != before


def test_a_commune_that_falls_is_refused_unless_forced(take: Loader, opened: Callable[[], FibreStore]) -> None:
    albert = TABLE.coverage[ALBERT].covered
    fallen = made.layer_dbf(lambda n: n * (0.5 if n == albert else 1))
    assert f"({ALBERT})" in refusal(take("2026T3.dbf", fallen))
    only(take("2026T3.dbf", fallen, force=True))
    coverage = opened().coverage(ALBERT)
    assert coverage is not None
    assert coverage.covered == round(albert * 0.5)


def test_far_fewer_buildings_are_refused_unless_forced(take: Loader, built: FibreStore) -> None:
    twice = made.buildings_csv((*TABLE.communes, *TABLE.communes))
    only(take("a.csv", twice, quarter="2026-T2"))
    assert "tombe de 1\u202f542 à 771" in refusal(take("b.csv", made.buildings_csv(), quarter="2026-T2"))
    only(take("b.csv", made.buildings_csv(), quarter="2026-T2", force=True))


def test_of_several_files_those_that_are_right_go_in(tmp_path: Path) -> None:
    files = {"a.csv": made.premises_csv(), "b.csv": "x;y\n1;2\n", "c.csv": made.technologies_csv()}
    given = [Given(write(tmp_path / name, content), name) for name, content in files.items()]
    outcome = load(tmp_path / "data", given)
    assert [each.name for each in outcome.loaded] == ["a.csv", "c.csv"]
    assert [each.name for each in outcome.refused] == ["b.csv"]
    assert outcome.version


def test_a_small_file_that_becomes_an_endless_one_is_refused(take: Loader) -> None:
    bomb = bomb_of(made.BUILDINGS)
    assert len(bomb) < 1_000_000
    assert "place" in refusal(take("x.csv", bomb, quarter="2026-T2"))


def bomb_of(header: str) -> bytes:
    """100 MB of the same row, in some 100 kB."""
    row = (";".join("0" for _ in header.split(";")) + "\n").encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(header.encode() + b"\n")]
    pieces += [packer.compress(row * 30_000) for _ in range(100)]
    return b"".join([*pieces, packer.flush()])


# ---------------------------------------------------------------------------------------------- publishing


@pytest.mark.parametrize("moment", ["fibre_file_read", "fibre_file_loaded", "fibre_written"])
def test_a_run_cut_short_leaves_the_version_before(take: Loader, opened: Callable[[], FibreStore], moment: str) -> None:
    take("a.csv", made.premises_csv())
    take("b.csv", made.technologies_csv())
    before = opened().version

    def stop(reached: str) -> None:
        if reached == moment:
            raise KeyboardInterrupt

    fault_points.listen(stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            take("c.csv", made.copper_csv(), day="2026-11-01")
    finally:
        fault_points.listen(None)
    assert opened().version == before
    assert opened().copper(AMIENS) == TABLE.copper[AMIENS]
    only(take("c.csv", made.copper_csv(), day="2026-11-01"))


def test_a_second_run_is_refused_while_one_is_at_work(take: Loader, tmp_path: Path) -> None:
    with building(fibre_versions(tmp_path / "data")), pytest.raises(BuildFailed, match="en cours"):
        take("a.csv", made.premises_csv())


def _versions(folder: Path) -> int:
    return len([path for path in fibre_versions(folder / "data").iterdir() if path.is_dir()])


def test_a_version_that_is_read_stays_until_it_is_given_back(take: Loader, tmp_path: Path) -> None:
    take("a.csv.gz", made.addresses_csv(), day="2026-10-01")
    store = open_fibre(tmp_path / "data")
    take("b.csv.gz", made.addresses_csv(), day="2026-11-01")
    assert store.find_address(AMIENS, 1, None, "rue de l'église")
    assert _versions(tmp_path) == 2
    store.close()
    take("c.csv.gz", made.addresses_csv(), day="2026-12-01")
    assert _versions(tmp_path) == 1


def test_a_damaged_version_gives_way_to_the_shipped_table(
    take: Loader, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    take("a.csv", made.premises_csv())
    version = current_version(fibre_versions(tmp_path / "data"))
    assert version is not None
    (version / "fibre.sqlite").write_bytes(b"not a database" * 100)
    store = open_fibre(tmp_path / "data")
    assert store.coverage(AMIENS) == TABLE.coverage[AMIENS]
    assert "illisibles" in caplog.text
    take("a.csv", made.premises_csv())  # and the next run begins anew
    assert open_fibre(tmp_path / "data").datasets()


@pytest.fixture(scope="module")
def much_loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a file of each kind that is read when a version is opened."""
    folder = tmp_path_factory.mktemp("much_loaded")
    contents: dict[str, str | bytes] = {
        "2026T3_Commune.zip": made.zipped("2026T3_Commune.dbf", made.layer_dbf()),
        "x.xlsx": made.workbook(),
        "2026-11-01.csv": made.copper_csv(),
        "operateur.csv": OPERATORS,
    }
    outcome = load(folder / "data", [Given(write(folder / name, each), name) for name, each in contents.items()])
    assert (len(outcome.loaded), outcome.refused) == (4, ())
    return folder / "data"


def _open_files(folder: Path) -> int:
    """How many of the files in a folder this process has open."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found += descriptor.readlink().is_relative_to(folder)
        except FileNotFoundError:  # the listing's own
            continue
    return found


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE datasets SET kind = 'trains' WHERE kind = 'copper'", id="a kind that nobody knows"),
        pytest.param("UPDATE datasets SET day = 'hier' WHERE kind = 'layer'", id="a file of no day"),
        pytest.param("UPDATE datasets SET day = x'00ff' WHERE kind = 'layer'", id="bytes for a day"),
        pytest.param("UPDATE coverage SET day = 'hier'", id="figures of no day"),
        pytest.param("UPDATE coverage SET day = 2026", id="a year for a day"),
        pytest.param("UPDATE coverage SET covered = 'beaucoup'", id="a word for a number"),
        pytest.param("UPDATE history SET quarter = '2026-T9'", id="a ninth quarter"),
        pytest.param("UPDATE history SET connectable = 'peu'", id="a word for a count"),
        pytest.param("UPDATE copper SET closes_on = '2027-02-30'", id="copper that closes on no day"),
        pytest.param("UPDATE operators SET name = CAST(x'ff' AS TEXT)", id="a name that is no text"),
        pytest.param("DROP TABLE operators", id="no table of operators"),
        pytest.param("DROP TABLE coverage", id="no table of figures"),
        pytest.param("ALTER TABLE datasets DROP COLUMN licence", id="a column missing"),
        pytest.param("PRAGMA user_version = 99", id="another version of the program"),
    ],
)
def test_whatever_is_wrong_with_a_version_the_shipped_table_answers_and_nothing_stays_open(
    much_loaded: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    shutil.copytree(much_loaded, tmp_path / "data")
    version = current_version(fibre_versions(tmp_path / "data"))
    assert version is not None
    with closing(sqlite3.connect(version / "fibre.sqlite")) as connection, connection:
        changed = connection.execute(damage).rowcount
    assert changed != 0
    store = open_fibre(tmp_path / "data")
    assert (store.version, store.datasets(), store.department) == ("", (), open_fibre().department)
    assert _open_files(tmp_path) == 0
    (warning,) = caplog.records
    assert version.name in warning.getMessage()
    assert "illisibles" in warning.getMessage()


def test_every_answer_of_the_store_is_the_file_s(take: Loader, opened: Callable[[], FibreStore]) -> None:
    take("a.csv", made.premises_csv())
    take("b.csv", made.technologies_csv())
    store = opened()
    for code in TABLE.communes:
        eligible = store.eligible(code)
        assert eligible is not None
        assert (eligible.premises, eligible.covered) == (made.premises(code), max(0, made.premises(code) - 1))


def test_outlines_are_what_json_says(take: Loader, opened: Callable[[], FibreStore]) -> None:
    features = json.loads(made.geojson("code"))
    features["features"][0]["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [features["features"][0]["geometry"]["coordinates"]] * 2,
    }
    only(take("x.json", json.dumps(features)))
    assert len(opened().contours()["80001"]) == 2


def test_outlines_asked_for_by_many_at_once_are_read_once(
    take: Loader, opened: Callable[[], FibreStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    only(take("x.json", made.geojson("code")))
    store, read = opened(), list[PublishedFile]()
    together = threading.Barrier(4)

    def read_slowly(file: PublishedFile) -> dict[str, Rings]:
        read.append(file)
        threading.Event().wait(0.05)  # time for the others to ask
        return read_outlines(file)

    def ask() -> object:
        together.wait(30)
        return store.contours()

    monkeypatch.setattr(fibre_store, "read_outlines", read_slowly)
    with ThreadPoolExecutor(4) as threads:
        first, *others = [asked.result(30) for asked in [threads.submit(ask) for _ in range(4)]]
    assert first
    assert all(other is first for other in others)
    assert len(read) == 1


# ---------------------------------------------------------------------------------------------- many threads


class Stopped:
    """A value of a query: whoever binds it stops there, its connection in hand, until all are there."""

    def __init__(self, parties: int) -> None:
        self._all_here = threading.Barrier(parties)

    def __conform__(self, protocol: object) -> int:
        self._all_here.wait(30)
        return 80


@pytest.fixture
def file(take: Loader, tmp_path: Path) -> Iterator[PublishedFile]:
    take("a.csv", made.premises_csv())
    version = current_version(fibre_versions(tmp_path / "data"))
    assert version is not None
    file = PublishedFile(version)
    yield file
    file.close()
    assert _open_files(tmp_path) == 0


def test_threads_that_come_and_go_leave_one_connection(file: PublishedFile, tmp_path: Path) -> None:
    for _ in range(100):
        thread = threading.Thread(target=file.rows, args=("SELECT * FROM datasets",))
        thread.start()
        thread.join()
    assert _open_files(tmp_path) == 1


def test_no_more_connections_are_open_than_were_used_at_once(file: PublishedFile, tmp_path: Path) -> None:
    for _ in range(5):
        stopped = Stopped(4)
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(file.rows, "SELECT ?, count(*) FROM datasets", stopped) for _ in range(4)]
            assert [each.result(30) for each in asked] == [[(80, 1)]] * 4
    assert 1 <= _open_files(tmp_path) <= 4


def test_a_query_that_fails_gives_its_connection_back(file: PublishedFile, tmp_path: Path) -> None:
    for _ in range(5):
        with pytest.raises(sqlite3.OperationalError):
            file.rows("SELECT * FROM trains")
    assert file.rows("SELECT count(*) FROM datasets") == [(1,)]
    assert _open_files(tmp_path) == 1


def test_closing_lets_a_query_that_is_running_end(file: PublishedFile, tmp_path: Path) -> None:
    running, closed = Stopped(2), Stopped(2)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(file.rows, "SELECT ?, ?, count(*) FROM datasets", running, closed)
        running.__conform__(None)  # it runs
        file.close()
        closed.__conform__(None)
        assert asked.result(30) == [(80, 80, 1)]
    assert _open_files(tmp_path) == 0
    with pytest.raises(sqlite3.ProgrammingError):
        file.rows("SELECT * FROM datasets")
