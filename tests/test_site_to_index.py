"""`python ingest.py --crawl`: from a site on a real server to the answers, run after run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.crawl.settle import MISSED_RUNS
from assistant.index.history import open_history
from assistant.index.search import open_index
from assistant.ingestion.report import FOLDER, last_report
from assistant.models import Access, Status
from assistant.settings import Settings, load_settings
from assistant.versions import current_version, index_versions
from ingest import Options, ingest, main
from tests.local_site import COMMUNIQUE, FILES, SEMINAR, SLIDE_7, Answer, Site, news_url, page, running, sources_toml

DECK = f"{FILES}depres.pptx"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Settings]]:
    """The site, and a corpus without files that followed it once: what is read then is not read again."""
    folder = tmp_path_factory.mktemp("crawled")
    with running() as opened:
        (folder / "corpus" / "public").mkdir(parents=True)
        (folder / "corpus" / "sources.toml").write_text(sources_toml(opened), encoding="utf-8")
        changes = {"corpus": folder / "corpus", "data": folder / "data", "vector_weight": 0.0}
        settings = load_settings().model_copy(update=changes)
        ingest(settings, Options(crawl=True))
        yield opened, settings


@pytest.fixture
def site(crawled: tuple[Site, Settings]) -> Site:
    """The site as it was."""
    opened, _ = crawled
    opened.pages.clear()
    opened.forget()
    return opened


@pytest.fixture
def environment(
    crawled: tuple[Site, Settings], site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Copies of that corpus and of what it gave, and the settings that lead there."""
    settings = crawled[1]
    shutil.copytree(settings.corpus, tmp_path / "corpus")
    shutil.copytree(settings.data, tmp_path / "data")
    monkeypatch.setenv("ASSISTANT_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ASSISTANT_VECTOR_WEIGHT", "0")
    return settings.model_copy(update={"corpus": tmp_path / "corpus", "data": tmp_path / "data"})


def _keys(settings: Settings) -> set[str]:
    with open_index(settings) as index:
        return {entry.key for entry in index.entries(Access.STAFF)}


def _text(settings: Settings, key: str) -> str:
    with open_index(settings) as index:
        return index.document_text(key, Access.PUBLIC) or ""


def test_the_site_is_followed_to_its_pages_and_the_files_they_introduce(environment: Settings) -> None:
    with open_index(environment) as index:
        entries = {entry.key: entry for entry in index.entries(Access.PUBLIC)}
        contact = index.contact()
    assert {f"tt_news={number}" for number in (COMMUNIQUE, 210, 209, SEMINAR, 180, 179)} <= set(entries)
    assert (entries[f"tt_news={SEMINAR}"].kind, entries[f"tt_news={SEMINAR}"].date) == ("séminaire", "2016-11-18")
    assert (entries[DECK].kind, entries[DECK].date) == ("présentation", "2016-11-18")
    assert "cHash=" in (entries[f"tt_news={SEMINAR}"].url or "")
    assert contact is not None
    assert contact.phone == "Tél. : 03 22 22 27 27"


def test_slide_seven_is_answered_with_speaker_seminar_date_and_slide(environment: Settings) -> None:
    assistant = Assistant(environment)
    try:
        answer = assistant.ask("Combien de familles lisent le cahier de liaison à Hallencourt ?", Access.PUBLIC)
    finally:
        assistant.close()
    assert answer.status is Status.ANSWERED
    assert answer.answer == f"Jérôme Depres, séminaire du 18 novembre 2016, diapositive 7 : « {SLIDE_7} »"
    assert answer.quotes[0].role == (
        "Chef de projet « e éducation et lutte contre la fracture numérique » à Somme Numérique"
    )


def test_the_frame_of_the_site_is_in_no_document(environment: Settings) -> None:
    with open_index(environment) as index:
        for entry in index.entries(Access.PUBLIC):
            said = " ".join(chunk.text for chunk in index.document_chunks(entry.key, Access.PUBLIC))
            assert "Télécharger le plan d'accès" not in said
            assert "03 22 22 27 27" not in said


