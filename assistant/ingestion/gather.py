"""Which sources must be read, and what the ones already met say of those to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.documents.contact import contact_page
from assistant.documents.digest import source_digest
from assistant.documents.frame import SiteFrame
from assistant.index.build import Build
from assistant.ingestion.site import FetchedSites
from assistant.models import CONTACT_KEY, Document, DocumentRefused, Introduction, Page, Source, UnknownDocument
from assistant.wording import sentence


@dataclass(frozen=True, slots=True)
class Job:
    """A source to read, because it is new or has changed; `digest` is what it is to be remembered by."""

    source: Source
    digest: str
    introduction: Introduction | None
    frame: SiteFrame | None


class Gathering:
    """Tells a build of every source, once each.

    What a page says of a file reaches that file by its key: pages must come before the files that they link to.
    """

    def __init__(self, build: Build, sites: FetchedSites) -> None:
        self._build = build
        self._sites = sites
        self._claimed: dict[str, Source] = {}
        self._introduced: dict[str, Introduction] = {}
        self._contact: tuple[str, str, str | None] | None = None  # date, text, address
        self.superseded: list[str] = []
        self.read = 0

    def know_published(self) -> None:
        """Begin with what the published documents say, those that will not be met included."""
        for kept in self._build.all_published():
            self._remember(kept.introductions)
            self._offer_contact(kept.date, kept.contact, kept.url)

    def to_read(self, sources: Iterable[Source]) -> Iterator[Job]:
        """The sources that have changed; the others are taken over, or refused as before."""
        for source in sources:
            introduction = self._introduced.get(source.origin.key) if source.origin else None
            frame = self._sites.frame(source)
            digest = source_digest(source, introduction, frame.digest if frame else "")
            known = self._build.known(digest)
            if known is None:
                yield Job(source, digest, introduction, frame)
            elif isinstance(known, DocumentRefused):
                self._build.refuse(known, digest)
            elif self._claims(known.key, source, digest):
                self._build.keep(known)
                self._remember(known.introductions)
                self._offer_contact(known.date, known.contact, known.url)

    def take(self, job: Job, result: Document | DocumentRefused) -> None:
        """What became of a source that was read."""
        self.read += 1
        if isinstance(result, DocumentRefused):
            self._build.refuse(result, job.digest)
            return
        page = result.page
        if self._claims(page.key, job.source, job.digest):
            self._build.add(result, job.digest)
            self._remember(result.introductions)
            self._offer_contact(page.date, result.contact, page.url)

    def contact_page(self) -> Page | None:
        """The contact record of the newest page that has one; undated pages count as the oldest."""
        return contact_page(*self._contact[1:]) if self._contact else None

    def _claims(self, key: str, source: Source, digest: str) -> bool:
        """Is the key free for this source? Else it is refused, or gives way to the page of the site."""
        first = self._claimed.setdefault(key, source)
        if key == CONTACT_KEY:
            reason = sentence("refused_file.reserved_key", key=key)
        elif first is source:
            return True
        elif first.origin and not source.origin:
            self.superseded.append(source.name)
            return False
        else:
            reason = sentence("refused_file.same_key", key=key, first=first.name)
        self._build.refuse(DocumentRefused(source.name, reason), digest, lasting=False)
        return False

    def _remember(self, introductions: Iterable[tuple[str, Introduction]]) -> None:
        for address, introduction in introductions:
            key = self._sites.key_of(address)
            known = self._introduced.get(key) if key else None
            if key and (known is None or (introduction.speaker and not known.speaker)):
                self._introduced[key] = introduction

    def _offer_contact(self, date: str | None, text: str | None, url: str | None) -> None:
        if text and (self._contact is None or (date or "") > self._contact[0]):
            self._contact = (date or "", text, url)


def only(name: str, sources: Iterable[Source], build: Build) -> Iterator[Source]:
    """The source of this name, or from which the document of this key was read.

    Raises:
        UnknownDocument: there is none.
    """
    published = build.published(name)
    names = {name, published.source_name if published else name}
    found = [source for source in sources if source.name in names]
    if not found:
        raise UnknownDocument(sentence("ingest.unknown_key", key=name))
    yield from found
