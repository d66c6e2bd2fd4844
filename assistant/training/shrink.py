"""Last step: a trained model → the folder that ships: half precision, and only the files that are read.

    python -m assistant.training.shrink MODEL assistant/index/embedder

Half precision halves the size and moves no vector by more than a thousandth; the model is computed in single precision
all the same when it is loaded (`config.json` says so), because processors have no fast arithmetic for the half one.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

# What the steps leave in the tokenizer's files: how they cut and filled their own batches.
TRACES = {
    "tokenizer.json": ("truncation", "padding"),
    "tokenizer_config.json": (
        "max_length", "stride", "truncation_side", "truncation_strategy", "padding_side", "pad_to_multiple_of",
        "pad_token_type_id", "is_local", "local_files_only",
    ),
}  # fmt: skip


def shrink(trained: Path, shipped: Path) -> int:
    """Write the folder, leaving its card and its curves alone; returns the bytes of what is read."""
    size = 0
    for source in [path for path in sorted(trained.rglob("*")) if path.suffix in (".json", ".safetensors")]:
        name = source.relative_to(trained)
        if name.parts[0] == "checkpoints":
            continue
        (shipped / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, shipped / name)
        if source.suffix == ".safetensors":
            _halve(shipped / name)
        if source.name in TRACES:
            _forget(shipped / name, TRACES[source.name])
        size += (shipped / name).stat().st_size
    return size


def _halve(weights: Path) -> None:
    from safetensors.torch import load_file, save_file

    halved = {name: one.half() if one.is_floating_point() else one for name, one in load_file(weights).items()}
    save_file(halved, weights, metadata={"format": "pt"})


def _forget(file: Path, traces: tuple[str, ...]) -> None:
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings.update(dict.fromkeys(traces))
    if file.name == "tokenizer_config.json":
        settings = {name: value for name, value in settings.items() if name not in traces}
    file.write_text(json.dumps(settings, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Say the size."""
    print(f"{shrink(Path(sys.argv[1]), Path(sys.argv[2])) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
