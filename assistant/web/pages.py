"""The assistant without script: `/question`, the answers under a permanent link, and what is said of the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from assistant.answering.question import LONGEST, checked_text
from assistant.models import Access, QuestionRefused, WriterName
from assistant.web.answers import Kept
from assistant.web.api import AtDesk
from assistant.web.cards import notice_sentence, shown_block
from assistant.web.desk import Desk
from assistant.web.fibre_cards import figures
from assistant.web.page import as_html, rendered
from assistant.web.refusals import short_page
from assistant.web.show import show_contact
from assistant.web.statements import statement
from assistant.wording import french_date, sentence, wording

STATEMENTS = {"accessibilite": "accessibility", "vie-privee": "privacy"}
# Answers are for whoever asked, or has the link: not for search engines, nor for whoever an outside link leads to.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def add_pages(app: FastAPI) -> None:
    """Add the routes. `app.state` must hold `desk`."""

    @app.get("/question", include_in_schema=False)
    def question(
        request: Request, desk: AtDesk, q: Annotated[str, Query()] = "", c: Annotated[str, Query()] = ""
    ) -> HTMLResponse:
        page, status = question_page(desk, q, c)
        return HTMLResponse(page, status, PRIVATE)

    @app.post("/reponses", include_in_schema=False)
    def keep(id: Annotated[str, Form()], desk: AtDesk) -> RedirectResponse:  # noqa: A002  # the name of the field
        return RedirectResponse(desk.keep(id), 303)

    @app.get("/reponses/{identifier}", include_in_schema=False)
    def kept(identifier: str, request: Request, desk: AtDesk) -> HTMLResponse:
        found = desk.kept_answer(identifier)
        if found is None:
            raise HTTPException(404)
        return HTMLResponse(kept_page(found, str(request.url.replace(query=""))), headers=PRIVATE)

    @app.post("/avis", include_in_schema=False)
    def rate(
        answer: Annotated[str, Form()],
        useful: Annotated[bool, Form()],
        desk: AtDesk,
        comment: Annotated[str, Form()] = "",
    ) -> HTMLResponse:
        desk.rate(answer, useful, comment)
        return HTMLResponse(short_page(sentence("question_page.thanks"), sentence("question_page.thanks_title")))

    for path, name in STATEMENTS.items():
        app.add_api_route(f"/{path}", _statement(name), include_in_schema=False)

    @app.get("/robots.txt", include_in_schema=False)
    def robots() -> PlainTextResponse:
        return PlainTextResponse("User-agent: *\nDisallow: /question\nDisallow: /api/\n")


def question_page(desk: Desk, typed: str, conversation: str = "") -> tuple[str, int]:
    """The page of a question that goes on with a conversation ("": the form alone), and its HTTP status."""
    values: dict[str, object] = {
        "question": typed,
        "answer": None,
        "refused": "",
        "identifier": "",
        "conversation": "",
        "suggestions": (),
        "page_title": None,
    }
    status = 200
    if typed.strip():
        try:
            values |= _answered(desk, typed, conversation)
        except QuestionRefused as refused:
            values["refused"] = str(refused)
            status = 422
    page = rendered(
        "question",
        words=wording("question_page"),
        skip_to="reponse" if values["answer"] else "q",
        notice=as_html(notice_sentence(desk.contact(), bool(desk.model))),
        examples=wording("examples.questions"),
        longest=LONGEST,
        ask_link=lambda text: "/question?" + urlencode({"q": text, "c": values["conversation"]}),
        **values,
    )
    return page, status


def _answered(desk: Desk, typed: str, conversation: str) -> dict[str, object]:
    question = checked_text(typed)
    before = [exchange.fibre for exchange in desk.said_in(conversation)]
    reply = desk.ask(question, Access.PUBLIC, conversation)
    charts = tuple(figure.chart for figure in figures(reply.fibre, before))
    return {
        "question": question,
        "answer": as_html(shown_block(reply.shown, reply.status, bool(reply.related), charts)),
        "identifier": reply.id,
        "conversation": reply.conversation,
        "suggestions": reply.suggestions,
        "page_title": sentence("question_page.answered_title", question=question),
    }


def kept_page(kept: Kept, address: str) -> str:
    """The page of an answer under its permanent link."""
    status, has_related = str(kept.answer["status"]), bool(kept.answer["related"])
    by_model = kept.answer.get("writer") == WriterName.MODEL  # an older answer does not say: none wrote then
    days = {"day": french_date(kept.kept_at[:10]), "built": french_date(kept.edition.built_at[:10])}
    return rendered(
        "kept",
        words=wording("kept_page"),
        skip_to="reponse",
        page_title=sentence("kept_page.page_title", question=kept.question),
        question=kept.question,
        answer=as_html(shown_block(kept.shown, status, has_related)),
        program=sentence("kept_page.program_model" if by_model else "kept_page.program"),
        kept_on=sentence("kept_page.kept_on", **days),
        address=sentence("kept_page.address", address=address),
        again="/question?" + urlencode({"q": kept.question}),
    )


def _statement(name: str) -> Callable[[Desk], HTMLResponse]:
    def page(desk: AtDesk) -> HTMLResponse:
        contact = desk.contact()
        text = as_html(statement(name, bool(desk.model)))
        found = show_contact(contact) if contact else None
        return HTMLResponse(
            rendered("statement", words=wording(f"{name}_page"), skip_to="contenu", text=text, contact=found)
        )

    return page
