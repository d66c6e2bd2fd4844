"""The chat: a Gradio page mounted in the application. The only module that imports gradio, and late: it is slow.

The browser is believed for nothing but the text of a message. The conversation is a `gr.State`, which stays on the
server; what the page shows is written from it. Buttons take no value from the page either.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from assistant.models import Contact
from assistant.web import cards, chat_source
from assistant.web.chat_assets import Assets
from assistant.web.chat_events import View, answer, follow, keep, rate
from assistant.web.chat_source import ChatSource
from assistant.web.conversation import FORGET_SECONDS, Turns
from assistant.web.desk import Desk
from assistant.web.limits import places
from assistant.web.markup import escaped
from assistant.wording import sentence, wording

if TYPE_CHECKING:
    import gradio as gr

HERE = Path(__file__).resolve().parent
ICON = HERE / "icon.svg"

# The page before its style sheet comes, and around it; the same as `--fond` in chat.css.
PAPER, NIGHT = "#ffffff", "#10151f"

# Measured: with Gradio's default of one at a time, 50 people wait 12 seconds for an answer of 0.2 second.
WAITING = 50
SESSIONS = 1_000  # beyond it the one that was silent longest is forgotten
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
    link: gr.Button
    useful: gr.Button
    not_useful: gr.Button
    welcome: gr.Column
    follow_ups: gr.Column
    keeping: gr.Column
    suggestions: tuple[gr.Button, ...]
    box: gr.Textbox

    @property
    def outputs(self) -> list[Any]:
        """Every component, in the order of `_shown`."""
        return [
            self.turns, self.conversation, self.hint, self.actions, self.link, self.useful, self.not_useful,
            self.welcome, self.follow_ups, self.keeping, *self.suggestions, self.box,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buttons:
    """The buttons that stay as they are."""

    send: gr.Button
    keep: gr.Button
    keep_not: gr.Button
    restart: gr.Button


def mount_chat(app: FastAPI, desk: Desk) -> None:
    """Mount the chat at `/`, after every other route of the application."""
    import gradio as gr

    app.add_api_route(
        "/favicon.ico", lambda: Response(ICON.read_bytes(), media_type="image/svg+xml"), include_in_schema=False
    )
    page = build_chat(desk)
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
    )
    # The mount leaves this False, and several of Gradio's checks of paths then do nothing.
    page.has_launched = True
    _forget_silent_sessions(page)
    for mounted in app.routes[-1:]:  # what was just mounted
        if isinstance(mounted, Mount):
            beginning = chat_source.beginning(
                cards.notice(desk.contact(), bool(desk.model)), cards.footer(bool(desk.model))
            )
            mounted.app = _as_it_leaves(mounted.app, page, beginning)


def _forget_silent_sessions(page: gr.Blocks) -> None:
    """Beside the states that expire, Gradio keeps what each session was shown, the conversation among it, until ten
    thousand others have come. So what it calls to forget states, every few seconds, forgets silent sessions whole.
    """
    holder = page.state_holder
    expire = holder.delete_all_expired_state

    def forget() -> None:
        expire()  # type: ignore[no-untyped-call]  # Gradio's
        since = datetime.now() - timedelta(seconds=FORGET_SECONDS)  # a local time, as Gradio's
        with holder.lock:
            for session, used in list(holder.time_last_used.items()):
                if used < since:
                    holder.session_data.pop(session, None)
                    holder.time_last_used.pop(session, None)

    holder.delete_all_expired_state = forget  # type: ignore[method-assign]  # there is no other way in


def _as_it_leaves(gradio_app: ASGIApp, page: gr.Blocks, beginning: str) -> ASGIApp:
    """Gradio's application behind what puts its page and files right: see `chat_source` and `chat_assets`."""
    import gradio as gr

    folder = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
    theme = f'<link rel="preload" as="style" href="./theme.css?v={page.config["theme_hash"]}">'
    head = chat_source.head() + theme + chat_source.announced(chat_source.first_files(folder))
    rewrite = partial(chat_source.ours, beginning=beginning, head=head)
    return ChatSource(Assets(gradio_app, folder), rewrite)


