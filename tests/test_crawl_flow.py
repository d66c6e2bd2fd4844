"""A real site on loopback, crawled: what is taken, what is left, what is remembered from run to run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation

from assistant.crawl.bodies import FOLDER
from assistant.crawl.crawl import crawl
from assistant.crawl.fetch import FetchLimits
from assistant.crawl.fetched import fetched_folder, fetched_sources, only_one
from assistant.crawl.options import CrawlLimits, CrawlOptions
from assistant.crawl.report import CrawlReport, SiteReport
from assistant.crawl.sources import Sites
from assistant.models import Access, CrawlFailed, FetchRefused, SiteUnreachable, TooManyVanished
from tests import local_site
from tests.local_site import FILES, SLIDE_7, Answer, drip, files, moved, news_url, page, running, sources

NEWS = {"tt_news=223", "tt_news=210", "tt_news=209", "tt_news=194", "tt_news=180", "tt_news=179"}
LINKED = {f"{FILES}{name}" for name in files()} | {"/uploads/media/note_ent.pdf"}
FAST = FetchLimits(seconds=2, first_pause=0)
OPTIONS = CrawlOptions(fetching=FAST)


@pytest.fixture
def web() -> Iterator[local_site.Site]:
    with running() as opened:
        yield opened


class Desk:
    """Where somebody crawls the site, again and again."""

    def __init__(self, web: local_site.Site, data: Path) -> None:
        self.web = web
        self.data = data
        self.changes: dict[str, object] = {}

    def crawl(self, **options: object) -> CrawlReport:
        self.web.forget()
        chosen = CrawlOptions(**{"fetching": FAST, **options})  # type: ignore[arg-type]
        return crawl(Sites.model_validate(sources(self.web, **self.changes)), self.data, chosen)

    def site(self, **options: object) -> SiteReport:
        return self.crawl(**options).sites[0]

    def documents(self) -> list[str]:
        return [source.name for source in fetched_sources(self.data)]

    def bodies(self) -> int:
        return len(list((fetched_folder(self.data) / FOLDER).glob("*/*")))

    def row(self, key: str) -> dict[str, object]:
        connection = sqlite3.connect(fetched_folder(self.data) / "fetched.sqlite")
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT * FROM addresses WHERE key = ?", (key,)).fetchone()
        connection.close()
        return dict(row)


@pytest.fixture
def desk(web: local_site.Site, tmp_path: Path) -> Desk:
    return Desk(web, tmp_path / "data")


def test_the_site_is_followed_to_its_files(desk: Desk) -> None:
    report = desk.crawl()
    assert set(report.sites[0].created) == NEWS | LINKED
    assert report.complete
    assert not report.resumed
    assert (report.living, report.requests) == (12, len(desk.web.asked))
    found = list(fetched_sources(desk.data))
    assert [s.path.suffix == ".html" for s in found] == [True] * 6 + [False] * 6
    assert [s.name for s in found] == sorted(NEWS) + sorted(LINKED)
    for source in found:
        assert source.origin is not None
        assert source.origin.key == source.name
        assert source.digest is not None
        assert source.path.name.startswith(source.digest)
    json.dumps(asdict(report))


def test_the_address_is_kept_as_the_page_writes_it(desk: Desk) -> None:
    desk.crawl()
    origins = {source.name: source.origin for source in fetched_sources(desk.data)}
    seminar = origins["tt_news=194"]
    assert seminar is not None
    assert "cHash=d6e797b738f08dc46c8120a17a42fb90" in seminar.url
    assert (seminar.kind, seminar.charset) == ("actualité", "utf-8")


def test_the_bodies_are_what_the_site_gave(desk: Desk) -> None:
    desk.crawl()
    by_key = {source.name: source.path for source in fetched_sources(desk.data)}
    assert by_key[f"{FILES}depres.pptx"].read_bytes() == files()["depres.pptx"]
    assert f'<a href="{FILES}depres.pptx">ici</a>' in by_key["tt_news=194"].read_text("utf-8")


def test_the_deck_holds_its_seventh_slide() -> None:
    slide = Presentation(BytesIO(files()["depres.pptx"])).slides[6]
    assert SLIDE_7 in [shape.text_frame.text for shape in slide.placeholders]


def test_a_second_run_asks_only_whether_anything_changed(desk: Desk) -> None:
    desk.crawl()
    report = desk.site()
    assert report.unchanged == 12
    assert not (report.created or report.changed or report.gone or report.missed)
    assert desk.web.statuses == {304: len(desk.web.asked) - 1, 200: 1}  # robots.txt is read each time


def test_a_changed_page_is_taken_again(desk: Desk) -> None:
    desk.crawl()
    first, bodies = desk.row("tt_news=210"), desk.bodies()
    desk.web.pages["tt_news=210"] = page("<h1>Nouveau</h1><p>Autre chose.</p>")
    report = desk.site()
    assert report.changed == ("tt_news=210",)
    assert report.unchanged == 11
    assert desk.row("tt_news=210")["digest"] != first["digest"]
    assert desk.bodies() == bodies  # the old one is not needed any more


def test_a_new_page_is_found(desk: Desk) -> None:
    desk.crawl()
    desk.web.numbers.insert(0, 230)
    assert desk.site().created == ("tt_news=230",)


def test_a_page_lost_on_the_disk_is_fetched_again(desk: Desk) -> None:
    desk.crawl()
    lost = next(iter(fetched_sources(desk.data)))
    lost.path.unlink()
    assert desk.site().unchanged == 12
    assert lost.path.exists()


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_says_it_is_gone_leaves_at_once(desk: Desk, status: int) -> None:
    desk.crawl()
    desk.web.pages["tt_news=210"] = Answer(b"", status)
    report = desk.site()
    assert [noted.key for noted in report.gone] == ["tt_news=210"]
    assert str(status) in report.gone[0].reason
    assert "tt_news=210" not in desk.documents()
    del desk.web.pages["tt_news=210"]
    assert desk.site().created == ("tt_news=210",)


def test_a_page_that_asks_not_to_be_indexed_leaves_at_once(desk: Desk) -> None:
    desk.crawl()
    desk.web.pages["tt_news=210"] = page("<p>x</p>", head='<meta name="robots" content="noindex">')
    assert [noted.key for noted in desk.site().gone] == ["tt_news=210"]
    del desk.web.pages["tt_news=210"]
    assert desk.site().created == ("tt_news=210",)


def test_a_file_that_asks_not_to_be_indexed_is_not(desk: Desk) -> None:
    path = "/uploads/media/note_ent.pdf"
    answer = desk.web.answer(path)
    desk.web.pages[path] = Answer(answer.body, headers={**answer.headers, "X-Robots-Tag": "noindex"})
    assert path not in desk.site().created


def test_a_page_missed_leaves_after_three_runs_and_comes_back(desk: Desk) -> None:
    desk.crawl()
    desk.web.pages["tt_news=210"] = Answer(b"", 500)
    for run in (1, 2):
        report = desk.site()
        assert [noted.key for noted in report.missed] == ["tt_news=210"]
        assert report.gone == ()
        assert "tt_news=210" in desk.documents()
        assert desk.row("tt_news=210")["missed_runs"] == run
    report = desk.site()
    assert [noted.key for noted in report.gone] == ["tt_news=210"]
    assert "tt_news=210" not in desk.documents()
    del desk.web.pages["tt_news=210"]
    assert desk.site().created == ("tt_news=210",)
    assert desk.row("tt_news=210")["missed_runs"] == 0


def test_a_page_that_answers_once_is_not_missed_any_more(desk: Desk) -> None:
    desk.crawl()
    for status in (500, 500, 200, 500, 500):
        desk.web.pages["tt_news=210"] = Answer(b"", 500)
        if status == 200:
            del desk.web.pages["tt_news=210"]
        desk.crawl()
    assert "tt_news=210" in desk.documents()


def test_an_error_that_passes_is_not_seen(desk: Desk) -> None:
    desk.web.failures[news_url(194, 1)] = [Answer(b"", 500)]
    report = desk.site()
    assert "tt_news=194" in report.created
    assert report.failed == ()


def test_when_a_fifth_vanishes_at_once_nothing_is_marked(desk: Desk) -> None:
    desk.crawl()
    for number in (210, 209, 180):
        desk.web.pages[f"tt_news={number}"] = Answer(b"", 404)
    before = desk.documents()
    for _ in range(2):
        with pytest.raises(TooManyVanished, match="3 documents sur 12"):
            desk.crawl()
        assert desk.documents() == before
    asked = len(desk.web.asked)
    report = desk.site(force=True)
    assert asked > 10
    assert desk.web.asked == ["/robots.txt"]  # what the stopped run had fetched is not fetched again
    assert {noted.key for noted in report.gone} == {"tt_news=210", "tt_news=209", "tt_news=180"}
    assert len(desk.documents()) == 9


def test_a_stopped_run_is_forgotten_when_the_site_is_mended(desk: Desk) -> None:
    desk.crawl()
    for number in (210, 209, 180):
        desk.web.pages[f"tt_news={number}"] = Answer(b"", 404)
    with pytest.raises(TooManyVanished):
        desk.crawl()
    desk.web.pages.clear()
    assert desk.site().unchanged == 12


def test_a_site_that_says_the_same_everywhere_is_not_believed(desk: Desk) -> None:
    """A page of maintenance, said with 200: all would become duplicates of the first."""
    desk.crawl()
    for number in desk.web.numbers:
        desk.web.pages[f"tt_news={number}"] = page("<p>Site en maintenance</p>")
    with pytest.raises(TooManyVanished):
        desk.crawl()
    assert len(desk.documents()) == 12


def test_a_site_that_sends_everybody_home_is_not_believed(desk: Desk) -> None:
    desk.crawl()
    for number in desk.web.numbers:
        desk.web.pages[f"tt_news={number}"] = moved("/")
    with pytest.raises(TooManyVanished):
        desk.crawl()


def test_a_site_moved_to_other_addresses_has_not_vanished(desk: Desk) -> None:
    desk.web.pages["/actualites"] = page("".join(f'<a href="/pages/{n}">{n}</a>' for n in range(5)))
    desk.web.pages |= {f"/pages/{n}": page(f"<p>Page {n}</p>") for n in range(10)}
    desk.changes["sitemap"] = False
    desk.crawl()
    desk.web.pages |= {f"/pages/{n}": moved(f"/pages/{n + 5}") for n in range(5)}
    desk.web.pages |= {f"/pages/{n + 5}": page(f"<p>Page {n}</p>") for n in range(5)}
    desk.crawl()
    assert desk.documents() == [f"/pages/{n + 5}" for n in range(5)]


def test_a_duplicate_is_told_and_not_taken(desk: Desk) -> None:
    twin = page('<p>Le même texte</p><a href="/pages/fille">fille</a>')
    desk.web.pages |= {"/pages/a": twin, "/pages/b": twin, "/pages/fille": page("<p>Fille</p>")}
    desk.web.pages["/"] = page('<a href="/pages/a">a</a><a href="/pages/b">b</a>')
    report = desk.site()
    assert [(noted.key, noted.reason) for noted in report.duplicates] == [("/pages/b", "doublon de /pages/a")]
    assert {"/pages/a", "/pages/fille"} < set(desk.documents())
    assert "/pages/b" not in desk.documents()
    desk.web.pages["/"] = page('<a href="/pages/b">b</a><a href="/pages/a">a</a>')
    report = desk.site()
    assert [noted.key for noted in report.duplicates] == ["/pages/b"]  # the document stays the one it was
    desk.web.pages["/pages/a"] = Answer(b"", 410)
    desk.crawl()
    assert "/pages/b" in desk.documents()


def test_a_page_that_leads_elsewhere_is_the_other_page(desk: Desk) -> None:
    desk.web.pages["/"] = page('<a href="/pages/ancienne">x</a>')
    desk.web.pages["/pages/ancienne"] = moved(news_url(194))
    report = desk.site()
    assert [(noted.key, noted.rule) for noted in report.duplicates] == [("/pages/ancienne", "redirected")]
    assert "/pages/ancienne" not in desk.documents()


def test_an_endless_pager_ends(desk: Desk) -> None:
    """Each page of the calendar leads to the next one, and to nothing else."""
    for n in range(100):
        desk.web.pages[f"/agenda?mois={n}"] = page(f'<h1>Mois {n}</h1><a href="/agenda?mois={n + 1}">suivant</a>')
    desk.web.pages["/"] = page('<a href="/agenda?mois=0">agenda</a>')
    desk.crawl()
    assert desk.web.times_asked("/agenda") == 1


def test_a_pager_that_always_has_something_new_ends_too(desk: Desk) -> None:
    for n in range(60):
        desk.web.pages[f"/agenda?mois={n}"] = page(f'<a href="/pages/{n}">x</a><a href="/agenda?mois={n + 1}">y</a>')
        desk.web.pages[f"/pages/{n}"] = page(f"<p>Jour {n}</p>")
    desk.web.pages["/"] = page('<a href="/agenda?mois=0">agenda</a>')
    report = desk.site(limits=CrawlLimits(lists=20))
    assert report.lists <= 20
    assert [noted.rule for noted in report.refused] == ["too_many_lists"]


def test_pages_that_lead_ever_deeper_end(desk: Desk) -> None:
    desk.web.pages |= {f"/pages/{n}": page(f'<p>{n}</p><a href="/pages/{n + 1}">x</a>') for n in range(50)}
    desk.web.pages["/"] = page('<a href="/pages/0">x</a>')
    for _ in range(2):  # what is known from before is no way to go deeper
        report = desk.site()
        assert [(noted.key, noted.rule) for noted in report.refused] == [("/pages/8", "depth")]
        assert "/pages/7" in desk.documents()


def test_a_run_has_an_end(desk: Desk) -> None:
    desk.web.pages["/"] = page("".join(f'<a href="/pages/{n}">x</a>' for n in range(100)))
    desk.web.pages |= {f"/pages/{n}": page(f"<p>{n}</p>") for n in range(100)}
    report = desk.site(limits=CrawlLimits(addresses=30))
    assert desk.web.times_asked("/pages/") < 30
    assert [noted.rule for noted in report.refused] == ["too_many"]


def test_sessions_in_addresses_do_not_multiply_pages(desk: Desk) -> None:
    desk.web.pages["/"] = page("".join(f'<a href="/pages/a;jsessionid={n}?sid={n}">x</a>' for n in range(30)))
    desk.web.pages["/pages/a;jsessionid=0?sid=0"] = page("<p>Une page</p>")
    desk.crawl()
    assert desk.web.times_asked("/pages/a") == 1


def test_what_robots_forbids_is_not_asked(desk: Desk) -> None:
    desk.web.robots = Answer(b"User-agent: *\nDisallow: /pages/secret\n")
    desk.web.pages["/"] = page('<a href="/pages/secret">x</a>')
    report = desk.site()
    assert [(noted.key, noted.rule) for noted in report.refused] == [("/pages/secret", "robots")]
    assert desk.web.times_asked("secret") == 0


def test_traps_cost_their_own_refusal(desk: Desk) -> None:
    desk.web.pages |= {
        "/pages/bombe": local_site.bomb(),
        "/pages/enorme": local_site.huge(20_000_000),
        "/pages/goutte": drip(),
        "/pages/metadonnees": moved("http://169.254.169.254/latest/"),
        "/pages/voisin": moved("http://127.0.0.1:9/"),
        "/pages/boucle": moved("/pages/boucle"),
        "/pages/panne": Answer(b"", 500),
        "/pages/latin": Answer("<p>Débit à Écully</p>".encode("latin-1"), headers={"Content-Type": "text/html"}),
    }
    desk.web.pages["/"] = page("".join(f'<a href="{path}">x</a>' for path in desk.web.pages))
    report = desk.site(fetching=FetchLimits(seconds=0.5, first_pause=0))
    assert {noted.key.rsplit("/", 1)[1]: noted.rule for noted in report.refused} == {
        "bombe": "size", "enorme": "size", "metadonnees": "host", "voisin": "port", "boucle": "redirect_loop",
    }  # fmt: skip
    assert {noted.key.rsplit("/", 1)[1]: noted.rule for noted in report.failed} == {
        "goutte": "time", "panne": "status 500",
    }  # fmt: skip
    assert set(report.created) == NEWS | LINKED | {"/pages/latin"}


def test_the_sitemap_leads_where_no_link_does(desk: Desk) -> None:
    index = "<sitemapindex><sitemap><loc>/plan2.xml</loc></sitemap></sitemapindex>"
    desk.web.pages |= {
        "/sitemap.xml": Answer(index.encode()),
        "/plan2.xml": Answer(b"<urlset><url><loc>/pages/seule</loc></url><url><loc>/sans-regle</loc></url></urlset>"),
        "/pages/seule": page("<p>Seule</p>"),
    }
    assert "/pages/seule" in desk.site().created
    assert desk.web.times_asked("sans-regle") == 0


def test_a_site_that_does_not_answer_changes_nothing(desk: Desk) -> None:
    desk.crawl()
    before = desk.documents()
    desk.web.pages |= {"/": Answer(b"", 500), "/actualites": Answer(b"", 500)}
    with pytest.raises(SiteUnreachable, match="500"):
        desk.crawl()
    desk.web.pages.clear()
    desk.web.robots = Answer(b"", 503)
    with pytest.raises(SiteUnreachable, match=r"robots\.txt"):
        desk.crawl()
    assert desk.documents() == before
    assert desk.row("tt_news=194")["missed_runs"] == 0


def test_one_site_of_two_that_does_not_answer_keeps_its_documents(desk: Desk, tmp_path: Path) -> None:
    with running() as other:
        other.numbers = [1, 2, 3]
        both = sources(desk.web)
        both["site"] = [*both["site"], *sources(other, name="Autre", prefix="b:")["site"]]  # type: ignore[misc]
        sites = Sites.model_validate(both)
        first = crawl(sites, tmp_path, OPTIONS)
        assert (first.living, first.complete) == (15, True)
        other.robots = Answer(b"", 500)
        for _ in range(4):
            report = crawl(sites, tmp_path, OPTIONS)
        assert (report.living, report.complete) == (15, False)
        assert [site.complete for site in report.sites] == [True, False]


def test_a_closed_port_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    with running() as closed:
        sites = Sites.model_validate(sources(closed))
    with pytest.raises(SiteUnreachable, match="la connexion échoue"):
        crawl(sites, tmp_path, OPTIONS)


def test_staff_pages_stay_with_staff(desk: Desk) -> None:
    rules = [
        {"css": "#elus a", "role": "document", "kind": "note interne", "access": "staff"},
        {"url": "/pages/", "role": "document", "kind": "page"},
    ]
    desk.changes = {"follow": rules, "sitemap": False}
    desk.web.pages |= {
        "/": page('<a href="/pages/note">x</a><a href="/pages/page">y</a>'),
        "/actualites": page('<div id="elus"><a href="/pages/note">x</a></div>'),
        "/pages/note": page("<p>Note</p>"),
        "/pages/page": page("<p>Page</p>"),
    }
    expected = {"/pages/note": Access.STAFF, "/pages/page": Access.PUBLIC}
    desk.crawl()
    assert {s.name: s.access for s in fetched_sources(desk.data)} == expected
    desk.web.pages["/actualites"] = Answer(b"", 500)  # the page that says it is for staff does not answer
    desk.crawl()
    assert {s.name: s.access for s in fetched_sources(desk.data)} == expected


def test_a_rule_that_becomes_stricter_is_obeyed_at_once(desk: Desk) -> None:
    desk.crawl()
    rules = [dict(rule) for rule in sources(desk.web)["site"][0]["follow"]]  # type: ignore[index]
    rules[0]["access"] = "staff"
    desk.changes["follow"] = rules
    desk.crawl()
    staff = {source.name for source in fetched_sources(desk.data) if source.access is Access.STAFF}
    assert staff == LINKED


def test_a_key_not_wanted_leaves_and_is_not_asked(desk: Desk) -> None:
    desk.crawl()
    desk.changes["skip"] = ["tt_news=210"]
    assert [noted.key for noted in desk.site().gone] == ["tt_news=210"]
    assert desk.web.times_asked("210") == 0


def test_checksums_that_change_are_followed(desk: Desk) -> None:
    """TYPO3 answers 404 to an old cHash: the address to ask is the one that today's list writes."""
    desk.crawl()
    old = news_url(210, 1)
    desk.web.pages[old] = Answer(b"", 404)
    fresh = "/actualites/detail?tx_ttnews[tt_news]=210&cHash=frais"
    desk.web.pages["/actualites"] = page(f'<a href="{fresh}">x</a><a href="/actualites?tx_ttnews[pointer]=1">1</a>')
    report = desk.site()
    assert report.gone == ()
    assert "cHash=frais" in str(desk.row("tt_news=210")["url"])


