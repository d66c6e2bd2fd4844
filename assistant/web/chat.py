"""The chat: a Gradio page mounted in the application. The only module that imports gradio, and late: it is slow.

The browser is believed for nothing but the text of a message. The conversation is a `gr.State`, which stays on the
server; what the page shows is written from it. Buttons take no value from the page either.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Response

from assistant.answering.assistant import Assistant
from assistant.models import AssistantError, Contact, QuestionRefused
from assistant.settings import Settings
from assistant.web import cards, feedback
from assistant.web.conversation import Turns, clean_message, next_turn, rate_last
from assistant.web.guards import contained
from assistant.web.refusals import refusal
from assistant.wording import sentence, wording

if TYPE_CHECKING:
    import gradio as gr

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
ICON = HERE / "icon.svg"

# The page before its style sheet comes, and around it; the same as `--fond` in chat.css.
PAPER, NIGHT = "#ffffff", "#10151f"

# Measured: with Gradio's default of one at a time, 50 people wait 12 seconds for an answer of 0.2 second.
AT_ONCE = 8
WAITING = 50
# A conversation is forgotten after this long without a question.
FORGET_SECONDS = 3600
# The browser stops here; the limit that counts, with its sentence, is the pipeline's.
TYPED_CHARACTERS = 2000
SUGGESTIONS = 8  # the communes among which to choose


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the page that change, in the order in which the functions below return them."""

    turns: gr.State
    conversation: gr.Markdown
    hint: gr.Markdown
    actions: gr.Row
    useful: gr.Button
    not_useful: gr.Button
    welcome: gr.Column
    follow_ups: gr.Column
    suggestions: tuple[gr.Button, ...]
    box: gr.Textbox
    send: gr.Button

    @property
    def outputs(self) -> list[Any]:
        """Every component, in the order of `_shown`."""
        return [
            self.turns, self.conversation, self.hint, self.actions, self.useful, self.not_useful, self.welcome,
            self.follow_ups, *self.suggestions, self.box, self.send,
        ]  # fmt: skip


def mount_chat(app: FastAPI, settings: Settings, assistant: Assistant) -> None:
    """Mount the chat at `/`, after every other route of the application."""
    import gradio as gr

    app.add_api_route(
        "/favicon.ico", lambda: Response(ICON.read_bytes(), media_type="image/svg+xml"), include_in_schema=False
    )
    page = build_chat(settings, assistant)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        show_error=False,
        run_history=False,
        max_file_size="1kb",
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        footer_links=[],
        allowed_paths=[],
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]).set(
            body_background_fill=PAPER, body_background_fill_dark=NIGHT
        ),
        css="\n".join((HERE / name).read_text(encoding="utf-8") for name in ("chat.css", "answer.css")),
        head=_head(),
    )
    # The mount leaves this False, and several of Gradio's checks of paths then do nothing.
    page.has_launched = True


def build_chat(settings: Settings, assistant: Assistant) -> gr.Blocks:
    """The page and what its buttons do."""
    import gradio as gr

    page = gr.Blocks(title=sentence("chat.page_title"), analytics_enabled=False)
    with page:
        parts, examples, restart = _layout(_contact(assistant))
        answer = partial(_answer, assistant)
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        gr.on([parts.box.submit, parts.send.click], answer, [parts.box, parts.turns], parts.outputs, **quietly)
        for button, question in examples:
            button.click(partial(answer, question), parts.turns, parts.outputs, **quietly)
        for place, button in enumerate(parts.suggestions):
            button.click(partial(_follow, answer, place), parts.turns, parts.outputs, **quietly)
        for button, useful in ((parts.useful, True), (parts.not_useful, False)):
            rate = partial(_rate, settings.data / "feedback.sqlite", useful)
            button.click(rate, parts.turns, parts.outputs, **quietly)
        restart.click(lambda: _shown((), text=""), None, parts.outputs, **quietly)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
    # After each event Gradio sums up all past ones with pandas, for its /monitoring, which is not served here.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    return page


