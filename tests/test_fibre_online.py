"""Open data from addresses, and the command that loads it, told in French."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli import main as command
from assistant.crawl.sources import Site as SiteToFetch
from assistant.crawl.sources import Sites
from assistant.fibre.store import open_fibre
from assistant.figures import DatasetKind
from assistant.ingestion.download import HOSTS, OPEN_DATA, Downloader, open_fetcher
from assistant.ingestion.fibre import FibreOptions, load_fibre, told
from assistant.ingestion.open_data import Addresses
from assistant.models import FibreFileRefused, SettingsError
from assistant.settings import ROOT, Settings
from assistant.versions import current_version, fibre_versions
from ingest import main
from tests import made_open_data as made
from tests.local_site import Answer, Site, moved, running, sources
from tests.made_open_data import AMIENS, write

QUARTER = "/2026_T2"


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with running() as opened:
        yield opened


def answer(content: object, **headers: str) -> Answer:
    body = content if isinstance(content, bytes) else str(content).encode()
    return Answer(body, headers={"Content-Type": "application/octet-stream", **headers})


@pytest.fixture
def web(server: Site) -> Site:
    """What the publishers give, at addresses like theirs: « last » leads to the quarter's folder."""
    server.forget()
    files = {
        "commune.csv": made.premises_csv(),
        "commune_techno.csv": made.technologies_csv(),
        "operateur.csv": "code;code_interop;nom\nBOUY;BOUY;Bouygues Telecom\n",
        "base_imb_80.csv.gz": gzip.compress(made.buildings_csv().encode()),
        "actuel_80.csv.gz": gzip.compress(made.eligibility_csv().encode()),
    }
    server.pages = {f"{QUARTER}/{name}": answer(content) for name, content in files.items()}
    server.pages |= {f"/last/{name}": moved(f"{server.url}{QUARTER}/{name}", 302) for name in files}
    resources = [
        {"title": "2026T1-Commune", "url": f"{server.url}/old.zip"},
        {"title": "2026T3-Commune", "url": f"{server.url}/r/2026t3-commune.zip"},
        {"title": "2026T3-Immeuble", "url": f"{server.url}/immeuble.csv"},
        {"title": "2026t2-obs-hd-thd-deploiement-vf.xlsx", "url": f"{server.url}/r/obs.xlsx"},
        {"title": "Notice", "url": f"{server.url}/notice.pdf"},
    ]
    about = {"metas": {"default": {"modified": "2026-11-01T10:00:00+00:00", "title": "Fermeture"}}}
    server.pages |= {
        "/observatoire/": answer(json.dumps({"resources": resources})),
        "/r/2026t3-commune.zip": answer(made.zipped("Commune.dbf", made.layer_dbf())),
        "/r/obs.xlsx": answer(made.workbook()),
        "/cuivre": answer(json.dumps(about)),
        "/cuivre/csv": answer(made.copper_csv()),
        "/adresses-80.csv.gz": answer(
            gzip.compress(made.addresses_csv().encode()), **{"Last-Modified": "Sun, 15 Nov 2026 08:00:00 GMT"}
        ),
    }
    return server


@pytest.fixture
def site(web: Site) -> SiteToFetch:
    return Sites.model_validate(sources(web)).site[0]


@pytest.fixture
def addresses(web: Site) -> Addresses:
    names = ("commune.csv", "commune_techno.csv", "operateur.csv", "base_imb_80.csv.gz", "actuel_80.csv.gz")
    return Addresses(
        tuple(f"{web.url}/last/{name}" for name in names),
        f"{web.url}/cuivre/csv", f"{web.url}/cuivre", f"{web.url}/adresses-80.csv.gz", f"{web.url}/observatoire/",
    )  # fmt: skip


ONLINE = FibreOptions(online=True)


