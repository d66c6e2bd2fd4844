"""`/pieces/…`: the pictures of the pages that are quoted. An address says which bytes were drawn; who may see them, the
published index says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response

from assistant.answering.assistant import Assistant
from assistant.index.page_pictures import PagePicture
from assistant.models import Access, Answer, AssistantError
from assistant.web.access import Asker
from assistant.web.shown import Group, Shown

PATH = r"/pieces/([0-9a-f]{64})/([1-9][0-9]{0,4})[.]webp"
# A document that leaves takes its pictures along: not kept for good, though what an address shows never changes.
KEPT_BY_BROWSERS = {"Cache-Control": "max-age=86400"}


def add_pieces(app: FastAPI, assistant: Assistant) -> None:
    """Add the route."""

    @app.get("/pieces/{digest}/{name}", include_in_schema=False)
    def piece(digest: str, name: str, access: Asker) -> Response:
        found = _found(assistant, f"/pieces/{digest}/{name}", access)
        try:
            picture = found.read_bytes() if found else None
        except FileNotFoundError:  # its document leaves just now
            picture = None
        if picture is None:
            raise HTTPException(404)
        return Response(picture, media_type="image/webp", headers=KEPT_BY_BROWSERS)


def address_of(picture: PagePicture) -> str:
    """The address of a picture on this site."""
    return f"/pieces/{picture.digest}/{picture.page}.webp"


def pictures_of(assistant: Assistant, answer: Answer, access: Access) -> tuple[PagePicture, ...]:
    """The pictures of the pages that an answer quotes."""
    try:
        return assistant.pictures((*answer.quotes, *answer.related), access)
    except AssistantError:  # an answer is complete without them
        return ()


def without_lost(shown: Shown, assistant: Assistant) -> Shown:
    """What was shown, without the pictures that the public cannot see any more."""
    return replace(shown, groups=tuple(_without_lost(group, assistant) for group in shown.groups))


def _without_lost(group: Group, assistant: Assistant) -> Group:
    cards = (card if _served(assistant, card.picture) else replace(card, picture="") for card in group.cards)
    return replace(group, cards=tuple(cards))


def _served(assistant: Assistant, address: str) -> bool:
    try:
        return not address or _found(assistant, address, Access.PUBLIC) is not None
    except AssistantError:  # no index, no picture
        return False


def _found(assistant: Assistant, address: str, access: Access) -> Path | None:
    match = re.fullmatch(PATH, address)
    return assistant.picture(match[1], int(match[2]), access) if match else None
