"""What is said when something is wrong: a page for people, problem+json for programs; never what was sent."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..findings import Finding, Refused, Unsound, nearest
from .guards import machine
from .house import House
from .outcomes import outcome
from .render import fragment, page

log = logging.getLogger("posology.web")

SAID = {
    400: "The request cannot be read.",
    403: "This request came from another site.",
    404: "There is no such page.",
    405: "This address does not take requests of that kind.",
    413: "That is more than is read at once.",
    415: "This kind of content is not read here.",
    421: "This server is not called by that name.",
    422: "Something in the request cannot be used.",
    429: "That was too much at once.",
    500: "Something went wrong here. It is our fault, not yours.",
}
UNSOUND = "The status of the guidelines cannot be told now, so nothing of them is shown. It is our fault, not yours."
"""What is said where the log of reviews cannot be believed or read: a status is computed from it, and goes with all."""
DO = {
    403: "Open the page itself, and send it from there.",
    404: "Check the address, or begin at the home page.",
    413: "Send less: a patient file has a few kilobytes.",
    421: "Call it by the address that it printed when it began.",
    429: "Wait a little, then try again.",
    500: "Try again. If it stays, tell whoever runs this server; nothing that you wrote was kept.",
}


class TooMuch(HTTPException):
    """A body that is longer than is read."""

    def __init__(self) -> None:
        super().__init__(413)


def problem(
    status: int, findings: Iterable[Finding] = (), headers: dict[str, str] | None = None, detail: str = ""
) -> Response:
    """A fault for a program (RFC 9457), with every finding under ``errors``."""
    title = HTTPStatus(status).phrase
    detail = detail or SAID.get(status, title)
    usual = [Finding("", detail, DO[status])] if status in DO else []
    errors = [{"place": f.place, "what": f.what, "do": f.do} for f in list(findings) or usual]
    said = {"title": title, "status": status, "detail": detail}
    body = {"type": "about:blank", **said, "errors": errors}
    return Response(json.dumps(body, ensure_ascii=False), status, headers, "application/problem+json")


def fault(
    request: Request, house: House, status: int, findings: Iterable[Finding] = (), headers: dict[str, str] | None = None
) -> Response:
    """A fault as a page, or as problem+json where a program asks; an OperationOutcome where it speaks FHIR."""
    if request.url.path.startswith("/fhir"):
        return outcome(status, findings or [Finding("", SAID.get(status, ""), DO.get(status, ""))], headers)
    accepted = request.headers.get("accept", "")
    if machine(request.url.path) or ("json" in accepted and "text/html" not in accepted):
        return problem(status, findings, headers)
    said = SAID.get(status, HTTPStatus(status).phrase)
    try:
        made: Response = page(
            request, house, "fault.html", status, said=said, do=DO.get(status, ""), findings=tuple(findings),
            nearest=near_pages(request, house) if status == 404 else (),
        )  # fmt: skip
    except Unsound as found:
        return unsound(request, house, found)
    made.headers.update(headers or {})
    return made


def unsound(request: Request, house: House, found: Unsound) -> Response:
    """What is said where the log of reviews cannot be believed or read. No other page can be made: each has a status.

    What somebody was writing stands on the page, since it could not be kept anywhere else.
    """
    if request.url.path.startswith("/fhir"):
        return outcome(503, [replace(one, what=f"{UNSOUND} {one.what}") for one in found.findings])
    accepted = request.headers.get("accept", "")
    if machine(request.url.path) or ("json" in accepted and "text/html" not in accepted):
        return problem(503, found.findings, detail=UNSOUND)
    text = getattr(request.state, "written", "")
    return HTMLResponse(fragment("unsound.html", house=house, said=UNSOUND, findings=found.findings, text=text), 503)


def near_pages(request: Request, house: House) -> tuple[tuple[str, str], ...]:
    """Addresses that were perhaps meant."""
    known = {"/": "Home", "/about": "About", "/ask": "Ask"}
    for name, ground in house.grounds.items():
        at = f"/guidelines/{name}"
        known[at] = ground.guideline.title
        known |= {f"{at}/statements/{one}": said.text for one, said in ground.guideline.named.items()}
    close = nearest(request.url.path, known, 0.5)
    return ((close, known[close]),) if close else ()


def install(app: FastAPI, house: House) -> None:
    """Says every fault in its own way."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        if isinstance(error, Unsound):
            return unsound(request, house, error)
        return fault(request, house, 422, error.findings)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return fault(request, house, error.status_code, (), dict(error.headers or {}))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return fault(request, house, 422, map(_finding, error.errors()))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def _finding(error: dict[str, Any]) -> Finding:
    """One fault in the parameters of a request, without what was sent."""
    place = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    return Finding(place[:60], "This is missing or has another form.", "See the description at /api.")


def _where(error: Exception) -> str:
    """Where in our code it went wrong. An error's words could hold what a person wrote, so they are never logged."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return ", ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in last)


class Gate:
    """The layer behind the guard: says what the guard refused, and counts a body while it is read."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app, self.house = app, house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal, limit, read = scope["posology.refusal"], scope["posology.limit"], 0
        request = Request(scope, receive)
        stated = request.headers.get("content-length", "0")
        if refusal is None and (not stated.isdecimal() or int(stated) > limit):
            refusal = (413, 0) if stated.isdecimal() else (400, 0)
        if refusal is not None:
            status, wait = refusal
            headers = {"retry-after": str(wait)} if wait else {}
            await fault(request, self.house, status, (), headers)(scope, receive, send)
            return

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooMuch
            return message

        await self._guarded(scope, receiving, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app, whose own faults end here: what they say could hold a patient's facts, so it is not passed on."""
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            log.error("%s at %s", type(error).__name__, _where(error))
            if not started:
                await fault(Request(scope, receive), self.house, 500)(scope, receive, send)
