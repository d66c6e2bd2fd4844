"""`python ingest.py`: corpus → index; what cannot be read is named, and the rest goes in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.index.build import BuildReport
from assistant.index.search import open_index
from assistant.models import Access, BuildFailed, Chunk
from assistant.settings import ROOT, Settings
from assistant.versions import current_version, index_versions
from ingest import main
from tests.ingested import ingest

NOTE = "Le comité a voté le budget de la Somme."


def _add(settings: Settings, name: str, content: str | bytes) -> Path:
    path = settings.corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _counts(report: BuildReport) -> tuple[int, int, int, int]:
    """How many documents were created, changed, reused, removed."""
    return len(report.created), len(report.changed), report.reused, len(report.removed)


def _chunks(settings: Settings, key: str) -> tuple[Chunk, ...]:
    with open_index(settings) as index:
        return index.document_chunks(key, Access.STAFF)


# ---------------------------------------------------------------------------------------------- what goes in


def test_the_corpus_is_its_documents_and_the_contact_record(own_settings: Settings) -> None:
    report = ingest(own_settings)
    assert (*_counts(report), report.refused) == (2, 0, 0, 0, ())
    (contact,) = _chunks(own_settings, "contact")
    assert [sentence.text for sentence in contact.sentences] == [
        "Somme numérique",
        "43 avenue d'Italie 80090 Amiens",
        "Tél. : 03 22 22 27 27",
        "Fax : 03 22 22 03 57",
    ]
    assert (contact.title, contact.url, contact.access) == (
        "Coordonnées",
        "https://www.sommenumerique.fr/",
        Access.PUBLIC,
    )


def test_a_second_run_changes_nothing(own_settings: Settings) -> None:
    first = ingest(own_settings)
    second = ingest(own_settings)
    assert (second.published, second.version, second.reused) == (False, first.version, 2)


@pytest.mark.parametrize("name", ["public/a.txt", "public/a.md", "public/a.html", "public/2024/a.txt", "staff/a.txt"])
def test_a_file_that_is_added_is_created_and_one_that_is_deleted_is_removed(own_settings: Settings, name: str) -> None:
    ingest(own_settings)
    path = _add(own_settings, name, f"---\ncanonical_key: note\n---\n{NOTE}")
    report = ingest(own_settings)
    assert _counts(report) == (1, 0, 2, 0)
    (chunk,) = _chunks(own_settings, "note")
    assert (chunk.text, chunk.access) == (NOTE, Access(name.split("/", maxsplit=1)[0]))
    path.unlink()
    report = ingest(own_settings)
    assert _counts(report) == (0, 0, 2, 1)
    assert _chunks(own_settings, "note") == ()


def test_a_file_that_is_renamed_keeps_its_key_when_it_declares_one(own_settings: Settings) -> None:
    path = _add(own_settings, "public/a.txt", f"---\ncanonical_key: note\n---\n{NOTE}")
    ingest(own_settings)
    path.rename(path.with_name("b.txt"))
    report = ingest(own_settings)
    assert _counts(report) == (0, 1, 2, 0)


# ---------------------------------------------------------------------------------------------- what is refused

REFUSED = [
    pytest.param("a.txt", b"---\ntitre: x\n---\nTexte.", "champ inconnu, « titre »", id="bad-head"),
    pytest.param("a.txt", b"---\ntitle: a: b\n---\nTexte.", "mal écrit", id="bad-yaml"),
    pytest.param("a.txt", b'---\ndate: "2016-02-31"\n---\nTexte.', "« date »", id="bad-date"),
    pytest.param("a.txt", bytes(500), "pas du texte", id="binary"),
    pytest.param("a.txt", b"", "vide", id="empty"),
    pytest.param("a.txt", b"... --- !!!", "rien à citer", id="no-words"),
    pytest.param("a.txt", "Somme numérique\n\nTél. : 03 22 22 27 27".encode(), "rien à citer", id="only-frame"),
    pytest.param("a.doc", b"PK", "ce format n'est pas lu", id="unknown-format"),
    pytest.param("a.txt", b"x" * 5_000_001, "dépasse 5 Mo", id="too-large"),
    pytest.param("a.txt", b"---\ncanonical_key: tt_news=194\n---\nTexte.", "même clé « tt_news=194 »", id="same-key"),
    pytest.param("a.pdf.yaml", b"title: Un titre", "décrit za.pdf, qui n'est pas là", id="orphan-sidecar"),
    pytest.param("a.txt", None, "ne peut pas être ouvert", id="unreadable"),
]


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED)
def test_a_file_that_cannot_be_read_is_named_and_the_others_go_in(
    environment: Settings, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, reason: str
) -> None:
    if content is None:
        (environment.corpus / "public" / f"z{name}").symlink_to("nowhere")
    else:
        _add(environment, f"public/z{name}", content)
    assert main([]) == 1
    out, err = capsys.readouterr()
    assert "documents créés 2, modifiés 0, repris 0, supprimés 0, refusés 1 (" in out
    assert f"(public/z{name} : " in out
    assert reason in out
    assert "Traceback" not in err
    with open_index(environment) as index:
        assert index.status(Access.STAFF).documents == 2
        (line,) = index.status(Access.STAFF).refused
        assert line.startswith(f"public/z{name} : ")


def test_a_key_taken_by_a_public_document_is_refused_to_a_staff_one(own_settings: Settings) -> None:
    _add(own_settings, "staff/a.txt", f"---\ncanonical_key: tt_news=223\n---\n{NOTE}")
    (refusal,) = ingest(own_settings).refused
    assert refusal.name == "staff/a.txt"
    assert "public/2020-04_communique-coronavirus.txt" in refusal.reason
    assert {chunk.access for chunk in _chunks(own_settings, "tt_news=223")} == {Access.PUBLIC}


def test_a_file_that_becomes_unreadable_is_removed_and_named(own_settings: Settings) -> None:
    path = _add(own_settings, "public/a.txt", f"---\ncanonical_key: note\n---\n{NOTE}")
    ingest(own_settings)
    path.write_bytes(bytes(100))
    report = ingest(own_settings)
    assert (len(report.removed), [refusal.name for refusal in report.refused]) == (1, ["public/a.txt"])


@pytest.mark.parametrize("folder", ["public", "staff"])
def test_a_document_does_not_take_the_key_of_the_contact_record(own_settings: Settings, folder: str) -> None:
    _add(own_settings, f"{folder}/a.txt", f"---\ncanonical_key: contact\n---\n{NOTE}")
    report = ingest(own_settings)
    with open_index(own_settings) as index:
        contact = index.contact()
        assert contact is not None
        said = [s.text for c in index.document_chunks(contact.document_key, Access.PUBLIC) for s in c.sentences]
        assert contact.phone in said
        assert index.status(Access.STAFF).documents + len(report.refused) == 3


def test_a_contact_record_never_comes_from_a_staff_document(own_settings: Settings) -> None:
    for path in (own_settings.corpus / "public").glob("*.txt"):
        path.rename(own_settings.corpus / "staff" / path.name)
    _add(own_settings, "public/a.txt", NOTE)
    ingest(own_settings)
    with open_index(own_settings) as index:
        assert index.contact() is None
        assert index.status(Access.PUBLIC).documents == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.txt", b"---\ndate: 2016-02-31\n---\nTexte.", id="a-day-that-no-calendar-has"),
        pytest.param("a.html", b"<div>" * 5_000 + b"Texte.", id="html-nested-without-end"),
        pytest.param(os.fsdecode(b"caf\xe9.txt"), b"Le comite.", id="a-name-that-is-not-utf-8"),
        pytest.param("a.txt", b"l'" * 5_000 + b"ecole", id="elisions-without-end"),
        pytest.param("a.txt", b"mot\x1fmot. " + b"Le comite. " * 100, id="a-separator-of-ours"),
        pytest.param("a.txt", b"Le comite\x00. " + b"Le comite. " * 100, id="a-zero"),
    ],
)
def test_no_file_at_all_ends_the_ingestion(own_settings: Settings, name: str, content: bytes) -> None:
    path = own_settings.corpus / "public" / name
    path.write_bytes(content)
    report = ingest(own_settings)
    assert len(report.created) + len(report.refused) == 3
    with open_index(own_settings) as index:
        assert index.search("raccordements", Access.PUBLIC).evidence


@pytest.mark.parametrize(
    ("dates", "newest"),
    [
        pytest.param(["2016-11-18", "2020-04", ""], 1, id="most-recent"),
        pytest.param(["2020", "2020-04", "2020-04-02"], 2, id="most-precise"),
        pytest.param(["", ""], 0, id="undated"),
        pytest.param(["", "1999"], 1, id="dated-before-undated"),
    ],
)
def test_the_contact_record_is_that_of_the_newest_page_and_stays_so_run_after_run(
    own_settings: Settings, dates: list[str], newest: int
) -> None:
    for path in (own_settings.corpus / "public").glob("*.txt"):
        path.unlink()
    for number, date in enumerate(dates):
        frame = f"Somme numérique\n\nTél. : 03 22 22 27 {number}{number}"
        _add(own_settings, f"public/{number}.txt", f"---\ndate: '{date}'\n---\n{frame}\n\n{NOTE}")
    for _ in range(2):
        ingest(own_settings)
        with open_index(own_settings) as index:
            contact = index.contact()
            assert contact is not None
            assert contact.phone == f"Tél. : 03 22 22 27 {newest}{newest}"
        _add(own_settings, "public/autre.txt", NOTE)


# ---------------------------------------------------------------------------------------------- the command


def test_all_that_went_in_is_exit_code_zero_and_one_sentence(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    out, _ = capsys.readouterr()
    version = current_version(index_versions(environment.data))
    assert version is not None
    assert out.count("\n") == 1
    assert out.startswith(
        f"Index {version.name} publié : documents créés 2, modifiés 0, repris 0, supprimés 0, refusés 0 ; "
    )
    assert main([]) == 0
    assert capsys.readouterr().out.startswith(
        f"Rien n'a changé, l'index {version.name} reste : documents repris 2, refusés 0"
    )


@pytest.mark.parametrize("emptied", ["files", "folders", "corpus"])
def test_an_empty_corpus_publishes_nothing_and_the_old_index_stays(
    environment: Settings, capsys: pytest.CaptureFixture[str], emptied: str
) -> None:
    assert main([]) == 0
    before = current_version(index_versions(environment.data))
    for path in (environment.corpus / "public").glob("*.txt"):
        path.unlink()
    if emptied != "files":
        environment.corpus.rename(environment.corpus.with_name("moved"))
        if emptied == "folders":
            environment.corpus.mkdir()
    capsys.readouterr()
    assert main([]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Aucun document à indexer" in err
    assert str(environment.corpus) in err
    assert current_version(index_versions(environment.data)) == before
    with open_index(environment) as index:
        assert index.search("raccordements", Access.PUBLIC).evidence


def test_a_corpus_of_refused_files_alone_publishes_nothing(own_settings: Settings) -> None:
    ingest(own_settings)
    before = current_version(index_versions(own_settings.data))
    for path in (own_settings.corpus / "public").glob("*.txt"):
        path.write_bytes(b"")
    with pytest.raises(BuildFailed):
        ingest(own_settings)
    assert current_version(index_versions(own_settings.data)) == before


def test_files_that_are_all_refused_are_named_all_the_same(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (environment.corpus / "public").glob("*.txt"):
        path.write_bytes(b"")
    assert main([]) == 1
    assert "public/2020-04_communique-coronavirus.txt" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ASSISTANT_VECTOR_WEIGHT", "beaucoup", "ASSISTANT_VECTOR_WEIGHT ne peut pas valoir « beaucoup »"),
        ("ASSISTANT_EMBEDDER", "modele-absent", "Le modèle « modele-absent » n'est pas sur cette machine"),
    ],
)
def test_a_wrong_setting_is_one_french_sentence_and_exit_code_one(
    environment: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    variable: str, value: str, said: str,
) -> None:  # fmt: skip
    monkeypatch.delenv("ASSISTANT_VECTOR_WEIGHT")
    monkeypatch.setenv(variable, value)
    assert main([]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not index_versions(environment.data).exists() or current_version(index_versions(environment.data)) is None


@pytest.mark.slow
def test_help_is_quick_french_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from ingest import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: print(end.code, sorted({'torch', 'sentence_transformers', 'chromadb', 'gradio',"
        " 'langchain_chroma'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.endswith("0 []\n")
    assert "Indexe les documents de corpus/" in done.stdout


@pytest.mark.slow
def test_the_command_runs_from_any_folder(environment: Settings, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "ingest.py")], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Index ")
    assert done.stdout.count("\n") == 1


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SystemExit) as end:
        main(["--tout"])
    assert end.value.code == 2
