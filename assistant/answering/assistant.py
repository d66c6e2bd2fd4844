"""The one object that answers: the published index, open, and replaced when a newer one is published."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.answering.allowance import Allowance
from assistant.answering.compose import Author, Say
from assistant.answering.current import Current
from assistant.answering.pipeline import Means, answer_question
from assistant.answering.prefer import prefer
from assistant.answering.question import understand
from assistant.answering.quote import page_of
from assistant.answering.rank import RankedSentence, rank_sentences
from assistant.answering.write import open_writer
from assistant.fibre.knowledge import know_fibre
from assistant.fibre.store import FibreStore
from assistant.index.french import analyse
from assistant.index.page_pictures import PagePicture, picture_path, pictures_folder, size_of
from assistant.index.search import open_index
from assistant.logs import log_without_message
from assistant.models import (
    Access,
    Answer,
    Contact,
    Edition,
    Entry,
    Exchange,
    Found,
    IndexStatus,
    QuestionRefused,
    Quote,
    Status,
)
from assistant.settings import Settings
from assistant.versions import current_version, fibre_versions, index_versions
from assistant.wording import sentence

log = logging.getLogger(__name__)


class Assistant:
    """Answers, searches and reports over the published index. Safe to share between threads.

    A new version published by `ingest.py` is picked up at the next question; the old one is closed when the last
    question that reads it is answered.
    """

    def __init__(self, settings: Settings, model_rests: bool = True) -> None:
        """`model_rests`: a language model that keeps failing is left alone for a while.

        Raises:
            SettingsError: the language model of the settings cannot be used.
        """
        self._author = _author(settings, model_rests)
        self.model = settings.llm  # the language model that writes, or ""
        self._seconds = settings.llm_seconds
        self._reads_staff = settings.llm_reads_staff
        self._index = Current(lambda: _published(index_versions(settings.data)), lambda: open_index(settings))
        self._pictures = pictures_folder(settings.data)
        self._fibre = Current(lambda: _published(fibre_versions(settings.data)), lambda: know_fibre(settings))

    def ask(
        self,
        question: object,
        access: Access,
        exchanges: Sequence[Exchange] = (),
        may_geocode: bool = False,
        say: Say = lambda _: None,
    ) -> Answer:
        """The answer, whatever happens: a fault of ours is `Status.UNAVAILABLE`, and its cause is in the log.

        `exchanges` is what was said before in the same conversation, the newest last: from the caller's own memory,
        never from what a browser says. `may_geocode`: the visitor agrees that an address in the question is sent to the
        public geocoder; without it, they are asked. `say` is given each sentence of a language model as it is ready;
        the answer may take them back.

        Raises:
            QuestionRefused: what was typed cannot be asked; the message may be shown.
        """
        try:
            with self._index.reading() as index, self._fibre.reading() as fibre:
                author = self._author if access is Access.PUBLIC or self._reads_staff else None
                means = Means(index, fibre, author, self._seconds)
                return answer_question(question, access, means, exchanges, may_geocode, say)
        except QuestionRefused:
            raise
        except Exception as error:  # the pipeline's edge: whatever went wrong, a visitor gets a sentence
            log_without_message(log, "no answer could be given", error)
            return Answer(Status.UNAVAILABLE, sentence("status.unavailable"))

    def search(self, question: object, access: Access) -> Found:
        """The evidence and the rejected, without an answer.

        Raises:
            QuestionRefused: as for `ask`.
            AssistantError: there is no index to search.
        """
        with self._index.reading() as index:
            return index.search(understand(question).plain, access)

    def rank(self, question: object, access: Access) -> tuple[RankedSentence, ...]:
        """The sentences, best first, whatever the decision to answer. Raises like `search`."""
        with self._index.reading() as index:
            contact = index.contact()
            asked = understand(question, index.terms(access))
            found = index.search(asked.plain, access)
            ranked = rank_sentences(asked, found, analyse(contact.name) if contact else ())
            return prefer(asked, ranked, index.reranker)

    def contact(self) -> Contact | None:
        """The syndicate's contact record. Raises like `status`."""
        with self._index.reading() as index:
            return index.contact()

    def edition(self) -> Edition:
        """Which index answers now. Raises like `status`."""
        with self._index.reading() as index:
            return index.edition

    def status(self, access: Access) -> IndexStatus:
        """What is indexed.

        Raises:
            AssistantError: nothing that can be read.
        """
        with self._index.reading() as index:
            return index.status(access)

    def entries(self, access: Access) -> tuple[Entry, ...]:
        """The documents that `access` may read. Raises like `status`."""
        with self._index.reading() as index:
            return index.entries(access)

    def pictures(self, quotes: Iterable[Quote], access: Access) -> tuple[PagePicture, ...]:
        """The pictures that there are of the pages of these quotes. Raises like `status`."""
        places = {(quote.document_key, number) for quote in quotes if (number := page_of(quote))}
        if not places:
            return ()
        with self._index.reading() as index:
            digests = {key: index.content(key, access) for key, _ in places}
        found = []
        for key, page in sorted(places):
            if size := size_of(picture_path(self._pictures, digests[key], page)):
                found.append(PagePicture(key, page, digests[key], *size))
        return tuple(found)

    def picture(self, digest: str, page: int, access: Access) -> Path | None:
        """The picture of a page of the document whose bytes have this digest; None when there is none, or when
        `access` may not read that document. Raises like `status`.
        """
        with self._index.reading() as index:
            if not index.has_content(digest, access):
                return None
        path = picture_path(self._pictures, digest, page)
        return path if size_of(path) else None

    def warm_up(self) -> None:
        """Open the index and load the model now rather than at the first question. Raises like `status`."""
        with self._index.reading() as index:
            index.warm_up()

    @contextmanager
    def fibre_store(self) -> Iterator[FibreStore]:
        """The figures of fibre, kept open until the end of the block."""
        with self._fibre.reading() as fibre:
            yield fibre.store

    def close(self) -> None:
        """Close what is open."""
        self._index.close()
        self._fibre.close()
        if self._author:
            self._author.close()


def _author(settings: Settings, rests: bool) -> Author | None:
    writer = open_writer(settings)
    if writer is None:
        return None
    allowance = Allowance(allowance_file(settings.data), settings.llm_requests_per_day, rests=rests)
    return Author(writer, allowance, settings.llm_beyond_rules)


def allowance_file(data: Path) -> Path:
    """Where it is counted what the language model did."""
    return data / "writing.sqlite"


def _published(versions: Path) -> str:
    version = current_version(versions)
    return version.name if version else ""