def _layout(contact: Contact | None) -> tuple[Parts, list[tuple[gr.Button, str]], gr.Button]:
    """The components from top to bottom: those that change, the example questions, « Nouvelle conversation »."""
    import gradio as gr

    def text(value: str = "", elem_id: str | None = None) -> gr.Markdown:
        return gr.Markdown(value, latex_delimiters=[], elem_id=elem_id)

    turns = gr.State((), time_to_live=FORGET_SECONDS)
    text(cards.masthead(contact), elem_id="entete")
    with gr.Column(elem_id="accueil") as welcome:
        text(cards.heading("chat.examples_heading"))
        with gr.Row(elem_classes="questions"):
            examples = [(gr.Button(question), question) for question in wording("examples.questions")]
    conversation = text(elem_id="conversation")
    with gr.Column(elem_id="suites", visible=False) as follow_ups:
        text(cards.heading("chat.suggestions_heading"))
        with gr.Row(elem_classes="questions"):
            suggestions = tuple(gr.Button(visible=False) for _ in range(SUGGESTIONS))
    with gr.Row(elem_id="gestes", visible=False) as actions:
        gr.Button(sentence("chat.copy"), elem_id="copier")
        useful = gr.Button(sentence("chat.useful"), elem_id="utile")
        not_useful = gr.Button(sentence("chat.not_useful"), elem_id="pas-utile")
        restart = gr.Button(sentence("chat.new_conversation"), elem_id="recommencer")
    with gr.Column(elem_id="saisie"):
        hint = text(elem_id="indication")
        with gr.Row(elem_id="ligne"):
            box = gr.Textbox(
                label=sentence("chat.input_label"),
                placeholder=sentence("chat.input_placeholder"),
                lines=1,
                max_lines=6,
                max_length=TYPED_CHARACTERS,
                elem_id="question",
            )
            send = gr.Button(sentence("chat.send"), variant="primary", elem_id="demander")
    text(cards.footer(), elem_id="discretion")
    parts = Parts(
        turns, conversation, hint, actions, useful, not_useful, welcome, follow_ups, suggestions, box, send
    )  # fmt: skip
    return parts, examples, restart


def _shown(
    turns: Turns, *, pending: str | None = None, hint: str = "", refused: str = "", text: str | None = None
) -> list[Any]:
    """The new values of `Parts.outputs`. `hint` or `refused` is said beside the box; `text` replaces what is typed."""
    import gradio as gr

    waiting = pending is not None
    rated = bool(turns) and turns[-1].rated
    suggestions = turns[-1].answer.suggestions[:SUGGESTIONS] if turns and not waiting else ()
    typed: dict[str, Any] = {} if text is None else {"value": text}
    return [
        turns,
        cards.conversation(turns, pending),
        cards.hint(refused or hint, refused=bool(refused)),
        gr.update(visible=bool(turns) and not waiting),
        gr.update(interactive=not rated),
        gr.update(interactive=not rated),
        gr.update(visible=not turns and not waiting),
        gr.update(visible=bool(suggestions)),
        *(_suggestion(suggestions, place) for place in range(SUGGESTIONS)),
        gr.update(interactive=not waiting, **typed),
        gr.update(interactive=not waiting),
    ]


def _suggestion(suggestions: tuple[str, ...], place: int) -> dict[str, Any]:
    import gradio as gr

    return gr.update(value=suggestions[place], visible=True) if place < len(suggestions) else gr.update(visible=False)


def _answer(assistant: Assistant, message: object, turns: Turns) -> Iterator[list[Any]]:
    """Show the question at once, then its answer; or say why it cannot be asked, and leave it in the box."""
    typed = message if isinstance(message, str) else ""
    with contained("chat") as outcome:
        try:
            question = clean_message(message)
            if question:
                yield _shown(turns, pending=question, text="")
            yield _shown(next_turn(assistant, turns, question), text="")
        except QuestionRefused as refused:
            yield _shown(turns, refused=str(refused), text=typed)
    if outcome.failed:  # Gradio would leave the box closed for ever
        yield _shown(turns, refused=refusal(500), text=typed)


def _follow(answer: Callable[[str, Turns], Iterator[list[Any]]], place: int, turns: Turns) -> Iterator[list[Any]]:
    """Ask the suggestion at `place`, as the server remembers it."""
    suggestions = turns[-1].answer.suggestions if turns else ()
    if place < len(suggestions):
        yield from answer(suggestions[place], turns)
    else:
        yield _shown(turns)


def _rate(path: Path, useful: bool, turns: Turns) -> list[Any]:
    """Note what the visitor thinks of the last answer, once."""
    if not turns or turns[-1].rated:
        return _shown(turns)
    try:
        feedback.record(path, turns[-1].answer, useful)
    except (OSError, sqlite3.Error) as error:
        logger.warning("feedback not stored: %s", type(error).__name__)
        return _shown(turns, refused=sentence("chat.feedback_failed"))
    return _shown(rate_last(turns), hint=sentence("chat.feedback_thanks"))


def _contact(assistant: Assistant) -> Contact | None:
    try:
        return assistant.contact()
    except AssistantError:  # no index yet: the page says so at the first question
        return None


def _head() -> str:
    """The script of the page, after the sentences that it shows."""
    texts = {key: sentence(f"chat.{key}") for key in ("copied", "copy_failed", "conversation_label", "sources_heading")}
    script = (HERE / "chat.js").read_text(encoding="utf-8")
    return f"<script>window.assistantTexts = {json.dumps(texts)};\n{script}</script>"