def test_everything_that_is_published_is_fetched_and_loaded(
    tmp_path: Path, addresses: Addresses, site: SiteToFetch
) -> None:
    outcome = load_fibre(tmp_path, ONLINE, addresses, site)
    assert not outcome.refused
    days = {loaded.kind: loaded.day for loaded in outcome.loaded}
    assert days == {
        DatasetKind.PREMISES: "2026-06-30", DatasetKind.TECHNOLOGIES: "2026-06-30", DatasetKind.OPERATORS: None,
        DatasetKind.BUILDINGS: "2026-06-30", DatasetKind.ELIGIBILITY: "2026-06-30", DatasetKind.LAYER: "2026-09-30",
        DatasetKind.HISTORY: "2018-06-30", DatasetKind.COPPER: "2026-11-01", DatasetKind.ADDRESSES: "2026-11-15",
    }  # fmt: skip
    store = open_fibre(tmp_path)
    assert store.has_buildings
    coverage = store.coverage(AMIENS)
    assert coverage is not None
    assert coverage.publication.quarter == "2026-T3"
    assert {dataset.url.split("/", 3)[3] for dataset in store.datasets()} >= {"2026_T2/commune.csv", "cuivre/csv"}
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fibre"]  # nothing is left of the downloads


def test_a_quarter_that_no_address_says_is_that_of_the_files_beside(
    tmp_path: Path, web: Site, addresses: Addresses, site: SiteToFetch
) -> None:
    for path in [path for path in web.pages if path.startswith(QUARTER)]:
        web.pages[path.replace(QUARTER, "/last")] = web.pages.pop(path)
    outcome = load_fibre(tmp_path, ONLINE, addresses, site)
    (buildings,) = [loaded for loaded in outcome.loaded if loaded.kind is DatasetKind.BUILDINGS]
    assert buildings.day == "2026-06-30"


def test_what_cannot_be_fetched_is_told_and_the_rest_goes_in(
    tmp_path: Path, web: Site, addresses: Addresses, site: SiteToFetch
) -> None:
    web.pages["/observatoire/"] = answer("<html>Maintenance</html>")
    web.pages["/cuivre"] = Answer(b"", 404)
    web.pages[f"{QUARTER}/commune_techno.csv"] = answer("<!DOCTYPE html><html></html>")
    del web.pages["/adresses-80.csv.gz"]
    outcome = load_fibre(tmp_path, ONLINE, addresses, site)
    reasons = [str(refusal) for refusal in outcome.refused]
    assert len(reasons) == 4
    for piece in ("/observatoire/ : cette interface", "404", "page web", "adresses-80"):
        assert any(piece in reason for reason in reasons), piece
    assert {loaded.kind for loaded in outcome.loaded} == {
        DatasetKind.PREMISES, DatasetKind.OPERATORS, DatasetKind.BUILDINGS, DatasetKind.ELIGIBILITY
    }  # fmt: skip


def test_a_download_cut_short_is_refused(tmp_path: Path, web: Site, site: SiteToFetch) -> None:
    body = gzip.compress(made.buildings_csv().encode())
    web.pages["/2026t2/base.csv.gz"] = answer(body[: len(body) // 2])
    outcome = load_fibre(tmp_path, FibreOptions((f"{web.url}/2026t2/base.csv.gz",)), None, site)
    assert "tronqué" in str(outcome.refused[0])
    assert outcome.version is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.org/commune.csv", "site de données ouvertes connu"),
        ("http://data.arcep.fr/commune.csv", "pas en https"),
        ("https://user@data.arcep.fr/commune.csv", "nom d'utilisateur"),
        ("https://data.arcep.fr:8443/commune.csv", "port"),
        ("ftp://data.arcep.fr/commune.csv", "https"),
        ("https://data.arcep.fr.example.org/commune.csv", "site de données ouvertes connu"),
        ("https://127.0.0.1/commune.csv", "site de données ouvertes connu"),
    ],
)
def test_only_https_at_the_publishers_is_asked(tmp_path: Path, url: str, reason: str) -> None:
    with open_fetcher() as fetcher, pytest.raises(FibreFileRefused, match=reason):
        Downloader(fetcher, tmp_path).download(url)


def test_a_redirect_to_another_site_is_not_followed(tmp_path: Path, web: Site, site: SiteToFetch) -> None:
    web.pages["/vers"] = moved("https://example.org/commune.csv")
    outcome = load_fibre(tmp_path, FibreOptions((f"{web.url}/vers",)), None, site)
    assert "connu" in str(outcome.refused[0])


