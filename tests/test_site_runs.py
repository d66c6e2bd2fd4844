"""A site on loopback, crawled and indexed, run after run: who may read what, and the same site gives the same index."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.index.database import Database
from assistant.ingestion.report import RunReport
from assistant.models import Access, AssistantError, Chunk
from assistant.settings import ROOT, Settings, load_settings
from assistant.versions import current_version, index_versions
from ingest import Options, ingest
from tests import local_site
from tests.local_site import Answer, drip, linked_file, moved, page, running, sources_toml, speech

RULES = [
    {"url": "/fichiers/", "role": "document", "kind": "document joint"},
    {"url": "/agents/", "role": "document", "kind": "note interne", "access": "staff"},
    {"url": "/pages/", "role": "document", "kind": "page"},
    {"url": "/actualites$", "role": "list"},
]
FILE = "/fichiers/bilan.pdf"
OTHERS = [f"/pages/autre-{number}" for number in range(4)]


class Desk:
    """Where somebody follows a site and indexes it, again and again."""

    def __init__(self, web: local_site.Site, folder: Path) -> None:
        self.web = web
        self.folder = folder
        self.rules: list[dict[str, object]] = [dict(rule) for rule in RULES]
        self.changes: dict[str, object] = {}
        self.settings = self.fresh("data")
        (self.settings.corpus / "public").mkdir(parents=True)
        self.write_sources()

    def fresh(self, name: str) -> Settings:
        changes = {"data": self.folder / name, "corpus": self.folder / "corpus", "vector_weight": 0.0}
        return load_settings().model_copy(update=changes)

    def write_sources(self) -> None:
        text = sources_toml(self.web, follow=self.rules, sitemap=False, **self.changes)
        (self.settings.corpus / "sources.toml").write_text(text, "utf-8")

    def shows(self, pages: dict[str, Answer]) -> None:
        """The site has these pages, a home that leads to them, and some others."""
        others = {path: page(f"<h1>Page {path[-1]}</h1><p>La page {path} du site.</p>") for path in OTHERS}
        self.web.pages |= others | pages
        linked = [path for path in (*OTHERS, *pages) if path != FILE]
        self.web.pages["/"] = page("".join(f'<p><a href="{path}">page</a></p>' for path in linked))
        self.web.pages["/actualites"] = page("<h1>Actualités</h1>")

    def run(self, **options: object) -> RunReport:
        return ingest(self.settings, Options(**options))  # type: ignore[arg-type]

    def content(self, settings: Settings | None = None) -> str:
        database = _open(settings or self.settings)
        content: str = database.facts["content"]
        database.close()
        return content

    def chunks(self, key: str, reader: Access = Access.PUBLIC) -> tuple[Chunk, ...]:
        database = _open(self.settings)
        chunks = database.document_chunks(reader, key)
        database.close()
        return chunks

    def documents(self, reader: Access = Access.PUBLIC) -> set[str]:
        database = _open(self.settings)
        keys = {entry.key for entry in database.entries(reader)}
        database.close()
        return keys


def _open(settings: Settings) -> Database:
    version = current_version(index_versions(settings.data))
    assert version is not None
    return Database(version)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running() as web:
        yield Desk(web, tmp_path)


def _introducing(title: str, sentence: str, more: str = "") -> Answer:
    return page(f"<h1>{title}</h1><p>{sentence} <a href='{FILE}'>ici</a>.</p><p>{more}</p>", title)


def _bilan() -> Answer:
    return linked_file(speech("Le bilan de la fibre compte 5400 prises.", "La suite viendra."), "pdf")


# ---------------------------------------------------------------------------------------------- who may read what


SECRET = "Voir la présentation secrète de Zoé MYSTERE"


def test_nothing_that_a_staff_page_says_of_a_public_file_reaches_the_public(desk: Desk) -> None:
    secret = _introducing("Conseil confidentiel du 3 mars 2021", SECRET, "Zoé MYSTERE, directrice occulte, a parlé.")
    desk.shows({"/agents/note": secret, "/pages/z": _introducing("Zone", "Le bilan est"), FILE: _bilan()})
    desk.run(crawl=True)
    assert "/agents/note" in desk.documents(Access.STAFF) - desk.documents()
    told = repr(desk.chunks(FILE))
    assert "5400 prises" in told
    assert not [word for word in ("MYSTERE", "secrète", "confidentiel", "2021", "occulte") if word in told]


def test_a_file_that_staff_pages_alone_link_to_is_for_staff_until_a_public_page_links_to_it(desk: Desk) -> None:
    desk.shows(
        {"/agents/note": page(f'<h1>Note</h1><p>Voir <a href="{FILE}">le bilan</a> interne.</p>'), FILE: _bilan()}
    )
    desk.run(crawl=True)
    assert desk.chunks(FILE) == ()
    assert desk.chunks(FILE, Access.STAFF)
    desk.shows({"/pages/zone": page(f'<h1>Zone</h1><p>Voir <a href="{FILE}">le bilan</a> public.</p>')})
    desk.run(crawl=True)
    assert desk.chunks(FILE)


def test_a_public_file_of_the_corpus_does_not_give_way_to_a_staff_page(desk: Desk) -> None:
    desk.shows({"/agents/note": page("<h1>Note</h1><p>Le texte des agents.</p>")})
    copy = desk.settings.corpus / "public" / "a.txt"
    copy.write_text("---\ncanonical_key: /agents/note\n---\nLe texte du public.", "utf-8")
    built = desk.run(crawl=True).build
    assert built is not None
    assert [refusal.name for refusal in built.refused] == ["public/a.txt"]


def test_a_staff_file_is_introduced_by_a_public_page_and_by_a_staff_one(desk: Desk) -> None:
    desk.rules[0]["access"] = "staff"
    desk.write_sources()
    desk.shows({"/agents/note": _introducing("Conseil", SECRET), FILE: _bilan()})
    desk.run(crawl=True)
    assert "Zoé MYSTERE" in repr(desk.chunks(FILE, Access.STAFF))
    assert desk.chunks(FILE) == ()


def test_a_public_page_introduces_a_file_though_a_staff_page_names_its_speaker(desk: Desk) -> None:
    public = _introducing("Réunion du 4 mai 2022", "Le document à lire est")
    desk.shows({"/agents/note": _introducing("Conseil", SECRET), "/pages/z": public, FILE: _bilan()})
    desk.run(crawl=True)
    assert {(chunk.date, chunk.speaker) for chunk in desk.chunks(FILE)} == {("2022-05-04", None)}


def test_a_rule_that_becomes_stricter_is_obeyed_without_a_crawl(desk: Desk) -> None:
    desk.shows({"/pages/z": page("<h1>Z</h1><p>La page Z.</p>")})
    desk.run(crawl=True)
    desk.rules.insert(0, {"url": "/pages/z", "role": "document", "kind": "page", "access": "staff"})
    desk.write_sources()
    desk.run()
    assert "/pages/z" in desk.documents(Access.STAFF) - desk.documents()


def test_a_page_not_wanted_any_more_leaves_without_a_crawl(desk: Desk) -> None:
    desk.shows({"/pages/z": page("<h1>Z</h1><p>La page Z.</p>")})
    desk.run(crawl=True)
    desk.changes["skip"] = ["/pages/z"]
    desk.write_sources()
    desk.run()
    assert "/pages/z" not in desk.documents(Access.STAFF)


def test_what_the_public_may_read_is_not_hidden_by_a_staff_page_that_says_the_same(desk: Desk) -> None:
    same = page("<h1>Avis</h1><p>Le même texte des deux côtés.</p>")
    desk.shows({"/agents/avis": same, "/pages/avis": same})
    desk.run(crawl=True)
    assert "/pages/avis" in desk.documents()


def test_a_page_that_becomes_staff_only_leaves_the_public(desk: Desk) -> None:
    desk.shows({"/pages/z": page("<h1>Z</h1><p>La page Z.</p>")})
    desk.run(crawl=True)
    desk.web.pages["/pages/z"] = moved("/agents/z")
    desk.web.pages["/agents/z"] = page("<h1>Z</h1><p>La page Z.</p>")
    desk.run(crawl=True)
    assert "/pages/z" not in desk.documents()
    assert "/agents/z" in desk.documents(Access.STAFF) - desk.documents()


# ---------------------------------------------------------------------------------------------- whatever came first


def test_of_two_pages_that_introduce_a_file_the_same_one_counts_run_after_run(desk: Desk) -> None:
    first = _introducing("Réunion A", "Le document à lire est")
    desk.shows({"/pages/a": first, "/pages/b": _introducing("Réunion B", "Le bilan est"), FILE: _bilan()})
    desk.run(crawl=True)
    desk.web.pages["/pages/a"] = _introducing("Réunion A", "Le document à lire est", "Page corrigée.")
    desk.run(crawl=True)
    fresh = desk.fresh("fresh")
    ingest(fresh, Options(crawl=True))
    assert desk.content() == desk.content(fresh)
    again = desk.run()
    assert again.build is not None
    assert (again.read, again.build.published) == (0, False)


def test_of_two_files_that_claim_one_key_the_first_has_it_whichever_came_first(desk: Desk) -> None:
    folder = desk.settings.corpus / "public"
    (folder / "b.txt").write_text("---\ncanonical_key: double\n---\nLe texte de b.", "utf-8")
    desk.run()
    (folder / "a.txt").write_text("---\ncanonical_key: double\n---\nLe texte de a.", "utf-8")
    desk.run()
    fresh = desk.fresh("fresh")
    ingest(fresh)
    assert desk.content() == desk.content(fresh)


# ---------------------------------------------------------------------------------------------- one page, now


def test_one_page_asked_for_that_is_gone_leaves_the_answers(desk: Desk) -> None:
    desk.shows({"/pages/z": page("<h1>Z</h1><p>La page Z.</p>")})
    desk.run(crawl=True)
    desk.web.pages["/pages/z"] = Answer(b"", 410)
    report = desk.run(url=f"{desk.web.url}/pages/z")
    assert report.build is not None
    assert report.build.removed == ("/pages/z",)
    assert "/pages/z" not in desk.documents()
    assert set(OTHERS) <= desk.documents()


def test_one_page_asked_for_that_leads_elsewhere_is_the_other_page(desk: Desk) -> None:
    desk.shows({"/pages/z": page("<h1>Z</h1><p>La page Z.</p>")})
    desk.run(crawl=True)
    desk.web.pages |= {"/pages/x": moved("/pages/y"), "/pages/y": page("<h1>Y</h1><p>La page Y.</p>")}
    desk.run(url=f"{desk.web.url}/pages/x")
    assert "/pages/y" in desk.documents()


def test_a_list_is_not_a_page_to_ask_for(desk: Desk) -> None:
    desk.shows({})
    desk.run(crawl=True)
    with pytest.raises(AssistantError, match="que pour ses liens"):
        desk.run(url=f"{desk.web.url}/actualites")


# ---------------------------------------------------------------------------------------------- what is missing


def test_without_its_sources_what_was_fetched_stays_as_it_was(desk: Desk) -> None:
    desk.shows({})
    desk.run(crawl=True)
    before = desk.content()
    (desk.settings.corpus / "sources.toml").unlink()
    with pytest.raises(AssistantError, match=r"sources\.toml"):
        desk.run()
    assert desk.content() == before


def test_a_site_that_is_not_followed_any_more_leaves_without_a_crawl(desk: Desk) -> None:
    desk.shows({})
    (desk.settings.corpus / "public" / "a.txt").write_text("Le texte de a.", "utf-8")
    desk.run(crawl=True)
    text = (desk.settings.corpus / "sources.toml").read_text("utf-8").replace("127.0.0.1", "ailleurs.example")
    (desk.settings.corpus / "sources.toml").write_text(text, "utf-8")
    desk.run()
    assert len(desk.documents()) == 1


# ---------------------------------------------------------------------------------------------- what is said


def test_a_trial_run_says_what_would_change_and_names_it(desk: Desk) -> None:
    folder = desk.settings.corpus / "public"
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"---\ncanonical_key: {name}\n---\nLe texte de {name}.", "utf-8")
    desk.run()
    assert desk.run(dry_run=True).summary().startswith("Essai, rien n'est publié : rien ne changerait")
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("---\ncanonical_key: b\n---\nUn autre texte.", "utf-8")
    (folder / "d.txt").write_text("---\ncanonical_key: d\n---\nLe texte de d.", "utf-8")
    told = desk.run(dry_run=True).summary()
    assert "créés 1, modifiés 1, repris 1, supprimés 1" in told
    assert "Créés : d. Modifiés : b. Supprimés : a." in told


def test_only_a_file_that_was_deleted_takes_it_out_and_leaves_the_others(desk: Desk) -> None:
    folder = desk.settings.corpus / "public"
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"---\ncanonical_key: {name}\n---\nLe texte de {name}.", "utf-8")
    desk.run()
    (folder / "a.txt").unlink()
    (folder / "b.txt").unlink()
    desk.run(only="public/a.txt")
    assert desk.documents() == {"b"}


@pytest.mark.usefixtures("interruptible")
def test_a_run_that_is_interrupted_says_so_in_one_sentence_and_leaves_the_index(desk: Desk) -> None:
    desk.shows({})
    desk.run(crawl=True)
    before = desk.content()
    desk.web.pages["/actualites"] = drip()
    changes = {"ASSISTANT_CORPUS": desk.settings.corpus, "ASSISTANT_DATA": desk.settings.data}
    environment = os.environ | {name: str(path) for name, path in changes.items()} | {"ASSISTANT_VECTOR_WEIGHT": "0"}
    desk.web.forget()
    with subprocess.Popen(
        [sys.executable, "ingest.py", "--crawl", "--force"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while "/actualites" not in desk.web.asked:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert "Interrompu : l'index publié reste tel quel" in told
    assert desk.content() == before


FRAMED = """<html><head><title>x</title></head><body><div>{content}</div><div id="coordonnees"><p>Somme numérique</p>
<p>43 avenue d'Italie<br>80090 Amiens</p><p>Tél. : 03 22 22 27 27</p></div></body></html>"""