def test_one_key_is_fetched_alone(desk: Desk) -> None:
    desk.crawl()
    desk.web.pages["tt_news=210"] = page("<p>Corrigée</p>")
    report = desk.crawl(only="tt_news=210")
    assert report.sites[0].changed == ("tt_news=210",)
    assert desk.web.times_asked("210") == len(desk.web.asked) - 1 == 1
    with pytest.raises(FetchRefused, match="tt_news=999"):
        desk.crawl(only="tt_news=999")


def test_one_page_is_fetched_now(desk: Desk) -> None:
    report = desk.crawl(url=f"{desk.web.url}{news_url(194, 2)}")
    assert report.sites[0].created == ("tt_news=194",)
    assert desk.documents() == ["tt_news=194"]


@pytest.mark.parametrize(
    ("path", "rule"),
    [("https://ailleurs.fr/x.pdf", "host"), ("/actualites", "no_rule"), ("/rien", "no_rule"), ("/pages/404", "404")],
)
def test_one_page_is_judged_like_any_other(desk: Desk, path: str, rule: str) -> None:
    with pytest.raises(FetchRefused) as caught:
        desk.crawl(url=path if path.startswith("https") else desk.web.url + path)
    assert caught.value.rule == rule
    assert desk.documents() == []


def test_one_page_does_not_disturb_a_run_cut_short(desk: Desk) -> None:
    cut_short(desk, after=5)
    desk.crawl(url=f"{desk.web.url}{news_url(194)}")
    assert desk.crawl().resumed


