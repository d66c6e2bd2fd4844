"""A language model that writes: the one door to chat models, opened late, since their libraries are slow to import.

Whatever the model's server does, whoever asks gets pieces of text and then an end, or `NotWritten` by the time that was
named. The request runs on a loop in a thread: given up, its connection is closed.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import aclosing
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.models import AssistantError, SettingsError
from assistant.settings import Settings
from assistant.wording import sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

MOST_CHARACTERS = 2_500  # of what a model writes, a thousand more than four sentences need: beyond, it does not end
MOST_TOKENS = 600  # asked of the server: four sentences of French hold 200
NO_KEY = "-"  # servers of one's own want none, and the client does not go without
PROVIDER = "openai"  # whose protocol most servers speak
PROVIDER_URL = "https://api.openai.com/v1"  # its client would also take another from a variable
# What servers call the end of a text that is whole; « length » and « content_filter » are others.
ENDS = frozenset({"stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete"})


class Failure(StrEnum):
    """Why a model's text is not used. Each is counted under this name."""

    UNREACHABLE = "unreachable"  # no such host, no such port, or the connection was cut
    NOT_ALLOWED = "not_allowed"  # 401, 403
    TOO_MANY = "too_many"  # 429
    SERVER = "server"  # any other status that is not 200
    LATE = "late"
    UNREADABLE = "unreadable"  # no answer of a chat model
    CUT = "cut"  # the text ends without the server saying that it is whole
    TOO_LONG = "too_long"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"  # too little of what was written stands in the passages
    RESTING = "resting"  # it failed too often: it is not asked for a while
    OVER_BUDGET = "over_budget"  # it was asked as often as a day allows


class NotWritten(AssistantError):
    """The model wrote nothing that can be used. The message names the `failure`, and quotes nothing."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class Writer:
    """A chat model. Safe to share between threads."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model

    def write(self, system: str, request: str, ends: float) -> Generator[str, None, None]:
        """The text, in pieces, as they come. `ends`: when it must be whole, in seconds of `time.monotonic`.

        Raises:
            NotWritten: there is no text, or not all of it.
        """
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        task = asyncio.run_coroutine_threadsafe(self._read(system, request, pieces.put), _loop())
        task.add_done_callback(lambda _: pieces.put(None))
        try:
            while (piece := _next(pieces, ends)) is not None:
                yield piece
            if error := task.exception():
                failure = failure_of(error)
                # By type alone: the message of a library may quote the question, or the key.
                log.warning("the language model wrote nothing: %s (%s)", failure, type(error).__name__)
                raise NotWritten(failure)
        finally:
            task.cancel()

    async def _read(self, system: str, request: str, put: Callable[[str], None]) -> None:
        length = 0
        is_whole = False
        stream = self._model.astream([("system", system), ("human", request)])
        async with aclosing(stream) as chunks:  # type: ignore[type-var]  # a generator, whatever its type says
            async for chunk in chunks:
                is_whole = is_whole or _is_whole(chunk.response_metadata)
                text = str(chunk.text)
                length += len(text)
                if length > MOST_CHARACTERS:
                    raise NotWritten(Failure.TOO_LONG)
                if text:
                    put(text)
        if not is_whole:
            raise NotWritten(Failure.CUT if length else Failure.EMPTY)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop on which every model is asked, as long as the process lasts: LangChain keeps its connections for whoever
    asks the same server next, and a connection belongs to its loop.
    """
    loop = asyncio.new_event_loop()
    # What is left of a request that was given up is told by its type alone.
    loop.set_exception_handler(
        lambda _, context: log.warning("after the end: %s", type(context.get("exception")).__name__)
    )
    threading.Thread(target=loop.run_forever, name="writer", daemon=True).start()
    return loop


def _next(pieces: queue.SimpleQueue[str | None], ends: float) -> str | None:
    left = ends - time.monotonic()
    try:
        if left <= 0:  # what is queued already is late too
            raise queue.Empty
        return pieces.get(timeout=left)
    except queue.Empty:
        log.warning("the language model wrote nothing: %s", Failure.LATE)
        raise NotWritten(Failure.LATE) from None


def _is_whole(metadata: dict[str, Any]) -> bool:
    """Does a server say that its text is whole: by `finish_reason`, `stop_reason`, `done_reason`, `stopReason`?"""
    return any(name.lower().endswith("reason") and str(value).lower() in ENDS for name, value in metadata.items())


def failure_of(error: BaseException) -> Failure:
    """What went wrong, whoever's library says so: by the status of HTTP, else by what the network said.

    Each library has exceptions of its own; behind them, or in what they come from, are those of httpx or of Python.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, NotWritten):
            return cause.failure
        status = getattr(cause, "status_code", None) or getattr(getattr(cause, "response", None), "status_code", None)
        if isinstance(status, int) and status >= 400:
            return {401: Failure.NOT_ALLOWED, 403: Failure.NOT_ALLOWED, 429: Failure.TOO_MANY}.get(
                status, Failure.SERVER
            )
    names = {parent.__name__ for cause in causes for parent in type(cause).__mro__}
    if any("Timeout" in name for name in names):
        return Failure.LATE
    if names & {"RemoteProtocolError", "ReadError"}:
        return Failure.CUT
    if names & {"OSError", "NetworkError", "TransportError", "APIConnectionError"}:
        return Failure.UNREACHABLE
    return Failure.UNREADABLE


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def open_writer(settings: Settings) -> Writer | None:
    """The model that the settings name, or None. No server is asked anything yet.

    Raises:
        SettingsError: the setting names no model, or one whose package is not installed.
    """
    if not settings.llm:
        return None
    from langchain.chat_models import init_chat_model

    try:
        return Writer(init_chat_model(settings.llm, **_options(settings)))
    except ImportError as error:
        module = error.__cause__.name if isinstance(error.__cause__, ModuleNotFoundError) else None
        package = (module or "").partition(".")[0].replace("_", "-")
        raise SettingsError(sentence("errors.llm_package", name=settings.llm, package=package)) from None
    except (ValueError, TypeError):  # what the libraries say of it may quote the key
        raise SettingsError(sentence("errors.setting", name="ASSISTANT_LLM", value=settings.llm)) from None


def _options(settings: Settings) -> dict[str, Any]:
    """Of the chat model, whoever makes it.

    A server of one's own that speaks OpenAI's protocol is told `max_tokens`, the name that they all know: its client
    says `max_completion_tokens`, which some refuse.
    """
    options: dict[str, Any] = {"temperature": 0, "max_retries": 0, "timeout": settings.llm_seconds}
    own_server = settings.llm_url and settings.llm.startswith(f"{PROVIDER}:")
    options |= {"extra_body": {"max_tokens": MOST_TOKENS}} if own_server else {"max_tokens": MOST_TOKENS}
    if settings.llm_url or settings.llm.startswith(f"{PROVIDER}:"):
        options["base_url"] = settings.llm_url or PROVIDER_URL
    if settings.llm_key:
        options["api_key"] = settings.llm_key
    elif settings.llm.startswith(f"{PROVIDER}:"):
        if not settings.llm_url:
            raise SettingsError(sentence("errors.llm_key"))
        options["api_key"] = NO_KEY
    return options
