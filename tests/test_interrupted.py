"""An ingestion cut short, at any moment or by a full disk: the old index or the new one, whole; then the new."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.index.database import Database
from assistant.index.history import open_history
from assistant.index.search import open_index
from assistant.models import Access, BuildFailed
from assistant.settings import ROOT, Settings, load_settings
from assistant.versions import current_version, index_versions
from ingest import ingest
from tests.test_embed import save_tiny_model

pytestmark = pytest.mark.slow

OLD = "Le comité a voté le budget de la fibre pour 2019 : le hamster."
NEW = "Le comité a voté le budget de la fibre pour 2020 : le quetzal."
# Every moment that `reached` names in an ingestion of files, and the run's how-manyth.
MOMENTS = [
    ("document_read", 1), ("document_read", 2), ("document_cut", 1), ("document_written", 1), ("document_written", 2),
    ("batch_embedded", 1), ("database_written", 1), ("vectors_written", 1), ("history_written", 1), ("switched", 1),
    ("cleaned", 1),
]  # fmt: skip
KILLED_AT = """
import os, signal, sys
from assistant import fault_points
from ingest import main
name, left = sys.argv[1], int(sys.argv[2])
def listen(reached):
    global left
    left -= reached == name
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
fault_points.listen(listen)
sys.exit(main([]))
"""
WITHOUT_RESERVE = """
import sys
from assistant.index import build
build.FREE_SPACE = 0
from ingest import main
sys.exit(main([]))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@dataclass(frozen=True)
class Made:
    """An index of the real pages and a note, over documents that have changed since; the content of an index made of
    them at once, from nothing.
    """

    settings: Settings
    expected: str


@pytest.fixture(scope="module")
def made(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("interrupted")
    corpus = Path(shutil.copytree(ROOT / "corpus", folder / "corpus"))
    changes = {"data": folder / "data", "corpus": corpus, "embedder": str(model), "vector_weight": 0.2}
    settings = load_settings().model_copy(update=changes)
    public = corpus / "public"
    (public / "note.txt").write_text(f"---\ncanonical_key: note\n---\n{OLD}", encoding="utf-8")
    (public / "parti.txt").write_text(f"---\ncanonical_key: parti\n---\n{OLD}", encoding="utf-8")
    ingest(settings)
    (public / "note.txt").write_text(f"---\ncanonical_key: note\n---\n{NEW}", encoding="utf-8")
    (public / "parti.txt").unlink()
    (public / "venu.txt").write_text(f"---\ncanonical_key: venu\n---\n{NEW}", encoding="utf-8")
    fresh = settings.model_copy(update={"data": folder / "fresh"})
    ingest(fresh)
    return Made(settings, _content(fresh))


@pytest.fixture
def published(made: Made, tmp_path: Path) -> Settings:
    """That index, of the test's own: the note changes, one document comes and one goes."""
    data = Path(shutil.copytree(made.settings.data, tmp_path / "data"))
    return made.settings.model_copy(update={"data": data})


@pytest.fixture
def expected(made: Made) -> str:
    return made.expected


def _run(settings: Settings, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "ASSISTANT_DATA": str(settings.data),
        "ASSISTANT_CORPUS": str(settings.corpus),
        "ASSISTANT_EMBEDDER": settings.embedder,
    }
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip


def _state(settings: Settings, disk_full: bool = False) -> str:
    """Which index answers, after looking at all of it: "old" or "new", and nothing in between.

    On a full disk, Chroma cannot be opened, and words answer alone.
    """
    with open_index(settings) as index:
        keys = {entry.key for entry in index.entries(Access.STAFF)}
        note = index.document_text("note", Access.PUBLIC)
        found = {e.chunk.document_key for e in index.search("budget fibre quetzal", Access.PUBLIC).evidence}
        assert disk_full or index.status(Access.PUBLIC).vectors == "chroma"
    if keys == {"tt_news=194", "tt_news=223", "note", "parti"}:
        assert note == OLD
        assert {"note", "parti"} <= found
        return "old"
    assert keys == {"tt_news=194", "tt_news=223", "note", "venu"}
    assert note == NEW
    assert {"note", "venu"} <= found
    assert "parti" not in found
    return "new"


def _content(settings: Settings) -> str:
    version = current_version(index_versions(settings.data))
    assert version is not None
    database = Database(version)
    content = str(database.facts["content"])
    database.close()
    return content


@pytest.mark.parametrize(("name", "number"), MOMENTS, ids=str)
def test_a_run_killed_at_any_moment_leaves_one_whole_index_and_the_next_run_ends_the_work(
    published: Settings, expected: str, name: str, number: int
) -> None:
    killed = _run(published, KILLED_AT, name, str(number))
    assert killed.returncode == -signal.SIGKILL, f"{name} was not reached: {killed.stderr}"
    assert _state(published) == ("new" if name in ("switched", "cleaned") else "old")
    ingest(published)
    assert _state(published) == "new"
    assert _content(published) == expected
    (folder,) = (path for path in index_versions(published.data).iterdir() if path.is_dir())
    assert folder == current_version(index_versions(published.data))
    with open_history(published.data) as history:
        note, gone = history.life("note"), history.life("parti")
        assert note is not None
        assert [version.text for version in note.versions] == [NEW, OLD]
        assert gone is not None
        assert gone.gone_on is not None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the data, whose size the test sets."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def _leave(disk: Path, left: int) -> None:
    """Make the disk so small that only so many bytes are free."""
    state = os.statvfs(disk)
    size = (state.f_blocks - state.f_bfree) * state.f_frsize + left
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


@pytest.mark.parametrize("left", [4_096, 60_000, 200_000, 330_000, 450_000, 550_000, 600_000, 640_000, 680_000])
def test_a_full_disk_leaves_one_whole_index_and_room_lets_the_next_run_end_the_work(
    published: Settings, expected: str, small_disk: Path, left: int
) -> None:
    """`left` bytes are free when the run begins: it fails at another write each time, or at none."""
    settings = published.model_copy(update={"data": small_disk / "data"})
    shutil.copytree(published.data, settings.data)
    _leave(small_disk, left)
    done = _run(settings, WITHOUT_RESERVE)
    assert "Traceback" not in done.stderr
    if left < 500_000:
        assert done.returncode == 1
        assert "l'index publié reste tel quel" in done.stderr or "ne peut pas être" in done.stderr
    assert _state(settings, disk_full=True) == ("old" if done.returncode else "new")
    _leave(small_disk, 500_000_000)
    ingest(settings)
    assert _state(settings) == "new"
    assert _content(settings) == expected


def test_a_disk_that_can_only_be_read_still_answers_and_refuses_an_ingestion_in_one_sentence(small_disk: Path) -> None:
    folder = small_disk / "corpus" / "public"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Le pont de Corbie est fermé.", encoding="utf-8")
    changes = {"data": small_disk / "data", "corpus": small_disk / "corpus", "vector_weight": 0.0}
    settings = load_settings().model_copy(update=changes)
    ingest(settings)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with open_index(settings) as index:
        assert index.search("pont de Corbie", Access.PUBLIC).evidence
    with pytest.raises(BuildFailed, match="ne peut pas être écrit"):
        ingest(settings)
