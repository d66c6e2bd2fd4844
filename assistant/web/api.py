"""The HTTP interface, as `/openapi.json` describes it. A refusal is `{"detail": "<French sentence>"}`.

The functions are plain `def`: FastAPI runs them in threads, and a slow answer holds up nobody.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, StrictBool, StrictStr, TypeAdapter
from starlette.exceptions import HTTPException as StarletteHTTPException

from assistant.answering.question import checked_text
from assistant.logs import log_without_message
from assistant.models import Access, AssistantError, Found, QuestionRefused
from assistant.web import feedback
from assistant.web.access import Asker
from assistant.web.answers import AnswersUnavailable, AnswerUnreadable, Kept, TooManyKept
from assistant.web.conversation import clean_message
from assistant.web.desk import AnswerForgotten, Desk, Reply
from assistant.web.guards import contained
from assistant.web.markup import one_line
from assistant.web.refusals import refusal, refused
from assistant.web.show import phone_link, phone_number
from assistant.web.speaking import Speaking
from assistant.wording import sentence, wording

logger = logging.getLogger(__name__)

# What a validation error of pydantic says, in our words.
REASONS = {"json_invalid": "api.bad_json", "missing": "api.missing", "bool_type": "api.not_boolean"}
OTHER_REASON = "question.not_text"
STREAM = "text/event-stream"
UNBUFFERED = {"X-Accel-Buffering": "no"}  # a proxy passes each event on at once
_REPLY = TypeAdapter(Reply)


class Asked(BaseModel):
    """The body of `POST /api/ask`."""

    question: StrictStr
    # The id that an earlier reply gave, to go on with its conversation.
    conversation: StrictStr = ""
    # The visitor agrees that an address in the question is sent to the public geocoder.
    may_geocode: StrictBool = False


class Opinion(BaseModel):
    """The body of `POST /api/feedback`."""

    answer: StrictStr
    useful: StrictBool
    comment: StrictStr = ""


class ToKeep(BaseModel):
    """The body of `POST /api/answers`."""

    id: StrictStr


class Link(BaseModel):
    """The reply of `POST /api/answers`: `url` is the path of the page that shows the answer."""

    id: str
    url: str


class Suggestions(BaseModel):
    """The reply of `GET /api/suggestions`: what is said before the first question. `phone` may be empty."""

    notice: str
    phone: str
    phone_link: str
    questions: list[str]


class Refusal(BaseModel):
    """What is replied when nothing else is: one French sentence, which a visitor may read."""

    detail: str


class Health(BaseModel):
    """The reply of `GET /healthz` when questions can be answered."""

    status: str
    version: str


def json_only(request: Request) -> None:
    """A FastAPI dependency. Browsers send other sites' forms without asking us first, but never as JSON."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


def desk_of(request: Request) -> Desk:
    """A FastAPI dependency: where every door asks."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
router = APIRouter()
Responses = dict[int | str, dict[str, Any]]


def _example(name: str) -> dict[str, Any]:
    return {name: {"value": wording(f"openapi.{name}")}}


# What the product answers to the first example; a test compares.
EXAMPLE = json.loads((FilePath(__file__).resolve().parent / "example_reply.json").read_text(encoding="utf-8"))
ANSWERED: Responses = {
    200: {"content": {"application/json": {"example": EXAMPLE}, STREAM: {"schema": {"type": "string"}}}}
}
REFUSED: Responses = {status: {"model": Refusal} for status in (400, 413, 415, 422, 429, 503)}
GONE: Responses = {404: {"model": Refusal}}


@router.post(
    "/api/ask",
    dependencies=[Depends(json_only)],
    response_model=Reply,
    responses=ANSWERED | REFUSED,
    tags=["questions"],
)
def ask(
    asked: Annotated[Asked, Body(openapi_examples=_example("ask") | _example("ask_again"))],
    request: Request,
    access: Asker,
    desk: AtDesk,
) -> Response:
    """The whole answer, whatever its ending; with `Accept: text/event-stream`, as events: `searching`, then `answer`
    (the same JSON) or `failed` (`{"detail": …}`). Where a language model writes, each sentence of its own comes first,
    as soon as it is checked: `sentence` (`{"text": …}`). The answer takes the place of them all.

    A conversation is kept here; of it, a client has the id alone.
    """
    checked_text(clean_message(asked.question))  # before a stream begins with 200
    if STREAM in request.headers.get("accept", ""):
        return StreamingResponse(_events(asked, access, desk), media_type=STREAM, headers=UNBUFFERED)
    reply = desk.ask(asked.question, access, asked.conversation, asked.may_geocode)
    return Response(_REPLY.dump_json(reply), media_type="application/json")


def _events(asked: Asked, access: Access, desk: Desk) -> Iterator[bytes]:
    yield _event("searching", b"{}")
    with contained("/api/ask") as outcome:
        asking = Speaking(lambda say: desk.ask(asked.question, access, asked.conversation, asked.may_geocode, say))
        for text in asking:
            yield _event("sentence", json.dumps({"text": one_line(text)}).encode())
        yield _event("answer", _REPLY.dump_json(asking.result()))
    if outcome.failed:
        yield _event("failed", json.dumps({"detail": refusal(500)}).encode())


def _event(name: str, data: bytes) -> bytes:
    """Source: HTML, 9.2.6 Interpreting an event stream. JSON has no line break."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


