"""Files whose format is a program's own are read in a process apart, with limits: a hostile one costs its own refusal.
So are large pages of HTML; small ones cannot keep a reader busy for long.

The process gets the bytes on its input, inherits no variable but Python's path, and answers in JSON on its output:
whatever becomes of it, the parent reads a document or a reason, and runs nothing of what it sent.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.documents.html import read_html
from assistant.documents.odf import read_odf_slides, read_odf_text
from assistant.documents.office import read_office
from assistant.documents.pdf import read_pdf
from assistant.documents.reading import Reading
from assistant.documents.slides import read_slides
from assistant.documents.tables import read_csv, read_ods, read_xlsx
from assistant.models import DocumentRefused
from assistant.wording import sentence

DOCUMENT_READERS: dict[str, Callable[[bytes, str], Reading]] = {
    ".pdf": read_pdf,
    ".pptx": read_slides,
    ".docx": read_office,
    ".odt": read_odf_text,
    ".odp": read_odf_slides,
    ".xlsx": read_xlsx,
    ".ods": read_ods,
    ".csv": read_csv,
}
HTML = ".html"
MEMORY = 1_000_000_000  # bytes of address space
CPU_SECONDS = 20
WALL_SECONDS = 60
MOST_CHARACTERS = 5_000_000
OUT_OF_MEMORY = 3  # exit code
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the process apart has nothing to show."""

    refused: str


def read_document(data: bytes, suffix: str, name: str) -> Reading:
    """What the reader of a format sees in a file, read apart.

    Raises:
        DocumentRefused: by the reader, or for what became of its process.
    """
    return _told(run_apart("assistant.documents.sandbox", suffix, data, name), name)


def read_large_html(markup: str, url: str | None, name: str) -> Reading:
    """What `read_html` sees in a page that is large enough to keep it busy for long. Raises like `read_document`."""
    return _told(run_apart("assistant.documents.sandbox", f"{HTML} {url or ''}", markup.encode(), name), name)


def _told(answer: bytes, name: str) -> Reading:
    """The reading, or the refusal, that the process apart has written."""
    try:
        told = TypeAdapter(Reading | Refused).validate_json(answer)
    except ValidationError as error:
        raise DocumentRefused(name, sentence("refused_file.crashed")) from error
    if isinstance(told, Refused):
        raise DocumentRefused(name, told.refused)
    return told


def run_apart(module: str, argument: str, data: bytes, name: str) -> bytes:
    """What one of our modules writes on its output, given an argument and the bytes of a file on its input.

    The module puts itself under `limit_process`.

    Raises:
        DocumentRefused: for what became of the process.
    """
    command = [sys.executable, "-B", "-m", module, argument]
    paths = os.pathsep.join(str(Path(path).resolve()) for path in sys.path)
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            cwd=ROOT,
            env={"PYTHONPATH": paths},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused(name, sentence("refused_file.time"), lasting=False) from error
    if done.returncode:
        cause = _cause(done.returncode)
        raise DocumentRefused(name, sentence(f"refused_file.{cause}"), lasting=cause != "time")
    return done.stdout


def limit_process() -> None:
    """Bound what this process may take, for good."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _cause(code: int) -> str:
    """Why a process ended so: a key of the texts."""
    if code == OUT_OF_MEMORY:
        return "memory"
    return "time" if code in (-signal.SIGXCPU, -signal.SIGKILL) else "crashed"


def main() -> int:
    """The process apart: limits first, then read the bytes of the input by the format of the argument."""
    limit_process()
    try:
        reading = _read(*sys.argv[1].split(" ", maxsplit=1))
        if len(reading.text) > MOST_CHARACTERS:
            reason = sentence("refused_file.long", millions=MOST_CHARACTERS // 1_000_000)
            raise DocumentRefused("", reason)
        told: Reading | Refused = reading
    except MemoryError:
        return OUT_OF_MEMORY
    except RecursionError:
        told = Refused(sentence("refused_file.nested"))
    except DocumentRefused as refusal:
        told = Refused(refusal.reason)
    json.dump(asdict(told), sys.stdout)
    return 0


def _read(suffix: str, url: str = "") -> Reading:
    data = sys.stdin.buffer.read()
    return read_html(data.decode(), url or None) if suffix == HTML else DOCUMENT_READERS[suffix](data, "")


if __name__ == "__main__":
    sys.exit(main())
