"""What a run of `ingest.py` did: kept as JSON beside the indexes, told by `python -m assistant status`."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.crawl.report import CrawlReport, SiteReport
from assistant.index.build import BuildReport
from assistant.versions import current_version, index_versions
from assistant.wording import french_number, sentence

FOLDER = "reports"
KEPT = 100  # reports of past runs
SHOWN = 20  # documents that a trial run names


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures of pages: how many were drawn, and the names of the documents some pages of which could not be."""

    pages: int = 0
    incomplete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. `failed` is why nothing was published, or None; `build` is None then.

    `read` counts the sources that had to be read, `drawn` the pictures of pages; `superseded` names the files that gave
    way to the page of the site. `stages` is seconds by stage, `index_bytes` the size of the published version,
    `peak_memory` bytes.
    """

    started_at: str
    command: tuple[str, ...] = ()
    failed: str | None = None
    crawl: CrawlReport | None = None
    build: BuildReport | None = None
    superseded: tuple[str, ...] = ()
    read: int = 0
    drawn: Drawn = Drawn()
    index_bytes: int = 0
    peak_memory: int = 0
    stages: dict[str, float] = field(default_factory=dict)

    def summary(self) -> str:
        """The run as a few French sentences."""
        if self.build is None:
            return self.failed or ""
        build = self.build
        refusals = f" ({'; '.join(map(str, build.refused))})" if build.refused else ""
        counts = {name: len(getattr(build, name)) for name in ("created", "changed", "removed", "refused")}
        values = {name: getattr(build, name) for name in ("version", "reused", "chunks", "embedded")}
        told = [_crawled(site) for site in self.crawl.sites] if self.crawl else []
        told.append(sentence(_outcome(build), **values, **counts, refusals=refusals))
        if build.dry_run and self.crawl:
            told.append(sentence("ingest.would_read"))
        if self.drawn.pages:
            told.append(sentence("ingest.drawn", pages=self.drawn.pages))
        trial = {name: _first(getattr(build, name)) for name in ("created", "changed", "removed") if build.dry_run}
        lists = trial | {
            "moved": [f"{key} ({before})" for key, before in build.moved.items()],
            "superseded": self.superseded,
            "to_scan": build.to_scan,
            "cut_rows": build.cut_rows,
            "not_drawn": self.drawn.incomplete,
        }
        told += [sentence(f"ingest.{name}", files="; ".join(items)) for name, items in lists.items() if items]
        return " ".join(told)

    def details(self) -> str:
        """When it ran, how long it took, and what it weighs."""
        if self.build is None:
            return sentence("ingest.details_failed", started=self.started_at)
        stages = [f"{sentence(f'ingest.stages.{name}')} {seconds:.1f} s" for name, seconds in self.stages.items()]
        return sentence(
            "ingest.details",
            started=self.started_at,
            stages=", ".join(stages),
            read=self.read,
            size=french_number(self.index_bytes / 1e6, 1),
            memory=french_number(self.peak_memory / 1e6),
        )


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.started_at = f"{datetime.now(UTC):%FT%TZ}"
        self.stages: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The stage that ends now began when the last one ended."""
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + now - self._last, 3)
        self._last = now


def write_report(data: Path, report: RunReport) -> Path:
    """Keep a report; the oldest ones go."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.started_at.replace(':', '')}-{os.getpid()}.json"
    path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def last_report(data: Path) -> RunReport | None:
    """The report of the last run, if there is one that can be read."""
    for path in sorted((data / FOLDER).glob("*.json"), reverse=True):
        try:
            return TypeAdapter(RunReport).validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
    return None


def index_bytes(data: Path) -> int:
    """What the published version takes on the disk."""
    version = current_version(index_versions(data))
    return sum(path.stat().st_size for path in version.rglob("*") if path.is_file()) if version else 0


def peak_memory() -> int:
    """The most bytes that this process held; those it started are not counted."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _outcome(build: BuildReport) -> str:
    """The key of the sentence that says how a build ended."""
    if build.dry_run:
        return "ingest.would_change" if build.created or build.changed or build.removed else "ingest.would_stay"
    return "ingest.published" if build.published else "ingest.unchanged"


def _first(keys: Sequence[str]) -> list[str]:
    return [*keys[:SHOWN], "…"] if len(keys) > SHOWN else list(keys)


def _crawled(site: SiteReport) -> str:
    lists = ("created", "changed", "gone", "missed", "duplicates", "refused", "failed")
    return sentence(
        "ingest.crawled",
        site=site.site,
        unchanged=site.unchanged,
        requests=site.requests,
        megabytes=french_number(site.received_bytes / 1e6, 1),
        **{name: len(getattr(site, name)) for name in lists},
    )
