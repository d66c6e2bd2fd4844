"""Sites and corpus → index, the whole flow: fetch, read, cut up, publish. `python ingest.py [--crawl]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, groupby

from tqdm import tqdm

from assistant.crawl.report import CrawlReport
from assistant.crawl.sources import Sites
from assistant.documents.acronyms import spelt_out
from assistant.documents.chunk import chunk_page
from assistant.documents.contact import contact_fields
from assistant.documents.find import find_sources
from assistant.documents.frame import strip_frame
from assistant.documents.introductions import introductions
from assistant.documents.parallel import in_order
from assistant.documents.read import read_page
from assistant.documents.sections import split_sections
from assistant.fault_points import reached
from assistant.index.build import Build, BuildOptions, BuildReport, open_build
from assistant.ingestion.gather import Gathering, Job
from assistant.ingestion.glossary import glossary_document, read_glossary
from assistant.ingestion.pictures import draw_pictures, pictures_to_draw
from assistant.ingestion.report import Drawn, RunReport, Stopwatch, index_bytes, peak_memory, write_report
from assistant.ingestion.site import FetchedSites, is_page, read_sites
from assistant.models import (
    GLOSSARY_KEY,
    Access,
    AssistantError,
    Document,
    DocumentRefused,
    Page,
    SettingsError,
    Source,
    Term,
)
from assistant.settings import Settings, load_settings
from assistant.wording import sentence


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for.

    `crawl`: go to the sites first; `url`: for this page only. `only`: a key or the name of a file, the other documents
    stay as they are. `dry_run`: publish nothing. `force`: read everything again, and let many documents leave at once.
    """

    crawl: bool = False
    url: str | None = None
    only: str | None = None
    dry_run: bool = False
    force: bool = False


EVERYTHING = Options()


def ingest(settings: Settings, options: Options = EVERYTHING, watch: Stopwatch | None = None) -> RunReport:
    """Index the corpus and what was fetched. A document that cannot be read is refused by name; the others go in.

    Raises:
        AssistantError: nothing was published; the previous index still serves.
    """
    watch = watch or Stopwatch()
    sites, glossary = read_sites(settings.corpus), read_glossary(settings.corpus)
    crawled = fetch(settings, sites, options) if options.crawl or options.url else None
    watch.lap("crawling")
    chosen = crawled.only if crawled and crawled.only else options.only
    how = BuildOptions(partial=chosen is not None, dry_run=options.dry_run, force=options.force)
    with open_build(settings, how) as build:
        fetched = FetchedSites(sites, settings.data)
        gathering = Gathering(build, fetched)
        sources: Iterator[Source] = chain(fetched.sources(), find_sources(settings.corpus))
        if chosen is not None:
            # What a trial run fetched is not kept: there is nothing to read.
            sources = iter(()) if crawled and options.dry_run else gathering.only(chosen, sources)
        shown = tqdm(sources, desc=sentence("ingest.reading"), unit="doc", disable=None)
        for _, group in groupby(shown, is_page):  # all the pages first: they introduce the files that they link to
            for job, document in in_order(read, gathering.to_read(group), lost):
                gathering.take(job, document)
        watch.lap("reading")
        built = publish(build, gathering, glossary)
        watch.lap("publishing")
        drawn = Drawn() if options.dry_run else illustrate(settings, gathering, again=options.force)
        if drawn.pages:
            watch.lap("drawing")
    return RunReport(
        watch.started_at,
        crawl=crawled,
        build=built,
        superseded=tuple(gathering.superseded),
        read=gathering.read,
        drawn=drawn,
        index_bytes=index_bytes(settings.data),
        peak_memory=peak_memory(),
        stages=watch.stages,
    )


def fetch(settings: Settings, sites: Sites | None, options: Options) -> CrawlReport:
    """Go to the sites, and keep what they have beside the index."""
    from assistant.crawl.crawl import crawl
    from assistant.crawl.options import CrawlOptions

    if sites is None:
        raise SettingsError(sentence("ingest.no_sources", file="sources.toml", corpus=settings.corpus))
    with tqdm(desc=sentence("ingest.crawling"), unit="page", disable=None) as bar:

        def show(done: int, queued: int, _: str) -> None:
            bar.total = queued
            bar.update(done - bar.n)

        asked = CrawlOptions(force=options.force, dry_run=options.dry_run, only=options.only, url=options.url)
        return crawl(sites, settings.data, asked, show)


