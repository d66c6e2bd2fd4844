"""Who is asking: the staff, with the token of the settings, or anybody."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from pydantic import SecretStr

from assistant.models import Access


def access_for(authorization: str | None, staff_token: SecretStr | None) -> Access:
    """The level that an `Authorization` header gives.

    Only the Bearer scheme is ours: a proxy in front may use another one for itself, which says nothing here.

    Raises:
        HTTPException: 401, the token is not the staff's. Silently falling back to public would hide the mistake.
    """
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return Access.PUBLIC
    expected = staff_token.get_secret_value() if staff_token else ""
    # Compared as bytes, which Starlette read as Latin-1. An empty setting opens nothing.
    if expected and hmac.compare_digest(given.strip().encode("latin-1", "replace"), expected.encode()):
        return Access.STAFF
    raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


def access_of(request: Request) -> Access:
    """The same for a request: a FastAPI dependency."""
    return access_for(request.headers.get("authorization"), request.app.state.settings.staff_token)


Asker = Annotated[Access, Depends(access_of)]