def cut_short(desk: Desk, after: int) -> None:
    """A run that stops in its middle, as when somebody presses Ctrl-C."""
    sites = Sites.model_validate(sources(desk.web, **desk.changes))
    with pytest.raises(KeyboardInterrupt):
        crawl(sites, desk.data, OPTIONS, stop_after(after))


def stop_after(count: int) -> Callable[[int, int, str], None]:
    def progress(done: int, total: int, key: str) -> None:
        if done == count:
            raise KeyboardInterrupt

    return progress


def test_a_run_cut_short_goes_on_and_says_so(desk: Desk) -> None:
    cut_short(desk, after=7)
    done = set(desk.web.asked)
    assert desk.documents() == []  # readers see complete runs only
    report = desk.crawl()
    assert report.resumed
    assert set(desk.web.asked) & done == {"/robots.txt"}
    assert report.requests >= len(done)
    assert set(desk.documents()) == NEWS | LINKED


def test_other_settings_begin_another_run(desk: Desk) -> None:
    cut_short(desk, after=7)
    desk.changes["skip"] = ["tt_news=210"]
    assert not desk.crawl().resumed


def test_two_crawls_at_once_are_one_too_many(desk: Desk) -> None:
    with only_one(fetched_folder(desk.data)), pytest.raises(CrawlFailed, match="en cours"):
        desk.crawl()


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.data.write_text("un fichier")
    with pytest.raises(CrawlFailed, match="data"):
        desk.crawl()