def test_a_second_run_asks_whether_anything_changed_and_does_nothing(
    environment: Settings, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    before = current_version(index_versions(environment.data))
    site.forget()
    assert main(["--crawl"]) == 0
    assert site.statuses[304] > 10
    assert current_version(index_versions(environment.data)) == before
    report = last_report(environment.data)
    assert report is not None
    assert report.crawl is not None
    assert report.crawl.sites[0].unchanged == 12
    assert report.read == 0
    assert "inchangés 12" in capsys.readouterr().out


def test_what_was_fetched_serves_without_the_site(environment: Settings, site: Site) -> None:
    site.forget()
    assert main([]) == 0
    assert len(_keys(environment)) == 12
    assert site.asked == []


def test_a_page_that_changes_is_indexed_anew_and_its_past_is_kept(environment: Settings, site: Site) -> None:
    site.pages["tt_news=210"] = page("<h1>NOUVEAU TITRE</h1><p>Les travaux sont finis.</p>", "Actualité 210")
    assert main(["--crawl"]) == 0
    assert "Les travaux sont finis." in _text(environment, "tt_news=210")
    with open_history(environment.data) as history:
        life = history.life("tt_news=210")
    assert life is not None
    assert ["sont finis" in version.text for version in life.versions] == [True, False]


def test_a_page_that_is_gone_leaves_the_answers_at_once_and_one_that_fails_after_three_runs(
    environment: Settings, site: Site
) -> None:
    main(["--crawl"])
    site.pages["tt_news=210"] = Answer(b"", 410)
    site.pages["tt_news=209"] = Answer(b"", 500)
    for run in range(MISSED_RUNS):
        assert main(["--crawl"]) == 0
        assert "tt_news=210" not in _keys(environment)
        assert ("tt_news=209" in _keys(environment)) == (run + 1 < MISSED_RUNS)


def test_a_site_that_loses_much_at_once_changes_nothing_unless_it_is_meant(
    environment: Settings, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    before = current_version(index_versions(environment.data))
    for number in (210, 209, 180):
        site.pages[f"tt_news={number}"] = Answer(b"", 404)
    assert main(["--crawl"]) == 1
    assert "--force" in capsys.readouterr().err
    assert current_version(index_versions(environment.data)) == before
    assert main([]) == 0
    assert "tt_news=210" in _keys(environment)
    assert main(["--crawl", "--force"]) == 0
    assert "tt_news=210" not in _keys(environment)


def test_an_unreachable_site_is_one_sentence_and_the_index_stays(
    environment: Settings, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    before = current_version(index_versions(environment.data))
    capsys.readouterr()
    site.pages["/"] = site.pages["/actualites"] = Answer(b"", 503)
    (environment.corpus / "sources.toml").write_text(sources_toml(site, start=[f"{site.url}/"]), encoding="utf-8")
    assert main(["--crawl"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert site.url in err
    assert current_version(index_versions(environment.data)) == before


def test_one_page_is_fetched_now_and_the_others_stay_as_they_are(environment: Settings, site: Site) -> None:
    for number in (209, 210):
        site.pages[f"tt_news={number}"] = page(f"<h1>NOUVEAU {number}</h1><p>Travaux finis.</p>", "Actualité")
    site.forget()
    assert main(["--url", f"{site.url}{news_url(210)}"]) == 0
    assert [path for path in site.asked if "robots" not in path] == [news_url(210)]
    assert "finis" in _text(environment, "tt_news=210")
    assert "finis" not in _text(environment, "tt_news=209")
    assert main(["--crawl", "--only", "tt_news=209"]) == 0
    assert "finis" in _text(environment, "tt_news=209")
    assert len(_keys(environment)) == 12


@pytest.mark.parametrize("url", ["https://autre.example/page", "http://169.254.169.254/latest/", "page", "file:///etc"])
def test_a_page_of_another_site_is_refused_in_one_sentence(
    environment: Settings, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert main(["--url", url]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert url in err


def test_a_dry_run_goes_to_the_site_and_changes_nothing(
    environment: Settings, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["tt_news=210"] = page("<h1>NOUVEAU</h1><p>Travaux finis.</p>", "Actualité")
    capsys.readouterr()
    assert main(["--crawl", "--dry-run"]) == 0
    assert "modifiés 1" in capsys.readouterr().out
    assert not (environment.data / FOLDER).exists()
    assert main([]) == 0
    assert "finis" not in _text(environment, "tt_news=210")


def test_the_page_of_the_site_takes_the_place_of_its_copy_in_the_corpus_without_a_refusal(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = environment.corpus / "public" / "copie.txt"
    copy.write_text(f"---\ncanonical_key: tt_news={SEMINAR}\n---\nUne copie abrégée.", encoding="utf-8")
    assert main(["--crawl"]) == 0
    assert "public/copie.txt" in capsys.readouterr().out
    assert "abrégée" not in _text(environment, f"tt_news={SEMINAR}")


def test_crawling_without_sources_says_which_file_is_missing(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (environment.corpus / "sources.toml").unlink()
    assert main(["--crawl"]) == 1
    assert "sources.toml" in capsys.readouterr().err


def test_the_report_of_a_crawl_is_kept_as_json(environment: Settings) -> None:
    shutil.rmtree(environment.data)
    main(["--crawl"])
    (path,) = (environment.data / FOLDER).glob("*.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["command"] == ["--crawl"]
    assert told["crawl"]["sites"][0]["requests"] >= 15
    assert DECK in told["build"]["created"]