@pytest.mark.parametrize("where", ["{phone}{text}", "{text}{phone}"])
def test_the_telephone_of_somebody_else_is_not_that_of_the_syndicate_and_can_be_quoted(desk: Desk, where: str) -> None:
    html = {"Content-Type": "text/html; charset=utf-8"}
    text = "<h1>Atelier du 3 mai 2024</h1><p>Venez à Albert.</p>"
    contents = {path: f"<h1>Page {path[-1]}</h1><p>La page {path} du site.</p>" for path in OTHERS}
    contents["/pages/z"] = where.format(phone="<p>Tél. : 06 11 22 33 44</p>", text=text)
    desk.shows({path: Answer(FRAMED.format(content=said).encode(), headers=html) for path, said in contents.items()})
    desk.run(crawl=True)
    database = _open(desk.settings)
    contact = database.contact()
    database.close()
    assert contact is not None
    assert contact.phone == "Tél. : 03 22 22 27 27"
    assert "06 11 22 33 44" in repr(desk.chunks("/pages/z"))


def test_a_pipe_in_the_corpus_is_refused_by_name(desk: Desk) -> None:
    folder = desk.settings.corpus / "public"
    os.mkfifo(folder / "tube.txt")
    (folder / "a.txt").write_text("Le texte de a.", "utf-8")
    report = desk.run()
    assert report.build is not None
    assert [refusal.name for refusal in report.build.refused] == ["public/tube.txt"]


