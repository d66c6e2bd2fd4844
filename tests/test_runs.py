"""Run after run: what is read again, what is kept of the past, what a run reports."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import ingest as command
from assistant.cli import main as assistant_command
from assistant.index.database import Database
from assistant.index.history import open_history
from assistant.index.lexical import WordSearch
from assistant.index.search import open_index
from assistant.ingestion.report import FOLDER, last_report
from assistant.models import Access, TooManyVanished, UnknownDocument
from assistant.settings import Settings
from assistant.versions import current_version, index_versions
from ingest import Options, ingest

WORDS = "réseau fibre école budget commune serveur archivage marché séminaire débit collège lot plan visite".split()


def _write(settings: Settings, name: str, text: str, key: str | None = None) -> Path:
    path = settings.corpus / "public" / name
    path.write_text(f"---\ncanonical_key: {key}\n---\n{text}" if key else text, encoding="utf-8")
    return path


def _many(settings: Settings, number: int) -> list[Path]:
    return [_write(settings, f"{n:02}.txt", f"Le comité numéro {n} a voté le budget.", f"k{n}") for n in range(number)]


# ---------------------------------------------------------------------------------------------- what is read again


def test_what_has_not_changed_is_not_read_again_what_was_refused_included(own_settings: Settings) -> None:
    _write(own_settings, "vide.txt", "")
    first, second = ingest(own_settings), ingest(own_settings)
    assert (first.read, second.read) == (3, 0)
    assert first.build is not None
    assert second.build is not None
    assert second.build.refused == first.build.refused
    assert not second.build.published


def test_a_document_whose_reader_ran_out_of_time_is_tried_again(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(own_settings, "a.csv", "nom;débit\nAmiens;100\n")
    with monkeypatch.context() as patch:
        patch.setattr("assistant.documents.sandbox.WALL_SECONDS", 0.001)
        first = ingest(own_settings).build
    second = ingest(own_settings).build
    assert first is not None
    assert second is not None
    assert [refusal.reason for refusal in first.refused] == ["sa lecture prend trop de temps"]
    assert second.refused == ()
    assert len(second.created) == 1


def test_only_the_file_that_changed_is_read(own_settings: Settings) -> None:
    paths = _many(own_settings, 3)
    ingest(own_settings)
    paths[1].write_text("---\ncanonical_key: k1\n---\nLe comité a changé d'avis.", encoding="utf-8")
    report = ingest(own_settings)
    assert report.read == 1
    assert report.build is not None
    assert report.build.changed == ("k1",)


def test_another_head_beside_a_document_makes_it_read_again(own_settings: Settings) -> None:
    path = _write(own_settings, "a.csv", "nom;débit\nAmiens;100\n")
    ingest(own_settings)
    path.with_name("a.csv.yaml").write_text("title: Les débits\n", encoding="utf-8")
    assert ingest(own_settings).read >= 1


def test_two_files_that_claim_one_key_are_judged_anew_each_time(own_settings: Settings) -> None:
    _write(own_settings, "a.txt", "Le premier texte.", "double")
    second = _write(own_settings, "b.txt", "Le second texte.", "double")
    first = ingest(own_settings)
    assert first.build is not None
    assert [refusal.name for refusal in first.build.refused] == ["public/b.txt"]
    (own_settings.corpus / "public" / "a.txt").unlink()
    report = ingest(own_settings)
    assert report.build is not None
    assert report.build.refused == ()
    with open_index(own_settings) as index:
        assert index.document_text("double", Access.PUBLIC) == "Le second texte."
    assert second.exists()


def test_an_index_changed_step_by_step_searches_as_one_made_at_once(own_settings: Settings, tmp_path: Path) -> None:
    source = random.Random(7)
    names = [f"{number}.txt" for number in range(12)]
    for _ in range(6):
        for name in source.sample(names, 5):
            path = own_settings.corpus / "public" / name
            if path.exists() and source.random() < 0.4:
                path.unlink()
            else:
                _write(own_settings, name, f"Le {' '.join(source.choices(WORDS, k=9))}.", name)
        ingest(own_settings)
    fresh = own_settings.model_copy(update={"data": tmp_path / "fresh"})
    ingest(fresh)
    found = []
    for settings in (own_settings, fresh):
        version = current_version(index_versions(settings.data))
        assert version is not None
        database = Database(version)
        scores = {}
        for word in WORDS:
            for identifier, score in WordSearch(database, Access.PUBLIC).search(word, 100).items():
                chunk = database.chunk(Access.PUBLIC, identifier)
                assert chunk is not None
                scores[word, chunk.digest] = pytest.approx(score)
        assert sorted(database.vocabulary(Access.PUBLIC)) == sorted(set(database.vocabulary(Access.PUBLIC)))
        found.append((database.facts["content"], scores, set(database.vocabulary(Access.PUBLIC))))
        database.close()
    assert found[0] == found[1]


# ---------------------------------------------------------------------------------------------- options


def test_only_takes_one_document_and_leaves_the_others_as_they_were(own_settings: Settings) -> None:
    paths = _many(own_settings, 3)
    ingest(own_settings)
    for number, path in enumerate(paths):
        path.write_text(f"---\ncanonical_key: k{number}\n---\nNouveau texte.", encoding="utf-8")
    paths[2].unlink()
    report = ingest(own_settings, Options(only="k1"))
    assert report.build is not None
    assert (report.read, report.build.changed, report.build.removed) == (1, ("k1",), ())
    with open_index(own_settings) as index:
        texts = [index.document_text(f"k{number}", Access.PUBLIC) for number in range(3)]
        assert index.contact() is not None
    assert ["Nouveau" in (text or "") for text in texts] == [False, True, False]


def test_only_takes_a_new_file_by_its_name(own_settings: Settings) -> None:
    ingest(own_settings)
    _write(own_settings, "a.txt", "Le comité a voté.", "a")
    report = ingest(own_settings, Options(only="public/a.txt"))
    assert report.build is not None
    assert report.build.created == ("a",)


def test_only_a_document_that_is_unknown_is_an_error_and_changes_nothing(own_settings: Settings) -> None:
    ingest(own_settings)
    before = current_version(index_versions(own_settings.data))
    with pytest.raises(UnknownDocument, match="tt_news=999"):
        ingest(own_settings, Options(only="tt_news=999"))
    assert current_version(index_versions(own_settings.data)) == before


def test_a_dry_run_tells_and_writes_nothing(own_settings: Settings) -> None:
    ingest(own_settings)
    before = current_version(index_versions(own_settings.data))
    _write(own_settings, "a.txt", "Le comité a voté.", "a")
    (own_settings.corpus / "public" / "2020-04_communique-coronavirus.txt").unlink()
    report = ingest(own_settings, Options(dry_run=True))
    assert report.build is not None
    assert (report.build.created, report.build.removed) == (("a",), ("tt_news=223",))
    assert not report.build.published
    assert current_version(index_versions(own_settings.data)) == before
    with open_history(own_settings.data) as history:
        assert history.life("a") is None
        life = history.life("tt_news=223")
        assert life is not None
        assert life.gone_on is None


def test_force_reads_everything_again(own_settings: Settings) -> None:
    ingest(own_settings)
    assert ingest(own_settings, Options(force=True)).read == 2


def test_many_documents_do_not_leave_at_once_unless_it_is_meant(own_settings: Settings) -> None:
    paths = _many(own_settings, 20)
    ingest(own_settings)
    before = current_version(index_versions(own_settings.data))
    for path in paths[:11]:
        path.unlink()
    with pytest.raises(TooManyVanished, match="11 documents sur 2"):
        ingest(own_settings)
    assert current_version(index_versions(own_settings.data)) == before
    report = ingest(own_settings, Options(force=True))
    assert report.build is not None
    assert len(report.build.removed) == 11


# ---------------------------------------------------------------------------------------------- the past


def test_what_a_document_said_is_kept_with_its_days(own_settings: Settings) -> None:
    path = _write(own_settings, "a.txt", "Le premier texte.", "a")
    ingest(own_settings)
    path.write_text("---\ncanonical_key: a\n---\nLe second texte.", encoding="utf-8")
    ingest(own_settings)
    path.unlink()
    ingest(own_settings)
    with open_history(own_settings.data) as history:
        life = history.life("a")
    assert life is not None
    assert [(version.text, version.is_current) for version in life.versions] == [
        ("Le second texte.", False),
        ("Le premier texte.", False),
    ]
    assert life.first_seen <= life.versions[1].last_seen <= life.versions[0].changed_on <= (life.gone_on or "")


def test_a_document_that_comes_back_lives_on(own_settings: Settings) -> None:
    path = _write(own_settings, "a.txt", "Le texte.", "a")
    ingest(own_settings)
    path.unlink()
    ingest(own_settings)
    _write(own_settings, "a.txt", "Le texte.", "a")
    ingest(own_settings)
    with open_history(own_settings.data) as history:
        life = history.life("a")
    assert life is not None
    assert life.gone_on is None
    assert [version.is_current for version in life.versions] == [True]


def test_a_document_that_moves_says_where_it_was(own_settings: Settings) -> None:
    path = _write(own_settings, "avant.txt", "Le comité a voté un texte reconnaissable.")
    first = ingest(own_settings)
    path.rename(path.with_name("après.txt"))
    second = ingest(own_settings)
    assert first.build is not None
    assert second.build is not None
    (before,), (after,) = (set(first.build.created) - {"tt_news=194", "tt_news=223"}), second.build.created
    assert second.build.moved == {after: before}
    assert f"{after} ({before})" in second.summary()
    with open_history(own_settings.data) as history:
        life = history.life(after)
    assert life is not None
    assert life.moved_from == before


def test_the_command_tells_what_a_document_said_and_erases_it(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _write(environment, "a.txt", "Le nom de Madame Untel.", "a")
    ingest(environment)
    path.write_text("---\ncanonical_key: a\n---\nLe nom est effacé.", encoding="utf-8")
    ingest(environment)
    assert assistant_command(["history", "a", "--text"]) == 0
    out = capsys.readouterr().out
    assert out.index("version actuelle") < out.index("effacé") < out.index("version passée") < out.index("Untel")
    assert assistant_command(["history", "a", "--forget"]) == 0
    capsys.readouterr()
    assert assistant_command(["history", "a", "--text"]) == 0
    assert "Untel" not in capsys.readouterr().out
    assert b"Untel" not in (environment.data / "history.sqlite").read_bytes()
    assert assistant_command(["history", "inconnu"]) == 1
    assert "inconnu" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------- the report


def test_a_run_leaves_a_report_that_status_tells(environment: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    _write(environment, "vide.txt", "")
    assert command.main([]) == 1
    (path,) = (environment.data / FOLDER).glob("*.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["build"]["created"] == ["tt_news=194", "tt_news=223"]
    assert told["build"]["refused"] == [{"name": "public/vide.txt", "reason": "le fichier est vide"}]
    assert told["index_bytes"] > 0
    assert set(told["stages"]) == {"crawling", "reading", "publishing"}
    report = last_report(environment.data)
    assert report is not None
    capsys.readouterr()
    assert assistant_command(["status", "--documents"]) == 0
    out = capsys.readouterr().out
    assert report.summary() in out
    assert "2016 █" in out
    assert "tt_news=194\t2016-11-18\tséminaire\t" in out
    assert assistant_command(["status", "--access", "public"]) == 0
    assert "vide.txt" not in capsys.readouterr().out


def test_a_run_that_fails_leaves_a_report_too(environment: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (environment.corpus / "public").glob("*.txt"):
        path.unlink()
    assert command.main([]) == 1
    report = last_report(environment.data)
    assert report is not None
    assert report.failed is not None
    assert "Aucun document à indexer" in report.failed
    assert report.failed in capsys.readouterr().err


def test_status_draws_the_corpus(environment: Settings, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    ingest(environment)
    assert assistant_command(["status", "--picture", str(tmp_path / "corpus.png")]) == 0
    assert (tmp_path / "corpus.png").read_bytes().startswith(b"\x89PNG")
