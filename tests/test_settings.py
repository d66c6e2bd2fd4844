"""Settings come from the environment, are checked, and cannot change."""

from __future__ import annotations

import os

import pytest
from pydantic import ValidationError

from assistant.models import SettingsError
from assistant.settings import LIBRARY_DEFAULTS, Settings, load_settings


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "8123")
    assert load_settings().port == 8123


@pytest.mark.parametrize(
    ("name", "value"),
    [("ASSISTANT_PORT", "99999"), ("ASSISTANT_VECTOR_WEIGHT", "beaucoup"), ("ASSISTANT_EMBEDDER", "")],
)
def test_a_value_that_cannot_be_used_is_named_in_french(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"réglage {name} ne peut pas valoir « {value} »"):
        load_settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1


def test_libraries_are_told_to_stay_offline_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    load_settings()
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == LIBRARY_DEFAULTS["GRADIO_ANALYTICS_ENABLED"] == "False"


def test_a_secret_is_not_printed() -> None:
    assert "s3cret" not in repr(Settings(staff_token="s3cret"))  # type: ignore[call-arg, arg-type]  # as read from text
