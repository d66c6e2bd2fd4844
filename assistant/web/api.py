"""The HTTP interface: ask, search, health. Whatever goes wrong, the reply is `{"detail": "<French sentence>"}`.

The functions are plain `def`: FastAPI runs them in threads, and a slow answer holds up nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StrictBool, StrictStr
from starlette.exceptions import HTTPException as StarletteHTTPException

from assistant.models import Access, Answer, AssistantError, Found, QuestionRefused
from assistant.web.access import Asker
from assistant.web.conversation import clean_message, exchange_of
from assistant.web.conversations import Conversations
from assistant.wording import sentence, wording

# What a validation error of pydantic says, in our words.
REASONS = {"json_invalid": "api.bad_json", "missing": "api.question_missing", "bool_type": "api.not_boolean"}
OTHER_REASON = "question.not_text"


class Asked(BaseModel):
    """The body of `POST /api/ask`."""

    question: StrictStr
    # The id that an earlier reply gave, to go on with its conversation.
    conversation: StrictStr = ""
    # The visitor agrees that an address in the question is sent to the public geocoder.
    may_geocode: StrictBool = False


@dataclass(frozen=True, slots=True)
class Reply(Answer):
    """The answer, and the id with which the next question goes on."""

    conversation: str = ""


class Health(BaseModel):
    """The reply of `GET /healthz` when questions can be answered."""

    status: str
    version: str


def json_only(request: Request) -> None:
    """A FastAPI dependency. Browsers send other sites' forms without asking us first, but never as JSON."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


router = APIRouter()


@router.post("/api/ask", dependencies=[Depends(json_only)])
def ask(asked: Asked, request: Request, access: Asker) -> Reply:
    """The whole answer, whatever its ending. The trace is for the staff.

    A conversation is kept here; of it, a client has the id alone.
    """
    question = clean_message(asked.question)
    conversations: Conversations = request.app.state.conversations
    before = conversations.said_in(asked.conversation)
    answer: Answer = request.app.state.assistant.ask(question, access, before, may_geocode=asked.may_geocode)
    going_on = conversations.remember(asked.conversation, exchange_of(question, answer))
    shown = answer if access is Access.STAFF else replace(answer, trace=())
    return Reply(**{field.name: getattr(shown, field.name) for field in fields(shown)}, conversation=going_on)


@router.get("/api/search")
def search(q: Annotated[str, Query()], request: Request, access: Asker) -> Found:
    """The chunks that a search finds, and those that it rejects with the rule that says so. No answer."""
    found: Found = request.app.state.assistant.search(q, access)
    return found


@router.get("/healthz")
def health(request: Request) -> Health:
    """Whether an index is open, and which one."""
    return Health(status="ok", version=request.app.state.assistant.status(Access.PUBLIC).version)


def refusal(status: int) -> str:
    """The sentence of an HTTP status."""
    statuses = wording("api.status")
    return str(statuses.get(str(status), statuses["other"]))


def add_api(app: FastAPI) -> None:
    """Add the routes and the French refusals. `app.state` must hold `settings` and `assistant`."""
    app.state.conversations = Conversations()
    app.include_router(router)

    @app.exception_handler(StarletteHTTPException)
    def refused(_: Request, error: StarletteHTTPException) -> JSONResponse:
        # The detail is never passed on: the libraries write theirs in English.
        return JSONResponse({"detail": refusal(error.status_code)}, error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    def not_valid(_: Request, error: RequestValidationError) -> JSONResponse:
        kind = error.errors()[0]["type"]
        reason = sentence(REASONS.get(kind, OTHER_REASON))
        return JSONResponse({"detail": reason}, 400 if kind == "json_invalid" else 422)

    @app.exception_handler(QuestionRefused)
    def question_refused(_: Request, error: QuestionRefused) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 422)

    @app.exception_handler(AssistantError)
    def unavailable(_: Request, __: AssistantError) -> JSONResponse:
        return JSONResponse({"detail": refusal(503)}, 503)
