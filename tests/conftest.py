"""What the tests share: the real corpus, indexed once with the default model, offline."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
    del os.environ[name]  # a test sees the defaults, not the settings of whoever runs it

from assistant.answering.assistant import Assistant
from assistant.settings import ROOT, Settings, load_settings
from ingest import ingest

EVALUATION = ROOT / "tests" / "evaluation"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The default settings, writing in a temporary folder."""
    return load_settings().model_copy(update={"data": tmp_path_factory.mktemp("data")})


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Iterator[Assistant]:
    """An assistant over the real corpus, with the model that ships."""
    ingest(settings)
    opened = Assistant(settings)
    opened.warm_up()
    yield opened
    opened.close()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the real corpus that a test may change."""
    return Path(shutil.copytree(ROOT / "corpus", tmp_path / "corpus"))


@pytest.fixture
def own_settings(tmp_path: Path, corpus: Path) -> Settings:
    """Settings over that copy, words alone: no model is loaded."""
    return load_settings().model_copy(update={"data": tmp_path / "data", "corpus": corpus, "vector_weight": 0.0})


@pytest.fixture
def environment(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same settings, given to the commands the way a person gives them."""
    monkeypatch.setenv("ASSISTANT_CORPUS", str(own_settings.corpus))
    monkeypatch.setenv("ASSISTANT_DATA", str(own_settings.data))
    monkeypatch.setenv("ASSISTANT_VECTOR_WEIGHT", "0")
    return own_settings


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes started meanwhile can be interrupted, though whoever runs the tests may ignore it (`make test &`)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