@router.get("/api/suggestions", tags=["questions"])
def suggestions(desk: AtDesk) -> Suggestions:
    """What is said before the first question: that it is a program, whom to phone, questions to try."""
    phone = phone_number(desk.contact())
    return Suggestions(
        notice=sentence(f"chat.notice.{'model' if desk.model else 'quotations'}"),
        phone=phone.replace(" ", "\xa0"),
        phone_link=phone_link(phone),
        questions=list(wording("examples.questions")),
    )


@router.post(
    "/api/answers", dependencies=[Depends(json_only)], status_code=201, responses=REFUSED | GONE, tags=["answers"]
)
def keep(wanted: ToKeep, desk: AtDesk) -> Link:
    """Keep an answer under a permanent link, because the visitor asks for it: until then nothing of it is stored."""
    return Link(id=wanted.id, url=desk.keep(wanted.id))


@router.get("/api/answers/{identifier}", responses=GONE, tags=["answers"])
def kept(identifier: Annotated[str, Path(max_length=64)], desk: AtDesk) -> Kept:
    """The answer behind a permanent link, as it was given: later documents do not change it."""
    found = desk.kept_answer(identifier)
    if found is None:
        raise HTTPException(404)
    return found


@router.post(
    "/api/feedback", dependencies=[Depends(json_only)], status_code=204, responses=REFUSED | GONE, tags=["answers"]
)
def rate(
    opinion: Annotated[Opinion, Body(openapi_examples=_example("feedback"))],
    desk: AtDesk,
) -> Response:
    """What a visitor thinks of an answer. The question is not stored with it; a comment is."""
    desk.rate(opinion.answer, opinion.useful, opinion.comment)
    return Response(status_code=204)


@router.get("/api/search", responses=REFUSED, tags=["questions"])
def search(q: Annotated[str, Query()], access: Asker, desk: AtDesk) -> Found:
    """The chunks that a search finds, and those that it rejects with the rule that says so. No answer."""
    return desk.assistant.search(q, access)


@router.get("/healthz", responses={503: {"model": Refusal}}, tags=["service"])
def health(desk: AtDesk) -> Health:
    """Whether an index is open, and which one."""
    return Health(status="ok", version=desk.assistant.edition().version)


def add_api(app: FastAPI) -> None:
    """Add the routes and the French refusals. `app.state` must hold `settings` and `desk`."""
    app.include_router(router)

    @app.exception_handler(StarletteHTTPException)
    def http_refused(request: Request, error: StarletteHTTPException) -> Response:
        # The detail is never passed on: the libraries write theirs in English.
        reply = refused(error.status_code, request.headers.get("accept", ""))
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(RequestValidationError)
    def not_valid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        field = str(first["loc"][-1])
        no_body = first["loc"] == ("body",) and first["type"] == "missing"
        reason = sentence("api.bad_json" if no_body else REASONS.get(first["type"], OTHER_REASON), field=field)
        status = 400 if first["type"] == "json_invalid" else 422
        return refused(status, request.headers.get("accept", ""), said=reason)

    @app.exception_handler(QuestionRefused)
    def question_refused(request: Request, error: QuestionRefused) -> Response:
        return refused(422, request.headers.get("accept", ""), said=str(error))

    @app.exception_handler(AnswerForgotten)
    def forgotten(request: Request, error: AnswerForgotten) -> Response:
        return refused(404, request.headers.get("accept", ""), said=str(error))

    @app.exception_handler(AnswerUnreadable)
    def unreadable(request: Request, error: AnswerUnreadable) -> Response:
        logger.warning("a kept answer cannot be read: %s", type(error.__cause__).__name__)
        return refused(404, request.headers.get("accept", ""), said=str(error))

    @app.exception_handler(feedback.TooManyOpinions)
    def not_noted(request: Request, _: AssistantError) -> Response:
        logger.warning("an opinion could not be noted: the file is full")
        return refused(503, request.headers.get("accept", ""), said=sentence("chat.feedback_failed"))

    @app.exception_handler(TooManyKept)
    @app.exception_handler(AnswersUnavailable)
    def not_kept(request: Request, error: AssistantError) -> Response:
        logger.warning("an answer could not be kept or read: %s", type(error).__name__)
        said = sentence("chat.keep_failed") if request.method == "POST" else ""
        return refused(503, request.headers.get("accept", ""), said=said)

    @app.exception_handler(AssistantError)
    def unavailable(request: Request, _: AssistantError) -> Response:
        return refused(503, request.headers.get("accept", ""))

    @app.exception_handler(sqlite3.Error)
    @app.exception_handler(OSError)
    def not_written(request: Request, error: Exception) -> Response:
        log_without_message(logger, "something could not be read or written", error)
        return refused(500, request.headers.get("accept", ""))
