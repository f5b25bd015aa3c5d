"""The pages that everybody reads: home, and who the reader is."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from .house import House
from .render import COOKIE, READERS, page

A_YEAR = 365 * 24 * 3600


def router(house: House) -> APIRouter:
    """Home and the choice of a reader."""
    made = APIRouter(include_in_schema=False)

    @made.get("/")
    def home(request: Request) -> Response:
        return page(request, house, "home.html")

    @made.post("/reader")
    def choose(request: Request, reader: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/") -> Response:
        answer = RedirectResponse(_own(back), 303)
        if reader in READERS:
            answer.set_cookie(COOKIE, reader, max_age=A_YEAR, httponly=True, samesite="lax")
        return answer

    return made


def _own(address: str) -> str:
    """An address of ours, without what follows its path; anything else leads home."""
    parts = urlsplit(address)
    own = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return parts.path if own else "/"
