"""`corpus/glossary.toml`, as staff write it, from the file to the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli import main as command
from assistant.index.search import open_index
from assistant.ingestion.glossary import FILE, glossary_document, read_glossary
from assistant.models import GLOSSARY_KEY, Access, BuildFailed, SettingsError
from assistant.settings import ROOT, Settings
from ingest import Options, main
from tests.ingested import ingest

RIGHT = """
[[entry]]
terms = ["fibre", "fibre optique"]
acronym = "FttH"
expansion = "fibre jusqu'à l'abonné"

[[entry]]
terms = ["raccordable"]
definition = "se dit d'un logement que le réseau dessert."
source = { title = "Essai", url = "https://essai.example/mots", date = 2026-11-21 }

[[entry]]
terms = ["très haut débit"]
includes = ["fibre optique"]
"""
MISTAKES = {
    "no TOML": ("[[entry]]", "[[entry", "mal écrit à la ligne 2"),
    "an end too soon": ("2026-11-21 }", "2026-11-21", "mal écrit"),
    "no entry": (RIGHT, "", "entry : ce champ est obligatoire"),
    "entries that are none": (RIGHT, "entry = [3]", "entrée 1 (« ? »)"),
    "a list in the place of entries": (RIGHT, "entry = 3", "entry"),
    "an unknown field": ('terms = ["raccordable"]', 'terms = ["raccordable"]\nmot = "x"',
                         "entrée 2 (« raccordable »), mot : ce champ n'existe pas"),
    "an unknown table": ("[[entry]]\nterms = [\"fibre\"", "autre = 1\n[[entry]]\nterms = [\"fibre\"",
                         "autre : ce champ n'existe pas"),
    "an acronym alone": ('expansion = "fibre jusqu\'à l\'abonné"\n', "",
                         "entrée 1 (« fibre ») : acronym et expansion vont ensemble"),
    "a definition without a source": ("source =", "# source =",
                                      "entrée 2 (« raccordable ») : definition et source vont ensemble"),
    "a source without a day": (", date = 2026-11-21", "",
                               "entrée 2 (« raccordable »), source, date : ce champ est obligatoire"),
    "a day that is none": ("2026-11-21", '"hier"', "entrée 2 (« raccordable »), source, date"),
    "an address that is none": ("https://essai", "javascript:essai", "entrée 2 (« raccordable »), source, url"),
    "a definition that is a page": ("que le réseau dessert", "x" * 600, "le texte dépasse 500 caractères"),
    "a term of small words": ('["raccordable"]', '["de la"]', "« de la » n'a que des mots trop courants"),
    "a term twice": ('["raccordable"]', '["fibres optiques"]', "« fibres optiques », de l'entrée « fibres optiques »"),
    "an unknown narrower term": ('["fibre optique"]', '["câble"]', "« très haut débit », includes nomme « câble »"),
    "a term narrower than itself": ('["fibre optique"]', '["très haut débit"]', "n'est pas une autre entrée"),
    "an entry without a term": ('terms = ["très haut débit"]\n', "", "entrée 3 (« ? ») : il faut au moins un mot"),
}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_the_glossary_that_ships_is_right_and_each_definition_has_its_source() -> None:
    terms = read_glossary(ROOT / "corpus")
    assert 25 <= len(terms) <= 60
    assert all(bool(term.source_url) is term.is_defined for term in terms)
    assert {"FttH", "AMO", "SDTAN", "RIP", "DSP", "PBO", "ENT"} <= {term.acronym for term in terms}


def test_what_can_be_quoted_stands_in_the_document_of_the_glossary(tmp_path: Path) -> None:
    terms = read_glossary(write(tmp_path, RIGHT))
    text = glossary_document(terms).page.text
    assert [term.said and term.said.span.folded(text) for term in terms] == [
        "FttH : fibre jusqu'à l'abonné.",
        "Raccordable : se dit d'un logement que le réseau dessert.",
        None,
    ]
    assert [term.said and term.said.text for term in terms] == [t.said and t.said.span.folded(text) for t in terms]
    assert terms[2].narrower == terms[0].forms == ("fibre", "fibre optique", "FttH", "fibre jusqu'à l'abonné")


def test_a_corpus_without_a_glossary_has_no_terms(tmp_path: Path) -> None:
    assert read_glossary(tmp_path) == ()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_entry(tmp_path: Path, mistake: str) -> None:
    right, wrong, told = MISTAKES[mistake]
    assert right in RIGHT
    with pytest.raises(SettingsError) as error:
        read_glossary(write(tmp_path, RIGHT.replace(right, wrong, 1)))
    assert FILE in str(error.value)
    assert told in str(error.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="ne peut pas être lu"):
        read_glossary(tmp_path)


def test_a_damaged_glossary_stops_the_run_before_anything_is_written(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(environment.corpus, RIGHT.replace("[[entry]]", "[[entry", 1))
    assert main([]) == 1
    assert "glossary.toml est mal écrit" in capsys.readouterr().err
    assert not (environment.data / "index").exists()


def test_an_edit_of_the_glossary_alone_is_published_without_reading_anything_again(own_settings: Settings) -> None:
    write(own_settings.corpus, RIGHT)
    first = ingest(own_settings)
    assert not ingest(own_settings).published
    write(own_settings.corpus, RIGHT.replace("dessert", "dessert aujourd'hui"))
    second = ingest(own_settings)
    assert second.published
    assert (second.created, second.changed, second.reused) == ((), (), len(first.created))
    with open_index(own_settings) as index:
        assert "dessert aujourd'hui" in (index.document_text(GLOSSARY_KEY, Access.PUBLIC) or "")


@pytest.mark.parametrize("only", [None, "tt_news=194"], ids=["whole-run", "one-document"])
def test_a_glossary_that_is_taken_away_leaves_nothing(own_settings: Settings, only: str | None) -> None:
    before = ingest(own_settings)
    (own_settings.corpus / FILE).unlink()
    report = ingest(own_settings, Options(only=only))
    assert (report.removed, report.chunks) == ((), before.chunks)
    with open_index(own_settings) as index:
        assert index.document_text(GLOSSARY_KEY, Access.PUBLIC) is None
        assert (index.status(Access.PUBLIC).documents, index.status(Access.PUBLIC).terms) == (2, 0)


def test_the_glossary_is_not_counted_among_the_documents(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ingest(environment)
    assert len(report.created) == 2
    with open_index(environment) as index:
        status, entries = index.status(Access.PUBLIC), index.entries(Access.PUBLIC)
    assert (status.documents, len(entries), status.last_date) == (2, 2, "2020-04")
    assert sum(count for _, _, count in status.by_year_and_kind) == 2
    assert command(["status"]) == 0
    assert f"Glossaire : {status.terms} termes, {status.acronyms} sigles" in capsys.readouterr().out


def test_a_glossary_alone_is_nothing_to_index(own_settings: Settings) -> None:
    for file in own_settings.corpus.glob("public/*"):
        file.unlink()
    with pytest.raises(BuildFailed, match="Aucun document à indexer"):
        ingest(own_settings)


def test_no_document_may_take_the_key_of_the_glossary(own_settings: Settings) -> None:
    (own_settings.corpus / "public" / "x.md").write_text("---\ncanonical_key: glossary\n---\nUn texte.", "utf-8")
    assert [refusal.name for refusal in ingest(own_settings).refused] == ["public/x.md"]
