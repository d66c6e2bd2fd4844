"""The page of figures: what it says is the table's, whatever is asked of it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from assistant.answering.fibre_say import percent, quarter
from assistant.fibre.communes import CommuneTable, shipped_table
from assistant.fibre.store import FibreStore, open_fibre
from assistant.figures import Connectable, CopperClosure, Coverage, Definition
from assistant.settings import ROOT
from assistant.web.fibre_map import (
    CLASSES,
    UNCOUNTED,
    Contours,
    LastOutlines,
    contour_map,
    epci_grid,
    legend,
    outlines,
    shade,
)  # fmt: skip
from assistant.web.fibre_pages import add_fibre_pages, page
from assistant.web.fibre_table import (
    Choice,
    Column,
    Row,
    all_rows,
    chosen,
    copper_said,
    harmless,
    table_as_csv,
    totals,
)  # fmt: skip
from assistant.web.guards import SecurityHeaders
from assistant.web.page import STYLES, add_styles
from assistant.web.routes import AllowedRoutes
from assistant.wording import sentence, texts, wording

WEB = ROOT / "assistant" / "web"
PUBLICATION = open_fibre().department.publication
CODES = frozenset(commune.code for commune in open_fibre().communes)
SQUARE = (((1.4, 49.6), (3.2, 49.6), (3.2, 50.4), (1.4, 50.4), (1.4, 49.6)),)


class Outlined(FibreStore):
    """The shipped figures, beside contours that nobody loaded."""

    def __init__(self, outlined: Contours) -> None:
        super().__init__(shipped_table())
        self.outlined = outlined

    def contours(self) -> Contours:
        return self.outlined


def served(store: FibreStore) -> FastAPI:
    app = FastAPI(middleware=[Middleware(SecurityHeaders, sites="https://a.example"), Middleware(AllowedRoutes)])
    add_styles(app)
    add_fibre_pages(app, lambda: nullcontext(store))
    return app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(served(open_fibre())) as opened:
        yield opened


@pytest.fixture(scope="module")
def few() -> FibreStore:
    """The shipped figures of one EPCI."""
    table = shipped_table()
    kept = {code: commune for code, commune in table.communes.items() if commune.epci == "CC du Vimeu"}
    return FibreStore(
        CommuneTable(kept, {code: table.coverage[code] for code in kept}, {code: table.copper[code] for code in kept})
    )


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml", multi_valued_attributes=None)


def read(client: TestClient, query: str = "") -> BeautifulSoup:
    reply = client.get(f"/fibre{query}")
    assert reply.status_code == 200
    return soup(reply.text)


def attribute(tag: Tag, name: str) -> str:
    return str(tag[name])


def names(document: BeautifulSoup) -> list[str]:
    return [cell.get_text() for cell in document.select("tbody th")]


def coverage(covered: int, premises: int) -> Coverage[Connectable]:
    return Coverage("80000", covered, premises, PUBLICATION, Definition.CONNECTABLE)


def odd_store(**changes: object) -> FibreStore:
    """The shipped figures, with a commune whose name is a trap, one without a figure, and one that copper forgot."""
    table = shipped_table()
    trap = replace(table.communes["80001"], name='=SUM("<script>alert(1)</script>")', epci='<b onclick="x">EPCI</b>')
    odd = CommuneTable(
        table.communes | {"80001": trap},  # type: ignore[operator]  # the mapping is a dict
        {code: figure for code, figure in table.coverage.items() if code != "80002"},
        {code: closure for code, closure in table.copper.items() if code != "80003"},
    )
    return FibreStore(odd)


def test_every_commune_is_there_with_the_figures_of_the_table(client: TestClient) -> None:
    table = shipped_table()
    rows = read(client).select("tbody tr")
    assert len(rows) == len(table.communes) == 771
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in rows]
    said = {name: [value.split() for value in values] for name, *values in cells}
    for code, commune in table.communes.items():
        figure = table.coverage[code]
        percent, connectable, premises, _, epci = said[commune.name]
        assert " ".join(epci) == commune.epci
        assert int("".join(connectable)) == figure.covered
        assert int("".join(premises)) == figure.premises
        assert float(percent[0].replace(",", ".")) == pytest.approx(figure.percent, abs=0.1)


def test_the_page_says_its_source_its_quarter_and_what_it_does_not_say(client: TestClient) -> None:
    document = read(client)
    caption = " ".join(str(document.select("caption")[0].get_text()).split())
    for told in (PUBLICATION.source, quarter(PUBLICATION.quarter), sentence("fibre_page.no_address")):
        assert told in caption
    addresses = {link.get("href") for link in document.select(".avis a")}
    assert addresses == {"https://maconnexioninternet.arcep.fr", "https://cartefibre.arcep.fr"}
    whole = " ".join(document.get_text().split())
    assert "20 octobre 2025" in whole
    assert "Orange" in whole


def test_the_totals_are_those_of_the_departement(client: TestClient) -> None:
    cells = [cell.get_text().split() for cell in read(client).select("tfoot td")]
    assert ["".join(cell) for cell in cells[:3]] == ["96,1%", "347952", "361911"]


def test_an_epci_is_shown_alone_with_its_total(client: TestClient) -> None:
    document = read(client, "?epci=200070944")
    wanted = open_fibre().epci_coverage("200070944")
    assert wanted
    assert len(names(document)) == 25
    said = "".join(str(document.select("p.selection")[0].get_text()).split())
    assert f"{wanted.covered}locauxraccordablessur{wanted.premises}," in re.sub("\u202f", "", said)
    assert document.select("option[selected]")[0].get("value") == "200070944"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("flixecourt", ["Flixecourt"]),
        ("FLIXÉCOURT", ["Flixecourt"]),
        ("etoile", ["L'Étoile"]),
        ("l etoile", ["L'Étoile"]),
        ("st quentin la motte", ["Saint-Quentin-la-Motte-Croix-au-Bailly"]),
        ("oeuilly", ["Pœuilly"]),
        ("80580", sorted(c.name for c in open_fibre().communes if "80580" in c.postcodes)),
        ("introuvable", []),
    ],
)
def test_a_name_is_found_as_people_write_it(client: TestClient, typed: str, found: list[str]) -> None:
    shown = names(read(client, f"?commune={typed}"))
    assert sorted(shown) == found
    if not found:
        assert sentence("fibre_page.selection_none") in client.get(f"/fibre?commune={typed}").text


def test_one_commune_is_said_in_the_singular(client: TestClient) -> None:
    said = str(read(client, "?commune=flixecourt").select("p.selection")[0].get_text())
    assert said.replace("\xa0", " ") == "1 commune : 1\u202f749 locaux raccordables sur 1\u202f790, soit 97,7 %."


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("order", ["", "desc"])
def test_each_column_sorts_both_ways(few: FibreStore, column: Column, order: str) -> None:
    document = soup(page(few, Choice.read("", "", column, order), None))
    sorted_by = [head for head in document.select("thead th") if head.get("aria-sort")]
    assert [head.get("aria-sort") for head in sorted_by] == ["descending" if order else "ascending"]
    assert sentence(f"fibre_page.columns.{column}") in str(sorted_by[0].get_text())
    link = attribute(sorted_by[0].select("a")[0], "href")
    assert ("ordre=desc" in link) is (order == "")  # a second click turns it round


def test_rows_are_sorted_by_their_figures_ties_by_name() -> None:
    rows = chosen(all_rows(open_fibre()), Choice(column=Column.PERCENT))
    shares = [row.coverage.percent for row in rows if row.coverage]
    assert shares == sorted(shares)
    assert rows[0].commune.name == "Estrébœuf"
    complete = [row.commune.name for row in rows if row.coverage and row.coverage.percent == 100]
    assert complete[:2] == [name for name in (r.commune.name for r in all_rows(open_fibre())) if name in complete][:2]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", [Column.CONNECTABLE, Column.PREMISES, Column.PERCENT, Column.COPPER])
def test_what_is_not_known_comes_last_either_way(column: Column, descending: bool) -> None:
    rows = chosen(all_rows(odd_store()), Choice(column=column, descending=descending))
    assert rows[-1].commune.code == ("80003" if column is Column.COPPER else "80002")


def test_dated_closures_of_copper_come_before_the_others() -> None:
    rows = chosen(all_rows(open_fibre()), Choice(column=Column.COPPER))
    said = [copper_said(row.copper) for row in rows]
    assert said[0] == "31 janvier 2027"
    assert said[186:] == ["d'ici 2030"] * 585
    assert copper_said(None) == sentence("fibre_page.none")


@pytest.mark.parametrize(
    "query",
    [
        "?epci=nulle-part",
        "?tri=prix",
        "?ordre=oui",
        "?tri=&epci=&commune=",
        "?commune=%00%ff",
        "?commune=" + "x" * 5000,
        "?commune[]=a&commune=b&commune=c",
        "?autre=1",
    ],
)
def test_an_address_that_means_nothing_still_gives_the_page(client: TestClient, query: str) -> None:
    reply = client.get(f"/fibre{query}")
    assert reply.status_code == 200
    assert reply.text.count("<h1>") == 1


def test_what_is_typed_is_shown_as_text(client: TestClient) -> None:
    typed = '"><script>alert(1)</script>&'
    document = read(client, "?" + Choice(name=typed).query())
    assert document.select("#commune")[0].get("value") == typed
    assert not document.select("script")


def test_names_are_shown_as_text() -> None:
    document = soup(page(odd_store(), Choice(), None))
    assert not document.select("script, b, [onclick]")
    assert '=SUM("<script>alert(1)</script>")' in names(document)
    assert any('<b onclick="x">EPCI</b>' in title.get_text() for title in document.select("h3"))


def test_the_choice_goes_into_every_link(client: TestClient) -> None:
    document = read(client, "?epci=200070944&commune=ch%C3%A9py&tri=taux&ordre=desc")
    wanted = {"epci": ["200070944"], "commune": ["chépy"]}
    for link in document.select("thead a"):
        assert wanted.items() <= parse_qs(attribute(link, "href").partition("?")[2].partition("#")[0]).items()
    export = attribute(document.select("a[download]")[0], "href")
    assert parse_qs(export.partition("?")[2]) == wanted | {"tri": ["taux"], "ordre": ["desc"]}
    hidden = {field.get("name"): field.get("value") for field in document.select("input[type=hidden]")}
    assert hidden == {"tri": "taux", "ordre": "desc"}


@pytest.mark.parametrize(
    ("covered", "premises", "said"),
    [(1749, 1790, "97,7"), (9, 9, "100"), (99_999, 100_000, "99,9"), (1, 100_000, "0,1"), (0, 4, "0"), (0, 0, "0")],
    ids=["usual", "all", "nearly-all", "nearly-none", "none", "no-premises"],
)  # fmt: skip
def test_a_hundred_percent_is_said_only_of_all(covered: int, premises: int, said: str) -> None:
    assert percent(coverage(covered, premises)) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [("2026-T2", "2e trimestre 2026"), ("2025-T1", "1er trimestre 2025"), ("2024-T4", "4e trimestre 2024")],
)  # fmt: skip
def test_a_quarter_is_said_in_french(code: str, said: str) -> None:
    assert quarter(code) == said


# ------------------------------------------------------------------------------------------------ for spreadsheets


def spreadsheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_csv_holds_the_selection_as_french_spreadsheets_read_it(client: TestClient) -> None:
    reply = client.get("/fibre.csv?epci=200070944&tri=taux&ordre=desc")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="fibre-somme-2026-T2.csv"'
    assert reply.content.startswith(b"\xef\xbb\xbf")
    rows = spreadsheet(reply.text)
    assert list(rows[0]) == wording("fibre_page.csv.columns")
    assert [row["Commune"] for row in rows] == names(read(client, "?epci=200070944&tri=taux&ordre=desc"))
    for row in rows:
        figure = open_fibre().coverage(row["Code INSEE"])
        assert figure
        assert (row["Locaux raccordables"], row["Locaux"]) == (str(figure.covered), str(figure.premises))
        assert row["Part raccordable (%)"] == f"{figure.percent:.2f}".replace(".", ",")
        assert (row["Source des locaux"], row["Trimestre"]) == ("Arcep, Cartefibre", "2026-T2")
        assert row["Date du fichier du cuivre"] == "2025-10-20"


def test_no_cell_of_the_csv_is_a_formula() -> None:
    rows = spreadsheet(table_as_csv(all_rows(odd_store())))
    trap = next(row for row in rows if row["Code INSEE"] == "80001")
    assert trap["Commune"] == '\'=SUM("<script>alert(1)</script>")'
    bare = next(row for row in rows if row["Code INSEE"] == "80002")
    assert (bare["Locaux"], bare["Trimestre"]) == ("", "")
    assert next(row for row in rows if row["Code INSEE"] == "80003")["Date du fichier du cuivre"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_a_cell_that_begins_like_a_formula_is_text(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless("L'Étoile") == "L'Étoile"


# ------------------------------------------------------------------------------------------------ the map


def test_every_commune_has_its_square_under_its_epci() -> None:
    rows = all_rows(open_fibre())
    blocks = epci_grid(rows, frozenset(row.commune.code for row in rows))
    assert [block.name for block in blocks] == sorted((row.commune.epci for row in rows_by_epci(rows)), key=folded_key)
    assert sum(len(block.shapes) for block in blocks) == 771
    vimeu = next(block for block in blocks if block.name == "CC du Vimeu")
    titles = [shape.title for shape in vimeu.shapes]
    assert len(titles) == 25
    assert titles[0] == "Acheux-en-Vimeu : 339 locaux raccordables sur 344 (98,5 %)"
    assert len({shape.path for shape in vimeu.shapes}) == 25


def rows_by_epci(rows: tuple[Row, ...]) -> list[Row]:
    return list({row.commune.epci_code: row for row in rows}.values())


def folded_key(name: str) -> str:
    return name.lower().replace("'", " ").replace("-", " ").replace("(", " ").replace("è", "e")


@pytest.mark.parametrize(
    ("covered", "premises", "name"),
    [
        (0, 10, "c0"), (799, 1000, "c0"), (800, 1000, "c1"), (899, 1000, "c1"), (900, 1000, "c2"), (949, 1000, "c2"),
        (950, 1000, "c3"), (99_999, 100_000, "c3"), (1000, 1000, "c4"),
    ],
)  # fmt: skip
def test_the_classes_have_the_bounds_of_the_legend(covered: int, premises: int, name: str) -> None:
    assert shade(coverage(covered, premises)) == name


def test_the_legend_counts_every_commune() -> None:
    steps = legend(all_rows(open_fibre()))
    assert len(steps) == CLASSES == len(wording("fibre_page.classes"))
    assert sum(step.count for step in steps) == 771
    assert steps[-1].count == 391
    odd = legend(all_rows(odd_store()))
    assert (odd[-1].shade, odd[-1].count) == (UNCOUNTED, 1)


def test_contours_are_drawn_in_their_place_and_true_to_scale() -> None:
    rows = all_rows(open_fibre())
    inner = (((2.3, 50.0), (2.4, 50.0), (2.4, 50.1), (2.3, 50.0)), ((2.31, 50.01), (2.31, 50.02), (2.32, 50.01)))
    contours = {"80001": SQUARE, "80002": inner, "62001": SQUARE, "80003": ()}
    outlined = outlines(contours, CODES)
    assert outlined
    drawing = contour_map(rows, frozenset({"80001"}), outlined)
    assert [shape.title.split(" :")[0] for shape in drawing.shapes] == ["Abbeville", "Ablaincourt-Pressoir"]
    assert [shape.chosen for shape in drawing.shapes] == [True, False]
    assert drawing.width == 1000
    assert drawing.height == pytest.approx(1000 * 0.8 / (1.8 * math.cos(math.radians(50.0))), abs=1)
    assert drawing.shapes[0].path == f"M0 {drawing.height}L1000 {drawing.height}L1000 0L0 0L0 {drawing.height}Z"
    assert drawing.shapes[1].path.count("M") == drawing.shapes[1].path.count("Z") == 2


@pytest.mark.parametrize(
    "contours",
    [{}, {"62001": SQUARE}, {"80001": ()}, {"80001": ((),)}, {"80001": (((2.0, 50.0), (2.0, 50.0)),)}],
    ids=["none", "elsewhere", "no-ring", "empty-ring", "a-point"],
)
def test_without_usable_contours_there_is_a_square_per_commune(contours: Contours) -> None:
    assert outlines(contours, CODES) is None
    with TestClient(served(Outlined(contours))) as client:
        document = read(client)
    assert not document.select("svg.contours")
    assert len(document.select("svg.carres path")) == 771


def test_contours_are_outlined_once_and_again_when_there_are_others() -> None:
    drawn, first = LastOutlines(), {"80001": SQUARE}
    assert drawn.of(first, CODES) is drawn.of(first, CODES)
    other = drawn.of({"80002": SQUARE}, CODES)
    assert other
    assert list(other.paths) == ["80002"]


def test_with_contours_the_map_is_drawn_and_what_is_not_chosen_steps_back() -> None:
    contours = {"80001": SQUARE, "80002": SQUARE}
    with TestClient(served(Outlined(contours))) as client:
        document = read(client, "?commune=abbeville")
    shapes = document.select("svg.contours path")
    assert [shape.get("class") for shape in shapes] == ["c3", "c1 hors"]
    assert not document.select("svg.carres")
    assert "80 % à moins de 90 % : 1" in attribute(document.select("svg.contours")[0], "aria-label").replace(
        "\xa0", " "
    )


# ------------------------------------------------------------------------------------------------ the page itself


def test_the_page_is_well_formed_and_can_be_used_without_seeing_it(client: TestClient) -> None:
    text = client.get("/fibre").text
    document = soup(text)
    assert document.select("html")[0].get("lang") == "fr"
    levels = [int(heading.name[1]) for heading in document.select("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    identifiers = [element.get("id") for element in document.select("[id]")]
    assert len(identifiers) == len(set(identifiers))
    for field in document.select("select, input:not([type=hidden])"):
        assert document.select(f"label[for={field.get('id')}]")
    assert all(head.get("scope") in ("col", "row") for head in document.select("th"))
    assert all(drawing.get("role") == "img" and drawing.get("aria-label") for drawing in document.select("svg"))
    assert all(path.select("title") for path in document.select("path"))
    region = document.select("[role=region]")[0]
    assert (region.get("tabindex"), region.get("aria-label")) == ("0", sentence("fibre_page.region"))
    first = document.select("body a")[0]
    assert attribute(first, "href").removeprefix("#") in identifiers
    assert document.select("body > header + main")


@pytest.mark.parametrize("path", ["/fibre", "/fibre.csv", "/fibre.css", "/fibre?epci=x"])
def test_the_policy_of_these_pages_allows_no_script_and_no_inline_style(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 200
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert policy.endswith("frame-ancestors 'self' https://a.example")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", reply.text)


def test_the_page_asks_nothing_of_another_host(client: TestClient) -> None:
    document = read(client)
    loaded = [element.get("src") or element.get("href") for element in document.select("link, img, script, use")]
    assert loaded == ["/page.css", "/fibre.css", "/favicon.ico"]
    assert not any("url(" in client.get(f"/{name}.css").text for name in STYLES)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_page_is_only_read(client: TestClient, method: str) -> None:
    assert client.request(method, "/fibre").status_code == 405


@pytest.mark.parametrize("path", ["/fibre/x", "/fibre.html", "/fibre.css/..", "/fibre.json"])
def test_nothing_else_is_served_under_its_name(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def variables(css: str) -> list[dict[str, str]]:
    """The variables of each block that sets some, in their order: light, then dark."""
    blocks = [dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r"\{([^{}]*)\}", css)]
    return [block for block in blocks if "--encre-douce" in block]


def test_the_colours_are_those_of_the_chat() -> None:
    chat, pages = (variables((WEB / name).read_text("utf-8")) for name in ("chat.css", "page.css"))
    assert len(chat) == len(pages) == 2
    for ours, theirs in zip(pages, chat, strict=True):
        shared = ours.keys() & theirs.keys()
        assert len(shared) >= 10
        assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_scale_is_told_apart_by_its_lightness_alone(scheme: int) -> None:
    css = (WEB / "fibre.css").read_text("utf-8")
    blocks = [block for block in re.findall(r"\{([^{}]*)\}", css) if "--c0:" in block]
    scale = [luminance(str(re.search(rf"--c{step}: (#\w+);", blocks[scheme])[1])) for step in range(CLASSES)]  # type: ignore[index]
    assert scale == sorted(scale, reverse=scheme == 0)
    contrasts = [(max(pair) + 0.05) / (min(pair) + 0.05) for pair in pairwise(scale)]
    assert min(contrasts) >= 1.35


def test_every_sentence_of_the_page_is_shown_and_none_stands_in_its_template() -> None:
    template = "".join((WEB / "templates" / f"{name}.html").read_text("utf-8") for name in ("base", "fibre"))
    code = "".join((WEB / f"fibre_{part}.py").read_text("utf-8") for part in ("pages", "table", "map"))
    for key in texts()["fibre_page"]:
        by_loop = key in ("my_connection", "fibre_map")
        assert f"words.{key}" in template or f"fibre_page.{key}" in code or by_loop, key
    bare = re.sub(r"(?s)\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "", template)
    assert not re.search(r"\w", bare)


def test_a_selection_without_any_figure_says_so() -> None:
    row = replace(all_rows(open_fibre())[0], coverage=None)
    assert totals([row]) is None
    document = soup(page(odd_store(), Choice(name="Ablaincourt"), None))
    assert document.select("p.selection")[0].get_text() == sentence("fibre_page.selection_uncounted")
    assert not document.select("tfoot")


def test_a_copper_file_of_another_day_is_dated_by_its_own() -> None:
    table = shipped_table()
    told = CopperClosure("80001", None, "2027-01-01", "une source", "https://a.example")
    newer = FibreStore(replace(table, copper=dict.fromkeys(table.copper, told)))
    assert "1er janvier 2027" in page(newer, Choice(), None)
