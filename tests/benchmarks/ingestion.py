"""How ingestion scales: `python -m tests.benchmarks.ingestion 200 2000 20000`.

Generated pages of a site (3,000 characters of text in the frame of a TYPO3 site, with two menus of 60 entries), indexed
by words alone: embedding is apart. First, processor time by stage, in one process: it holds on a busy machine too. Then
whole runs, each a process of its own; figures are those of its report.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from assistant.documents.find import find_sources
from assistant.documents.frame import learn_frame, strip_frame
from assistant.documents.read import read_page
from assistant.index.build import open_build
from assistant.ingestion.report import RunReport, last_report
from assistant.settings import ROOT, load_settings
from ingest import cut_up

CHANGED = 0.01  # share of the pages that change between the second run and the third
PARAGRAPHS = 8
SENTENCES = 3
TEXT = ROOT / "corpus" / "public" / "2016-11-18_seminaire-amenagement-numerique.txt"
MENU = "".join(f'<li><a href="/rubrique/{n}.html"><span>Rubrique {n}</span></a></li>' for n in range(60))


def page(number: int, source: random.Random, words: list[str]) -> str:
    """A page of news, in French words in no order."""
    paragraphs = "".join(
        "<p class='bodytext'>"
        + " ".join(f"Le {' '.join(source.choices(words, k=18))}." for _ in range(SENTENCES))
        + "</p>"
        for _ in range(PARAGRAPHS)
    )
    return (
        f"<!DOCTYPE html><html lang='fr'><head><title>Actualité {number} - Somme Numérique</title></head><body>"
        f"<div id='menu'><ul>{MENU}</ul></div><div id='content'><h1>Actualité {number}</h1>"
        f"<time datetime='20{10 + number % 15}-0{1 + number % 9}-1{number % 9}'></time>{paragraphs}</div>"
        f"<div id='footer'><ul>{MENU}</ul>Somme numérique 2024</div></body></html>"
    )


def write(folder: Path, numbers: range | list[int], seed: int) -> None:
    """Pages of these numbers, a hundred a folder."""
    source = random.Random(seed)
    words = sorted(set(re.findall(r"[a-zà-ÿ]{4,}", TEXT.read_text(encoding="utf-8").lower())))
    for number in numbers:
        path = folder / f"{number // 100}" / f"{number}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(number, source, words), encoding="utf-8")


def run(corpus: Path, data: Path) -> RunReport:
    """One run of `python ingest.py`."""
    environment = {
        **os.environ, "ASSISTANT_CORPUS": str(corpus), "ASSISTANT_DATA": str(data), "ASSISTANT_VECTOR_WEIGHT": "0"
    }  # fmt: skip
    subprocess.run([sys.executable, "ingest.py"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    report = last_report(data)
    assert report is not None
    return report


def stages(pages: int = 300) -> list[str]:
    """Processor time of each stage over some pages, whose common frame is learned as on a site."""
    folder = Path(tempfile.mkdtemp(prefix="stages-"))
    write(folder / "corpus" / "public", range(pages), seed=1)
    changes = {"data": folder / "data", "corpus": folder / "corpus", "vector_weight": 0.0}
    settings = load_settings().model_copy(update=changes)
    clock = time.process_time
    times = [clock()]
    read = [read_page(source) for source in find_sources(settings.corpus)]
    times.append(clock())
    frame = learn_frame(read)
    times.append(clock())
    documents = [cut_up(strip_frame(page, frame)[0]) for page in read]
    times.append(clock())
    with open_build(settings) as build:
        for document in documents:
            build.add(document, document.page.key)
        times.append(clock())
        build.publish(None)
    times.append(clock())
    shutil.rmtree(folder)
    passages = sum(len(document.chunks) for document in documents)
    names = ("read", "learn the frame", "take it off, cut up", "write", "publish")
    lines = []
    for name, (start, end) in zip(names, pairwise(times), strict=True):
        spent = max(end - start, 1e-6)
        rates = f"{pages / spent:7.0f} pages/s {passages / spent:7.0f} passages/s"
        lines.append(f"{name:<20} {1_000 * spent / pages:6.2f} ms a page {rates}")
    return lines


def told(name: str, report: RunReport) -> str:
    """A line of the table."""
    build = report.build
    assert build is not None
    reading, publishing = (max(report.stages[stage], 0.001) for stage in ("reading", "publishing"))
    documents = len(build.created) + len(build.changed)
    rate = f"{report.read / reading:6.0f} pages/s" if report.read else " " * 14
    return (
        f"{name:<22} {reading + publishing:7.1f} s   read {reading:6.1f} s {rate}   publish {publishing:6.1f} s"
        f"   {documents:6} written   {build.chunks:7} passages   {report.index_bytes / 1e6:7.1f} MB"
        f"   {report.peak_memory / 1e6:5.0f} MB of memory"
    )


def main() -> None:
    """Two tables: processor time by stage; runs on new pages, nothing changed, one in a hundred changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[200, 2_000, 20_000])
    print("\n".join(stages()), flush=True)
    for size in parser.parse_args().sizes:
        folder = Path(tempfile.mkdtemp(prefix="ingestion-"))
        public, data = folder / "corpus" / "public", folder / "data"
        write(public, range(size), seed=1)
        print(told(f"{size} new", run(public.parent, data)), flush=True)
        print(told(f"{size} unchanged", run(public.parent, data)), flush=True)
        write(public, random.Random(2).sample(range(size), max(1, round(size * CHANGED))), seed=2)
        print(told(f"{size} one in a hundred", run(public.parent, data)), flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
