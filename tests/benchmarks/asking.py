"""Visitors of the service: what they ask, and what they get through each of its doors."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlencode, urlsplit

import h11

from assistant.evaluation.questions import load_questions
from assistant.evaluation.run import QUESTIONS
from assistant.fibre.communes import shipped_table

# How residents write it; `{}` is a commune.
FIBRE = (
    "Est-ce que la fibre est disponible à {} ?",
    "la fibre à {} c pr kan",
    "bonjour j'habite {} et j'ai toujours pas la fibre c'est normal ??",
    "quand fermez vous l'adsl à {}",
    "combien de maisons raccordables à {} svp",
    "panne de fibre a {}",
)
FOLLOW_UPS = ("et le cuivre ?", "et à {} ?", "et en 2020 ?", "c quand ?", "qui a dit ça ?", "merci !")
NONSENSE = ("azertyuiop qsdfgh", "???", "le la les", "ma vache a mangé un nuage", "🙂🙂🙂", "test test test", "42")


class Through(StrEnum):
    """A door: the HTTP interface, its events, the page without script."""

    JSON = "JSON"
    EVENTS = "SSE"
    PAGE = "/question"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question got. `status` is HTTP's, 0 when there was no reply; `seconds` until the last byte.

    `ending` is `Answer.status` as the reply says it, "" through the page.
    """

    status: int
    seconds: float
    retry_after: str = ""
    ending: str = ""
    conversation: str = ""

    @property
    def answered(self) -> bool:
        """Whether it is what a question deserves, be it « Écrivez votre question » for a « ??? »: no fault of ours."""
        return self.status in (200, 422) and self.ending not in ("unavailable", "failed")


@cache
def known_texts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The questions on the documents, and the names of the communes."""
    communes = shipped_table().communes.values()
    return tuple(one.text for one in load_questions(QUESTIONS).questions), tuple(commune.name for commune in communes)


class Talk:
    """What one person asks, question after question: fibre somewhere, the documents, follow-ups, nonsense."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._documents, self._communes = known_texts()

    def questions(self) -> Iterator[tuple[str, bool]]:
        """Without end: a question, and whether it goes on with the conversation."""
        while True:
            yield self._first(), False
            while self._chance.random() < 0.35:
                yield self._in_a_commune(FOLLOW_UPS), True

    def _first(self) -> str:
        kind = self._chance.random()
        if kind < 0.45:
            return self._in_a_commune(FIBRE)
        return self._chance.choice(self._documents if kind < 0.92 else NONSENSE)

    def _in_a_commune(self, texts: tuple[str, ...]) -> str:
        return self._chance.choice(texts).format(self._chance.choice(self._communes))


class Person:
    """Asks from an address of their own, or from a new one each time; has one conversation after the other.

    Each question has a connection of its own, like that of a telephone after some seconds of reading.
    """

    def __init__(self, service: str, number: int, through: Through = Through.JSON, moving: bool = False) -> None:
        self._host, self._port = urlsplit(service).hostname or "", urlsplit(service).port or 80
        self._place = number * 10_000 if moving else number
        self._moving = moving
        self._through = through
        self._questions = Talk(number).questions()
        self._conversation = ""

    async def ask(self) -> Outcome:
        """Ask the next question."""
        question, goes_on = next(self._questions)
        request = self._request(question, self._conversation if goes_on else "")
        started = time.monotonic()
        try:
            reply = await exchanged(self._host, self._port, *request)
        except OSError:
            return Outcome(0, time.monotonic() - started)
        outcome = read(reply, time.monotonic() - started)
        self._conversation = outcome.conversation or self._conversation
        return outcome

    def _request(self, question: str, conversation: str) -> tuple[h11.Request, bytes]:
        self._place += self._moving
        headers = [
            ("Host", f"{self._host}:{self._port}"),
            ("Connection", "close"),
            ("Accept-Encoding", "gzip"),
            ("X-Forwarded-For", f"2001:2:{self._place >> 16:x}:{self._place & 0xFFFF:x}::1"),  # RFC 5180: nobody's
        ]
        if self._through is Through.PAGE:
            path = "/question?" + urlencode({"q": question, "c": conversation})
            return h11.Request(method="GET", target=path, headers=[*headers, ("Accept", "text/html")]), b""
        body = json.dumps({"question": question, "conversation": conversation}).encode()
        accept = "text/event-stream" if self._through is Through.EVENTS else "application/json"
        headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Accept", accept)]
        return h11.Request(method="POST", target="/api/ask", headers=headers), body


@dataclass(frozen=True, slots=True)
class Received:
    """A reply: its status, its headers by lower-case name, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes


async def exchanged(host: str, port: int, request: h11.Request, body: bytes) -> Received:
    """One request over a connection of its own. (httpx takes seconds of processor to open five hundred.)

    Raises:
        OSError: no reply, or not the whole of it.
    """
    connection = h11.Connection(our_role=h11.CLIENT)
    reader, writer = await asyncio.open_connection(host, port)
    sent = [request, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]
    writer.write(b"".join(connection.send(event) or b"" for event in sent))
    status, headers, parts = 0, {}, []
    try:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(65_536))
            elif isinstance(event, h11.Response):
                status, headers = event.status_code, {k.decode(): v.decode("latin-1") for k, v in event.headers}
            elif isinstance(event, h11.Data):
                parts.append(bytes(event.data))
    except h11.RemoteProtocolError as error:
        raise ConnectionError from error
    finally:
        writer.close()
    packed = b"".join(parts)
    return Received(status, headers, gzip.decompress(packed) if headers.get("content-encoding") == "gzip" else packed)


def read(reply: Received, seconds: float) -> Outcome:
    """What a reply says."""
    retry_after = reply.headers.get("retry-after", "")
    if reply.status != 200 or "html" in reply.headers["content-type"]:
        return Outcome(reply.status, seconds, retry_after)
    text = reply.body.decode()
    if text.startswith("event:"):
        *_, name, data = (line.partition(": ")[2] for line in text.splitlines() if line)
        if name == "failed":
            return Outcome(200, seconds, ending="failed")
        text = data
    answer = json.loads(text)
    return Outcome(200, seconds, ending=answer["status"], conversation=answer["conversation"])
