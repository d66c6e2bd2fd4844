"""Which sources must be read, and what the ones already met say of those to come."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from assistant.documents.contact import contact_page
from assistant.documents.digest import content_digest, source_digest
from assistant.documents.frame import SiteFrame
from assistant.index.build import Build
from assistant.index.database import Kept
from assistant.ingestion.site import FetchedSites, is_page
from assistant.models import (
    RECORD_KEYS,
    Access,
    Document,
    DocumentRefused,
    Introduction,
    Page,
    Source,
    UnknownDocument,
)
from assistant.wording import sentence


@dataclass(frozen=True, slots=True)
class Job:
    """A source to read, because it is new or has changed.

    `digest` is what it is to be remembered by, `content` identifies its bytes alone.
    """

    source: Source
    digest: str
    content: str
    introduction: Introduction | None
    frame: SiteFrame | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A source that has not changed, and what the published version made of it."""

    source: Source
    digest: str
    known: Kept | DocumentRefused


@dataclass(frozen=True, slots=True)
class _Record:
    """The contact record that a page holds. `date` is "" when the page has none."""

    date: str
    key: str
    text: str
    url: str | None


class Gathering:
    """Tells a build of every source, once each, in their order: what has changed does not decide who comes first.

    What a page says of a file reaches that file by its key: pages must come before the files that they link to. What a
    staff page says reaches staff files only.
    """

    def __init__(self, build: Build, sites: FetchedSites) -> None:
        self._build = build
        self._sites = sites
        self._claimed: dict[str, Source] = {}
        self._waiting: deque[Job | _Known] = deque()  # behind a job that is being read
        self._introduced: dict[tuple[str, Access], Introduction] = {}  # by key, and by who may read the page
        self._contact: _Record | None = None
        self._others: dict[str, Source] = {}  # by name, those that are there and not met, when only one is
        self.superseded: list[str] = []
        self.read = 0

    def _know_published(self) -> None:
        """Begin with what the published documents say, those that will not be met included."""
        for kept in self._build.all_published():
            if kept.source_name == kept.key:  # it was fetched: a file of the corpus introduces nothing
                self._remember(kept.introductions, kept.access)
            self._offer_contact(kept.key, kept.date, kept.contact, kept.url)

    def only(self, name: str, sources: Iterable[Source]) -> Iterator[Source]:
        """The source of this name, or from which the document of this key was read. One that is no more there leaves.

        Raises:
            UnknownDocument: there is none, and there was none.
        """
        self._know_published()
        published = self._build.published(name)
        names = {name, published.source_name if published else name}
        self._others = {source.name: source for source in sources}
        found = [source for source in self._others.values() if source.name in names]
        if not found and published is None:
            raise UnknownDocument(sentence("ingest.unknown_key", key=name))
        if not found and published:
            self._build.leave(published.key)
        for source in found:
            del self._others[source.name]
        yield from found

    def to_read(self, sources: Iterable[Source]) -> Iterator[Job]:
        """The sources that have changed; the others are taken over, or refused as before.

        Each of those given must be told to `take`, in this order.
        """
        for found in sources:
            source = self._for_readers(found)
            introduction = self._introduction(source)
            frame = self._sites.frame(source)
            content = content_digest(source)
            digest = source_digest(source, content, introduction, frame.digest if frame else "")
            known = self._build.known(digest)
            if known is None:
                job = Job(source, digest, content, introduction, frame)
                self._waiting.append(job)
                yield job
            else:
                self._waiting.append(_Known(source, digest, known))
                self._take_known()

    def take(self, job: Job, result: Document | DocumentRefused) -> None:
        """What became of a source that was read, then the unchanged ones that stood behind it."""
        self._waiting.popleft()
        self.read += 1
        self._take_read(job, result)
        self._take_known()

    def _take_read(self, job: Job, result: Document | DocumentRefused) -> None:
        if isinstance(result, DocumentRefused):
            self._build.refuse(result, job.digest)
            return
        page = result.page
        if self._claims(page.key, job.source, job.digest):
            self._build.add(result, job.digest, job.content)
            if is_page(job.source):
                self._remember(result.introductions, page.access)
            self._offer_contact(page.key, page.date, result.contact, page.url)

    def _take_known(self) -> None:
        """What has not changed and has nobody before it any more."""
        while self._waiting and isinstance(first := self._waiting[0], _Known):
            self._waiting.popleft()
            self._take_over(first.source, first.digest, first.known)

    def _take_over(self, source: Source, digest: str, known: Kept | DocumentRefused) -> None:
        if isinstance(known, DocumentRefused):
            self._build.refuse(known, digest)
        elif self._claims(known.key, source, digest):
            self._build.keep(known)
            if is_page(source):
                self._remember(known.introductions, known.access)
            self._offer_contact(known.key, known.date, known.contact, known.url)

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources that were met, by the key of the document that was read from them."""
        return self._claimed

    def contact_page(self) -> Page | None:
        """The contact record of the newest page that has one; undated pages count as the oldest."""
        return contact_page(self._contact.text, self._contact.url) if self._contact else None

    def _claims(self, key: str, source: Source, digest: str) -> bool:
        """Is the key free for this source? Else it is refused, or gives way to the page of the site."""
        first = self._claimed.setdefault(key, self._holder(key, source) or source)
        if key in RECORD_KEYS:
            reason = sentence("refused_file.reserved_key", key=key)
        elif first is source:
            return True
        elif first.origin and not source.origin and first.access in source.access.readable:
            self.superseded.append(source.name)
            return False
        else:
            reason = sentence("refused_file.same_key", key=key, first=first.name)
        self._build.refuse(DocumentRefused(source.name, reason, lasting=False), digest)
        return False

    def _holder(self, key: str, source: Source) -> Source | None:
        """The source, not met in this run and still there, that holds the key against this one."""
        kept = self._build.published(key) if self._others else None
        holder = self._others.get(kept.source_name) if kept and kept.key == key else None
        gives_way = holder and source.origin and not holder.origin
        return None if gives_way else holder

    def _for_readers(self, source: Source) -> Source:
        """A public file that staff pages alone link to is for staff: its address does not say who it is meant for."""
        if source.origin is None or source.access is not Access.PUBLIC or is_page(source):
            return source
        key = source.origin.key
        hidden = (key, Access.STAFF) in self._introduced and (key, Access.PUBLIC) not in self._introduced
        return replace(source, access=Access.STAFF) if hidden else source

    def _introduction(self, source: Source) -> Introduction | None:
        """What the pages that its readers may read say of a source; of two, the one that names a speaker."""
        if source.origin is None:
            return None
        told = (self._introduced.get((source.origin.key, level)) for level in source.access.readable)
        return min(filter(None, told), key=_rank, default=None)

    def _remember(self, introductions: Iterable[tuple[str, Introduction]], access: Access) -> None:
        for address, introduction in introductions:
            key = self._sites.key_of(address)
            known = self._introduced.get((key, access)) if key else None
            if key and (known is None or _rank(introduction) <= _rank(known)):
                self._introduced[key, access] = introduction

    def _offer_contact(self, key: str, date: str | None, text: str | None, url: str | None) -> None:
        """The newest one stays; of two of one day, that of the first key, whichever comes first."""
        known = self._contact
        day = date or ""
        if text and (known is None or day > known.date or (day == known.date and key <= known.key)):
            self._contact = _Record(day, key, text, url)


def _rank(introduction: Introduction) -> tuple[bool, str]:
    """Lower is better: one that names a speaker; then that of the first page by key, whatever was met first."""
    return introduction.speaker is None, introduction.document_key