def read(job: Job) -> Document | DocumentRefused:
    """A source, read, freed of its site's frame and cut up; or why it cannot be."""
    try:
        page = read_page(job.source, job.introduction)
        page, contact = strip_frame(page, job.frame, datetime.now(UTC).date())
        reached("document_read")
        return cut_up(page, contact if page.access is Access.PUBLIC else None)
    except DocumentRefused as refusal:
        return refusal


def lost(job: Job) -> DocumentRefused:
    """What a source that ends the process reading it is."""
    return DocumentRefused(job.source.name, sentence("refused_file.crashed"), lasting=False)


def cut_up(page: Page, contact: str | None = None) -> Document:
    """The page with its sections and chunks, and what it says of the files that it links to.

    Raises:
        DocumentRefused: nothing of it can be quoted, and it introduces nothing.
    """
    sections = split_sections(page)
    chunks = chunk_page(page, sections)
    introduced = introductions(page)
    reached("document_cut")
    if not chunks and not introduced:
        raise DocumentRefused(page.source_name, sentence("refused_file.no_text"))
    return Document(page, sections, chunks, tuple(introduced.items()), contact, spelt_out(chunks))


def publish(build: Build, gathering: Gathering, glossary: tuple[Term, ...]) -> BuildReport:
    """Add the contact record of the newest page and the glossary, embed what is new and publish."""
    record = gathering.contact_page()
    if record:
        build.add_record(cut_up(record))
    if glossary:
        build.add_record(glossary_document(glossary))
    else:
        build.leave(GLOSSARY_KEY)
    with tqdm(desc=sentence("ingest.embedding"), unit="passage", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return build.publish(contact_fields(record) if record else None, show, glossary)


def illustrate(settings: Settings, gathering: Gathering, again: bool) -> Drawn:
    """Draw the pages that can be quoted, beside the index. What cannot be drawn is quoted without a picture."""
    try:
        jobs = pictures_to_draw(settings, gathering.sources, again)
    except OSError:  # the index is published all the same
        return Drawn()
    if not jobs:
        return Drawn()
    total = sum(len(job.pages) for job in jobs)
    with tqdm(desc=sentence("ingest.drawing"), total=total, unit="page", disable=None) as bar:
        return draw_pictures(jobs, bar.update)


def fibre(settings: Settings, asked: argparse.Namespace) -> int:
    """Open data on fibre, beside the index. Exit code 0: all went in; 1: a file was refused."""
    from assistant.ingestion.fibre import FibreOptions, load_fibre, told

    options = FibreOptions(
        tuple(asked.fibre or ()), asked.online, asked.quarter, asked.date, asked.force, asked.dry_run
    )
    try:
        outcome = load_fibre(settings.data, options)
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    print(told(outcome), file=sys.stdout if outcome.loaded else sys.stderr)
    return 1 if outcome.refused else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: all went in. 1: something was refused, or nothing was published. 130: somebody stopped it."""
    parser = argparse.ArgumentParser(prog="python ingest.py", description=sentence("ingest.help"))
    parser.add_argument("--crawl", action="store_true", help=sentence("ingest.crawl"))
    parser.add_argument("--url", help=sentence("ingest.url"))
    parser.add_argument("--only", metavar="KEY", help=sentence("ingest.only"))
    parser.add_argument("--dry-run", action="store_true", help=sentence("ingest.dry_run"))
    parser.add_argument("--force", action="store_true", help=sentence("ingest.force"))
    parser.add_argument("--fibre", nargs="*", metavar="FILE", help=sentence("fibre_data.help"))
    parser.add_argument("--online", action="store_true", help=sentence("fibre_data.online"))
    parser.add_argument("--quarter", help=sentence("fibre_data.quarter"))
    parser.add_argument("--date", help=sentence("fibre_data.date"))
    asked = parser.parse_args(arguments)
    watch = Stopwatch()
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        if asked.fibre is not None or asked.online:
            return fibre(settings, asked)
        report = ingest(settings, Options(asked.crawl, asked.url, asked.only, asked.dry_run, asked.force), watch)
    except AssistantError as error:
        report = RunReport(watch.started_at, failed=str(error), stages=watch.stages)
    except KeyboardInterrupt:
        print(sentence("ingest.interrupted"), file=sys.stderr)
        return 130
    if not asked.dry_run:
        with suppress(OSError):  # a disk that is full does not keep us from saying so
            write_report(settings.data, replace(report, command=tuple(arguments or sys.argv[1:])))
    print(report.summary(), file=sys.stderr if report.failed else sys.stdout)
    return 0 if report.build and not report.build.refused else 1


if __name__ == "__main__":
    sys.exit(main())
