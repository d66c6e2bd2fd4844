"""Corpus → index, the whole flow: find, read, cut up, publish. `python ingest.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tqdm import tqdm

from assistant.documents.chunk import chunk_page
from assistant.documents.contact import record_text
from assistant.documents.find import find_sources
from assistant.documents.frame import contact_fields, strip_frame
from assistant.documents.parallel import in_order
from assistant.documents.read import read_page
from assistant.documents.sections import split_sections
from assistant.fault_points import reached
from assistant.index.build import Build, BuildOptions, BuildReport, open_build
from assistant.ingestion.gather import Gathering, Job, only
from assistant.ingestion.report import RunReport, Stopwatch, index_bytes, peak_memory, write_report
from assistant.models import Access, AssistantError, Document, DocumentRefused, Page, SettingsError
from assistant.settings import Settings, load_settings
from assistant.wording import sentence


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for. `only` is a key or the name of a file: the other documents stay as they are."""

    only: str | None = None
    dry_run: bool = False
    force: bool = False


EVERYTHING = Options()


def ingest(settings: Settings, options: Options = EVERYTHING, watch: Stopwatch | None = None) -> RunReport:
    """Index the corpus. A document that cannot be read is refused by name; the others go in.

    Raises:
        AssistantError: nothing was published; the previous index still serves.
    """
    watch = watch or Stopwatch()
    how = BuildOptions(partial=options.only is not None, dry_run=options.dry_run, force=options.force)
    with open_build(settings, how) as build:
        gathering = Gathering(build, lambda address: None)
        sources = find_sources(settings.corpus)
        if options.only:
            gathering.know_published()
            sources = only(options.only, sources, build)
        shown = tqdm(sources, desc=sentence("ingest.reading"), unit="doc", disable=None)
        for job, document in in_order(read, gathering.to_read(shown)):
            gathering.take(job, document)
        watch.lap("reading")
        report = publish(build, gathering)
        watch.lap("publishing")
    return RunReport(
        watch.started_at,
        build=report,
        superseded=tuple(gathering.superseded),
        read=gathering.read,
        index_bytes=index_bytes(settings.data),
        peak_memory=peak_memory(),
        stages=watch.stages,
    )


def read(job: Job) -> Document | DocumentRefused:
    """A source, read, freed of its site's frame and cut up; or why it cannot be."""
    try:
        page, contact = strip_frame(read_page(job.source))
        reached("document_read")
        return cut_up(page, record_text(contact) if contact and page.access is Access.PUBLIC else None)
    except DocumentRefused as refusal:
        return refusal


def cut_up(page: Page, contact: str | None = None) -> Document:
    """The page with its sections and chunks.

    Raises:
        DocumentRefused: nothing of it can be quoted.
    """
    sections = split_sections(page)
    chunks = chunk_page(page, sections)
    reached("document_cut")
    if not chunks:
        raise DocumentRefused(page.source_name, sentence("refused_file.no_text"))
    return Document(page, sections, chunks, contact=contact)


def publish(build: Build, gathering: Gathering) -> BuildReport:
    """Add the contact record of the newest page, embed what is new and publish."""
    record = gathering.contact_page()
    if record:
        build.add_record(cut_up(record))
    with tqdm(desc=sentence("ingest.embedding"), unit="passage", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return build.publish(contact_fields(record) if record else None, show)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: all went in. 1: something was refused, or nothing was published."""
    parser = argparse.ArgumentParser(prog="python ingest.py", description=sentence("ingest.help"))
    parser.add_argument("--only", metavar="KEY", help=sentence("ingest.only"))
    parser.add_argument("--dry-run", action="store_true", help=sentence("ingest.dry_run"))
    parser.add_argument("--force", action="store_true", help=sentence("ingest.force"))
    asked = parser.parse_args(arguments)
    watch = Stopwatch()
    try:
        settings = load_settings()
        report = ingest(settings, Options(**vars(asked)), watch)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    except AssistantError as error:
        report = RunReport(watch.started_at, failed=str(error), stages=watch.stages)
    if not asked.dry_run:
        with suppress(OSError):  # a disk that is full does not keep us from saying so
            write_report(settings.data, report)
    print(report.summary(), file=sys.stderr if report.failed else sys.stdout)
    return 0 if report.build and not report.build.refused else 1


if __name__ == "__main__":
    sys.exit(main())