def test_nothing_fetched_is_no_source(tmp_path: Path) -> None:
    assert list(fetched_sources(tmp_path)) == []


def test_one_page_that_leads_elsewhere_is_the_other_page(desk: Desk) -> None:
    desk.web.pages["/pages/ancienne"] = moved(news_url(194))
    assert desk.crawl(url=f"{desk.web.url}/pages/ancienne").sites[0].created == ("tt_news=194",)


def test_a_trial_run_changes_nothing_and_spares_the_next_one(desk: Desk) -> None:
    assert set(desk.site(dry_run=True).created) == NEWS | LINKED
    assert desk.documents() == []
    assert set(desk.site().created) == NEWS | LINKED
    assert desk.web.asked == ["/robots.txt"]
    desk.web.pages["tt_news=210"] = page("<p>Corrigée</p>")
    before = desk.row("tt_news=210")
    assert desk.crawl(only="tt_news=210", dry_run=True).sites[0].changed == ("tt_news=210",)
    assert desk.row("tt_news=210") == before


def test_a_list_that_nothing_leads_to_is_not_asked_again(desk: Desk) -> None:
    desk.crawl()
    desk.web.per_page = 6  # one page is enough now
    for _ in range(2):
        report = desk.site()
    assert desk.web.times_asked("pointer%5D=2") == 0
    assert report.unchanged == 12
    assert not (report.gone or report.missed)
