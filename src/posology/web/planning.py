"""The plan pages: the form, the plan, and "what if". Facts travel in bodies only, and nothing of them is kept."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from .desk import Desk, desk, received
from .filling import blank, following, form, with_pasted, with_record, with_sample, without
from .house import House
from .pages import A_YEAR
from .planned import as_file, planned, what_if
from .render import COOKIE, READERS


def router(house: House) -> APIRouter:
    """The plan pages of a house."""
    made = APIRouter(include_in_schema=False)

    @made.get("/plan")
    def only() -> Response:
        alone = next(iter(house.grounds)) if len(house.grounds) == 1 else ""
        return RedirectResponse(f"/guidelines/{alone}/plan" if alone else "/", 307)

    @made.get("/guidelines/{name}/plan")
    def empty(request: Request, name: str) -> Response:
        return form(desk(request, house, name), blank())

    @made.post("/guidelines/{name}/plan")
    async def sent(request: Request, name: str) -> Response:
        return await run_in_threadpool(_pressed, desk(request, house, name, await received(request)))

    @made.post("/guidelines/{name}/plan/for/{audience}")
    def read_as(request: Request, name: str, audience: str) -> Response:
        """The same page for another reader: the browser sends the same again, with its choice remembered."""
        if audience not in READERS:
            raise HTTPException(404)
        answer = RedirectResponse(f"/guidelines/{desk(request, house, name).guideline.id}/plan", 307)
        answer.set_cookie(COOKIE, audience, max_age=A_YEAR, httponly=True, samesite="lax")
        return answer

    @made.post("/guidelines/{name}/plan/next")
    async def after(request: Request, name: str) -> Response:
        return HTMLResponse(await run_in_threadpool(following, desk(request, house, name, await received(request))))

    @made.post("/guidelines/{name}/plan/what-if")
    async def otherwise(request: Request, name: str) -> Response:
        return await run_in_threadpool(what_if, desk(request, house, name, await received(request)))

    @made.post("/guidelines/{name}/plan/as/{file}")
    async def taken(request: Request, name: str, file: str) -> Response:
        return await run_in_threadpool(as_file, desk(request, house, name, await received(request)), file)

    return made


def _pressed(at: Desk) -> Response:
    """What the button that was pressed asks for."""
    what = at.typed
    match at.sent.get("do").split("-"):
        case ["next"] | ["change"]:
            return form(at, what)
        case ["clear"]:
            return form(at, blank())
        case ["record"]:
            return with_record(at, what)
        case ["sample"]:
            return with_sample(at, what)
        case ["add", kind]:
            return form(at, what, more=kind)
        case ["remove", kind, number] if number.isdecimal():
            return without(at, what, kind, int(number[:6]))
        case ["paste", "dose"]:
            return with_pasted(at, what, "dose")
        case ["paste", "result"]:
            return with_pasted(at, what, "result")
        case _:
            return _plan(at)


def _plan(at: Desk) -> Response:
    """The plan; rows that were pasted and not yet looked at are shown first."""
    if at.sent.get("paste-dose").strip():
        return with_pasted(at, at.typed, "dose")
    if at.sent.get("paste-result").strip():
        return with_pasted(at, at.typed, "result")
    return planned(at, at.typed)