def test_the_publishers_are_those_of_the_facts() -> None:
    assert set(OPEN_DATA.hosts) == set(HOSTS)
    assert all(host.endswith((".gouv.fr", "data.gouv.fr", ".arcep.fr")) for host in HOSTS)
    assert Addresses() == replace(Addresses())
    for url in (*Addresses().mci, Addresses().copper, Addresses().ban, Addresses().observatoire):
        assert url.startswith("https://")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (FibreOptions(), "Donnez un fichier"),
        (FibreOptions(("x",), quarter="T2 2026"), "2026-T2"),
        (FibreOptions(("x",), day="20/10/2025"), "2025-10-20"),
    ],
)
def test_what_is_asked_badly_is_said(tmp_path: Path, options: FibreOptions, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        load_fibre(tmp_path, options)


# ---------------------------------------------------------------------------------------------- the command


def test_the_command_says_in_french_what_each_file_became(
    environment: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [write(tmp_path / "a.csv", made.premises_csv()), write(tmp_path / "b.csv", made.technologies_csv())]
    assert main(["--fibre", *map(str, files)]) == 0
    said = capsys.readouterr().out
    assert "a.csv : locaux par commune (Ma connexion internet), 2026-T2, 771 lignes ; locaux : 365" in said
    assert "En attente de l'autre moitié" in said
    assert "publiées." in said
    copper = write(tmp_path / "cuivre.csv", made.copper_csv())
    assert main(["--fibre", str(copper), str(files[0]), "--date", "2026-11-01"]) == 0
    assert "1er novembre 2026" in capsys.readouterr().out
    assert main(["--fibre", str(copper), "--date", "2026-11-02", "--dry-run"]) == 0
    assert "rien n'est publié" in capsys.readouterr().out
    store = open_fibre(environment.data)
    closure = store.copper(AMIENS)
    store.close()
    assert closure is not None
    assert closure.told_on == "2026-11-01"
    assert main(["--fibre", str(copper)]) == 1
    assert "cuivre.csv : rien ne dit sa date" in capsys.readouterr().err
    assert main(["--fibre"]) == 1
    assert "--online" in capsys.readouterr().err


def test_the_status_tells_the_fibre_data(
    environment: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    main(["--fibre", str(write(tmp_path / "a.csv", made.premises_csv()))])
    capsys.readouterr()
    assert command(["status"]) == 0
    said = capsys.readouterr().out
    assert "Données fibre : 771 communes, d'après Arcep, Cartefibre, 2026-T2" in said
    assert "locaux par commune (Ma connexion internet), 2026-T2, 771 lignes" in said
    assert "en attente" in said


KILLED = """
import os, signal, sys
from assistant import fault_points
from ingest import main
def listen(reached):
    if reached == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
fault_points.listen(listen)
sys.exit(main(["--fibre", sys.argv[2], "--date", "2026-11-01"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["fibre_file_read", "fibre_file_loaded", "fibre_written", "fibre_switched"])
def test_a_process_that_dies_leaves_the_data_before_or_after(
    environment: Settings, tmp_path: Path, moment: str
) -> None:
    main(["--fibre", str(write(tmp_path / "a.csv", made.premises_csv()))])
    before = current_version(fibre_versions(environment.data))
    copper = write(tmp_path / "cuivre.csv", made.copper_csv({AMIENS: "2031-01-31"}))
    died = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(copper)], env=os.environ, cwd=ROOT, check=False, timeout=60
    )
    assert died.returncode == -signal.SIGKILL
    store = open_fibre(environment.data)
    closure = store.copper(AMIENS)
    assert closure is not None
    assert closure.closes_on == ("2031-01-31" if moment == "fibre_switched" else "2029-10-31")
    assert (current_version(fibre_versions(environment.data)) == before) == (moment != "fibre_switched")
    store.close()
    assert main(["--fibre", str(copper), "--date", "2026-11-01"]) == 0
    folders = [path for path in fibre_versions(environment.data).iterdir() if path.is_dir()]
    assert folders == [current_version(fibre_versions(environment.data))]


def test_told_names_every_file(tmp_path: Path) -> None:
    outcome = load_fibre(tmp_path, FibreOptions((str(tmp_path / "nowhere.csv"),)))
    assert told(outcome).splitlines() == [
        "nowhere.csv : le fichier ne peut pas être lu : vérifiez qu'il existe et ses droits.",
        "Aucun fichier chargé : les données en place restent.",
    ]