def test_a_trial_of_one_new_page_says_that_it_is_new_and_is_not_read(desk: Desk) -> None:
    desk.shows({})
    desk.run(crawl=True)
    desk.web.pages["/pages/z"] = page("<h1>Z</h1><p>La page Z.</p>")
    told = desk.run(url=f"{desk.web.url}/pages/z", dry_run=True).summary()
    assert "nouveaux 1" in told
    assert "Ce que la collecte a trouvé de nouveau n'y est pas compté" in told
    assert "/pages/z" not in desk.documents()


def test_only_one_file_does_not_take_the_key_of_another_that_stays(desk: Desk) -> None:
    folder = desk.settings.corpus / "public"
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"---\ncanonical_key: k\n---\nLe texte de {name}.", "utf-8")
    desk.run()
    before = desk.content()
    report = desk.run(only="public/b.txt")
    assert report.build is not None
    assert [refusal.name for refusal in report.build.refused] == ["public/b.txt"]
    assert desk.content() == before
    (folder / "a.txt").unlink()
    desk.run(only="public/b.txt")
    assert "Le texte de b" in repr(desk.chunks("k"))


def test_only_a_file_whose_page_is_on_the_site_gives_way_to_it(desk: Desk) -> None:
    desk.shows({"/pages/z": page("<h1>Z</h1><p>La page Z.</p>")})
    (desk.settings.corpus / "public" / "z.txt").write_text("---\ncanonical_key: /pages/z\n---\nLa copie.", "utf-8")
    desk.run(crawl=True)
    before = desk.content()
    assert desk.run(only="public/z.txt").superseded == ("public/z.txt",)
    assert desk.content() == before
