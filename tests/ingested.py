"""An ingestion, seen from the index: what tests of documents and builds look at."""

from __future__ import annotations

from assistant.index.build import BuildReport
from assistant.settings import Settings
from ingest import EVERYTHING, Options
from ingest import ingest as run


def ingest(settings: Settings, options: Options = EVERYTHING) -> BuildReport:
    """Run it; what the build did."""
    report = run(settings, options).build
    assert report is not None
    return report
