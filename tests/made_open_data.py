"""Files of open data in their real formats, made small: every commune of the Somme, a row or two each."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path

import xlsxwriter

from assistant.fibre.communes import shipped_table

TABLE = shipped_table()
ALBERT, BOVELLES, AMIENS = "80016", "80130", "80021"
REAL = {ALBERT: 6303, BOVELLES: 212}  # premises of Ma connexion internet, second quarter of 2026
PREMISES = "code_insee;nom_com;code_dep;code_reg;nbr;type;date"
TECHNOLOGIES = (
    "code_insee;nom_com;code_dep;code_reg;elig_ftth;elig_coax;elig_cu;elig_thdr;elig_4gf;elig_hdr;elig_sat;date"
)
BUILDINGS = (
    "imb_id;imb_x;imb_y;imb_code;imb_code_insee;imb_nbr_logloc;imb_source;imb_type;addr_code;imb_num;addr_numero;"
    "addr_rep;addr_nom_voie;addr_nom_ld;addr_code_insee;addr_nom_commune;addr_id_fantoir;addr_source"
)
ELIGIBILITY = (
    "imb_id;addr_code;imb_code;code_operateur;code_techno;classe_debit_montant;classe_debit_descendant;limitation;"
    "saturation"
)
STATES = (
    "x,y,imb_id,num_voie,cp_no_voie,type_voie,nom_voie,batiment,code_insee,code_poste,nom_com,catg_loc_imb,imb_etat,"
    "pm_ref,pm_etat,pm_date_mad,code_l331,type_imb"
)
ADDRESSES = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;"
    "source_nom_voie;certification_commune;cad_parcelles"
)
COPPER = "code_insee,nom_commune,fermeture_technique,fermeture_commerciale,lot"
AINS = "1004"  # Ambérieu-en-Bugey, 01004, whose zero a spreadsheet took
ARDENNES = "8012"  # 08012: no commune of the Somme, though it begins with 80


def premises(code: str) -> int:
    return REAL.get(code, TABLE.coverage[code].premises + 5)


def lines(header: str, rows: Iterable[str]) -> str:
    return "\n".join((header, *rows)) + "\n"


def premises_csv(date: str = "2026-06-30", count: Callable[[str], object] = premises) -> str:
    rows = [f"{code};{each.name};80;32;{count(code)};all;{date}" for code, each in TABLE.communes.items()]
    return lines(
        PREMISES, [*rows, f"{AINS};Ambérieu-en-Bugey;01;84;8000;all;{date}", f"80016;Albert;80;32;9;pro;{date}"]
    )


def technologies_csv(date: str = "2026-06-30", less: int = 1) -> str:
    rows = [
        f"{code};{each.name};80;32;{max(0, premises(code) - less)};0;0;0;0;0;0;{date}"
        for code, each in TABLE.communes.items()
    ]
    return lines(TECHNOLOGIES, rows)


def copper_csv(dates: dict[str, str] | None = None, without_zero: bool = True) -> str:
    said = {code: each.closes_on or "" for code, each in TABLE.copper.items()} | (dates or {})
    rows = [f"{code},{TABLE.communes[code].name},{date},,3" for code, date in said.items()]
    if without_zero:
        rows += [f"{AINS},Ambérieu-en-Bugey,2027-01-31,,1", f"{ARDENNES},Antheny,2027-01-31,,1"]
    return lines(COPPER, rows)


def place(number: int) -> tuple[float, float]:
    """A building every 20 m of EPSG:3857, around Amiens."""
    return 256_000.0 + 20 * (number % 100), 6_425_000.0 + 20 * (number // 100)


def buildings_csv(codes: Sequence[str] = tuple(TABLE.communes)) -> str:
    rows = []
    for number, code in enumerate(codes):
        x, y = place(number)
        rows.append(
            f"{number};{x};{y};IMB/{code}/X/0001;{code};2;ftth;bati;{code}_0010_00012_bis;12;12;bis;Rue de l'Église;;"
            f"{code};Commune;{code}0010;ban"
        )
    return lines(BUILDINGS, rows)


def eligibility_csv(numbers: Iterable[int] = range(len(TABLE.communes))) -> str:
    rows = [f"{number};a;i;CUIV;CU;HD;HD;;" for number in numbers]
    rows += [f"{number};a;i;{code};FO;THD1G;THD1G;;" for number in numbers if number % 3 for code in ("BOUY", "FRTE")]
    return lines(ELIGIBILITY, rows)


def states_csv(states: dict[str, tuple[str, str, str]] | None = None) -> str:
    """`states`: commune → imb_etat, pm_etat, pm_date_mad."""
    rows = []
    for number, code in enumerate(TABLE.communes):
        state, cabinet, opened = (states or {}).get(code, ("deploye", "deploye", "2020-01-01"))
        x, y = 650_000 + 20 * number, 6_977_000 + number
        rows.append(
            f"{x},{y},IMB/{code}/X/0001,12,,RUE,DE L'EGLISE,,{code},80000,X,2,{state},PM1,{cabinet},{opened},TUTO,PAV"
        )
    return lines(
        STATES, [*rows, "900000,6500000,IMB/69123/X/1,1,,RUE,X,,69123,69001,LYON,1,deploye,P,deploye,,ORAN,IMM"]
    )


def addresses_csv() -> str:
    def row(code: str, number: int, repetition: str, street: str) -> str:
        identifier = f"{code}_0010_{number:05}" + (f"_{repetition}" if repetition else "")
        return (
            f"{identifier};;{number};{repetition};{street};{TABLE.communes[code].postcodes[0]};{code};"
            f"{TABLE.communes[code].name};;;647000;6977000;2.3;49.89;entrée;;;X;X;commune;commune;1;"
        )

    rows = [row(code, number, "", "Rue de l'Église") for code in TABLE.communes for number in (1, 12)]
    rows += [row(AMIENS, 12, "bis", "Rue de l'Église"), row(AMIENS, 3, "", "Avenue du Général Leclerc")]
    return lines(ADDRESSES, rows)


def dbf(rows: Sequence[Sequence[object]], fields: Sequence[tuple[str, str, int]]) -> bytes:
    """dBase III: name, type (C or N) and width of each field."""
    header = b"".join(name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width]) + bytes(15)
                      for name, kind, width in fields)  # fmt: skip
    start, width = 32 + len(header) + 1, 1 + sum(width for *_, width in fields)
    records = b"".join(
        b" " + b"".join(
            str(cell).encode("latin-1").ljust(width) if kind == "C" else str(cell).encode().rjust(width)
            for cell, (_, kind, width) in zip(row, fields, strict=True)
        )
        for row in rows
    )  # fmt: skip
    return struct.pack("<BBBBIHH20x", 3, 126, 9, 10, len(rows), start, width) + header + b"\r" + records + b"\x1a"


def layer_dbf(change: Callable[[int], float] = float, shift: int = 0) -> bytes:
    """The table of the observatoire's shapefile; Cartefibre's own counts, unless changed."""
    fields = [("INSEE_COM", "C", 5), ("NOM_COM", "C", 50), ("INSEE_DEP", "C", 2), ("zone", "C", 5), ("Locaux", "N", 12),
              ("oi", "C", 20), ("ftth", "N", 12), ("couv", "N", 10)]  # fmt: skip
    rows = [
        (code, TABLE.communes[code].name.replace("œ", "oe").replace("Œ", "Oe"), "80", "zipu", each.premises + shift,
         "TUTO", round(change(each.covered)), 1.0)
        for code, each in TABLE.coverage.items()
    ]  # fmt: skip
    return dbf([*rows, ("01004", "Ambérieu", "01", "zipu", 8000, "TUTO", 8000, 1.0)], fields)


def zipped(name: str, body: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
        archive.writestr(name.rsplit(".", 1)[0] + ".cpg", "UTF-8")
    return file.getvalue()


def workbook(
    quarters: Sequence[str] = ("T4 2017", "T1 2018", "T2 2018"), header: int = 4, codes: bool = True,
    kinds: Sequence[str] = ("",),
) -> bytes:  # fmt: skip
    """The observatoire's workbook: a note, a sheet by département, a sheet by commune; a row for each of `kinds`."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("À lire").write(0, 0, "Données au T2 2018, publiées avec le T1 2018")
        for sheet, places in (("Départements", {"80": "Somme"}), ("Communes", {})):
            page = book.add_worksheet(sheet)
            page.write(0, 0, "Locaux raccordables, d'après le T2 2018")
            headings = ["Code région", "Code commune", "Nom", "Champ", "Estimation des locaux T2 2018", *quarters]
            page.write_row(header, 0, headings)
            named = places or {code: each.name for code, each in TABLE.communes.items()}
            rows = [(code, name, kind) for code, name in named.items() for kind in kinds]
            for number, (code, name, kind) in enumerate(rows, header + 1):
                counts = [TABLE.coverage[code].covered // 10 * n if code in TABLE.coverage else 1 for n in (1, 2, 3)]
                page.write_row(number, 0, [32, int(code) if codes else "?", name, kind, 9, *counts[: len(quarters)]])
    return file.getvalue()


def geojson(key: str = "codgeo") -> str:
    def feature(code: str, at: float) -> dict[str, object]:
        ring = [[at, 49.9], [at + 0.005, 49.90001], [at + 0.01, 49.9], [at + 0.01, 49.91], [at, 49.91], [at, 49.9]]
        return {"type": "Feature", "properties": {key: code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    features = [feature(code, 1.5 + number / 1000) for number, code in enumerate(TABLE.communes)]
    return json.dumps({"type": "FeatureCollection", "features": [*features, feature("1004", 5.3)]})


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Put a file there, gzipped if its name says so."""
    data = content.encode(encoding, "replace") if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
