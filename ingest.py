"""Corpus and site → index, the whole flow: find, read, cut up, publish. `python ingest.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tqdm import tqdm

from assistant.documents.chunk import chunk_page
from assistant.documents.contact import record_text
from assistant.documents.find import find_sources
from assistant.documents.frame import contact_fields, strip_frame
from assistant.documents.parallel import in_order
from assistant.documents.read import read_page
from assistant.documents.sections import split_sections
from assistant.fault_points import reached
from assistant.index.build import BuildOptions, BuildReport, open_build
from assistant.ingestion.gather import Gathering, Job
from assistant.models import Access, AssistantError, Document, DocumentRefused, Page
from assistant.settings import Settings, load_settings
from assistant.wording import sentence


def ingest(settings: Settings, options: BuildOptions | None = None) -> BuildReport:
    """Index the corpus. A document that cannot be read is refused by name; the others go in.

    Raises:
        AssistantError: nothing was published; the previous index still serves.
    """
    with open_build(settings, options) as build:
        gathering = Gathering(build, lambda address: None)
        sources = tqdm(find_sources(settings.corpus), desc=sentence("ingest.reading"), unit="doc", disable=None)
        for job, document in in_order(read, gathering.to_read(sources)):
            gathering.take(job, document)
        record = gathering.contact_page()
        if record:
            build.add_record(cut_up(record))
        with tqdm(desc=sentence("ingest.embedding"), unit="passage", disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return build.publish(contact_fields(record) if record else None, show)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: all went in. 1: something was refused, or nothing was published."""
    argparse.ArgumentParser(prog="python ingest.py", description=sentence("ingest.help")).parse_args(arguments)
    try:
        report = ingest(load_settings())
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    print(report.summary())
    return 1 if report.refused else 0


if __name__ == "__main__":
    sys.exit(main())