def build_chat(desk: Desk) -> gr.Blocks:
    """The page and what its buttons do."""
    import gradio as gr

    page = gr.Blocks(title=sentence("chat.page_title"), analytics_enabled=False)
    page.state_session_capacity = SESSIONS
    with page:
        parts, buttons, examples = _layout(desk.contact(), bool(desk.model))
        ask = partial(answer, desk)
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_id": "chat"}
        gr.on(
            [parts.box.submit, buttons.send.click],
            partial(_streamed, ask),
            [parts.box, parts.turns],
            parts.outputs,
            **quietly,
        )
        for button, question in examples:
            button.click(partial(_streamed, ask, question), parts.turns, parts.outputs, **quietly)
        for place, button in enumerate(parts.suggestions):
            button.click(partial(_streamed, partial(follow, ask, place)), parts.turns, parts.outputs, **quietly)
        for button, useful in ((parts.useful, True), (parts.not_useful, False)):
            button.click(partial(_once, partial(rate, desk, useful)), parts.turns, parts.outputs, **quietly)
        parts.link.click(partial(_once, partial(View, keeping=True)), parts.turns, parts.outputs, **quietly)
        buttons.keep.click(partial(_once, partial(keep, desk)), parts.turns, parts.outputs, **quietly)
        buttons.keep_not.click(partial(_once, View), parts.turns, parts.outputs, **quietly)
        buttons.restart.click(lambda: _shown(View((), text="")), None, parts.outputs, **quietly)
    page.queue(default_concurrency_limit=places(bool(desk.model)), max_size=WAITING, api_open=False)
    # After each event Gradio sums up all past ones with pandas, for its /monitoring, which is not served here.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    return page


def _layout(contact: Contact | None, has_model: bool) -> tuple[Parts, Buttons, list[tuple[gr.Button, str]]]:
    """The components from top to bottom: those that change, the buttons, the examples and their questions."""
    import gradio as gr

    def text(value: str = "", elem_id: str | None = None) -> gr.Markdown:
        return gr.Markdown(value, latex_delimiters=[], elem_id=elem_id)

    turns = gr.State((), time_to_live=FORGET_SECONDS)
    text(cards.masthead(contact, has_model), elem_id="entete")
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
        link = gr.Button(sentence("chat.link"), elem_id="lien-permanent")
        gr.Button(sentence("chat.download"), elem_id="telecharger")
        useful = gr.Button(sentence("chat.useful"), elem_id="utile")
        not_useful = gr.Button(sentence("chat.not_useful"), elem_id="pas-utile")
        restart = gr.Button(sentence("chat.new_conversation"), elem_id="recommencer")
    with gr.Column(elem_id="garder", visible=False) as keeping:
        text(f"<p>{escaped(sentence('chat.keep_notice'))}</p>")
        with gr.Row(elem_classes="choix"):
            agree = gr.Button(sentence("chat.keep"), elem_id="garder-oui")
            keep_not = gr.Button(sentence("chat.keep_not"), elem_id="garder-non")
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
    text(cards.footer(has_model), elem_id="discretion")
    parts = Parts(
        turns, conversation, hint, actions, link, useful, not_useful, welcome, follow_ups, keeping, suggestions, box
    )  # fmt: skip
    return parts, Buttons(send, agree, keep_not, restart), examples


def _streamed(event: Callable[..., Iterator[View]], *inputs: object) -> Iterator[list[Any]]:
    """What an event shows, one view after the other. Gradio calls it with the values of its inputs."""
    for view in event(*inputs):
        yield _shown(view)


def _once(event: Callable[[Turns], View], turns: Turns) -> list[Any]:
    """What an event shows of the conversation."""
    return _shown(event(turns))


def _shown(view: View) -> list[Any]:
    """The new values of `Parts.outputs`."""
    import gradio as gr

    turns = view.turns
    waiting = view.pending is not None
    kept = bool(turns) and turns[-1].id != ""  # else there is nothing to keep or to rate
    mark = ["fait"] if turns and turns[-1].rated else []
    suggestions = turns[-1].answer.suggestions[:SUGGESTIONS] if turns and not waiting else ()
    typed: dict[str, Any] = {} if view.text is None else {"value": view.text}
    return [
        turns,
        cards.conversation(turns, view.pending, view.said),
        cards.hint(view.refused, refused=True) if view.refused else view.hint,
        gr.update(visible=bool(turns) and not waiting),
        gr.update(visible=kept),
        gr.update(visible=kept, elem_classes=mark),
        gr.update(visible=kept, elem_classes=mark),
        gr.update(visible=not turns and not waiting),
        gr.update(visible=bool(suggestions)),
        gr.update(visible=view.keeping and kept),
        *(_suggestion(suggestions, place) for place in range(SUGGESTIONS)),
        gr.update(**typed),
    ]


def _suggestion(suggestions: tuple[str, ...], place: int) -> dict[str, Any]:
    import gradio as gr

    return gr.update(value=suggestions[place], visible=True) if place < len(suggestions) else gr.update(visible=False)
