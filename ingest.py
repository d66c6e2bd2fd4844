"""Corpus → index, the whole flow: find the files, read them, cut them up, publish. `python ingest.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tqdm import tqdm

from assistant.documents.chunk import chunk_page
from assistant.documents.find import find_sources
from assistant.documents.frame import contact_fields, newest_contact, strip_frame
from assistant.documents.read import read_page
from assistant.documents.sections import split_sections
from assistant.index.build import BuildReport, Document, build_index
from assistant.models import CONTACT_KEY, Access, AssistantError, DocumentRefused, Page
from assistant.settings import Settings, load_settings
from assistant.wording import sentence


def ingest(settings: Settings) -> BuildReport:
    """Index the corpus. A file that cannot be read is refused by name; the others go in.

    Raises:
        AssistantError: nothing was published; the previous index still serves.
    """
    documents: dict[str, Document] = {}
    contacts: list[tuple[Page, Page]] = []
    refused: list[DocumentRefused] = []
    sources = list(find_sources(settings.corpus))
    for source in tqdm(sources, desc=sentence("ingest.reading"), unit="doc", disable=None):
        try:
            page, contact = strip_frame(read_page(source))
            document = cut_up(page)
            if page.key == CONTACT_KEY:
                raise DocumentRefused(source.name, sentence("refused_file.reserved_key", key=page.key))
            if page.key in documents:
                first = documents[page.key].page.source_name
                raise DocumentRefused(source.name, sentence("refused_file.same_key", key=page.key, first=first))
        except DocumentRefused as refusal:
            refused.append(refusal)
            continue
        documents[page.key] = document
        if contact and page.access is Access.PUBLIC:
            contacts.append((page, contact))
    record = newest_contact(contacts)
    if record:
        documents.setdefault(record.key, cut_up(record))
    with tqdm(desc=sentence("ingest.embedding"), unit="passage", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return build_index(
            list(documents.values()), refused, contact_fields(record) if record else None, settings, show
        )


def cut_up(page: Page) -> Document:
    """The page with its sections and chunks.

    Raises:
        DocumentRefused: nothing of it can be quoted.
    """
    sections = split_sections(page)
    chunks = chunk_page(page, sections)
    if not chunks:
        raise DocumentRefused(page.source_name, sentence("refused_file.no_text"))
    return Document(page, sections, chunks)


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
