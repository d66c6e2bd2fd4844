"""The application: the guards, the HTTP interface and the chat; and the service that runs it."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from assistant.answering.assistant import Assistant
from assistant.models import SettingsError
from assistant.settings import Settings
from assistant.web.api import add_api
from assistant.web.chat import mount_chat
from assistant.web.desk import Desk
from assistant.web.encodings import Zipped
from assistant.web.fibre_pages import add_fibre_pages
from assistant.web.guards import LastResort, Limited, SecurityHeaders, SmallBodies
from assistant.web.limits import Turnstile, Visitors, places
from assistant.web.page import add_styles
from assistant.web.pages import add_pages
from assistant.web.pieces import add_pieces
from assistant.web.routes import AllowedRoutes, HeadersAlone
from assistant.web.widget import add_widget
from assistant.wording import sentence, wording

# How long Ctrl+C waits for the streams of open pages, which never end by themselves.
CLOSING_SECONDS = 2


def create_app(settings: Settings, assistant: Assistant) -> FastAPI:
    """The whole application. The guards come first, outermost first; the chat, which takes every path, comes last."""
    app = FastAPI(
        title=sentence("openapi.title"),
        description=str(wording("openapi.description")),
        version=version("somme-numerique-assistant"),
        docs_url=None,  # their scripts come from an outside host
        redoc_url=None,
        middleware=[
            Middleware(HeadersAlone),
            Middleware(SecurityHeaders, sites=settings.sites),
            Middleware(Zipped, minimum_size=1_000),
            # Before the refusals, which the widget must be able to read.
            Middleware(
                CORSMiddleware,
                allow_origin_regex=origins(settings.sites),
                allow_methods=["GET", "POST"],
                allow_headers=["Content-Type"],
                expose_headers=["Retry-After"],
                max_age=7_200,
            ),
            Middleware(LastResort),
            Middleware(AllowedRoutes),
            Middleware(SmallBodies),
            Middleware(
                Limited,
                visitors=Visitors(settings.questions_per_minute),
                turnstile=Turnstile(places(bool(assistant.model))),
            ),
        ],
    )
    app.state.settings = settings
    app.state.desk = Desk(settings, assistant)
    add_api(app)
    add_styles(app)
    add_pieces(app, assistant)
    add_pages(app)
    add_fibre_pages(app, assistant.fibre_store)
    add_widget(app)
    mount_chat(app, app.state.desk)
    return app


def origins(sites: str) -> str:
    """The expression of the origins of these sites; `https://*.somme.fr` is every host under that name."""
    hosts = [re.escape(site).replace(r"\*", r"[a-z0-9-]+(?:\.[a-z0-9-]+)*") for site in sites.split()]
    # With nobody allowed, the layer stays: without it Gradio answers every Origin with its own name.
    return "|".join(hosts) or "(?!)"


def serve(settings: Settings) -> None:
    """Open the chat and the HTTP interface until Ctrl+C.

    Raises:
        AssistantError: there is no index or no embedder, or the address is taken.
    """
    import uvicorn

    with _listen(settings) as listener:
        assistant = Assistant(settings)
        assistant.warm_up()
        app = create_app(settings, assistant)
        print(sentence("api.opened", address=_address(settings)), flush=True)  # noqa: T201  # a service says where it is
        # No access log: the addresses of searches hold questions. No websocket: nothing here speaks it.
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            forwarded_allow_ips=settings.proxies.split(),
            ws="none",
            timeout_graceful_shutdown=CLOSING_SECONDS,
        )
        with suppress(KeyboardInterrupt):  # raised again by uvicorn once it has closed
            uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """The open socket: before anything slow, and with our own words when it cannot be opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise SettingsError(sentence("api.port_taken", address=_address(settings))) from error


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
