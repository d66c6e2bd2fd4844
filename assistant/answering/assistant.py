"""The one object that answers: the published index, open, and replaced when a newer one is published."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from assistant.answering.pipeline import answer_question
from assistant.answering.question import understand
from assistant.answering.rank import RankedSentence, rank_sentences
from assistant.index.french import analyse
from assistant.index.search import Index, open_index
from assistant.logs import log_without_message
from assistant.models import (
    Access,
    Answer,
    AssistantError,
    Contact,
    Entry,
    Exchange,
    Found,
    IndexStatus,
    IndexUnavailable,
    QuestionRefused,
    Status,
)
from assistant.settings import Settings
from assistant.versions import current_version, index_versions
from assistant.wording import sentence

log = logging.getLogger(__name__)


class Assistant:
    """Answers, searches and reports over the published index. Safe to share between threads.

    A new version published by `ingest.py` is picked up at the next question; the old one is closed when the last
    question that reads it is answered.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._readers: dict[Index, int] = {}

    def ask(self, question: object, access: Access, exchanges: Sequence[Exchange] = ()) -> Answer:
        """The answer, whatever happens: a fault of ours is `Status.UNAVAILABLE`, and its cause is in the log.

        `exchanges` is what was said before in the same conversation, the newest last: from the caller's own memory,
        never from what a browser says.

        Raises:
            QuestionRefused: what was typed cannot be asked; the message may be shown.
        """
        try:
            with self._reading() as index:
                return answer_question(question, access, index, exchanges)
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
        with self._reading() as index:
            return index.search(understand(question).plain, access)

    def rank(self, question: object, access: Access) -> tuple[RankedSentence, ...]:
        """The sentences, best first, whatever the decision to answer. Raises like `search`."""
        with self._reading() as index:
            contact = index.contact()
            asked = understand(question, index.terms(access))
            found = index.search(asked.plain, access)
            return rank_sentences(asked, found, analyse(contact.name) if contact else ())

    def contact(self) -> Contact | None:
        """The syndicate's contact record. Raises like `status`."""
        with self._reading() as index:
            return index.contact()

    def status(self, access: Access) -> IndexStatus:
        """What is indexed.

        Raises:
            AssistantError: nothing that can be read.
        """
        with self._reading() as index:
            return index.status(access)

    def entries(self, access: Access) -> tuple[Entry, ...]:
        """The documents that `access` may read. Raises like `status`."""
        with self._reading() as index:
            return index.entries(access)

    def warm_up(self) -> None:
        """Open the index and load the model now rather than at the first question. Raises like `status`."""
        with self._reading() as index:
            index.warm_up()

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            index, self._index = self._index, None
            if index and not self._readers.get(index):
                index.close()

    @contextmanager
    def _reading(self) -> Iterator[Index]:
        index = self._current()
        try:
            yield index
        finally:
            with self._lock:
                self._readers[index] -= 1
                if not self._readers[index]:
                    del self._readers[index]
                    if index is not self._index:
                        index.close()

    def _current(self) -> Index:
        """The open index, reopened if another version has been published since; counted as being read."""
        with self._lock:
            published = current_version(index_versions(self._settings.data))
            if self._index is None or (published and published.name != self._index.version):
                self._open()
            index = self._index
            if index is None:
                raise IndexUnavailable(sentence("errors.no_index", folder=self._settings.data))
            self._readers[index] = self._readers.get(index, 0) + 1
            return index

    def _open(self) -> None:
        """Open the published version in the place of the one that is open; keep that one if the new one is no good."""
        old = self._index
        try:
            self._index = open_index(self._settings)
        except AssistantError as error:
            if old is None:
                raise
            log.error("the new index cannot be opened, the old one goes on: %s", error)
            return
        if old and not self._readers.get(old):
            old.close()
